/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/ranges.c read and written at the same time: a reader never sees an owner
 * that is not that address's, and never touches a freed table.  Built with
 * ASan, which sees freed memory, and with TSan, which sees races.
 */
#include "fake.h"
#include "ranges.h"
#include <pthread.h>
#include <sched.h>

enum {
	READERS = 2, RANGES = 2000, STEP = 64,
	WRITERS = 2, ROUNDS = 500,	/* of the second test */
	PASSES = 5,
};

static struct cpit_ranges map;
/* The owner of slot n says where its range is. */
static struct slot {
	uintptr_t start, end;
} slots[RANGES];
static uint32_t stop;
static uint64_t finds, hits;
static uint32_t reading;		/* readers that have begun */

/*
 * Slot n is [n*64+16, n*64+48): the writer adds and removes it, but for every
 * fifth, which is there all the time.
 */
static bool stays(unsigned n)
{
	return n % 5 == 0;
}

static void reader_checks(uint64_t r, uint64_t *found, unsigned *wrong)
{
	unsigned n = (unsigned)(r >> 32) % RANGES;
	unsigned at = (unsigned)(r >> 8) % STEP;
	uintptr_t addr = (uintptr_t)n * STEP + at;
	const struct slot *s = cpit_ranges_find(&map, addr);
	bool inside = at >= 16 && at < 48;

	if (s)
		(*found)++;
	if (s && (!inside || s != &slots[n] || addr < s->start ||
		  addr >= s->end))
		++*wrong;
	if (!s && inside && stays(n))
		++*wrong;
}

static void *reader(void *arg)
{
	uint64_t seed = (uintptr_t)arg, count = 0, found = 0;
	unsigned wrong = 0;

	fake_cpu_is((int)(uintptr_t)arg);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		unsigned i;

		for (i = 0; i < 100; i++)
			reader_checks(check_random(&seed), &found, &wrong);
		if (!count)
			__atomic_fetch_add(&reading, 1, __ATOMIC_RELAXED);
		count += i;
		/* Not in the middle of a reader, or the writer waits for it. */
		sched_yield();
	}
	__atomic_fetch_add(&finds, count, __ATOMIC_RELAXED);
	__atomic_fetch_add(&hits, found, __ATOMIC_RELAXED);
	return (void *)(uintptr_t)wrong;
}

static int put(unsigned n)
{
	return cpit_ranges_add(&map, &(struct cpit_range){
		slots[n].start, slots[n].end, &slots[n], NULL });
}

static int take(unsigned n)
{
	return cpit_ranges_remove(&map, slots[n].start);
}

/* Returns when each has read something: threads may begin late. */
static void start(pthread_t *threads)
{
	uintptr_t i;

	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&reading, 0, __ATOMIC_RELAXED);
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, reader, (void *)(i + 1));
	while (__atomic_load_n(&reading, __ATOMIC_RELAXED) < READERS)
		sched_yield();
}

static void end(const pthread_t *threads)
{
	void *wrong;
	int i;

	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < READERS; i++) {
		pthread_join(threads[i], &wrong);
		CHECK_MSG(!wrong, "%lu wrong answers",
			  (unsigned long)(uintptr_t)wrong);
	}
}

static void test_one_writer(void)
{
	pthread_t threads[READERS];
	unsigned i;

	for (i = 0; i < RANGES; i++) {
		slots[i].start = (uintptr_t)i * STEP + 16;
		slots[i].end = (uintptr_t)i * STEP + 48;
		if (stays(i))
			CHECK(put(i) == 0);
	}
	start(threads);
	for (i = 0; i < RANGES * PASSES; i++) {
		unsigned n = i * 1237 % RANGES;

		/* 100 ranges are in at a time. */
		if (!stays(n))
			CHECK(put(n) == 0);
		n = (i - 100) * 1237 % RANGES;
		if (i >= 100 && !stays(n))
			CHECK(take(n) == 0);
	}
	end(threads);
	for (i = 0; i < RANGES; i++) {
		if (cpit_ranges_find(&map, slots[i].start))
			CHECK(take(i) == 0);
		else
			CHECK(!stays(i));
	}
	CHECK(!map.table);
	CHECK(hits && finds > hits);
}

/* Writer w has the slots w, w+2, ...; they are added and removed by turns. */
static void *writer(void *arg)
{
	uintptr_t w = (uintptr_t)arg;
	uint64_t seed = 77 + w;
	unsigned i, wrong = 0;
	bool in[RANGES] = { false };

	fake_cpu_is((int)(READERS + 1 + w));
	for (i = 0; i < ROUNDS; i++) {
		unsigned n = (unsigned)(check_random(&seed) >> 32) % 50 * WRITERS +
			     (unsigned)w;

		if ((in[n] ? take(n) : put(n)) != 0)
			wrong++;
		in[n] = !in[n];
		if (cpit_ranges_find(&map, slots[n].start) !=
		    (in[n] ? &slots[n] : NULL))
			wrong++;
	}
	for (i = 0; i < RANGES; i++)
		if (in[i] && take(i))
			wrong++;
	return (void *)(uintptr_t)wrong;
}

static void test_two_writers(void)
{
	pthread_t threads[WRITERS];
	void *wrong;
	uintptr_t i;

	for (i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, writer, (void *)i);
	for (i = 0; i < WRITERS; i++) {
		pthread_join(threads[i], &wrong);
		CHECK_MSG(!wrong, "%lu wrong answers",
			  (unsigned long)(uintptr_t)wrong);
	}
	CHECK(!map.table);
}

int main(void)
{
	fake_cpu_is(0);
	test_one_writer();
	test_two_writers();
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
