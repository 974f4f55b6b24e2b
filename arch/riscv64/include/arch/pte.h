/* SPDX-License-Identifier: Apache-2.0 */
/* Page table entries (RISC-V privileged architecture 1.12, 4.4.1). */
#ifndef CPIT_ARCH_PTE_H
#define CPIT_ARCH_PTE_H

#include <arch/machine.h>
#include <stdbool.h>
#include <stdint.h>

#define PTE_V 1ul
#define PTE_R 2ul
#define PTE_W 4ul
#define PTE_X 8ul
#ifndef CPIT_TEST_NO_USER
#define PTE_U 16ul
#else				/* negative control: the host's, too */
#define PTE_U 0
#endif
#define PTE_G 32ul
#define PTE_AD 0xc0ul		/* accessed, dirty: set by us, never by walks */
#define PTE_LATER 0x100ul		/* for software: memory, whose page comes later */

/* Levels whose entries can map memory themselves: 4 KiB, 2 MiB, 1 GiB. */
#define PTE_LEAF_LEVELS 3

static inline uint64_t pte_leaf(uint64_t phys, unsigned prot, int level)
{
	(void)level;
	return phys >> 12 << 10 | PTE_V | PTE_R | PTE_AD |
	       (prot & CPIT_PROT_WRITE ? PTE_W : 0) |
	       (prot & CPIT_PROT_EXEC ? PTE_X : 0) |
	       (prot & CPIT_PROT_USER ? PTE_U : 0) |
	       (prot & CPIT_PROT_GLOBAL ? PTE_G : 0);
}

static inline uint64_t pte_table(uint64_t phys)
{
	return phys >> 12 << 10 | PTE_V;
}

static inline bool pte_present(uint64_t pte)
{
	return pte & PTE_V;
}

static inline bool pte_writable(uint64_t pte)
{
	return pte & PTE_W;
}

static inline uint64_t pte_phys(uint64_t pte)
{
	return (pte >> 10 << 12) & ((1ul << 56) - 1);
}

#endif
