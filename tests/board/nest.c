/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nested activations: host -> A -> host -> B -> host -> A ..., 32 levels, in up
 * to three stores, so that those above a store are not all one other's.  The
 * innermost call ends in some way at each depth in turn; every other call then
 * traps or ends in its turn, and finds the chain as if the inner ones had never
 * been (K23-01, K23-02).
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <string.h>

extern const struct cpit_module cpit_module_t;

enum { LEVELS = 32 };

enum way { TRAP, EXIT, RAISE, FAIL, OVERFLOW };

static struct chain {
	struct cpit_instance *of[3];	/* the instances, in turn */
	unsigned turns;
	unsigned last;			/* the level that ends it */
	enum way way;
	unsigned entered[LEVELS + 1], left[LEVELS + 1];
	unsigned locks;
} chain;

/* The call that host function `level' makes, and what has to come of it. */
static void check_inner(const struct cpit_outcome *o, unsigned level)
{
	unsigned i, own = 0;

	if (level == chain.last && chain.way == OVERFLOW) {
		CHECK(trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
		CHECK(o->depth == level + 1 && frame_is(o, 0, "deeper"));
		return;
	}
	if (level == chain.last && chain.way != TRAP) {
		CHECK(o->end == CPIT_RETURNED);
		return;
	}
	if (chain.way == EXIT) {
		CHECK(o->end == CPIT_EXITED && o->code == 200 + level);
	} else if (chain.way == FAIL) {
		CHECK(trapped(o, CPIT_TRAP_HOST_RAISED));
		CHECK(o->signal == CPIT_SIGTERM && o->code == level);
	} else if (chain.way == RAISE) {
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));	/* SLG-09 */
	} else if (level == chain.last) {
		CHECK(trapped(o, CPIT_TRAP_DIV_BY_ZERO));
		CHECK(frame_is(o, 0, "leaf") && frame_is(o, 1, "h") &&
		      frame_is(o, 2, "g") && frame_is(o, 3, "f"));
		own = 3;		/* frames more than one */
	} else {
		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
	}
	CHECK(o->depth == level + 1);
	CHECK(o->nframes == level + 1 + own && !o->truncated);
	for (i = own ? 4 : 0; i < o->nframes; i++)
		CHECK(frame_is(o, i, "host_then_trap"));
}

static void end_this(struct cpit_caller *c, uint32_t level)
{
	if (chain.way == EXIT)
		cpit_exit(c, 200 + level - 1);
	else if (chain.way == RAISE)
		cpit_raise(c, CPIT_TRAP_MEM_OOB);
	else if (chain.way == FAIL)
		cpit_fail(c, CPIT_SIGTERM, level - 1);
}

/*
 * A host frame with a clean-up of its own (K23-12).  Its guest, by name
 * host_then_trap, executes `unreachable' when we return.
 */
static uint32_t level(struct cpit_caller *c, uint32_t n)
{
	const struct cpit_import_decl *running = cpit_running_import();
	struct cpit_activation *head = cpit_embed_cpu()->top;
	const struct cpit_stack *st = &cpit_instance_store(c->instance)->stack;
	struct cpit_instance *next = chain.of[n % chain.turns];
	const struct cpit_outcome *o;
	void *p = cpit_embed_alloc(64);

	chain.entered[n]++;
	chain.locks++;
	CHECK(running && !strcmp(running->name, "host"));
	CHECK(c->instance == chain.of[(n - 1) % chain.turns]);
	/* Its own guest's stack, which it shares with the levels below. */
	CHECK((uintptr_t)&o - st->low < st->high - st->low);
	if (n < chain.last)
		o = call(next, "host_then_trap", n + 1, 0);
	else if (chain.way == TRAP)
		o = call(next, "f", 0, 0);
	else if (chain.way == OVERFLOW)
		o = call(next, "direct", 0, 0);
	else
		o = call(next, "fib", 10, 0);
	check_inner(o, n);
	CHECK(cpit_embed_cpu()->top == head);
	CHECK(cpit_running_import() == running);
	end_this(c, n);
	cpit_embed_free(p, 64);
	chain.locks--;
	chain.left[n]++;
	return 0xffffffff;	/* looks like a sentinel, and is dropped */
}

