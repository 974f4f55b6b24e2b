/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budgets, signal words and kills on a board, with its real timer (WRK-07 to
 * WRK-16, SLG-12, KAN-07).  Built with -DCPIT_TRACE_EVENTS, run with --tick.
 */
#include "boards/board.h"
#include "rt/trace.h"
#include "tests/board/harness.h"
#include <arch/machine.h>
#include <string.h>

enum { MS = 1000000, SIGNAL = 64, TERMINATED = 68 };

/* A limit that a busy computer does not reach either. */
#define FAR (30000ull * MS)

/* ------------------------------------------------------- events, in order */

static char seen[16];			/* "ESHLP", repeated ones once */
static unsigned nseen;

void cpit_trace(enum cpit_event e)
{
	char c = "?ESHLP"[e];

	if (nseen < sizeof(seen) - 1 && (!nseen || seen[nseen - 1] != c))
		seen[nseen++] = c;
}

static bool order(const char *want)
{
	seen[nseen] = '\0';
	if (!strcmp(seen, want))
		return true;
	cpit_console_print(CPIT_OUT, "  events ");
	cpit_console_print(CPIT_OUT, seen);
	cpit_console_print(CPIT_OUT, "\n");
	return false;
}

/* ---------------------------------------------------------------- helpers */

static const struct cpit_outcome *limited(struct world *w, uint64_t soft,
					  uint64_t hard, const char *name,
					  uint32_t a)
{
	const struct cpit_outcome *o;

	cpit_budget_set(w->store, &(struct cpit_budget){ soft, hard });
	nseen = 0;
	o = call(w->t, name, a, 0);
	cpit_budget_set(w->store, &(struct cpit_budget){ 0, 0 });
	return o;
}

static uint32_t word(struct world *w, uint32_t addr)
{
	uint32_t v;

	memcpy(&v, cpit_memory_at(w->t, addr, 4), 4);
	return v;
}

static void set_word(struct world *w, uint32_t addr, uint32_t v)
{
	memcpy(cpit_memory_at(w->t, addr, 4), &v, 4);
}

static void healthy(struct world *w, uint32_t v)
{
	const struct cpit_outcome *o = call(w->t, "id", v, 0);

	CHECK(o->end == CPIT_RETURNED && result[0].i32 == v);
}

/* ---------------------------------------------------- the four of WRK-07, K23-19 */

static void four_guests(void)
{
	unsigned i, tries, n = cpit_config_number("rounds", 20);
	const struct cpit_outcome *o;
	const char *poll;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; i < n; i++) {
		poll = i % 2 ? "poll_vector" : "poll";
		tries = 0;
		/* A CPU that was away for so long is told at once. */
		do {
			o = limited(&w, 3 * MS, FAR, poll, 0);
			CHECK(o->end == CPIT_RETURNED);
			CHECK(word(&w, SIGNAL) == 24 && order("ESP"));
		} while (o->end == CPIT_RETURNED && result[0].i32 == 1 &&
			 ++tries < 100);
		CHECK(result[0].i32 > 1);
		o = limited(&w, FAR, 2 * FAR, "work", 1000);
		CHECK(o->end == CPIT_RETURNED && order("EP"));
		CHECK(word(&w, SIGNAL) == 0);
		set_word(&w, TERMINATED, 0);
		o = limited(&w, 2 * MS, FAR, "grace", 1000);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 24);
		CHECK(word(&w, TERMINATED) == 0 && order("ESP"));
		o = limited(&w, 2 * MS, 5 * MS, "spin", 0);
		CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && o->signal == 24);
		CHECK(cpit_host_status(o) == 152 && o->depth == 1);
		CHECK(word(&w, SIGNAL) == 24 && word(&w, TERMINATED) == 1);
		CHECK(order("ESHLP") && invariants());
		/* It can know, so it may start again; and does not forget. */
		healthy(&w, i);
		CHECK(word(&w, SIGNAL) == 0 && word(&w, TERMINATED) == 1);
	}
	world_free(&w);
}

/* --------------------------------------------- which memory, and no other */

extern const struct cpit_module cpit_module_t, cpit_module_d, cpit_module_e;

/* A soft and a hard limit; then what the guest sees, and its exported memory. */
static void told(struct world *w, uint32_t signal)
{
	const uint64_t *p = cpit_memory_at(w->t, 0, 65536);
	const struct cpit_outcome *o = limited(w, 2 * MS, 4 * MS, "spin", 0);
	unsigned i = 0;

	CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && order("ESHLP"));
	cpit_instance_reset(w->t);
	while (i < 65536 / sizeof(*p) && !p[i])
		i++;
	CHECK(i == 65536 / sizeof(*p));
	call(w->t, "load", signal + 4, 0);
	CHECK(result[0].i32 == 1);
	call(w->t, "load", signal, 0);
	CHECK(result[0].i32 == 0);		/* a new entry: cleared */
}

