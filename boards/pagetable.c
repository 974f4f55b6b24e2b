/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Radix page tables of 512 entries, which both ISAs have; <arch/pte.h> knows
 * the entries.  One root is the kernel's, and on every CPU unless a guest's is
 * loaded: a space, which has its own lowest entries and copies of all others
 * (S1), so that what is not below them is one for all.
 *
 * Another CPU may remember what is unmapped: a guest that ran there, or its
 * walker on its own account.  So nothing that was unmapped, page or table, goes
 * back to the allocator before every CPU has flushed (cpit_arch_unmap_sync), nor
 * may the addresses be given to somebody else before (vspace.c).
 *
 * An entry that is PTE_LATER stands for memory whose pages come when they are
 * first touched, by the fault handler, without the lock: of as many pages as a
 * table or a page in its place would map.  The lock is for all other changes:
 *
 *	nothing -> PTE_LATER, a page, a table	under the lock
 *	PTE_LATER -> a page, a table		by anybody, in one exchange
 *	anything -> nothing			under the lock
 *
 * so that a table with memory in it is never empty, and stays while somebody may
 * add to it.  Who goes through the tables without the lock says so in `walking';
 * no table is given back before everybody was seen outside.
 */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>
#include <arch/pte.h>

enum { PAGE = 4096 };

static uint32_t lock;
static uint64_t *root;
static uintptr_t direct;	/* of physical 0, for the walk: nothing is called */
static int levels;
static struct cpit_space *spaces;
static struct cpit_space *loaded[CPIT_CPUS_MAX];	/* NULL: the kernel's */
static uint64_t gone;		/* unmapped: a list through the first words */
static struct {
	uint32_t now;
} __attribute__((aligned(64))) walking[CPIT_CPUS_MAX];	/* a cache line each */

struct cpit_space {
	struct cpit_space *next;
	uint64_t *root;
	uintptr_t from, end;		/* what its own addresses show */
};

/* S1, where the kernel's entries from va's on to that of `last' have changed. */
static void share(uintptr_t va, uintptr_t last)
{
	int shift = 12 + 9 * (levels - 1);
	struct cpit_space *s;
	size_t i;

	for (s = spaces; s; s = s->next)
		for (i = va >> shift & 511; i <= (last >> shift & 511); i++)
			s->root[i] = root[i];
}

uint64_t cpit_pagetable_new(int nlevels)
{
	uint64_t phys = cpit_board_page_alloc();

	if (!phys)
		cpit_embed_panic("no memory for page tables", 0, 0, 0);
	levels = nlevels;
	direct = (uintptr_t)cpit_arch_direct(0);
	root = cpit_arch_direct(phys);
	return phys;
}

/*
 * The entry for va at `level' (0: 4 KiB, 1: 2 MiB, ...) below a root; NULL when
 * there is no memory for a table on the way.
 */
static uint64_t *entry(uint64_t *table, uintptr_t va, int level)
{
	bool kernel = table == root;
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
			__atomic_store_n(e, pte_table(page), __ATOMIC_RELEASE);
			if (kernel && l == levels - 1)
				share(va, va);
		}
		table = cpit_arch_direct(pte_phys(*e));
	}
}

void cpit_pagetable_map(uintptr_t va, uint64_t phys, uint64_t size,
			unsigned prot)
{
	while (size) {
		int level = PTE_LEAF_LEVELS - 1;
		uint64_t step, *e;

		for (;; level--) {
			step = (uint64_t)PAGE << (9 * level);
			if (!((va | phys) & (step - 1)) && size >= step)
				break;
		}
		e = entry(root, va, level);
		if (!e)
			cpit_embed_panic("no memory for page tables", 0, va, 0);
		*e = pte_leaf(phys, prot | CPIT_PROT_GLOBAL, level);
		va += step;
		phys += step;
		size -= step;
	}
}

bool cpit_arch_mark(uintptr_t va, uintptr_t end)
{
	uint64_t *e = NULL;

	board_lock(&lock);
	while (va < end) {
		int level = levels - 1, shift;

		do
			shift = 12 + 9 * --level;
		while (va & ((1ul << shift) - 1) || end - va < 1ul << shift);
		e = entry(root, va, level);
		if (!e)
			break;
		do {			/* as far as this table goes */
			__atomic_store_n(e++, PTE_LATER, __ATOMIC_RELEASE);
			va += 1ul << shift;
		} while (end - va >= 1ul << shift && va >> shift & 511);
	}
	board_unlock(&lock);
	return va >= end;
}

