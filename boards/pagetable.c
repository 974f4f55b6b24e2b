/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Radix page tables of 512 entries, which both ISAs have; <arch/pte.h> knows
 * the entries.  One root, for the one address space there is, on all CPUs.
 *
 * Another CPU may remember what is unmapped: a guest that ran there, or its
 * walker on its own account.  So nothing that was unmapped, page or table, goes
 * back to the allocator before every CPU has flushed (cpit_arch_unmap_sync), nor
 * may the addresses be given to somebody else before (vspace.c).
 */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>
#include <arch/pte.h>

enum { PAGE = 4096 };

static uint32_t lock;
static uint64_t *root;
static int levels;
static uint64_t gone;		/* unmapped: a list through the first words */

uint64_t cpit_pagetable_new(int nlevels)
{
	uint64_t phys = cpit_board_page_alloc();

	if (!phys)
		cpit_embed_panic("no memory for page tables", 0, 0, 0);
	levels = nlevels;
	root = cpit_arch_direct(phys);
	return phys;
}

/*
 * The entry for va at `level' (0: 4 KiB, 1: 2 MiB, ...); NULL when there is no
 * memory for a table on the way.
 */
static uint64_t *entry(uintptr_t va, int level)
{
	uint64_t *table = root;
	int l;

	for (l = levels - 1; ; l--) {
		uint64_t *e = &table[(va >> (12 + 9 * l)) & 511];
		uint64_t page;

		if (l == level)
			return e;
		if (!pte_present(*e)) {
			page = cpit_board_page_alloc();
			if (!page)
				return NULL;
			*e = pte_table(page);
		}
		table = cpit_arch_direct(pte_phys(*e));
	}
}

static bool map(uintptr_t va, uint64_t phys, int level, unsigned prot)
{
	uint64_t *e = entry(va, level);

	if (e)
		*e = pte_leaf(phys, prot, level);
	return e;
}

void cpit_pagetable_map(uintptr_t va, uint64_t phys, uint64_t size,
			unsigned prot)
{
	while (size) {
		int level = PTE_LEAF_LEVELS - 1;
		uint64_t step;

		for (;; level--) {
			step = (uint64_t)PAGE << (9 * level);
			if (!((va | phys) & (step - 1)) && size >= step)
				break;
		}
		if (!map(va, phys, level, prot | CPIT_PROT_GLOBAL))
			cpit_embed_panic("no memory for page tables", 0, va, 0);
		va += step;
		phys += step;
		size -= step;
	}
}

bool cpit_arch_map(uintptr_t va, uint64_t phys)
{
	bool ok;

	board_lock(&lock);
	ok = map(va, phys, 0, CPIT_PROT_WRITE);
	board_unlock(&lock);
	return ok;
}

void cpit_arch_protect(uintptr_t va, uintptr_t end, unsigned prot)
{
	board_lock(&lock);
	for (; va < end; va += PAGE) {
		uint64_t *e = entry(va, 0);

		*e = pte_leaf(pte_phys(*e), prot, 0);
	}
	cpit_arch_unmap_sync();
	board_unlock(&lock);
}

static bool empty(const uint64_t *table)
{
	int i;

	for (i = 0; i < 512; i++)
		if (table[i])
			return false;
	return true;
}

/* In a table the link is an entry that is not present: pages are aligned. */
static void put_aside(uint64_t phys)
{
	*(uint64_t *)cpit_arch_direct(phys) = gone;
	gone = phys;
}

/*
 * Puts aside the pages of [va, end), which is in `table' at `level', and each
 * table below that this leaves empty.  Skips what is not there, so that 8 GiB
 * cost little.  The depth of the recursion is the number of levels.
 */
static void unmap(uint64_t *table, int level, uintptr_t va, uintptr_t end)
{
	int shift = 12 + 9 * level;
	uint64_t *e = &table[va >> shift & 511];
	uint64_t *last = &table[(end - 1) >> shift & 511];
	uint64_t *first = e;

	for (; e <= last; e++) {
		uint64_t pte = *e;

		if (!pte)
			continue;
		if (level) {
			uintptr_t from = ((va >> shift) + (uintptr_t)(e - first))
					 << shift;
			uintptr_t to = from + ((uintptr_t)1 << shift);
			uint64_t *below = cpit_arch_direct(pte_phys(pte));
			bool whole = from >= va && to <= end;

			unmap(below, level - 1, from < va ? va : from,
			      to > end ? end : to);
			if (!whole && !empty(below))
				continue;
		}
		*e = 0;
		if (pte_present(pte))
			put_aside(pte_phys(pte));
	}
}

void cpit_arch_unmap_range(uintptr_t va, uintptr_t end)
{
	board_lock(&lock);
	unmap(root, levels - 1, va, end);
	cpit_arch_unmap_sync();
	while (gone) {
		uint64_t phys = gone;

		gone = *(uint64_t *)cpit_arch_direct(phys);
		cpit_board_page_free(phys);
	}
	board_unlock(&lock);
}
