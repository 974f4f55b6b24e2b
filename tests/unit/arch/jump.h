/* SPDX-License-Identifier: Apache-2.0 */
/* What a landing restores, on the host: whatever setjmp() saves. */
#ifndef CPIT_ARCH_JUMP_H
#define CPIT_ARCH_JUMP_H

#include <setjmp.h>
#include <stdint.h>

struct cpit_jmp {
	uintptr_t sp;		/* only looked at */
	jmp_buf buf;
};

#endif
