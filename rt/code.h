/* SPDX-License-Identifier: Apache-2.0 */
/* The code registry: pc -> module -> function and trap kind. */
#ifndef CPIT_RT_CODE_H
#define CPIT_RT_CODE_H

#include <catchpit/module.h>
#include <stdbool.h>
#include <stdint.h>

/* The registered module whose text holds pc, or NULL.  Any context. */
const struct cpit_module *cpit_code_find(uintptr_t pc);
/* The same as asking whether it is this one's. */
static inline bool cpit_code_in(const struct cpit_module *m, uintptr_t pc)
{
	return pc - (uintptr_t)m->text_start <
	       (uintptr_t)(m->text_end - m->text_start);
}
/* Kind of the trap site exactly at pc, or CPIT_TRAP_NONE (K23-06). */
enum cpit_trap cpit_code_site(const struct cpit_module *m, uintptr_t pc);
/* The stretch of text that holds pc, or NULL. */
const struct cpit_func *cpit_code_func(const struct cpit_module *m,
				       uintptr_t pc);

/* Counts instances, for unregister.  -CPIT_ENOENT: not registered. */
int cpit_code_hold(const struct cpit_module *m);
void cpit_code_drop(const struct cpit_module *m);

#endif
