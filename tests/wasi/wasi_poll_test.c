/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of wasi_test.c about poll_oneoff.
 */
#include "wasi_fake.h"
#include <string.h>

enum {
	SIZE = 4096, RESULT = 512, SUBS = 2048, EVENTS = 3072,
	CLOCK = 0, READ = 1, WRITE = 2,		/* subscription tags */
};

static void sub_clock(uint32_t i, uint32_t id, uint64_t timeout, uint16_t flags)
{
	uint32_t s = SUBS + 48 * i;

	memset(mem.base + s, 0xff, 48);	/* padding is not looked at */
	fake_put64(s, 1000 + i);
	mem.base[s + 8] = CLOCK;
	fake_put32(s + 16, id);
	fake_put64(s + 24, timeout);
	fake_put(s + 40, &flags, 2);
}

static void sub_fd(uint32_t i, uint8_t tag, uint32_t fd)
{
	uint32_t s = SUBS + 48 * i;

	memset(mem.base + s, 0xff, 48);
	fake_put64(s, 1000 + i);
	mem.base[s + 8] = tag;
	fake_put32(s + 16, fd);
}

static uint32_t poll_n(uint32_t n)
{
	return CALL("poll_oneoff", SUBS, EVENTS, n, RESULT);
}

/* Event i belongs to subscription `sub'; the padding is zero. */
static void event(uint32_t i, uint32_t sub, uint16_t error, uint8_t type)
{
	uint32_t e = EVENTS + 32 * i;

	EQ(fake_get64(e), 1000 + sub);
	EQ(fake_get64(e + 8), error | (uint32_t)type << 16);
	EQ(fake_get64(e + 16), type != CLOCK && error == 0);
	EQ(fake_get64(e + 24), 0);
}

static void test_poll_clock(void)
{
	fake.step = 10;
	sub_clock(0, 1, 100, 0);
	sub_clock(1, 0, 5000, 0);
	EQ(poll_n(2), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 1);
	event(0, 0, 0, CLOCK);
	CHECK(fake.yields >= 4 && fake.yields <= 10);
	CHECK(fake_untouched(EVENTS + 32, 32));

	sub_clock(0, 0, 1700000000000000000 + 200, 1);	/* the date */
	EQ(poll_n(1), CPIT_WASI_OK);
	CHECK(fake.now[0] >= 1700000000000000000 + 200);
	sub_clock(0, 1, 1, 1);				/* long past */
	fake.yields = 0;
	EQ(poll_n(1), CPIT_WASI_OK);
	EQ(fake.yields, 0);
	sub_clock(0, 1, 0, 0);
	EQ(poll_n(1), CPIT_WASI_OK);
	EQ(fake.yields, 0);
	sub_clock(0, 1, UINT64_MAX, 0);		/* start + timeout would wrap */
	fake.yields_ok = 50;
	EQ(poll_n(1), CPIT_WASI_EINTR);
	EQ(fake.yields, 51);
}

static void test_poll_fd(void)
{
	sub_clock(0, 1, 1000, 0);
	sub_fd(1, WRITE, 1);
	sub_fd(2, READ, 0);
	sub_fd(3, WRITE, 2);
	sub_fd(4, READ, 9);
	sub_fd(5, WRITE, 0);
	sub_clock(6, 2, 0, 0);
	EQ(poll_n(7), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 5);	/* not the clock, not the input */
	event(0, 1, 0, WRITE);
	event(1, 3, 0, WRITE);
	event(2, 4, CPIT_WASI_EBADF, READ);
	event(3, 5, CPIT_WASI_ENOTCAPABLE, WRITE);
	event(4, 6, CPIT_WASI_EINVAL, CLOCK);
	CHECK(fake_untouched(EVENTS + 5 * 32, 64));
	EQ(fake.yields, 0);

	sub_fd(0, READ, 0);
	fake.yields_quiet = 3;
	EQ(poll_n(1), CPIT_WASI_OK);
	event(0, 0, 0, READ);
	EQ(fake.yields, 3);
	fake.yields = 0;
	host.readable = NULL;		/* unknown: ready */
	EQ(poll_n(1), CPIT_WASI_OK);
	EQ(fake.yields + fake.reads, 0);
}

