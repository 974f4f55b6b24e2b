/* SPDX-License-Identifier: Apache-2.0 */
/* Traps on the board: repeated, mixed, nested, with what they leave behind. */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t;

/* -------------------------------------------------- 10,000 mixed traps */

static const enum cpit_trap expected[] = {
	CPIT_TRAP_UNREACHABLE, CPIT_TRAP_MEM_OOB, CPIT_TRAP_DIV_BY_ZERO,
	CPIT_TRAP_INT_OVERFLOW, CPIT_TRAP_BAD_CONVERSION,
	CPIT_TRAP_CALL_UNDEFINED, CPIT_TRAP_CALL_NULL,
	CPIT_TRAP_CALL_SIGNATURE,
};

static void mixed_10000(void)
{
	unsigned i, n = cpit_config_number("rounds", 10000);
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; i < n; i++) {
		uint32_t kind = random32() % 9;
		const struct cpit_outcome *o;

		if (kind == 8) {
			o = call(w.t, "direct", 0, 0);
			CHECK(trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
		} else {
			o = call(w.t, "trap", kind, 0);
			CHECK(trapped(o, expected[kind]));
		}
		CHECK(o->signal == cpit_trap_signal(o->trap));
		CHECK(o->depth == 1);
		if (!invariants())
			break;
		o = call(w.t, "add", i, 5);	/* a healthy one at once */
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == i + 5);
		if (i % 64 == 0) {
			o = call(w.t, "fib", 20, 0);
			CHECK(result[0].i32 == 6765);
		}
	}
	world_free(&w);
}

/* --------------------------------------------- the timer near the guard */

enum { SPIN = 10000000 };

/* The deepest dive that still returns. */
static uint32_t deepest(struct cpit_instance *t, const char *dive)
{
	uint32_t lo = 0, hi = 1 << 20;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (call(t, dive, mid, 1)->end == CPIT_RETURNED)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/*
 * sp stands within a frame of the guard while the timer ticks: no tick may
 * need room there, or be taken for an overflow (SLG-04).  Three ways down, so
 * that one of them leaves less room than an interrupt frame.
 * One that finds none, in the search before, may have been the last: the timer
 * is set by each tick for the next.  A busy host's QEMU may be late with one, so
 * there are spins until it comes.
 */
static void timer_near_guard(void)
{
	static const char *const dives[] = { "dive", "dive1", "dive2" };
	bool wanted = cpit_config_number("tick", 0) >= 1000, good = true;
	uint64_t before, end;
	struct world w;
	unsigned i;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; good && i < 3; i++) {
		uint32_t n = deepest(w.t, dives[i]);

		CHECK(n > 100);
		before = cpit_board_ticks();
		end = cpit_board_ns() + 10000000000;
		do
			good = call(w.t, dives[i], n, SPIN)->end == CPIT_RETURNED;
		while (good && wanted && cpit_board_ticks() == before &&
		       cpit_board_ns() < end);
		CHECK(good);
		good = good && (!wanted || cpit_board_ticks() > before);
		CHECK(good);
	}
	world_free(&w);
}

/* What t.wat's spin computes. */
static uint32_t spun(uint32_t n)
{
	uint32_t x = 0, y = 1;

	do {
		x = x * 31 + y;
		y ^= x << 7 | x >> 25;
	} while (--n);
	return x;
}

/* Locals of a leaf survive interrupts: at -O0 on x86_64 they may lie below sp. */
static void locals_survive_ticks(void)
{
	struct world w;
	uint32_t expect = spun(SPIN);
	int i;

	if (!world_make(&w, NULL, NULL))
		return;
	/* A count that was written over may never come to its end. */
	cpit_budget_set(w.store, &(struct cpit_budget){ 0, 10000000000 });
	for (i = 0; i < 5; i++) {
		call(w.t, "spin", SPIN, 0);
		CHECK(result[0].i32 == expect);
	}
	world_free(&w);
}

/* ------------------------------------------------------------- memory */

static void recycled_memory_faults(void)
{
	int i;

	for (i = 0; i < 20; i++) {		/* SLG-16 */
		const struct cpit_outcome *o;
		struct world w;

		if (!world_make(&w, NULL, NULL))
			return;
		o = call(w.t, "load", 5 * 65536, 0);
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
		CHECK(o->has_addr == !cpit_module_t.checked);
		o = call(w.t, "grow", 9, 0);
		CHECK(result[0].i32 == 1);
		o = call(w.t, "load", 5 * 65536, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 0);
		call(w.t, "store", 10 * 65536 - 4, 77);
		call(w.t, "load", 10 * 65536 - 4, 0);
		CHECK(result[0].i32 == 77);
		o = call(w.t, "load", 10 * 65536 - 3, 0);
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
		world_free(&w);
	}
}

