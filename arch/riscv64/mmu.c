/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables, RISC-V privileged architecture 1.12, chapters 4.3 to 4.5.
 *
 *	0 .. 2^38 or 2^47		guests; empty at first
 *	0xffffffc0_00000000 + phys	direct map (first 128 GiB of physical)
 *	0xffffffe0_00000000		kernel stacks, with guards
 *	0xffffffff_80000000		kernel, runtime and module text, linked
 *
 * Sv48 where the CPU has it: Sv39's lower half holds 31 guarded memories.
 */
#include <arch/machine.h>
#include <string.h>

#include "csr.h"
#include "layout.h"

/* boards/board.h: a zeroed page, or 0 */
uint64_t cpit_board_page_alloc(void);
void cpit_board_page_free(uint64_t phys);

#define PTE_V 1ul
#define PTE_R 2ul
#define PTE_W 4ul
#define PTE_X 8ul
#define PTE_G 32ul
#define PTE_AD 0xc0ul		/* accessed, dirty: set by us, never by walks */

enum { PAGE = 4096 };

static uint64_t *root;
static int levels;		/* 3: Sv39, 4: Sv48 */

extern char __image_start[], __rodata_start[], __data_start[], __image_end[];

void *cpit_arch_direct(uint64_t phys)
{
	return (void *)(DIRECT_BASE + phys);
}

uint64_t cpit_arch_phys(const void *direct)
{
	return (uintptr_t)direct - DIRECT_BASE;
}

uint64_t cpit_arch_image_phys(const void *linked)
{
	return (uintptr_t)linked - KERNEL_OFFSET;
}

static uint64_t pte_phys(uint64_t pte)
{
	return (pte >> 10 << 12) & ((1ul << 56) - 1);
}

/*
 * The entry for va at `level' (0: 4 KiB, 1: 2 MiB, ...); NULL when a table is
 * missing and may not, or cannot, be made.
 */
static uint64_t *entry(uintptr_t va, int level, bool make)
{
	uint64_t *table = root;
	int l;

	for (l = levels - 1; ; l--) {
		uint64_t *e = &table[(va >> (12 + 9 * l)) & 511];
		uint64_t page;

		if (l == level)
			return e;
		if (!(*e & PTE_V)) {
			page = make ? cpit_board_page_alloc() : 0;
			if (!page)
				return NULL;
			*e = page >> 12 << 10 | PTE_V;
		}
		table = cpit_arch_direct(pte_phys(*e));
	}
}

static bool map(uintptr_t va, uint64_t phys, int level, uint64_t prot)
{
	uint64_t *e = entry(va, level, true);

	if (e)
		*e = phys >> 12 << 10 | prot | PTE_AD | PTE_V;
	return e;
}

/* [va, va + size) with the largest pages that fit. */
static void map_range(uintptr_t va, uint64_t phys, uint64_t size, uint64_t prot)
{
	while (size) {
		int level = 2;
		uint64_t step;

		while (level && (((va | phys) & ((PAGE << (9 * level)) - 1)) ||
				 size < ((uint64_t)PAGE << (9 * level))))
			level--;
		step = (uint64_t)PAGE << (9 * level);
		map(va, phys, level, prot | PTE_G);
		va += step;
		phys += step;
		size -= step;
	}
}

static void map_image(const char *start, const char *end, uint64_t prot)
{
	map_range((uintptr_t)start, (uintptr_t)start - KERNEL_OFFSET,
		  (uint64_t)(end - start), prot);
}

void cpit_arch_mmu_init(uint64_t ram, uint64_t ram_end)
{
	uint64_t image = (uintptr_t)__image_start - KERNEL_OFFSET;
	uint64_t image_end = (uintptr_t)__image_end - KERNEL_OFFSET;
	uint64_t satp = csr_read(satp);

	levels = (satp & (15ul << 60)) == SATP_SV48 ? 4 : 3;
	root = cpit_arch_direct(cpit_board_page_alloc());
	map_image(__image_start, __rodata_start, PTE_R | PTE_X);
	map_image(__rodata_start, __data_start, PTE_R);
	map_image(__data_start, __image_end, PTE_R | PTE_W);
	/* The image has no second, writable address (W^X). */
	map_range(DIRECT_BASE + ram, ram, image - ram, PTE_R | PTE_W);
	map_range(DIRECT_BASE + image_end, image_end, ram_end - image_end,
		  PTE_R | PTE_W);
	map_range(DIRECT_BASE, 0, DEVICES_END, PTE_R | PTE_W);
	satp = (satp & (15ul << 60)) | cpit_arch_phys(root) >> 12;
	csr_write(satp, satp);
	__asm__ volatile("sfence.vma" : : : "memory");
}

uintptr_t cpit_arch_stack_space(void)
{
	return STACKS_BASE;
}

uintptr_t cpit_arch_guest_end(void)
{
	return 1ul << (levels == 4 ? 47 : 38);
}

bool cpit_arch_map(uintptr_t va, uint64_t phys)
{
	return map(va, phys, 0, PTE_R | PTE_W);
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
		if ((pte & PTE_V) && level) {
			uint64_t *below = cpit_arch_direct(pte_phys(pte));

			unmap(below, level - 1, va, next);
			if (empty(below))
				*e = 0;
		} else {
			*e = 0;
		}
		if ((pte & PTE_V) && !*e)
			cpit_board_page_free(pte_phys(pte));
		va = next;
	}
}

void cpit_arch_unmap_range(uintptr_t va, uintptr_t end)
{
	unmap(root, levels - 1, va, end);
	cpit_arch_map_sync();
}

void cpit_arch_map_sync(void)
{
	__asm__ volatile("sfence.vma" : : : "memory");
}

const char *cpit_arch_mmu_name(void)
{
	return levels == 4 ? "Sv48" : "Sv39";
}
