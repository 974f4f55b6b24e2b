/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What S-mode asks of what is below it: entry.S and mmode.c are our own M-mode
 * stub, payload.S and sbi.c are OpenSBI's payload.  An image has one of them.
 */
#ifndef CPIT_RISCV64_HART_H
#define CPIT_RISCV64_HART_H

#define HARTS 4
#define MSIP 0x02000000			/* ACLINT, physical: 4 bytes a hart */

/* The stub's block of each hart. */
#define HART_T1 0		/* M-mode's own */
#define HART_T2 8
#define HART_MTIMECMP 16	/* physical addresses of this hart's registers */
#define HART_MSIP 24
#define HART_SATP 32		/* to enter S-mode with ... */
#define HART_STACK 40
#define HART_REQUEST 48
#define HART_SIZE 64		/* a cache line */

#define REQUEST_FLUSH 1		/* bits, as both may be asked at once; ... */
#define REQUEST_STOP 2		/* ... the flush is done first, and cleared */

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hart {
	uintptr_t t1, t2, mtimecmp, msip, satp, stack;
	uint32_t request, unused[3];
};
_Static_assert(offsetof(struct hart, mtimecmp) == HART_MTIMECMP, "mtimecmp");
_Static_assert(offsetof(struct hart, msip) == HART_MSIP, "msip");
_Static_assert(offsetof(struct hart, satp) == HART_SATP, "satp");
_Static_assert(offsetof(struct hart, stack) == HART_STACK, "stack");
_Static_assert(offsetof(struct hart, request) == HART_REQUEST, "request");
_Static_assert(sizeof(struct hart) == HART_SIZE, "size");

/* ipi.c: whether this hart was woken since it was last asked. */
bool cpit_arch_kicked(void);

/* The timer interrupt when the counter reaches `when', no earlier one. */
void cpit_hart_timer(uint64_t when);
/* A hart begins in cpit_boot_enter, with our page tables and that stack. */
void cpit_hart_start(unsigned cpu, void *stack);
/* A software interrupt, which ends a wfi. */
void cpit_hart_wake(unsigned cpu);
/* Returns when the CPUs of the mask have done sfence.vma and fence.i. */
void cpit_hart_flush(uint32_t cpus);
/* They run no other instruction of ours, for good. */
void cpit_hart_stop(uint32_t cpus);
#endif

#endif