static void test_poll_bad(void)
{
	sub_clock(0, 1, 0, 0);
	EQ(poll_n(0), CPIT_WASI_EINVAL);
	EQ(CALL("poll_oneoff", SUBS, EVENTS, 0x05555556, RESULT),
	   CPIT_WASI_EFAULT);		/* times 48 is 0x20 in 32 bits */
	EQ(CALL("poll_oneoff", 0, 0, 0x08000000, RESULT), CPIT_WASI_EFAULT);
	EQ(CALL("poll_oneoff", SIZE - 95, EVENTS, 2, RESULT),
	   CPIT_WASI_EFAULT);
	EQ(CALL("poll_oneoff", SUBS, SIZE - 63, 2, RESULT), CPIT_WASI_EFAULT);
	sub_fd(1, 3, 1);		/* no such event */
	EQ(poll_n(2), CPIT_WASI_EINVAL);
	CHECK(fake_untouched(RESULT, 4));

	fake_reset(65536);
	memset(mem.base, 0, 65536);	/* clocks, all due */
	EQ(CALL("poll_oneoff", 0, 0, 1025, 60000), CPIT_WASI_EINVAL);
	EQ(CALL("poll_oneoff", 0, 0, 1024, 60000), CPIT_WASI_OK);
	EQ(fake_get32(60000), 1024);
}

/* A host that can sleep is told until when. */
static uint64_t slept[4];
static unsigned sleeps;

static bool sleep_host(void *ctx, uint64_t until)
{
	struct fake_host *f = ctx;

	slept[sleeps++] = until;
	f->now[CPIT_WASI_REALTIME] += until - f->now[CPIT_WASI_MONOTONIC];
	f->now[CPIT_WASI_MONOTONIC] = until;
	return sleeps < 4;
}

static void test_poll_sleep(void)
{
	host.sleep = sleep_host;
	sleeps = 0;
	sub_clock(0, 1, 70000000000, 0);
	sub_clock(1, 1, 60000000000 + 5000, 1);
	EQ(poll_n(2), CPIT_WASI_OK);
	event(0, 1, 0, CLOCK);
	EQ(sleeps, 1);
	EQ(slept[0], 60000000000 + 5000);

	/* Who sets the clock is noticed within a second. */
	sleeps = 0;
	sub_clock(0, 0, fake.now[CPIT_WASI_REALTIME] + 1200000000, 1);
	EQ(poll_n(1), CPIT_WASI_OK);
	EQ(sleeps, 2);
	EQ(slept[0], 60000000000 + 5000 + 1000000000);
	EQ(slept[1], slept[0] + 200000000);

	/* And input within a millisecond; the host can end it. */
	sleeps = 0;
	sub_clock(0, 1, 10000000, 0);
	sub_fd(1, READ, 0);
	fake.yields_quiet = 3;
	EQ(poll_n(2), CPIT_WASI_EINTR);
	EQ(sleeps, 4);
	EQ(slept[3] - slept[2], 1000000);
	EQ(fake.yields, 0);
	sleeps = 0;
	sub_clock(0, 1, UINT64_MAX, 0);		/* start + timeout would wrap */
	EQ(poll_n(1), CPIT_WASI_EINTR);
	EQ(slept[0], UINT64_MAX);
}

/* Events over the subscriptions they come from. */
static void test_poll_in_place(void)
{
	for (uint32_t i = 0; i < 6; i++)
		sub_fd(i, WRITE, 1 + i % 2);
	EQ(CALL("poll_oneoff", SUBS, SUBS, 6, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 6);
	for (uint32_t i = 0; i < 6; i++)
		EQ(fake_get64(SUBS + 32 * i), 1000 + i);
}

const struct test poll_tests[] = {
	{ "poll, clocks", test_poll_clock },
	{ "poll, descriptors", test_poll_fd },
	{ "poll, sleep", test_poll_sleep },
	{ "poll, bad", test_poll_bad },
	{ "poll, in place", test_poll_in_place },
	{ NULL, NULL },
};
