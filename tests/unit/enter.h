/* SPDX-License-Identifier: Apache-2.0 */
/* Entering and landing on the host: by setjmp(), on the caller's own stack. */
#ifndef CPIT_TESTS_ENTER_H
#define CPIT_TESTS_ENTER_H

#include "fake.h"
#include "store.h"

static uintptr_t entered_sp;	/* that the last entry asked for */

uintptr_t cpit_arch_enter(struct cpit_jmp *jmp, uintptr_t sp,
			  cpit_thunk_fn *fn, void *state, union cpit_value *v)
{
	entered_sp = sp;
	jmp->sp = (uintptr_t)jmp;	/* any, but one for each entry */
	if (setjmp(jmp->buf))
		return 1;
	fn(state, v);
	return 0;
}

void cpit_arch_land(struct cpit_jmp *jmp, uintptr_t value)
{
	CHECK(value == 1);
	longjmp(jmp->buf, 1);
}

#endif
