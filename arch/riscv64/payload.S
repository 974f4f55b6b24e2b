/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSBI to S-mode (SBI specification 1.0): one hart starts here, any of them,
 * at the first byte of the image, paging off; a0 = hartid, a1 = device tree.
 * The others come to sbi_enter by way of HSM.
 */
#include <arch/asm.h>
#include "boot.h"
#include "sbi.h"

	.section .boot.start, "ax", @progbits
FUNC(_start)
	j	sbi_start
END(_start)

	.section .boot, "ax", @progbits
LOCAL_FUNC(sbi_start)
	csrw	sie, zero
	li	s0, DATA_OFFSET
	jal	cpit_boot_place
	PHYS	t0, cpit_sbi_boot
	sd	a0, 0(t0)
	j	cpit_boot_smode
END(sbi_start)

/* a1 = its struct sbi_hart, physical: straight into the high half. */
FUNC(cpit_sbi_enter)
	csrw	sie, zero
	ld	a0, SBI_HART_CPU(a1)
	ld	sp, SBI_HART_STACK(a1)
	ld	t0, SBI_HART_SATP(a1)
	LINKED	t1, cpit_boot_enter
	csrw	stvec, t1		# where the fetch after satp "faults" to
	sfence.vma
	csrw	satp, t0
	nop
	j	cpit_sbi_enter		# not reached
END(cpit_sbi_enter)

	.bss
	.globl	cpit_sbi_boot
	.balign	8
cpit_sbi_boot:	.space	8		# the hart that booted
