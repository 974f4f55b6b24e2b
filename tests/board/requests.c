/* SPDX-License-Identifier: Apache-2.0 */
/*
 * K23-18: a CPU that is to stop, and has not heard of it when another asks it to
 * flush, does both.  The first request is made by hand: its interrupt is that
 * late.  And two interrupts of one CPU, of which one asks another.
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>

#ifdef __riscv
#include "arch/riscv64/hart.h"
extern struct hart cpit_harts[HARTS];
#define ASKED (&cpit_harts[1].request)
#define STOP REQUEST_STOP
#else
extern uint32_t cpit_arch_request[CPIT_CPUS_MAX];
#define ASKED (&cpit_arch_request[1])
#define STOP 2
#endif

static uint32_t counted;

static void count(void *arg)
{
	(void)arg;
	for (;;)
		__atomic_fetch_add(&counted, 1, __ATOMIC_SEQ_CST);
}

static uint32_t count_now(void)
{
	return __atomic_load_n(&counted, __ATOMIC_SEQ_CST);
}

static void stop_and_flush(void)
{
	unsigned wait_ms = cpit_config_number("wait", 10);
	uint32_t seen;
	uint64_t end;

	CHECK(cpit_board_cpu_run(1, count, NULL) == 0);
	while (!count_now())
		;
	__atomic_fetch_or(ASKED, STOP, __ATOMIC_SEQ_CST);
	cpit_arch_unmap_sync();
	seen = count_now();
	end = cpit_board_ns() + wait_ms * 1000000ull;
	while (count_now() == seen && cpit_board_ns() < end)
		;
	CHECK(count_now() == seen);
}

/* The interrupt of a tick wakes a CPU while this one asks another to flush. */
static volatile unsigned woken;

static void wake(void)
{
	cpit_arch_wake(0);
	woken++;
}

static void wake_and_flush(void)
{
	uint64_t end = cpit_board_ns() + 10000000000;
	int i;

	woken = 0;
	tick_hook = wake;
	for (i = 0; i < 500 || (woken < 100 && cpit_board_ns() < end); i++)
		cpit_arch_unmap_sync();
	tick_hook = NULL;
	CHECK(woken > 0);
}

static const struct test request_tests[] = {
	{ "wake-and-flush", wake_and_flush, 2 },
	{ "stop-and-flush", stop_and_flush, 2 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { request_tests, NULL };