/* WRK-05, WRK-12: memory 0 unexported, or another instance's. */
static void other_memories(void)
{
	struct cpit_import memory = {
		.module = "env", .name = "memory",
		.type = { .kind = CPIT_MEMORY },
	};
	static struct cpit_outcome out;
	struct world d, e, t;

	CHECK(!cpit_module_register(&cpit_module_d));
	CHECK(!cpit_module_register(&cpit_module_e));
	if (!world_make_of(&d, &cpit_module_d) || !world_make(&t, NULL, NULL))
		return;
	told(&d, 64);
	memory.from = t.t;
	memory.export = cpit_export_find(&cpit_module_t, "memory", CPIT_MEMORY);
	e.store = t.store;
	CHECK(!cpit_instantiate(e.store, &cpit_module_e, &memory, 1, &e.t, &out,
				NULL));
	told(&e, 128);
	/* Both instances are told in the one memory that they share. */
	CHECK(word(&t, SIGNAL) == 0 && word(&t, TERMINATED) == 1);
	CHECK(!cpit_instance_destroy(e.t));
	set_word(&t, 128, 0);
	cpit_instance_reset(t.t);
	limited(&t, 2 * MS, 4 * MS, "spin", 0);
	CHECK(word(&t, SIGNAL) == 24 && word(&t, 128) == 0);
	world_free(&t);
	world_free(&d);
	CHECK(!cpit_module_unregister(&cpit_module_d));
	CHECK(!cpit_module_unregister(&cpit_module_e));
}

/* ------------------------------------------------------- in host functions */

static void wait_ticks(unsigned n)
{
	uint64_t end = cpit_board_ticks() + n;

	while (cpit_board_ticks() < end)
		;
}

static struct world *the_world;
static uint32_t at_end_of_wait;
static uint64_t ticks_before;
static bool tick_on_the_way;	/* it came to the guest, not to the host */
static unsigned waited;

static uint32_t waits(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	tick_on_the_way = cpit_board_ticks() != ticks_before;
	wait_ticks(v);
	waited++;
	at_end_of_wait = word(the_world, SIGNAL);
	return 7;
}

/* A host function of 50 ticks; whether one replay made up for all of them. */
static bool replayed(struct world *w, struct cpit_cpu *cpu)
{
	uint32_t before = cpu->replayed;
	const struct cpit_outcome *o;

	cpu->deferred_max = 0;
	ticks_before = cpit_board_ticks();
	o = limited(w, 1000, 10000ull * MS, "call_host", 50);
	CHECK(o->end == CPIT_RETURNED && result[0].i32 == 7);
	CHECK(at_end_of_wait == 0 || tick_on_the_way);
	CHECK(word(w, SIGNAL) == 24);
	CHECK(cpu->replayed - before <= 1);
	CHECK(cpu->deferred_max <= cpit_board_ticks() - ticks_before);
	return cpu->deferred_max >= 50;
}

/*
 * SLG-12: one replay, and the word is written at the edge.  A tick between the
 * host's return and the edge writes it too, and leaves less to make up for.
 */
static void deferred_ticks(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	const struct cpit_outcome *o = NULL;
	struct world w;
	unsigned i = 0;

	if (!world_make(&w, waits, NULL))
		return;
	the_world = &w;
	while (!replayed(&w, cpu) && i < 50)
		i++;
	CHECK(i < 50);
	/* A hard limit reached in there takes effect at its return. */
	i = waited = 0;
	while (!waited && i++ < 50) {		/* a tick may come before */
		set_word(&w, TERMINATED, 0);
		o = limited(&w, 1000, 2000, "host_twice", 5);
	}
	CHECK(waited == 1);
	CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && word(&w, TERMINATED) == 1);
	CHECK(order("ESHLP"));
	healthy(&w, 3);
	world_free(&w);
}

/* KAN-07: an exit that was asked for before stands. */
static uint32_t exits_late(struct cpit_caller *c, uint32_t v)
{
	cpit_exit(c, 139);
	wait_ticks(5);
	return v;
}

static void exit_before_limit(void)
{
	const struct cpit_outcome *o;
	struct world w;
	int i;

	if (!world_make(&w, exits_late, NULL))
		return;
	for (i = 0; i < 10; i++) {
		o = limited(&w, 0, 2ull * 1000, "call_host", 0);
		if (o->end == CPIT_EXITED)
			CHECK(o->code == 139 && cpit_host_status(o) == 139);
		else	/* the tick came before the import */
			CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT));
	}
	o = limited(&w, 0, FAR, "call_host", 0);
	CHECK(o->end == CPIT_EXITED && o->code == 139);
	world_free(&w);
}

/* ----------------------------------------------------------------- nested */

static struct world *inner_world;
static bool absorbs;
static uint32_t inner_signal;
static bool inner_began;	/* a limit may come before, and tells nobody yet */

