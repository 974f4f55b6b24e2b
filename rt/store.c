/* SPDX-License-Identifier: Apache-2.0 */
/* Stores, and what is left to us of their options. */
#include "memory.h"
#include "store.h"

enum {
	DEFAULT_STACK = 256 << 10,
	DEFAULT_RESERVE = 16 << 10,
};

/* What was left to us; apart, as offsets from `o' are short. */
__attribute__((noinline))
static void fill_in(struct cpit_store_options *o)
{
	if (!o->stack_size)
		o->stack_size = DEFAULT_STACK;
	if (!o->host_reserve)
		o->host_reserve = DEFAULT_RESERVE;
	if (!o->max_memory || o->max_memory > CPIT_MEMORY_MOST)
		o->max_memory = CPIT_MEMORY_MOST;
	if (!o->max_elements)
		o->max_elements = UINT64_MAX;
}

int cpit_store_create(struct cpit_store **out,
		      const struct cpit_store_options *opt)
{
	struct cpit_store *s = cpit_embed_alloc(sizeof(*s));

	if (!s)
		return -CPIT_ENOMEM;
	if (opt)
		s->opt = *opt;
	fill_in(&s->opt);
	cpit_entry_idle(&s->entry);
	if (s->opt.budget.soft_ns || s->opt.budget.hard_ns)
		s->watched = s->entry.busy = CPIT_BUSY;
	*out = s;
	return 0;
}

int cpit_store_destroy(struct cpit_store *s)
{
	if (s->instances || s->act)
		return -CPIT_EBUSY;
	cpit_stack_free(&s->stack);
	cpit_embed_free(s, sizeof(*s));
	return 0;
}
