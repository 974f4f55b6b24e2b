/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest stacks.  With address space: a mapped stack above a guard that no frame
 * of any module in the store can jump over (SLG-06).  Without: plain memory,
 * and the prologues of checked modules compare (K23-13).
 */
#include "store.h"

static size_t round_page(size_t n)
{
	return (n + CPIT_PAGE - 1) & ~(size_t)(CPIT_PAGE - 1);
}

static bool alloc_guarded(struct cpit_stack *st, size_t size, size_t guard)
{
	size_t total = guard + size;
	uint8_t *map = cpit_embed_reserve(total);

	if (!map)
		return false;
	if (!cpit_embed_commit(map + guard, size, CPIT_COMMIT_NOW)) {
		cpit_embed_release(map, total);
		return false;
	}
	*st = (struct cpit_stack){ map, total, (uintptr_t)map + guard,
				   (uintptr_t)map + total, guard };
	return true;
}

static bool alloc_plain(struct cpit_stack *st, size_t size)
{
	uint8_t *p = cpit_embed_alloc(size);

	if (!p)
		return false;
	*st = (struct cpit_stack){ p, size, (uintptr_t)p, (uintptr_t)p + size,
				   0 };
	return true;
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

int cpit_stack_fit(struct cpit_store *s, uint32_t max_frame)
{
	/*
	 * Below `low' may reach: a thunk's frame, a function's, then a helper's, of
	 * which each saves a register at its top; one page more for what is rounded.
	 */
	size_t slack = round_page((size_t)max_frame + CPIT_HELPER_STACK) + CPIT_PAGE;
	size_t size = round_page(s->opt.stack_size) + slack;
	struct cpit_stack st;

	if (s->act && !cpit_runs_here(s))
		return -CPIT_EINVAL;
	if (s->stack.map && s->run.guest_limit - s->stack.low >= slack)
		return 0;
	if (s->act)
		return -CPIT_EBUSY;	/* cannot be replaced under its feet */
	if (size < s->opt.stack_size)
		return -CPIT_ENOMEM;
	if (!alloc_guarded(&st, size, slack) && !alloc_plain(&st, size))
		return -CPIT_ENOMEM;
	cpit_stack_free(&s->stack);
	s->stack = st;
	s->run.guest_limit = st.low + slack;
	/* More than there is: no import can be called. */
	s->run.host_limit = s->opt.host_reserve < st.map_size
				    ? s->run.guest_limit + s->opt.host_reserve
				    : st.high;
	return 0;
}

/* It was zeroed when it was made, and nobody else writes there. */
size_t cpit_store_stack_used(const struct cpit_store *s, size_t *size)
{
	uintptr_t at = s->stack.low;

	*size = s->stack.high - s->stack.low;
	while (at < s->stack.high && !*(const uint64_t *)at)
		at += sizeof(uint64_t);
	return s->stack.high - at;
}
