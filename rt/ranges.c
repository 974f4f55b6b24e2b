/* SPDX-License-Identifier: Apache-2.0 */
#include "ranges.h"
#include "cpu.h"
#include "trace.h"
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <catchpit/module.h>
#include <string.h>

/* Writers only, in thread context; a reader never waits for it (R3). */
static uint32_t writer_lock;

/* The first range that ends above addr, or behind the last. */
static inline const struct cpit_range *upper(const struct cpit_range_table *t,
					     uintptr_t addr)
{
	const struct cpit_range *r = t->r;
	size_t n = t->n, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		if (r[half - 1].end <= addr)
			r += half;
	}
	return r + (n && r->end <= addr);
}

void *cpit_ranges_get(const struct cpit_ranges *rs, uintptr_t addr,
		      void **record)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	const struct cpit_range_table *t;
	const struct cpit_range *r;
	void *owner = NULL;

	if (record)
		*record = NULL;
	/* Announce first, load second: the writer does the reverse (R2). */
	__atomic_fetch_add(&cpu->reading, 1, __ATOMIC_SEQ_CST);
	t = __atomic_load_n(&rs->table, __ATOMIC_SEQ_CST);
	r = t ? upper(t, addr) : NULL;
	if (r && r < t->r + t->n && addr >= r->start) {
		owner = r->owner;
		if (record)
			*record = r->record;
	}
	__atomic_fetch_sub(&cpu->reading, 1, __ATOMIC_RELEASE);
	return owner;
}

void *cpit_ranges_find(const struct cpit_ranges *rs, uintptr_t addr)
{
	return cpit_ranges_get(rs, addr, NULL);
}

static size_t table_size(uint32_t capacity)
{
	return sizeof(struct cpit_range_table) +
	       capacity * sizeof(struct cpit_range);
}

static struct cpit_range_table *new_table(uint32_t capacity)
{
	struct cpit_range_table *t = cpit_embed_alloc(table_size(capacity));

	if (t)
		t->capacity = capacity;
	return t;
}

static void free_table(struct cpit_range_table *t)
{
	if (t)
		cpit_embed_free(t, table_size(t->capacity));
}

/* Makes `t' the table, and what was it the spare.  Under the lock. */
static void publish(struct cpit_ranges *rs, struct cpit_range_table *t)
{
	struct cpit_range_table *old = rs->table;

	__atomic_store_n(&rs->table, t, __ATOMIC_SEQ_CST);
	cpit_cpus_quiet();
	rs->spare = old;
}

/* Both tables anew, with room for twice as many; the published one is empty. */
static bool grow(struct cpit_ranges *rs, uint32_t n)
{
	uint32_t capacity = n < 4 ? 8 : n * 2;
	struct cpit_range_table *a = new_table(capacity);
	struct cpit_range_table *b = new_table(capacity);
	struct cpit_range_table *spare = rs->spare;

	if (!a || !b) {
		free_table(a);
		free_table(b);
		return false;
	}
	if (rs->table) {
		a->n = rs->table->n;
		memcpy(a->r, rs->table->r, a->n * sizeof(a->r[0]));
	}
	publish(rs, a);
	free_table(spare);
	free_table(rs->spare);
	rs->spare = b;
	return true;
}

static int add_locked(struct cpit_ranges *rs, const struct cpit_range *r)
{
	const struct cpit_range_table *old = rs->table;
	uint32_t n = old ? old->n : 0;
	uint32_t i = old ? (uint32_t)(upper(old, r->start) - old->r) : 0;
	struct cpit_range_table *t;

	if (i < n && old->r[i].start < r->end)
		return -CPIT_EEXIST;
	if (!old || n == old->capacity + CPIT_GROW_LATE) {
		if (!grow(rs, n))
			return -CPIT_ENOMEM;
		old = rs->table;
	}
	t = rs->spare;
	memcpy(t->r, old->r, i * sizeof(*r));
	t->r[i] = *r;
	memcpy(t->r + i + 1, old->r + i, (n - i) * sizeof(*r));
	t->n = n + 1;
	publish(rs, t);
	return 0;
}

__attribute__((cold))
int cpit_ranges_add(struct cpit_ranges *rs, const struct cpit_range *r)
{
	int err;

	if (r->end <= r->start)
		return -CPIT_EINVAL;
	cpit_lock(&writer_lock);
	err = add_locked(rs, r);
	cpit_unlock(&writer_lock);
	return err;
}

static int remove_locked(struct cpit_ranges *rs, uintptr_t start)
{
	const struct cpit_range_table *old = rs->table;
	struct cpit_range_table *t = rs->spare;
	uint32_t i;

	if (!old)
		return -CPIT_ENOENT;
	i = (uint32_t)(upper(old, start) - old->r);
	if (i == old->n || old->r[i].start != start)
		return -CPIT_ENOENT;
	if (old->n == 1) {		/* the last one: nothing is kept */
		publish(rs, NULL);
		free_table(rs->spare);
		free_table(t);
		rs->spare = NULL;
		return 0;
	}
	t->n = old->n - 1;
	memcpy(t->r, old->r, i * sizeof(t->r[0]));
	memcpy(t->r + i, old->r + i + 1, (t->n - i) * sizeof(t->r[0]));
	publish(rs, t);
	return 0;
}

__attribute__((cold))
int cpit_ranges_remove(struct cpit_ranges *rs, uintptr_t start)
{
	int err;

	cpit_lock(&writer_lock);
	err = remove_locked(rs, start);
	cpit_unlock(&writer_lock);
	return err;
}