static void check_outermost(const struct cpit_outcome *o)
{
	CHECK(o->depth == 1 && o->nframes == 1);
	CHECK(frame_is(o, 0, "host_then_trap"));
	switch (chain.way) {
	case TRAP:
	case OVERFLOW:
		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
		break;
	case EXIT:				/* KAN-06, K23-11 */
		CHECK(o->end == CPIT_EXITED && o->code == 200);
		break;
	case RAISE:
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
		break;
	case FAIL:
		CHECK(trapped(o, CPIT_TRAP_HOST_RAISED) && !o->code);
	}
}

static void one_chain(unsigned last, enum way way)
{
	unsigned i;

	memset(chain.entered, 0, sizeof(chain.entered));
	memset(chain.left, 0, sizeof(chain.left));
	chain.last = last;
	chain.way = way;
	check_outermost(call(chain.of[0], "host_then_trap", 1, 0));
	CHECK(!cpit_running_import() && !chain.locks);
	for (i = 1; i <= LEVELS; i++) {
		CHECK(chain.entered[i] == (i <= last));
		CHECK(chain.left[i] == (i <= last));
	}
	invariants();
}

/* Of one to three stores, in turn. */
static void all_chains(unsigned n)
{
	struct world w[3];
	unsigned i, last;

	for (i = 0; i < n; i++) {
		if (!world_make(&w[i], level, NULL))
			return;
		chain.of[i] = w[i].t;
	}
	chain.turns = n;
	for (last = 1; last <= LEVELS; last++)
		one_chain(last, TRAP);
	for (last = 1; last <= 3; last++) {
		one_chain(last, EXIT);
		one_chain(last, RAISE);
		one_chain(last, FAIL);
		one_chain(last, OVERFLOW);
	}
	one_chain(LEVELS, EXIT);
	one_chain(LEVELS, OVERFLOW);
	CHECK(call(w[n - 1].t, "add", 2, 3)->end == CPIT_RETURNED &&
	      result[0].i32 == 5);
	while (i-- > 0)
		world_free(&w[i]);
}

static void one_store(void)
{
	all_chains(1);
}

static void two_stores(void)
{
	all_chains(2);
}

static void three_stores(void)
{
	all_chains(3);
}

/* ---------------------------------- an inner trap in the middle of a call */

static uint32_t inner_trap(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_outcome *o = call(c->instance, "f", 0, 0);

	CHECK(trapped(o, CPIT_TRAP_DIV_BY_ZERO) && o->depth == 2);
	CHECK(o->nframes == 5 && frame_is(o, 3, "f"));
	return v;
}

static void outer_after_inner(void)
{
	const struct cpit_outcome *o;
	struct world w;
	int i;

	if (!world_make(&w, inner_trap, NULL))
		return;
	for (i = 0; i < 10; i++) {			/* K23-02 */
		o = call(w.t, "host_then_trap", 7, 0);
		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE) && o->depth == 1);
		CHECK(o->nframes == 1 && frame_is(o, 0, "host_then_trap"));
		o = call(w.t, "call_host", 7, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 1007);
		o = call(w.t, "h", 0, 0);
		CHECK(o->depth == 1 && o->nframes == 2 && frame_is(o, 1, "h"));
	}
	world_free(&w);
}

/* ------------------------------------------------- exit, then unreachable */

static uint32_t exit_0(struct cpit_caller *c, uint32_t v)
{
	cpit_exit(c, 0);
	return v;
}

static void exit_then_trap(void)
{
	struct world a, b;
	const struct cpit_outcome *o;

	if (!world_make(&a, exit_0, NULL) || !world_make(&b, NULL, NULL))
		return;
	o = call(a.t, "host_then_trap", 0, 0);		/* KAN-06 (b) */
	CHECK(o->end == CPIT_EXITED && cpit_host_status(o) == 0);
	o = call(b.t, "host_then_trap", 0, 0);		/* KAN-06 (d) */
	CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
	CHECK(cpit_host_status(o) == 132);
	o = call(a.t, "trap", 0, 0);
	CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
	world_free(&b);
	world_free(&a);
}

const struct test nest_tests[] = {
	{ "nesting-one-store", one_store, 0 },
	{ "nesting-two-stores", two_stores, 0 },
	{ "nesting-three-stores", three_stores, 0 },
	{ "outer-after-inner", outer_after_inner, 0 },
	{ "exit-then-unreachable", exit_then_trap, 0 },
	{ NULL, NULL, 0 },
};
