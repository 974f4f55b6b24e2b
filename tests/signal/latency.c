/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How late a hard limit is, in guest time: run under -icount, where time is
 * instructions, with --tick 1000.  Prints a histogram.
 */
#include "boards/board.h"
#include "tests/board/harness.h"

enum { MS = 1000000 };

enum { BUCKETS = 8 };

/* From the limit to the return of the call. */
static void latency(void)
{
	static const unsigned limit_us[BUCKETS] = { 50, 100, 200, 400, 600,
						    800, 1000, 1050 };
	unsigned i, k, n = 200, count[BUCKETS + 1] = { 0 };
	uint64_t worst = 0;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; i < n; i++) {
		uint64_t hard = 2 * MS + random32() % MS, late;
		const struct cpit_outcome *o;
		uint64_t start = cpit_board_ns();

		cpit_budget_set(w.store, &(struct cpit_budget){ 0, hard });
		o = call(w.t, i % 2 ? "spin" : "rounds", 7, 0);
		late = cpit_board_ns() - start - hard;
		CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && late < 1000 * MS);
		for (k = 0; k < BUCKETS && late > limit_us[k] * 1000ull; k++)
			;
		count[k]++;
		if (late > worst)
			worst = late;
	}
	for (k = 0; k <= BUCKETS; k++) {
		cpit_console_print(CPIT_OUT, k < BUCKETS ? "  <= " : "  more ");
		if (k < BUCKETS)
			cpit_console_number(CPIT_OUT, limit_us[k], 10);
		cpit_console_print(CPIT_OUT, k < BUCKETS ? " us: " : ": ");
		cpit_console_number(CPIT_OUT, count[k], 10);
		cpit_console_print(CPIT_OUT, "\n");
	}
	cpit_console_print(CPIT_OUT, "  worst ");
	cpit_console_number(CPIT_OUT, worst / 1000, 10);
	cpit_console_print(CPIT_OUT, " us\n");
	CHECK(worst <= 1050 * 1000);	/* one period of 1 kHz and 50 us */
	world_free(&w);
}

static const struct test latency_tests[] = {
	{ "latency", latency, 1 },
	{ 0 }
};

const struct test *const tests[] = { latency_tests, NULL };
