/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a landing restores: the callee-saved set of the System V psABI for
 * x86-64 (3.2.1), in which the control parts of MXCSR and the x87 count.
 */
#ifndef CPIT_ARCH_JUMP_H
#define CPIT_ARCH_JUMP_H

#define JMP_SP 0		/* points at the return address */
#define JMP_RBX 8
#define JMP_RBP 16
#define JMP_R12 24
#define JMP_R13 32
#define JMP_R14 40
#define JMP_R15 48
#define JMP_MXCSR 56
#define JMP_FCW 60
#define JMP_SIZE 64

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct cpit_jmp {
	uintptr_t sp, rbx, rbp, r12, r13, r14, r15;
	uint32_t mxcsr;
	uint16_t fcw, unused;
};
_Static_assert(offsetof(struct cpit_jmp, sp) == JMP_SP, "sp");
_Static_assert(offsetof(struct cpit_jmp, rbx) == JMP_RBX, "rbx");
_Static_assert(offsetof(struct cpit_jmp, r15) == JMP_R15, "r15");
_Static_assert(offsetof(struct cpit_jmp, mxcsr) == JMP_MXCSR, "mxcsr");
_Static_assert(offsetof(struct cpit_jmp, fcw) == JMP_FCW, "fcw");
_Static_assert(sizeof(struct cpit_jmp) == JMP_SIZE, "size");
#endif

#endif
