/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSBI to S-mode (SBI specification 1.0): one hart starts here, any of them,
 * at the first byte of the image, paging off; a0 = hartid, a1 = device tree.
 * The others come to cpit_sbi_enter by way of HSM.
 *
 * OpenSBI 1.1 (QEMU 7.2) may let a hart go that it is about to start before it has
 * noted where to: then that one comes to the first byte, too, or with another
 * a1.  So a hart is known by its block, which has a stack once it was asked for.
 */
#include <arch/asm.h>
#include "boot.h"
#include "hart.h"
#include "sbi.h"

	/* This hart's block; a0 = hartid, below HARTS. */
	.macro	BLOCK reg, tmp
	PHYS	\reg, cpit_sbi_harts
	li	\tmp, SBI_HART_SIZE
	mul	\tmp, \tmp, a0
	add	\reg, \reg, \tmp
	.endm

	.section .boot.start, "ax", @progbits
FUNC(_start)
	j	sbi_start
END(_start)

	.section .boot, "ax", @progbits
LOCAL_FUNC(sbi_start)
	csrw	sie, zero
	PLACE
#ifndef CPIT_TEST_ONE_START		/* negative control */
	li	t0, HARTS
	bgeu	a0, t0, 1f
	BLOCK	t0, t1
	ld	t0, SBI_HART_STACK(t0)
	bnez	t0, cpit_sbi_enter
#endif
1:	jal	cpit_boot_place
	PHYS	t0, cpit_sbi_boot
	sd	a0, 0(t0)
	j	cpit_boot_smode
END(sbi_start)

/* Straight into the high half. */
FUNC(cpit_sbi_enter)
	csrw	sie, zero
	PLACE
	BLOCK	t0, t1
	ld	a0, SBI_HART_CPU(t0)
	ld	sp, SBI_HART_STACK(t0)
	ld	t0, SBI_HART_SATP(t0)
	LINKED	t1, cpit_boot_enter, t2
	csrw	stvec, t1		# where the fetch after satp "faults" to
	sfence.vma
	csrw	satp, t0
	nop
	j	cpit_sbi_enter		# not reached
END(cpit_sbi_enter)

	/* Data, not bss: it is read before bss is cleared. */
	.data
	.globl	cpit_sbi_harts
	.balign	8
cpit_sbi_harts:	.zero	HARTS * SBI_HART_SIZE

	.bss
	.globl	cpit_sbi_boot
	.balign	8
cpit_sbi_boot:	.space	8		# the hart that booted
