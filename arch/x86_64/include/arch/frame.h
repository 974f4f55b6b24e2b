/* SPDX-License-Identifier: Apache-2.0 */
/* The trap frame: numbers for the assembler, the struct for C (K23-16). */
#ifndef CPIT_ARCH_FRAME_H
#define CPIT_ARCH_FRAME_H

#define FRAME_R15 0
#define FRAME_R14 8
#define FRAME_R13 16
#define FRAME_R12 24
#define FRAME_R11 32
#define FRAME_R10 40
#define FRAME_R9 48
#define FRAME_R8 56
#define FRAME_RBP 64
#define FRAME_RDI 72
#define FRAME_RSI 80
#define FRAME_RDX 88
#define FRAME_RCX 96
#define FRAME_RBX 104
#define FRAME_RAX 112
#define FRAME_VECTOR 120
#define FRAME_ERROR 128
#define FRAME_RIP 136
#define FRAME_RFLAGS 152
#define FRAME_RSP 160
#define FRAME_SIZE 176

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* As the entry pushes it, lowest address first; rip and up are the CPU's. */
struct cpit_frame_regs {
	uintptr_t r15, r14, r13, r12, r11, r10, r9, r8;
	uintptr_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uintptr_t vector, error;
	uintptr_t rip, cs, rflags, rsp, ss;
};
_Static_assert(offsetof(struct cpit_frame_regs, r8) == FRAME_R8, "r8");
_Static_assert(offsetof(struct cpit_frame_regs, rdi) == FRAME_RDI, "rdi");
_Static_assert(offsetof(struct cpit_frame_regs, rax) == FRAME_RAX, "rax");
_Static_assert(offsetof(struct cpit_frame_regs, rflags) == FRAME_RFLAGS,
	       "rflags");
_Static_assert(offsetof(struct cpit_frame_regs, rsp) == FRAME_RSP, "rsp");
_Static_assert(offsetof(struct cpit_frame_regs, vector) == FRAME_VECTOR,
	       "vector");
_Static_assert(offsetof(struct cpit_frame_regs, error) == FRAME_ERROR, "error");
_Static_assert(offsetof(struct cpit_frame_regs, rip) == FRAME_RIP, "rip");
_Static_assert(sizeof(struct cpit_frame_regs) == FRAME_SIZE, "size");
#endif

#endif
