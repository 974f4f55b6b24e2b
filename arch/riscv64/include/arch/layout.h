/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things are, for assembly, C and the linker script.  Nothing is in the
 * top 2 GiB: a guest whose memory is at 0 may get there (mmu.c).
 */
#ifndef CPIT_ARCH_LAYOUT_H
#define CPIT_ARCH_LAYOUT_H

#ifdef CPIT_TEST_TOP			/* negative control */
#define KERNEL_BASE 0xffffffff80000000
#else
#define KERNEL_BASE 0xfffffff000000000	/* text and constants linked here, ... */
#endif
#define DATA_BASE (KERNEL_BASE + 0x40000000) /* ... data here, as far up as ... */
#define RAM_BASE 0x80000000		/* ... it is above this */
#define DATA_OFFSET (DATA_BASE - RAM_BASE) /* link address less physical */
#define LOAD_BASE RAM_BASE		/* of an ELF file's first byte, ... */
#define SBI_LOAD_BASE 0x80200000	/* ... above OpenSBI */
#define DIRECT_BASE 0xffffffc000000000	/* Sv39's upper half */
#define STACKS_BASE 0xffffffe000000000	/* kernel stacks, mapped one by one */
#define DEVICES_END 0x20000000		/* physical; flash begins here */

#endif