static uint32_t enters_b(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_outcome *o = call(inner_world->t, "spin", 0, 0);

	CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && o->depth == 2);
	inner_began = o->pc;
	inner_signal = word(inner_world, SIGNAL);
	CHECK(!inner_began || (word(the_world, SIGNAL) == 24 &&
			       word(the_world, TERMINATED) == 1));
	if (absorbs)
		cpit_budget_renew(c, &(struct cpit_budget){ 0, FAR });
	return v;
}

/* WRK-15 */
static void nested_entries(void)
{
	const struct cpit_outcome *o;
	struct world a, b;
	int i, tries;

	if (!world_make(&b, NULL, NULL) || !world_make(&a, enters_b, NULL))
		return;
	the_world = &a;
	inner_world = &b;
	for (i = 0; i < 10; i++) {
		absorbs = i % 2;
		inner_signal = tries = 0;
		inner_began = false;
		do
			o = limited(&a, 2 * MS, 4 * MS, "call_host", 5);
		while (!inner_began && ++tries < 50);
		CHECK(inner_began);
		CHECK(inner_signal == 24 && word(&b, TERMINATED) == 1);
		CHECK(word(&a, SIGNAL) == 24 && word(&a, TERMINATED) == 1);
		if (absorbs)
			CHECK(o->end == CPIT_RETURNED && result[0].i32 == 5);
		else
			CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT) && o->depth == 1);
		CHECK(invariants());
		healthy(&a, 1);
		healthy(&b, 2);
	}
	world_free(&a);
	world_free(&b);
}

/* ------------------------------------------------------------------- kills */

static int sends;

static uint32_t sends_itself(struct cpit_caller *c, uint32_t v)
{
	CHECK(cpit_kill(c->instance, sends) == 0);
	return v;
}

static void kill_itself(void)
{
	const struct cpit_outcome *o;
	struct world w;

	if (!world_make(&w, sends_itself, NULL))
		return;
	sends = CPIT_SIGTERM;
	o = call(w.t, "call_host", 4, 0);
	CHECK(o->end == CPIT_RETURNED && result[0].i32 == 4);
	CHECK(word(&w, SIGNAL) == 15);
	sends = CPIT_SIGKILL;
	o = call(w.t, "host_spin", 4, 0);
	CHECK(trapped(o, CPIT_TRAP_KILLED) && cpit_host_status(o) == 137);
	CHECK(word(&w, TERMINATED) == 1 && cpit_instance_poisoned(w.t));
	healthy(&w, 9);
	world_free(&w);
}

/*
 * Thousands of limits, each at another instruction: the timer is set to fire a
 * random time after the entry, of a guest that does everything for ever.
 */
static void kills_anywhere(void)
{
	unsigned i, n = cpit_config_number("kills", 3000), guest = 0;
	uint64_t period = cpit_board.counter_hz / 1000;
	const struct cpit_outcome *o;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; i < n; i++) {
		bool ends = i % 4 == 3;

		cpit_arch_timer_set(cpit_arch_counter() + random32() % period);
		o = limited(&w, 1, 1, ends ? "round" : "rounds", 7);
		if (!ends || o->end == CPIT_TRAPPED)
			CHECK(trapped(o, CPIT_TRAP_CPU_LIMIT));
		guest += o->nframes > 1;
		if (!invariants())
			break;
		healthy(&w, i);
	}
	CHECK(guest > n / 8);		/* in its functions, not only at edges */
	world_free(&w);
}

/* WRK-10: on the list and off it, under the timer; the words get written. */
static void list_cycles(void)
{
	unsigned i, n = cpit_config_number("cycles", 1000000);
	struct world w[3];
	uint64_t start;

	for (i = 0; i < 3; i++)
		if (!world_make(&w[i], NULL, NULL))
			return;
	for (i = 0; i < 3; i++)
		cpit_budget_set(w[i].store, &(struct cpit_budget){ 1, 0 });
	start = cpit_board_ticks();
	for (i = 0; i < n || (cpit_board_ticks() == start && i < 1000 * n); i++) {
		const struct cpit_outcome *o = call(w[i % 3].t, "id", i, 0);

		if (o->end != CPIT_RETURNED || result[0].i32 != i)
			break;
	}
	CHECK(i >= n && cpit_board_ticks() > start);
	for (i = 0; i < 3; i++)
		world_free(&w[i]);
}

static const struct test budget_tests[] = {
	{ "four-guests", four_guests, 1 },
	{ "other-memories", other_memories, 1 },
	{ "deferred-ticks", deferred_ticks, 1 },
	{ "exit-before-limit", exit_before_limit, 1 },
	{ "nested-entries", nested_entries, 1 },
	{ "kill-itself", kill_itself, 1 },
	{ "kills-anywhere", kills_anywhere, 1 },
	{ "list-cycles", list_cycles, 1 },
	{ 0 }
};

const struct test *const tests[] = { budget_tests, NULL };
