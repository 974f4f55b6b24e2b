/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For a long time, on all CPUs: traps of all kinds, growth, memories recycled,
 * activations nested at random, modules that come and go.  What a call must
 * come to is checked each time, the balance at the end (harness.c).
 *
 * Settings: seconds=N.
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t;

enum what { TRAPS, CALLS, NESTED, WORLDS, GROWN, REGISTERED, COUNTERS };

static const char *const names[COUNTERS] = {
	"traps", "calls", "nested", "worlds", "grown", "registered",
};
static uint64_t counts[CPIT_CPUS_MAX][COUNTERS];
static uint64_t end_ns;

static bool going(void)
{
	return cpit_board_ns() < end_ns;
}

static void count(enum what what)
{
	counts[cpit_arch_cpu()][what]++;
}

static void start(void)
{
	end_ns = cpit_board_ns() +
		 cpit_config_number("seconds", 10) * 1000000000ull;
	memset(counts, 0, sizeof(counts));
}

static void tell(void)
{
	unsigned i, cpu;

	cpit_console_print(CPIT_OUT, "  ");
	for (i = 0; i < COUNTERS; i++) {
		uint64_t sum = 0;

		for (cpu = 0; cpu < CPIT_CPUS_MAX; cpu++)
			sum += counts[cpu][i];
		cpit_console_print(CPIT_OUT, names[i]);
		cpit_console_print(CPIT_OUT, " ");
		cpit_console_number(CPIT_OUT, sum, 10);
		cpit_console_print(CPIT_OUT, i < COUNTERS - 1 ? ", " : "\n");
	}
}

/* ------------------------------------------------------------------ soak */

static const enum cpit_trap expected[] = {
	CPIT_TRAP_UNREACHABLE, CPIT_TRAP_MEM_OOB, CPIT_TRAP_DIV_BY_ZERO,
	CPIT_TRAP_INT_OVERFLOW, CPIT_TRAP_BAD_CONVERSION,
	CPIT_TRAP_CALL_UNDEFINED, CPIT_TRAP_CALL_NULL,
	CPIT_TRAP_CALL_SIGNATURE,
};

static void any_trap(struct cpit_instance *t)
{
	uint32_t kind = random32() % 16;

	if (kind < 8 && expected[kind] != CPIT_TRAP_MEM_OOB)
		CHECK(trapped(call(t, "trap", kind, 0), expected[kind]));
	else if (kind == 8)
		CHECK(trapped(call(t, "direct", 0, 0),
			      CPIT_TRAP_STACK_EXHAUSTED));
	else				/* beyond any growth */
		CHECK(trapped(call(t, "load", 0x6400000 + random32() % 4096, 0),
			      CPIT_TRAP_MEM_OOB));
	count(TRAPS);
}

/* To a depth of v, with a trap at some of the levels; no inner one is felt. */
static uint32_t nested(struct cpit_caller *c, uint32_t v)
{
	struct cpit_activation *head = cpit_embed_cpu()->top;

	count(NESTED);
	if (random32() % 2)
		any_trap(c->instance);
	if (v && random32() % 4)
		CHECK(call(c->instance, "call_host", v - 1, 0)->end ==
		      CPIT_RETURNED);
	else if (v)
		CHECK(trapped(call(c->instance, "host_then_trap", v - 1, 0),
			      CPIT_TRAP_UNREACHABLE));
	CHECK(cpit_embed_cpu()->top == head);
	return v;
}

static void grow(struct cpit_instance *t, uint32_t *pages)
{
	uint32_t more = random32() % 4;

	call(t, "grow", more, 0);
	CHECK(result[0].i32 == (*pages + more <= 100 ? *pages : 0xffffffff));
	if (result[0].i32 == *pages)
		*pages += more;
	call(t, "load", *pages * 65536 - 4, 0);
	CHECK(result[0].i32 == 0);
	CHECK(trapped(call(t, "load", *pages * 65536 - 3, 0),
		      CPIT_TRAP_MEM_OOB));
	count(GROWN);
}

static void come_and_go(void)
{
	struct cpit_module m = { .abi = CPIT_ABI };
	uintptr_t at = 0x10000000 + cpit_arch_cpu() * 64;

	m.text_start = (const char *)at;
	m.text_end = (const char *)(at + 64);
	CHECK(cpit_module_register(&m) == 0);
	CHECK(cpit_module_unregister(&m) == 0);
	count(REGISTERED);
}

static void one_life(void)
{
	uint32_t i, n = random32() % 200, pages = 1;
	struct world w;

	if (!world_make(&w, nested, NULL))
		return;
	count(WORLDS);
	for (i = 0; i < n && going(); i++) {
		switch (random32() % 8) {
		case 0:
			call(w.t, "call_host", random32() % 20, 0);
			CHECK(result[0].i32 >= 1000);
			break;
		case 1:
			grow(w.t, &pages);
			break;
		case 2:
			call(w.t, "fib", 20, 0);
			CHECK(result[0].i32 == 6765);
			count(CALLS);
			break;
		case 3:
			if (random32() % 16 == 0)
				come_and_go();
			break;
		default:
			any_trap(w.t);
		}
		if (!invariants())
			break;
	}
	world_free(&w);
}

static void soak_here(void *arg)
{
	unsigned i;

	(void)arg;
	for (i = 0; i < cpit_arch_cpu() * 1000; i++)
		random32();			/* each CPU its own way */
	while (going() && invariants())
		one_life();
}

static void soak(void)
{
	unsigned cpu;

	start();
	on_each_cpu(soak_here, NULL);
	tell();
	for (cpu = 0; cpu < cpit_board.cpus; cpu++)
		CHECK(counts[cpu][WORLDS]);
}

static const struct test soak_tests[] = {
	{ "soak", soak, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { soak_tests, NULL };