static void far_addresses(void)
{
	const struct cpit_outcome *o;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	o = call(w.t, "load_far", 0xffffffff, 0);	/* 2^33 - 2 */
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	CHECK(!o->has_addr || (o->addr == 0x1fffffffe && o->size == 65536));
	o = call(w.t, "load", 0xfffffff0, 0);
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	CHECK(!o->has_addr || o->addr == 0xfffffff0);
	o = call(w.t, "load", 65536, 0);
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	CHECK(!o->has_addr || o->addr == 65536);
	world_free(&w);
}

static void exact(void)
{
	static const struct {
		const char *name;
		enum cpit_trap kind;
		uint32_t state;
	} ways[] = {
		{ "exact_load", CPIT_TRAP_MEM_OOB, 0x1111 },
		{ "exact_store", CPIT_TRAP_MEM_OOB, 0x1111 },
		{ "exact_div", CPIT_TRAP_DIV_BY_ZERO, 0x1111 },
		{ "exact_table", CPIT_TRAP_TABLE_OOB, 0x1111 },
		{ "exact_global_load", CPIT_TRAP_MEM_OOB, 1 },
		{ "exact_global_store", CPIT_TRAP_MEM_OOB, 1 },
		{ "exact_loop", CPIT_TRAP_MEM_OOB, 0x10 },
	};
	struct world w;
	unsigned i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!world_make(&w, NULL, NULL))
			return;
		CHECK(trapped(call(w.t, ways[i].name, 0, 0), ways[i].kind));
		call(w.t, "exact_state", 0, 0);
		CHECK(result[0].i32 == ways[i].state);
		world_free(&w);
	}
}

static void store_order(void)
{
	const struct cpit_outcome *o;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	o = call(w.t, "three_stores", 0, 0);		/* K23-10 */
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	call(w.t, "load", 64, 0);
	CHECK(result[0].i32 == 1);
	o = call(w.t, "store_then_load", 0x10000 - 12, 0);
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	call(w.t, "load", 0x10000 - 4, 0);
	CHECK(result[0].i32 == 1);
	world_free(&w);
}

/* The embedder pages linear memory in from its own fault handler (K23-08). */
static unsigned paged;
static uintptr_t paged_from, paged_to;

static bool page_in(uintptr_t addr)
{
	if (addr < paged_from || addr >= paged_to)
		return false;
	if (!cpit_embed_commit((void *)(addr & ~4095ul), 4096,
			       CPIT_COMMIT_NOW))
		return false;
	paged++;
	return true;
}

static void demand_paging(void)
{
	const struct cpit_outcome *o;
	struct world w;
	unsigned i;

	/* A memory at address zero is a machine's, where nothing is paged. */
	if (cpit_module_t.checked || cpit_module_t.zero ||
	    !world_make(&w, NULL, NULL))
		return;
	call(w.t, "grow", 62, 0);
	paged_from = (uintptr_t)cpit_memory_at(w.t, 0, 0);
	paged_to = paged_from + 63 * 65536;
	cpit_arch_unmap_range(paged_from, paged_to);
	fault_hook = page_in;
	paged = 0;
	for (i = 0; i < 1000; i++) {
		o = call(w.t, "load", i * 4096 + 40, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 0);
	}
	CHECK(paged == 1000);
	o = call(w.t, "load", 63 * 65536, 0);		/* still a trap */
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	fault_hook = NULL;
	world_free(&w);
}

static const struct test trap_tests[] = {
	{ "mixed-10000", mixed_10000, 0 },
	{ "timer-near-guard", timer_near_guard, 0 },
	{ "locals-survive-ticks", locals_survive_ticks, 0 },
	{ "recycled-memory-faults", recycled_memory_faults, 0 },
	{ "far-addresses", far_addresses, 0 },
	{ "store-order", store_order, 0 },
	{ "exact", exact, 0 },
	{ "demand-paging", demand_paging, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = {
	trap_tests, overflow_tests, call_tests, nest_tests, shortage_tests,
	registry_tests, smp_tests, base_tests, NULL
};
