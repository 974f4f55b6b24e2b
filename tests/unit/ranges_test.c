/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/ranges.c against a naive model, and its invariants R1 to R3 one by one
 * (K23-05).  ranges_threads_test.c has the races.
 */
#include "fake.h"
#include "ranges.h"
#include <catchpit/module.h>
#include <pthread.h>
#include <unistd.h>

/* ------------------------------------------------------------ the model */

enum { MAX = 512 };

static struct cpit_range model[MAX];
static unsigned model_n;
static struct cpit_ranges map;

/* The record lies behind its owner, as here. */
static struct cpit_range range(uintptr_t start, uintptr_t end, void *owner)
{
	return (struct cpit_range){ start, end, owner, (char *)owner + 1 };
}

static const struct cpit_range *model_find(uintptr_t addr)
{
	unsigned i;

	for (i = 0; i < model_n; i++)
		if (addr >= model[i].start && addr < model[i].end)
			return &model[i];
	return NULL;
}

static int map_add(uintptr_t start, uintptr_t end, void *owner)
{
	struct cpit_range r = range(start, end, owner);

	return cpit_ranges_add(&map, &r);
}

static int model_add(uintptr_t start, uintptr_t end, void *owner)
{
	unsigned i;

	if (end <= start)
		return -CPIT_EINVAL;
	for (i = 0; i < model_n; i++)
		if (start < model[i].end && model[i].start < end)
			return -CPIT_EEXIST;
	model[model_n++] = range(start, end, owner);
	return 0;
}

static int model_remove(uintptr_t start)
{
	unsigned i;

	for (i = 0; i < model_n; i++) {
		if (model[i].start == start) {
			model[i] = model[--model_n];
			return 0;
		}
	}
	return -CPIT_ENOENT;
}

static void same_at(uintptr_t addr)
{
	const struct cpit_range *want = model_find(addr);
	void *owner = want ? want->owner : NULL, *record = &map;

	CHECK_MSG(cpit_ranges_find(&map, addr) == owner, "at %#lx",
		  (unsigned long)addr);
	CHECK(cpit_ranges_get(&map, addr, &record) == owner);
	CHECK(record == (want ? want->record : NULL));
}

/* start, end-1, end, start-1, and the two ends of the address space. */
static void same_around(uintptr_t start, uintptr_t end)
{
	same_at(start);
	same_at(end - 1);
	same_at(end);
	same_at(start - 1);
	same_at(start + (end - start) / 2);
	same_at(0);
	same_at(UINTPTR_MAX);
}

static void same_everywhere(void)
{
	unsigned i;

	CHECK((map.table ? map.table->n : 0) == model_n);
	for (i = 0; i < model_n; i++)
		same_around(model[i].start, model[i].end);
	for (i = 1; map.table && i < map.table->n; i++)
		CHECK(map.table->r[i - 1].end <= map.table->r[i].start);
}

static int add(uintptr_t start, uintptr_t end, void *owner)
{
	int want = model_add(start, end, owner);
	int got = map_add(start, end, owner);

	CHECK_MSG(got == want, "[%#lx, %#lx): %d, not %d", (unsigned long)start,
		  (unsigned long)end, got, want);
	return got;
}

static int take(uintptr_t start)
{
	int want = model_remove(start);
	int got = cpit_ranges_remove(&map, start);

	CHECK_MSG(got == want, "%#lx: %d, not %d", (unsigned long)start, got,
		  want);
	return got;
}

static void take_all(void)
{
	while (model_n)
		take(model[model_n / 2].start);
	same_at(0);
	CHECK_MSG(!fake_blocks && !fake_bytes, "%ld blocks, %ld bytes left",
		  fake_blocks, fake_bytes);
}

/* ---------------------------------------------------------------- cases */

static char owners[64];