/* The entry where the walk for va ends: a page's, or what is in its place. */
static inline uint64_t *last_entry(uintptr_t va, int *shift)
{
	uint64_t *table = root, *e, pte;

	for (*shift = 3 + 9 * levels;; *shift -= 9) {
		e = &table[va >> *shift & 511];
		pte = __atomic_load_n(e, __ATOMIC_RELAXED);
		if (*shift == 12 || !pte_present(pte))
			return e;
		table = (uint64_t *)(direct + pte_phys(pte));
	}
}

/* What PTE_LATER promised: a page, or a table of as many promises. */
static enum cpit_given keep_promise(uint64_t *e, bool table)
{
	uint64_t phys = cpit_board_page_alloc(), later = PTE_LATER, *p;
	unsigned i;

	if (!phys)
		return CPIT_NOT_GIVEN;
	p = cpit_arch_direct(phys);
	for (i = 0; table && i < 512; i++)
		p[i] = PTE_LATER;
	if (__atomic_compare_exchange_n(e, &later,
					table ? pte_table(phys)
					      : pte_leaf(phys, CPIT_PROT_WRITE, 0),
					false, __ATOMIC_RELEASE,
					__ATOMIC_RELAXED))
		return CPIT_GIVEN;
	cpit_board_page_free(phys);	/* another CPU was first */
	return CPIT_GIVEN_BEFORE;
}

/* Apart, for the walk of a fault that is none of ours to be short. */
__attribute__((noinline))
static enum cpit_given keep_promises(uintptr_t va)
{
	enum cpit_given given;
	uint64_t *e, pte;
	int shift;

	do {
		e = last_entry(va, &shift);
		pte = __atomic_load_n(e, __ATOMIC_RELAXED);
		if (pte_present(pte))
			return CPIT_GIVEN_BEFORE;
		given = pte == PTE_LATER ? keep_promise(e, shift > 12)
					 : CPIT_NOT_GIVEN;
	} while (given && shift > 12);
	return given;
}

enum cpit_given cpit_arch_give(uintptr_t va, bool ask)
{
	uint32_t *self = &walking[cpit_arch_cpu()].now;
	enum cpit_given given = CPIT_NOT_GIVEN;
	uint64_t pte;
	int shift;

	__atomic_fetch_add(self, 1, __ATOMIC_SEQ_CST);
	pte = __atomic_load_n(last_entry(va, &shift), __ATOMIC_RELAXED);
	if (pte_present(pte) && pte_writable(pte))
		given = CPIT_GIVEN_BEFORE;
	else if (pte == PTE_LATER && !ask)
		given = keep_promises(va);
	__atomic_fetch_sub(self, 1, __ATOMIC_RELEASE);
	return given;
}

void cpit_arch_protect(uintptr_t va, uintptr_t end, unsigned prot)
{
	board_lock(&lock);
	for (; va < end; va += PAGE) {
		uint64_t *e = entry(root, va, 0);

		*e = pte_leaf(pte_phys(*e), prot, 0);
	}
	cpit_arch_unmap_sync();
	board_unlock(&lock);
}

enum { EIGHT = 8 };	/* entries at a time: most of a table is nothing */

static bool nothing(const uint64_t *e)
{
	return !(e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]);
}

