/* SPDX-License-Identifier: Apache-2.0 */
/* Page table entries (Intel SDM vol. 3, 4.5, four-level paging). */
#ifndef CPIT_ARCH_PTE_H
#define CPIT_ARCH_PTE_H

#include <arch/machine.h>
#include <stdbool.h>
#include <stdint.h>

#define PTE_P 1ul
#define PTE_W 2ul
#ifndef CPIT_TEST_NO_USER
#define PTE_US 4ul		/* the user's, if all of a walk says so */
#else				/* negative control: the host's, too */
#define PTE_US 0
#endif
#define PTE_PWT_PCD 0x18ul	/* uncached, for devices */
#define PTE_AD 0x60ul		/* accessed, dirty */
#define PTE_PS 0x80ul		/* a leaf above the lowest level */
#define PTE_G 0x100ul
#define PTE_LATER 0x200ul	/* for software: memory, whose page comes later */
#define PTE_NX (1ul << 63)

/* 4 KiB and 2 MiB; not every CPU has pages of 1 GiB. */
#define PTE_LEAF_LEVELS 2

static inline uint64_t pte_leaf(uint64_t phys, unsigned prot, int level)
{
	return phys | PTE_P | PTE_AD | (level ? PTE_PS : 0) |
	       (prot & CPIT_PROT_WRITE ? PTE_W : 0) |
	       (prot & CPIT_PROT_EXEC ? 0 : PTE_NX) |
	       (prot & CPIT_PROT_DEVICE ? PTE_PWT_PCD : 0) |
	       (prot & CPIT_PROT_USER ? PTE_US : 0) |
	       (prot & CPIT_PROT_GLOBAL ? PTE_G : 0);
}

static inline uint64_t pte_table(uint64_t phys)
{
	return phys | PTE_P | PTE_W | PTE_US;
}

static inline bool pte_present(uint64_t pte)
{
	return pte & PTE_P;
}

static inline bool pte_writable(uint64_t pte)
{
	return pte & PTE_W;
}

static inline uint64_t pte_phys(uint64_t pte)
{
	return pte & 0x000ffffffffff000;
}

#endif
