/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address space for guests: reservations in the low half, first fit, with a
 * page of nothing between them, so that no guard is ever somebody's memory.
 */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>

enum { PAGE = 4096 };

struct region {
	struct region *next;		/* by address */
	uintptr_t start, end;
	struct cpit_space *space;	/* where it is seen at 0, or NULL; ... */
	uintptr_t seen;			/* ... from here on */
};

static uint32_t lock;
static struct region *regions;
static unsigned nspaces;
static uintptr_t first, limit;
static uint64_t reserved;

void cpit_board_vspace_init(uintptr_t start, uintptr_t end)
{
	first = start;
	limit = end;
}

/* The first gap for r, which gets its place; false when there is none. */
static bool insert(struct region *r, size_t size)
{
	struct region **link = &regions;
	uintptr_t at = first;

	for (; *link; link = &(*link)->next) {
		if ((*link)->start - at > size)
			break;
		at = (*link)->end + PAGE;
	}
	if (at > limit || size > limit - at)
		return false;
	r->start = at;
	r->end = at + size;
	r->next = *link;
	*link = r;
	reserved += size;
	return true;
}

void *cpit_embed_reserve(size_t size)
{
	struct region *r = cpit_embed_alloc(sizeof(*r));
	bool fits;

	if (!r)
		return NULL;
	board_lock(&lock);
	fits = insert(r, size);
	board_unlock(&lock);
	if (fits)
		return (void *)r->start;
	cpit_embed_free(r, sizeof(*r));
	return NULL;
}

static uint64_t touched;	/* pages that came at their first touch */

/* Gives all pages from `start' to `end' that are not there yet. */
static bool back(uintptr_t start, uintptr_t end, bool count)
{
	uintptr_t at = start & ~(uintptr_t)(PAGE - 1);
	enum cpit_given given = CPIT_GIVEN_BEFORE;
	bool any = false;

	for (; at < end && given; at += PAGE) {
		given = cpit_arch_give(at, false);
		any |= given == CPIT_GIVEN;
		if (count && given == CPIT_GIVEN)
			__atomic_fetch_add(&touched, 1, __ATOMIC_RELAXED);
	}
	if (any)
		cpit_arch_map_sync();
	return given;
}

static bool all_given(uintptr_t at, uintptr_t end)
{
	for (at &= ~(uintptr_t)(PAGE - 1); at < end; at += PAGE)
		if (!cpit_arch_give(at, true))
			return false;
	return true;
}

static bool commit(uintptr_t start, uintptr_t end, bool now)
{
	if (cpit_arch_mark(start, end) && (!now || back(start, end, false)))
		return true;
	cpit_arch_unmap_range(start, end);
	return false;
}

/* The region of an address that somebody has reserved. */
static struct region *region_of(uintptr_t at)
{
	struct region *r;

	board_lock(&lock);
	for (r = regions; at < r->start || at >= r->end; r = r->next)
		;
	board_unlock(&lock);
	return r;
}

/* In its space, too; what there is no table for comes in a fault, or does not. */
static void show(uintptr_t at, uintptr_t end)
{
	const struct region *r = region_of(at);

	for (; r->space && at < end; at += PAGE)
		cpit_space_give(r->space, at - r->seen);
	cpit_arch_map_sync();
}

bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how)
{
	uintptr_t start = (uintptr_t)p, end = start + size;

	switch (how) {
	case CPIT_COMMIT_NOW:
		if (!commit(start, end, true))
			return false;
		if (nspaces)
			show(start, end);
		return true;
	case CPIT_COMMIT_LATER:
		return commit(start, end, false);
	case CPIT_COMMIT_TOUCH:
		return back(start, end, true);
	case CPIT_COMMIT_ASK:
		return all_given(start, end);
	}
	return false;
}

/* In the handler, of a guest's fault or of host code's. */
bool cpit_embed_fault(uintptr_t addr)
{
	enum cpit_given given;

	if (addr >= cpit_arch_guest_end())
		return false;
	if (addr >= first)
		given = cpit_arch_give(addr, false);
	else if (cpit_space_loaded())
		given = cpit_space_give(cpit_space_loaded(), addr);
	else
		return false;
	if (given == CPIT_GIVEN)
		__atomic_fetch_add(&touched, 1, __ATOMIC_RELAXED);
	if (given)
		cpit_arch_map_seen();
	return given;
}

bool cpit_embed_protect(void *p, size_t size, bool exec)
{
	/* Of the heap, when there never was an address: it has no pages of its own. */
	if ((uintptr_t)p >= cpit_arch_guest_end())
		return false;
	cpit_arch_protect((uintptr_t)p, (uintptr_t)p + size,
			  exec ? CPIT_PROT_EXEC : 0);
	return true;
}

static struct region *take_out(uintptr_t start, uintptr_t end)
{
	struct region **link = &regions, *r;

	while (*link && (*link)->start != start)
		link = &(*link)->next;
	r = *link;
	if (!r || r->end != end)
		return NULL;
	*link = r->next;
	reserved -= end - start;
	return r;
}

/* Empty, for all CPUs, before anybody else may get the addresses. */
void cpit_embed_release(void *p, size_t size)
{
	uintptr_t start = (uintptr_t)p;
	struct region *r;

	if (nspaces && region_of(start)->space) {
		cpit_space_free(region_of(start)->space);
		__atomic_fetch_sub(&nspaces, 1, __ATOMIC_RELAXED);
	}
	cpit_arch_unmap_range(start, start + size);
	board_lock(&lock);
	r = take_out(start, start + size);
	board_unlock(&lock);
	if (!r)
		cpit_embed_panic("release of what was not reserved", 0, start, 0);
	cpit_embed_free(r, sizeof(*r));
}

uint64_t cpit_board_touched(void)
{
	return touched;
}

uint64_t cpit_board_reserved(void)
{
	return reserved;
}

void *cpit_board_stack_alloc(size_t size)
{
	static uintptr_t next;

	if (!next)
		next = cpit_arch_stack_space();
	next += PAGE;			/* the guard */
	if (!commit(next, next + size, true))
		cpit_embed_panic("no memory for a kernel stack", 0, 0, 0);
	next += size;
	return (void *)next;
}

/* --------------------------------------------------- memories at address 0 */

static uintptr_t space_make(void *p)
{
	struct region *r = region_of((uintptr_t)p);

	r->seen = (uintptr_t)p;
	r->space = cpit_space_new(r->seen, r->end);
	if (r->space)
		__atomic_fetch_add(&nspaces, 1, __ATOMIC_RELAXED);
	return (uintptr_t)r->space;
}

static void space_load(uintptr_t space)
{
	cpit_space_load((struct cpit_space *)space);
}

void cpit_board_spaces_start(void)
{
	static const struct cpit_spaces spaces = { space_make, space_load };

	if (cpit_arch_has_door())
		cpit_embed_cpu()->spaces = &spaces;
}