static bool empty(const uint64_t *table)
{
	int i;

	for (i = 0; i < 512; i += EIGHT)
		if (!nothing(table + i))
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
 * Unmaps the pages of [va, end), which is in `table' at `level', and puts aside
 * those that are `owned', and each table below that this leaves empty.  Skips
 * what is not there, so that 8 GiB cost little.  The depth of the recursion is
 * the number of levels.
 */
static void unmap(uint64_t *table, int level, uintptr_t va, uintptr_t end,
		  bool owned)
{
	int shift = 12 + 9 * level;
	uint64_t *e = &table[va >> shift & 511];
	uint64_t *last = &table[(end - 1) >> shift & 511];
	uint64_t *first = e;

	for (; e <= last; e++) {
		uint64_t pte;

		while (last - e >= EIGHT && nothing(e))
			e += EIGHT;
		pte = *e;
		if (!pte)
			continue;
		if (level && pte_present(pte)) {
			uintptr_t from = ((va >> shift) + (uintptr_t)(e - first))
					 << shift;
			uintptr_t to = from + ((uintptr_t)1 << shift);
			uint64_t *below = cpit_arch_direct(pte_phys(pte));
			bool whole = from >= va && to <= end;

			unmap(below, level - 1, from < va ? va : from,
			      to > end ? end : to, owned);
			if (!whole && !empty(below))
				continue;
		}
		pte = __atomic_exchange_n(e, 0, __ATOMIC_ACQ_REL);
		if (pte_present(pte) && (level || owned))
			put_aside(pte_phys(pte));
	}
}

/* What was put aside, when no CPU knows of it any more. */
static void give_back(void)
{
	unsigned i;

	cpit_arch_unmap_sync();
	for (i = 0; i < CPIT_CPUS_MAX; i++)
		while (__atomic_load_n(&walking[i].now, __ATOMIC_SEQ_CST))
			;
	while (gone) {
		uint64_t phys = gone;

		gone = *(uint64_t *)cpit_arch_direct(phys);
		cpit_board_page_free(phys);
	}
}

void cpit_arch_unmap_range(uintptr_t va, uintptr_t end)
{
	board_lock(&lock);
	unmap(root, levels - 1, va, end, true);
	share(va, end - 1);
	give_back();
	board_unlock(&lock);
}

/* ----------------------------------------------------------- address spaces */

struct cpit_space *cpit_space_new(uintptr_t from, uintptr_t end)
{
	struct cpit_space *s = cpit_embed_alloc(sizeof(*s));
	uint64_t phys = s ? cpit_board_page_alloc() : 0;

	if (!phys) {
		if (s)
			cpit_embed_free(s, sizeof(*s));
		return NULL;
	}
	*s = (struct cpit_space){ NULL, cpit_arch_direct(phys), from, end };
	board_lock(&lock);
	s->next = spaces;
	spaces = s;
	share(cpit_arch_own_end(), UINTPTR_MAX);
	board_unlock(&lock);
	return s;
}

/* That it is loaded nowhere is the caller's to know (rt/store.h, A5). */
void cpit_space_free(struct cpit_space *s)
{
	struct cpit_space **link = &spaces;
	unsigned i;

	for (i = 0; i < CPIT_CPUS_MAX; i++)
		if (__atomic_load_n(&loaded[i], __ATOMIC_SEQ_CST) == s)
			cpit_embed_panic("address space of a guest that runs",
					 0, s->from, 0);
	board_lock(&lock);
	while (*link != s)
		link = &(*link)->next;
	*link = s->next;
	unmap(s->root, levels - 1, 0, s->end - s->from, false);
	put_aside(cpit_arch_phys(s->root));
	give_back();
	board_unlock(&lock);
	cpit_embed_free(s, sizeof(*s));
}

enum cpit_given cpit_space_give(struct cpit_space *s, uintptr_t at)
{
	enum cpit_given given;
	uint64_t *e;
	int level;

	given = at < s->end - s->from ? cpit_arch_give(s->from + at, false)
				      : CPIT_NOT_GIVEN;
	e = given ? entry(s->root, at, 0) : NULL;
	if (!e || pte_present(*e))
		return CPIT_NOT_GIVEN;	/* it is a right that was missed */
	*e = pte_leaf(pte_phys(*last_entry(s->from + at, &level)),
		      CPIT_PROT_WRITE | CPIT_PROT_USER, 0);
	return given;
}

/* No lock: who holds it may be one of those that are to stop. */
void cpit_pagetable_cut(void)
{
	const struct cpit_space *s;
	unsigned i;

	for (i = 0; i < 512; i++) {
		root[i] = 0;
		for (s = spaces; s; s = s->next)
			s->root[i] = 0;
	}
}

struct cpit_space *cpit_space_loaded(void)
{
	return loaded[cpit_arch_cpu()];
}

void cpit_space_load(struct cpit_space *s)
{
	__atomic_store_n(&loaded[cpit_arch_cpu()], s, __ATOMIC_SEQ_CST);
	cpit_arch_root_set(cpit_arch_phys(s ? s->root : root));
}
