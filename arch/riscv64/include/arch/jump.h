/* SPDX-License-Identifier: Apache-2.0 */
/* What a landing restores: the callee-saved set of the RISC-V psABI, lp64d. */
#ifndef CPIT_ARCH_JUMP_H
#define CPIT_ARCH_JUMP_H

#define JMP_SP 0
#define JMP_RA 8
#define JMP_S(n) (16 + 8 * (n))
#define JMP_FS(n) (112 + 8 * (n))
#define JMP_FRM 208
#define JMP_SIZE 216

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct cpit_jmp {
	uintptr_t sp, ra;
	uintptr_t s[12];
	double fs[12];
	uintptr_t frm;			/* rounding mode */
};
_Static_assert(offsetof(struct cpit_jmp, sp) == JMP_SP, "sp");
_Static_assert(offsetof(struct cpit_jmp, ra) == JMP_RA, "ra");
_Static_assert(offsetof(struct cpit_jmp, s) == JMP_S(0), "s");
_Static_assert(offsetof(struct cpit_jmp, fs) == JMP_FS(0), "fs");
_Static_assert(offsetof(struct cpit_jmp, frm) == JMP_FRM, "frm");
_Static_assert(sizeof(struct cpit_jmp) == JMP_SIZE, "size");
#endif

#endif
