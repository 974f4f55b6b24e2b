/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are, for assembly, C and the linker script. */
#ifndef CPIT_RISCV64_LAYOUT_H
#define CPIT_RISCV64_LAYOUT_H

#define KERNEL_BASE 0xffffffff80000000	/* text and constants linked here, ... */
#define DATA_BASE 0xffffffffc0000000	/* ... data here, as far up as it is ... */
#define RAM_BASE 0x80000000		/* ... above this */
#define DATA_OFFSET (DATA_BASE - RAM_BASE) /* link address less physical */
#define LOAD_BASE RAM_BASE		/* of an ELF file's first byte, ... */
#define SBI_LOAD_BASE 0x80200000	/* ... above OpenSBI */
#define DIRECT_BASE 0xffffffc000000000	/* Sv39's upper half */
#define STACKS_BASE 0xffffffe000000000	/* kernel stacks, mapped one by one */
#define DEVICES_END 0x20000000		/* physical; flash begins here */

#endif
