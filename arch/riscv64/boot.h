/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For code that runs where it was loaded, before paging: what it finds by the pc
 * is right for text, and for data less by what s0 holds, wherever text is.
 */
#ifndef CPIT_RISCV64_BOOT_H
#define CPIT_RISCV64_BOOT_H

#include <arch/layout.h>

#define FINISHER 0x100000		/* sifive test device */
#define FINISHER_FAIL(code) (((code) << 16) | 0x3333)

	.macro	PLACE
	la	s0, __image_start
	li	t0, KERNEL_BASE - DATA_OFFSET
	sub	s0, t0, s0
	.endm

	/* Where data is in RAM. */
	.macro	PHYS reg, sym
	la	\reg, \sym
	add	\reg, \reg, s0
	.endm

	/* Where sym is linked. */
	.macro	LINKED reg, sym, tmp
	PHYS	\reg, \sym
	li	\tmp, DATA_OFFSET
	add	\reg, \reg, \tmp
	.endm

#endif
