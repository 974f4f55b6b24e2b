/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages, one byte each in a map; address space of which pages are mapped when
 * they are first touched; and the hooks about both.
 */
#include "kernel.h"

enum { PAGES = 16384, AREAS = 64 };
#define SPACE_START (1ul << 39)
#define SPACE_END (1ul << 47)

static uint8_t ram[PAGES][PAGE] __attribute__((aligned(PAGE)));
static bool taken[PAGES];
static size_t used;
static struct lock page_lock;

void *memset(void *p, int c, size_t n);

uintptr_t lock(struct lock *l)
{
	uintptr_t flags = irq_save();

	while (__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE))
		;
	return flags;
}

void unlock(struct lock *l, uintptr_t flags)
{
	__atomic_store_n(&l->held, 0, __ATOMIC_RELEASE);
	irq_restore(flags);
}

static bool run_free(size_t at, size_t n)
{
	while (n--)
		if (taken[at + n])
			return false;
	return true;
}

void *page_alloc(size_t n)
{
	uintptr_t flags = lock(&page_lock);
	uint8_t *p = NULL;
	static size_t hint;
	size_t i, at;

	for (i = 0; i < PAGES && !p && n <= PAGES; i++) {
		at = (hint + i) % PAGES;
		if (at + n > PAGES || !run_free(at, n))
			continue;
		p = ram[at];
		hint = at + n;
		memset(taken + at, 1, n);
		used += n;
	}
	unlock(&page_lock, flags);
	if (p)
		memset(p, 0, n * PAGE);
	return p;
}

void page_free(void *p, size_t n)
{
	uintptr_t flags = lock(&page_lock);

	memset(taken + ((uint8_t (*)[PAGE])p - ram), 0, n);
	used -= n;
	unlock(&page_lock, flags);
}

size_t pages_used(void)
{
	return used;
}

static size_t pages_of(size_t size)
{
	return (size + PAGE - 1) / PAGE;
}

void *cpit_embed_alloc(size_t size)
{
	return page_alloc(pages_of(size));
}

void cpit_embed_free(void *p, size_t size)
{
	page_free(p, pages_of(size));
}

/* --------------------------------------------------------- address space */

/* Reserved; of it [start, committed) may be touched.  Addresses are not reused. */
static struct area {
	uintptr_t start, end;
	struct {
		uintptr_t start, end;
	} may[8];
	unsigned n;
} areas[AREAS];
static uintptr_t next_area = SPACE_START;
static struct lock area_lock;
uint64_t mapped_lazily;
bool no_space;
size_t table_pages;

static struct area *area_of(uintptr_t addr)
{
	struct area *a;

	for (a = areas; a < areas + AREAS; a++)
		if (addr >= a->start && addr < a->end)
			return a;
	return NULL;
}

void *cpit_embed_reserve(size_t size)
{
	struct area *a;
	uintptr_t flags;

	if (!has_mmu || no_space)
		return NULL;
	flags = lock(&area_lock);
	for (a = areas; a < areas + AREAS && a->end; a++)
		;
	if (a == areas + AREAS || size > SPACE_END - next_area) {
		unlock(&area_lock, flags);
		return NULL;
	}
	a->start = next_area;
	a->end = next_area + size;
	a->n = 0;
	next_area = a->end + PAGE;
	unlock(&area_lock, flags);
	return (void *)a->start;
}

/* As for LATER, whatever is asked: nothing here is short of pages. */
bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how)
{
	uintptr_t at = (uintptr_t)p, flags = lock(&area_lock);
	struct area *a = area_of(at);
	bool good = a && a->n < 8;

	if (how == CPIT_COMMIT_TOUCH || how == CPIT_COMMIT_ASK) {
		unlock(&area_lock, flags);
		return good;
	}
	if (good && a->n && a->may[a->n - 1].end == at) {
		a->may[a->n - 1].end += size;
	} else if (good) {
		a->may[a->n].start = at;
		a->may[a->n++].end = at + size;
	}
	unlock(&area_lock, flags);
	return good;
}

void cpit_embed_release(void *p, size_t size)
{
	uintptr_t flags = lock(&area_lock), at, page;
	struct area *a = area_of((uintptr_t)p);
	unsigned i;

	if (!a || a->start != (uintptr_t)p || a->end != a->start + size)
		cpit_embed_panic("a release that is none", 0, (uintptr_t)p, 0);
	for (i = 0; i < a->n; i++) {
		for (at = a->may[i].start; at < a->may[i].end; at += PAGE) {
			page = machine_unmap(at);
			if (page)
				page_free((void *)page, 1);
		}
	}
	machine_flush();
	a->start = a->end = 0;
	unlock(&area_lock, flags);
}

/* The kernel's own page-fault handling, of wasm's memory and of its own. */
bool cpit_embed_fault(uintptr_t addr)
{
	uintptr_t flags;
	struct area *a;
	bool mine = false;
	unsigned i;
	void *page;

	if (addr < SPACE_START || addr >= SPACE_END)
		return false;
	flags = lock(&area_lock);
	a = area_of(addr);
	for (i = 0; a && i < a->n; i++)
		mine |= addr >= a->may[i].start && addr < a->may[i].end;
	page = mine ? page_alloc(1) : NULL;
	if (page) {
		machine_map(addr & ~(uintptr_t)(PAGE - 1), (uintptr_t)page);
		machine_flush();
		mapped_lazily++;
	}
	unlock(&area_lock, flags);
	return page;
}

unsigned protected_heap;

/* Of a loaded module, all of whose pages have been written to. */
bool cpit_embed_protect(void *p, size_t size, bool exec)
{
	uintptr_t at = (uintptr_t)p, end = at + size;

	if (!area_of(at))
		protected_heap++;
	else
		for (; at < end; at += PAGE)
			machine_protect(at, exec);
	machine_flush();
	return true;
}