static void test_edges(void)
{
	same_everywhere();				/* empty */
	CHECK(take(0) == -CPIT_ENOENT);
	add(0x1000, 0x2000, &owners[0]);
	same_everywhere();
	add(0x2000, 0x2001, &owners[1]);		/* touching, one byte */
	add(0xfff, 0x1000, &owners[2]);
	add(0, 1, &owners[3]);				/* both ends of all */
	add(UINTPTR_MAX - 1, UINTPTR_MAX, &owners[4]);
	add(UINTPTR_MAX - 0x1000, UINTPTR_MAX - 1, &owners[5]);
	same_everywhere();
	CHECK(!cpit_ranges_find(&map, UINTPTR_MAX));
	/* Removal by a range's start only. */
	CHECK(take(0x1001) == -CPIT_ENOENT);
	CHECK(take(0x1fff) == -CPIT_ENOENT);
	CHECK(take(0x3000) == -CPIT_ENOENT);
	CHECK(take(UINTPTR_MAX) == -CPIT_ENOENT);
	same_everywhere();
	CHECK(take(0x1000) == 0);
	CHECK(take(0x1000) == -CPIT_ENOENT);
	same_everywhere();
	take_all();
}

static void test_refused(void)
{
	uintptr_t a, b;

	add(0x100, 0x200, &owners[0]);
	add(0x300, 0x400, &owners[1]);
	CHECK(add(0x250, 0x250, &owners[2]) == -CPIT_EINVAL);
	CHECK(add(0x250, 0x24f, &owners[2]) == -CPIT_EINVAL);
	CHECK(add(0, 0, &owners[2]) == -CPIT_EINVAL);
	CHECK(add(UINTPTR_MAX, UINTPTR_MAX, &owners[2]) == -CPIT_EINVAL);
	CHECK(add(UINTPTR_MAX, 0, &owners[2]) == -CPIT_EINVAL);
	/* Every way for two ranges to lie. */
	for (a = 0xf0; a < 0x420; a += 0x10) {
		for (b = a + 1; b < 0x430; b += 0xf) {
			if (add(a, b, &owners[2]) == 0)
				take(a);
		}
	}
	CHECK(add(0, UINTPTR_MAX, &owners[2]) == -CPIT_EEXIST);
	same_everywhere();
	take_all();
}

/* Some hundred ranges in a small space, so that most additions overlap. */
static void test_random(void)
{
	uint64_t seed = 1;
	unsigned i, added = 0, removed = 0;

	for (i = 0; i < 10000; i++) {
		uint64_t r = check_random(&seed);
		uintptr_t start = (r >> 8) % 4096, end;

		end = start + (r >> 24) % 40;
		switch (r % 4) {
		case 0:
			same_at((r >> 32) % 4200);
			break;
		case 1:
			if (model_n && r >> 62)		/* mostly one there is */
				start = model[(r >> 32) % model_n].start;
			removed += take(start) == 0;
			break;
		default:
			if (model_n < MAX)
				added += add(start, end,
					     &owners[(r >> 40) % 64]) == 0;
		}
		same_around(start, end);
		if (i % 100 == 0)
			same_everywhere();
	}
	CHECK_MSG(added > 1000 && removed > 1000, "%u added, %u removed", added,
		  removed);
	take_all();
}

/* ---------------------------------------------------- out of memory: all k */

/* Whatever fails has changed nothing, and what is done is done. */
static void test_no_memory(void)
{
	unsigned n, k, refused = 0;

	for (n = 0; n < 20; n++) {
		for (k = 1;; k++) {
			long blocks = fake_blocks;
			int err;

			fake_fail_at = k;
			err = map_add(n * 16, n * 16 + 8, &owners[n]);
			CHECK(!err || err == -CPIT_ENOMEM);
			if (err != -CPIT_ENOMEM)
				break;
			CHECK(!fake_fail_at && fake_blocks == blocks);
			same_everywhere();
			refused++;
		}
		fake_fail_at = 0;
		model_add(n * 16, n * 16 + 8, &owners[n]);
		same_everywhere();
	}
	CHECK(refused >= 2);
	while (model_n) {
		uintptr_t start = model[model_n / 3].start;

		for (k = 1;; k++) {
			long blocks = fake_blocks;
			int err;

			fake_fail_at = k;
			err = cpit_ranges_remove(&map, start);
			CHECK(!err || err == -CPIT_ENOMEM);
			if (err != -CPIT_ENOMEM)
				break;
			CHECK(!fake_fail_at && fake_blocks == blocks);
			same_everywhere();
		}
		fake_fail_at = 0;
		model_remove(start);
		same_everywhere();
	}
	take_all();
}

