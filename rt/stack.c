/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest stacks.  With address space: a mapped stack above a guard that no frame
 * of any module in the store can jump over (SLG-06).  Without: plain memory,
 * and the prologues of checked modules compare (K23-13).
 */
#include "memory.h"
#include "store.h"

static size_t round_page(size_t n)
{
	return (n + CPIT_PAGE - 1) & ~(size_t)(CPIT_PAGE - 1);
}

void cpit_stack_free(struct cpit_stack *st)
{
	if (!st->map)
		return;
	if (st->guard)
		cpit_embed_release(st->map, st->map_size);
	else
		cpit_embed_free(st->map, st->map_size);
	st->map = NULL;
}

/*
 * Plain memory is for checked modules only, where there is no address space; a
 * guarded stack is not replaced by it, as others in the store have no checks
 * (SLG-06, K23-13).
 */
int cpit_stack_fit(struct cpit_store *s, const struct cpit_module *m)
{
	/*
	 * Below `low' may reach: a thunk's frame, a function's, then a helper's, of
	 * which each saves a register at its top; one page more for what is rounded.
	 */
	size_t slack = round_page((size_t)m->max_frame + CPIT_HELPER_STACK) +
		       CPIT_PAGE;
	size_t size = round_page(s->opt.stack_size) + slack;
	size_t total = slack + size;		/* guard and stack */
	uint8_t *map;

	if (s->act && !cpit_runs_here(s))
		return -CPIT_EINVAL;
	/* Without a stack both are zero. */
	if (s->run.guest_limit - s->stack.low >= slack &&
	    (m->checked || s->stack.guard))
		return 0;
	if (s->act)
		return -CPIT_EBUSY;	/* cannot be replaced under its feet */
	if (total < s->opt.stack_size)
		return -CPIT_ENOMEM;
	map = cpit_reserve(total);
	if (!map && m->checked && !s->stack.guard) {
		total = size;
		map = cpit_embed_alloc(size);
	} else if (map && !cpit_embed_commit(map + slack, size,
					     CPIT_COMMIT_NOW)) {
		cpit_embed_release(map, total);
		map = NULL;
	}
	if (!map)
		return -CPIT_ENOMEM;
	cpit_stack_free(&s->stack);
	s->stack = (struct cpit_stack){
		.map = map, .map_size = total, .guard = total - size,
		.low = (uintptr_t)map + total - size,
		.high = (uintptr_t)map + total };
	s->run.guest_limit = s->stack.low + slack;
	/* More than there is: no import can be called. */
	s->run.host_limit = s->opt.host_reserve < total
				    ? s->run.guest_limit + s->opt.host_reserve
				    : s->stack.high;
	return 0;
}

/* It was zeroed when it was made, and nobody else writes there. */
size_t cpit_store_stack_used(const struct cpit_store *s, size_t *size)
{
	uintptr_t at = s->stack.low, high = s->stack.high;

	*size = high - at;
	while (at < high && !*(const uint64_t *)at)
		at += sizeof(uint64_t);
	return high - at;
}
