/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interrupt at every instruction (x86_64): calls are made with the trap flag
 * set, and a handler of #DB does what a tick may do.
 */
#include "boards/board.h"
#include "rt/store.h"
#include "tests/board/harness.h"
#include <arch/cpu.h>
#include <arch/frame.h>
#include <string.h>

extern const struct cpit_module cpit_module_t;
void step_entry(void);
void step_trap(struct cpit_frame_regs *f);

enum { IST_IRQ = 5, DB = 1, WORLDS = 3, TERMINATED = 68 };

struct gate {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
};

/* Takes over vector 1. */
static void take_vector(void)
{
	struct {
		uint16_t limit;
		struct gate *base;
	} __attribute__((packed)) idt;
	struct gate *g;

	__asm__ volatile("sidt %0" : "=m"(idt));
	g = &idt.base[DB];
	g->low = (uint16_t)(uintptr_t)step_entry;
	g->mid = (uint16_t)((uintptr_t)step_entry >> 16);
	g->high = (uint32_t)((uintptr_t)step_entry >> 32);
	g->ist = IST_IRQ;
}

static inline void step_on(void)
{
	__asm__ volatile("pushf; orq $0x100, (%%rsp); popf" : : : "memory",
			 "cc");
}

static inline void step_off(void)
{
	__asm__ volatile("pushf; andq $~0x100, (%%rsp); popf" : : : "memory",
			 "cc");
}

/* What is done at each instruction; false: nothing of the frame is changed. */
static void (*at_each)(struct cpit_frame_regs *f);
static unsigned steps;

void step_trap(struct cpit_frame_regs *f)
{
	steps++;
	at_each(f);
}

/* --------------------------------------------------------- WRK-10: the list */

static struct world worlds[WORLDS];
static unsigned lengths[WORLDS + 1];	/* how often it had so many nodes */

static bool known(const struct cpit_words *w)
{
	unsigned i;

	for (i = 0; i < WORLDS; i++)
		if (w == &worlds[i].t->words)
			return w->store == worlds[i].store && w->memory;
	return false;
}

/* Walks, and has the runtime walk and write. */
static void walk(struct cpit_frame_regs *f)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;
	const struct cpit_fault at = {
		.pc = (uintptr_t)cpit_module_t.text_start };
	struct cpit_landing l;
	struct cpit_words *w;
	unsigned n = 0;

	(void)f;
	if (!top)
		return;
	for (w = top->entry->words; w; w = w->next) {
		CHECK(known(w));
		if (++n > WORLDS)
			break;
	}
	CHECK(n <= WORLDS);
	lengths[n <= WORLDS ? n : 0]++;
	top->entry->soft_due = 1;
	CHECK(cpit_tick(&at, &l) == CPIT_RESUMED);
}

/* Each world enters the next, so that lists of one to three come and go. */
static uint32_t enters_next(struct cpit_caller *c, uint32_t v)
{
	unsigned i;

	for (i = 0; i + 1 < WORLDS; i++)
		if (c->instance == worlds[i].t)
			call(worlds[i + 1].t, "call_host", v, 0);
	return v;
}

static void list_at_each(void)
{
	unsigned i;

	for (i = 0; i < WORLDS; i++)
		if (!world_make(&worlds[i], enters_next, NULL))
			return;
	take_vector();
	at_each = walk;
	for (i = 0; i < 3; i++) {
		steps = 0;
		step_on();
		call(worlds[0].t, "call_host", i, 0);
		step_off();
		CHECK(steps > 500 && result[0].i32 == i);
	}
	/* A node is on the list before the guest runs, and longer. */
	CHECK(lengths[1] > 100 && lengths[2] > 100 && lengths[3] > 100);
	for (i = 0; i < WORLDS; i++)
		world_free(&worlds[i]);
}

/* ------------------------------------------------- a kill at each instruction */

static struct cpit_instance *victim;
static unsigned kill_at;

static void kills(struct cpit_frame_regs *f)
{
	const struct cpit_fault at = { .pc = f->rip, .sp = f->rsp,
				       .fp = f->rbp };
	struct cpit_landing l;

	if (steps < kill_at)
		return;
	if (steps == kill_at)
		CHECK(cpit_kill(victim, CPIT_SIGKILL) == 0);
	/* A tick here and at everything that follows, the landing included. */
	if (cpit_tick(&at, &l) != CPIT_UNWOUND)
		return;
	f->rdi = l.arg0;
	f->rsi = l.arg1;
	f->rsp = l.sp;
	f->rip = l.pc;
}

/* One outcome, whatever the point, and the instance works again. */
static bool kill_one(struct world *w, const char *name)
{
	const struct cpit_outcome *o;
	bool killed;

	steps = 0;
	step_on();
	o = call(w->t, name, 7, 0);
	step_off();
	killed = trapped(o, CPIT_TRAP_KILLED);
	CHECK(killed ? o->signal == CPIT_SIGKILL : o->end == CPIT_RETURNED);
	/* Asked while it ran, or just when it had ended: either way it knows. */
	CHECK(steps < kill_at || cpit_instance_poisoned(w->t) || !killed);
	o = call(w->t, "id", kill_at, 0);
	CHECK(o->end == CPIT_RETURNED && result[0].i32 == kill_at);
	CHECK(!cpit_instance_poisoned(w->t));
	return killed;
}

