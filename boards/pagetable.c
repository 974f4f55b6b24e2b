/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Radix page tables of 512 entries, which both ISAs have; <arch/pte.h> knows
 * the entries.  One root, for the one address space there is.
 */
#include "board.h"
#include <arch/machine.h>
#include <arch/pte.h>

enum { PAGE = 4096 };

static uint64_t *root;
static int levels;

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
	return map(va, phys, 0, CPIT_PROT_WRITE);
}

static bool empty(const uint64_t *table)
{
	int i;

	for (i = 0; i < 512; i++)
		if (table[i])
			return false;
	return true;
}

/*
 * Frees the pages of [va, end) in `table' at `level', and each table below that
 * this leaves empty.  Skips what is not there, so that 8 GiB cost little.  The
 * depth of the recursion is the number of levels.
 */
static void unmap(uint64_t *table, int level, uintptr_t va, uintptr_t end)
{
	uintptr_t step = (uintptr_t)PAGE << (9 * level);

	while (va < end) {
		uint64_t *e = &table[(va / step) & 511];
		uintptr_t next = (va & ~(step - 1)) + step;
		uint64_t pte = *e;

		if (next > end)
			next = end;
		if (pte_present(pte) && level) {
			uint64_t *below = cpit_arch_direct(pte_phys(pte));

			unmap(below, level - 1, va, next);
			if (empty(below))
				*e = 0;
		} else {
			*e = 0;
		}
		if (pte_present(pte) && !*e)
			cpit_board_page_free(pte_phys(pte));
		va = next;
	}
}

void cpit_arch_unmap_range(uintptr_t va, uintptr_t end)
{
	unmap(root, levels - 1, va, end);
	cpit_arch_map_sync();
}