/* ------------------------------------------------------- R1: never changed */

static const struct cpit_range_table *seen_table;
static struct cpit_range seen[MAX];
static uint32_t seen_n;

static void see(void)
{
	seen_table = map.table;
	seen_n = map.table ? map.table->n : 0;
	if (seen_n)
		memcpy(seen, map.table->r, seen_n * sizeof(*seen));
}

/*
 * In the middle of a writer, under its lock: what a fault handler on this CPU
 * would do.  It returns (K23-05: no hang), with the old map or the new one.
 */
static unsigned interrupted;

static void read_the_old(size_t size)
{
	(void)size;
	interrupted++;
	CHECK(cpit_ranges_find(&map, 0x100) == &owners[0]);
	CHECK(!cpit_ranges_find(&map, 0x300));
}

static void old_is_whole(const void *p, size_t size)
{
	const struct cpit_range_table *t = p;

	(void)size;
	interrupted++;
	CHECK(t != map.table);
	if (t == seen_table) {
		CHECK(t->n == seen_n);
		CHECK(!memcmp(t->r, seen, seen_n * sizeof(*seen)));
	}
	CHECK(cpit_ranges_find(&map, 0x100) == &owners[0]);
}

static void test_interrupted_writer(void)
{
	unsigned i;

	for (i = 0; i < 10; i++) {
		uintptr_t k;

		/* The first tables have room for eight. */
		add(0x100, 0x200, &owners[0]);
		for (k = 1; k < 8; k++)
			add(k << 12, (k << 12) + 16, &owners[0]);
		see();
		fake_on_alloc = read_the_old;
		fake_on_free = old_is_whole;
		CHECK(!map_add(0x300, 0x400, &owners[1]));
		fake_on_alloc = NULL;
		see();
		CHECK(!cpit_ranges_remove(&map, 0x300));
		fake_on_free = NULL;
		take_all();
	}
	CHECK(interrupted >= i);
}

/* ------------------------------- R2: freed when nobody can be reading it */

static struct cpit_cpu *other;
static uint32_t done;

static void *remove_one(void *arg)
{
	(void)arg;
	fake_cpu_is(2);
	cpit_ranges_remove(&map, 0x300);
	__atomic_store_n(&done, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void test_waits_for_readers(void)
{
	const struct cpit_range_table *t;
	struct cpit_range r[2];
	pthread_t thread;

	add(0x100, 0x200, &owners[0]);
	add(0x300, 0x400, &owners[1]);
	t = map.table;
	memcpy(r, t->r, sizeof(r));
	/* Another CPU stands in the middle of a reader, for 50 ms. */
	__atomic_store_n(&other->reading, 1, __ATOMIC_SEQ_CST);
	pthread_create(&thread, NULL, remove_one, NULL);
	usleep(50000);
	CHECK(!__atomic_load_n(&done, __ATOMIC_SEQ_CST));
	CHECK(t->n == 2 && !memcmp(t->r, r, sizeof(r)));
	__atomic_store_n(&other->reading, 0, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	CHECK(done);
	model_remove(0x300);
	same_everywhere();
	take_all();
}

/* ------------------------------------- R3: readers allocate nothing */

static void test_readers_are_cheap(void)
{
	uintptr_t addr;
	long before;

	add(0x100, 0x200, &owners[0]);
	before = fake_allocs;
	for (addr = 0; addr < 0x300; addr++)
		same_at(addr);
	CHECK(fake_allocs == before);
	CHECK(cpit_embed_cpu()->reading == 0);
	take_all();
}

int main(void)
{
	other = fake_cpu_is(1);
	fake_cpu_is(0);
	CHECK(cpit_embed_cpu()->ready == 1 && !cpit_embed_cpu()->top);
	test_edges();
	test_refused();
	test_random();
	test_no_memory();
	test_interrupted_writer();
	test_waits_for_readers();
	test_readers_are_cheap();
	return check_done();
}
