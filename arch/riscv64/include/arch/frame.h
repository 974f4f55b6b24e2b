/* SPDX-License-Identifier: Apache-2.0 */
/* The trap frame: numbers for the assembler, the struct for C (K23-16). */
#ifndef CPIT_ARCH_FRAME_H
#define CPIT_ARCH_FRAME_H

#define FRAME_PC 0			/* in the place of x0 */
#define FRAME_X(n) (8 * (n))
#define FRAME_STATUS 256
#define FRAME_SIZE 272			/* 16-aligned */

/* What lies above the frame, at the top of each trap stack. */
#define TRAP_TOP_TP 0			/* this CPU's thread pointer */
#define TRAP_TOP_PC 8			/* what the trap at work interrupted */
#define TRAP_TOP_SIZE 16

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct cpit_frame_regs {
	union {
		uintptr_t pc;
		uintptr_t x[32];	/* x[1] = ra, x[2] = sp, ... */
	};
	uintptr_t status, unused;
};
_Static_assert(offsetof(struct cpit_frame_regs, pc) == FRAME_PC, "pc");
_Static_assert(offsetof(struct cpit_frame_regs, x[31]) == FRAME_X(31), "x");
_Static_assert(offsetof(struct cpit_frame_regs, status) == FRAME_STATUS,
	       "status");
_Static_assert(sizeof(struct cpit_frame_regs) == FRAME_SIZE, "size");

enum {				/* psABI numbers used by name in C */
	X_RA = 1, X_SP = 2, X_T0 = 5, X_T2 = 7, X_S0 = 8, X_A0 = 10, X_A1 = 11,
	X_A7 = 17, X_T3 = 28, X_T6 = 31,
};
#endif

#endif