static void kill_at_each(void)
{
	unsigned every = cpit_config_number("every", 1), landed = 0, total = 0;
	struct world w;
	bool killed;

	if (!world_make(&w, NULL, NULL))
		return;
	take_vector();
	at_each = kills;
	victim = w.t;
	kill_at = 1;
	do {
		total++;
		killed = kill_one(&w, "round");
		landed += killed;
		kill_at += every;
	} while (invariants() && steps + every >= kill_at);
	/* The rest is what the harness and cpit_enter() do around it. */
	CHECK(!killed && landed * 4 > total);
	world_free(&w);
}

/* The same, in a nested entry: the outer one goes on. */
static struct world outer, inner;

static uint32_t enters_inner(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	kill_one(&inner, "host_twice");
	return v;
}

static void kill_nested(void)
{
	unsigned every = cpit_config_number("every", 1);
	const struct cpit_outcome *o;
	const uint32_t *told;

	if (!world_make(&inner, NULL, NULL) ||
	    !world_make(&outer, enters_inner, NULL))
		return;
	take_vector();
	at_each = kills;
	victim = inner.t;
	kill_at = 1;
	told = cpit_memory_at(outer.t, TERMINATED, 4);
	do {
		o = call(outer.t, "call_host", 5, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 5);
		CHECK(!cpit_instance_poisoned(outer.t) && !*told);
		kill_at += every;
	} while (invariants() && steps + every >= kill_at);
	world_free(&outer);
	world_free(&inner);
}

/* ------------------------------------- a second reason while one is noted */

/*
 * In the inner entry of two the host function is given the first reason, which
 * the import's return finds; at each instruction from there on the tick brings the
 * second.  Whatever the order, the outer guest, which would spin, is to end.
 */
enum reason { KILL_INNER, KILL_OUTER, LIMIT, EXIT, TRAP };

static const struct { enum reason first, second; } pairs[] = {
	{ KILL_INNER, KILL_OUTER }, { KILL_INNER, LIMIT },
	{ LIMIT, KILL_INNER }, { LIMIT, KILL_OUTER },
	{ KILL_OUTER, KILL_INNER }, { KILL_OUTER, LIMIT },
	{ EXIT, KILL_OUTER }, { EXIT, LIMIT },
	{ TRAP, KILL_OUTER }, { TRAP, LIMIT },
};

static unsigned pair, first_at;
static bool late;

/* c: of the host function that runs, for the inner entry's own ends. */
static void give(enum reason r, struct cpit_caller *c)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;

	if (r == LIMIT && top)
		top->entry->hard_at = 0;
	else if (r == EXIT)
		cpit_exit(c, 3);
	else if (r == TRAP)
		cpit_raise(c, CPIT_TRAP_UNREACHABLE);
	else if (r != LIMIT)
		CHECK(!cpit_kill(r == KILL_INNER ? inner.t : outer.t,
				 CPIT_SIGKILL));
}

static uint32_t gives_first(struct cpit_caller *c, uint32_t v)
{
	if (!first_at) {
		first_at = steps = 1;
		step_on();		/* nothing is done before */
		give(pairs[pair].first, c);
	}
	return v;
}

static uint32_t calls_inner(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	call(inner.t, "host_twice", v, 0);
	return v;
}

static void second(struct cpit_frame_regs *f)
{
	const struct cpit_fault at = { .pc = f->rip, .sp = f->rsp,
				       .fp = f->rbp };
	struct cpit_landing l;

	if (!first_at || steps - first_at < kill_at)
		return;
	if (steps - first_at == kill_at)
		give(pairs[pair].second, NULL);
	if (steps - first_at == kill_at + 20000) {
		late = true;		/* it has been forgotten */
		give(KILL_OUTER, NULL);
	}
	if (cpit_tick(&at, &l) != CPIT_UNWOUND)
		return;
	f->rdi = l.arg0;
	f->rsi = l.arg1;
	f->rsp = l.sp;
	f->rip = l.pc;
}

static bool second_one(void)
{
	const struct cpit_outcome *o;

	first_at = steps = 0;
	late = false;
	cpit_instance_reset(inner.t);
	cpit_instance_reset(outer.t);
	o = call(outer.t, "host_spin", 5, 0);
	step_off();
	CHECK(trapped(o, CPIT_TRAP_KILLED) || trapped(o, CPIT_TRAP_CPU_LIMIT));
	CHECK(!late);
	return steps - first_at > kill_at;
}

static void two_reasons(void)
{
	struct cpit_budget b = { 0, 1ull << 60 };

	if (!world_make(&inner, gives_first, NULL) ||
	    !world_make(&outer, calls_inner, NULL))
		return;
	cpit_budget_set(outer.store, &b);
	take_vector();
	at_each = second;
	/* The first few are in gives_first(). */
	for (pair = 0; pair < sizeof(pairs) / sizeof(pairs[0]); pair++)
		for (kill_at = 16; kill_at < 1500 && second_one(); kill_at++)
			;
	world_free(&outer);
	world_free(&inner);
}

static const struct test step_tests[] = {
	{ "list-at-each", list_at_each, 1 },
	{ "kill-at-each", kill_at_each, 1 },
	{ "kill-nested", kill_nested, 1 },
	{ "two-reasons", two_reasons, 1 },
	{ 0 }
};

const struct test *const tests[] = { step_tests, NULL };
