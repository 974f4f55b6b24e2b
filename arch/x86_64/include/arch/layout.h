/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are, for assembly, C and the linker script. */
#ifndef CPIT_ARCH_LAYOUT_H
#define CPIT_ARCH_LAYOUT_H

#define KERNEL_BASE 0xffffffff80000000	/* text and constants linked here */
#define DATA_BASE 0xffffffffc0000000	/* data here, in the first GiB of RAM */
#define DATA_OFFSET DATA_BASE		/* link address less physical */
#define LOAD_BASE 0x200000		/* physical, where PVH images go */
#define DIRECT_BASE 0xffff800000000000	/* first of the upper half */
#define STACKS_BASE 0xffffe00000000000	/* kernel stacks, mapped one by one */
#define START_PAGE 0x8000		/* physical: where other CPUs start */

#define SEL_CODE 8			/* GDT selectors */
#define SEL_DATA 16
#define SEL_TSS 24
#define SEL_CODE32 24			/* while booting */

#endif
