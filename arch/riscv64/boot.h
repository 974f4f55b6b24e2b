/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For code that runs where it was loaded, before paging: data is at its link
 * address less DATA_OFFSET, which s0 holds, wherever text is.
 */
#ifndef CPIT_RISCV64_BOOT_H
#define CPIT_RISCV64_BOOT_H

#include "layout.h"

	/* Where sym is linked, in the top 2 GiB. */
	.macro	LINKED reg, sym
	lui	\reg, %hi(\sym)
	addi	\reg, \reg, %lo(\sym)
	.endm

	/* Where data is in RAM. */
	.macro	PHYS reg, sym
	LINKED	\reg, \sym
	sub	\reg, \reg, s0
	.endm

#endif
