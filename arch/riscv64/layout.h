/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are, for assembly, C and the linker script. */
#ifndef CPIT_RISCV64_LAYOUT_H
#define CPIT_RISCV64_LAYOUT_H

#define KERNEL_BASE 0xffffffff80000000	/* linked here: the top 2 GiB ... */
#define RAM_BASE 0x80000000		/* ... loaded here */
#define KERNEL_OFFSET (KERNEL_BASE - RAM_BASE)
#define DIRECT_BASE 0xffffffc000000000	/* Sv39's upper half */
#define STACKS_BASE 0xffffffe000000000	/* kernel stacks, mapped one by one */
#define DEVICES_END 0x80000000		/* physical, below RAM */

#endif
