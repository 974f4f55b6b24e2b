/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are, for assembly, C and the linker script. */
#ifndef CPIT_X86_64_LAYOUT_H
#define CPIT_X86_64_LAYOUT_H

#define LOAD_BASE 0x100000		/* physical, where PVH images go */
#define KERNEL_OFFSET 0xffffffff80000000 /* link address less physical */
#define KERNEL_BASE (KERNEL_OFFSET + LOAD_BASE)
#define DIRECT_BASE 0xffff800000000000	/* first of the upper half */
#define STACKS_BASE 0xffffe00000000000	/* kernel stacks, mapped one by one */
#define LOW_END 0x100000000		/* RAM and devices below 4 GiB */
#define START_PAGE 0x8000		/* physical: where other CPUs start */

#define SEL_CODE 8			/* GDT selectors */
#define SEL_DATA 16
#define SEL_TSS 24
#define SEL_CODE32 24			/* while booting */

#endif
