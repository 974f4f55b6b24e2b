/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stack exhaustion for real (SLG-01): five ways, 100 times each, with healthy
 * calls between.  That the stack ran out, and not something else, is told by
 * where the fault was and how deep the guest was.
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <string.h>

extern const struct cpit_module cpit_module_t, cpit_module_big_frame;

enum { TIMES = 100 };

static uintptr_t fault_addr;	/* of the last page fault; 0: none */

static bool note_fault(uintptr_t addr)
{
	fault_addr = addr;
	return false;
}

/* Checked modules compare the stack pointer and never get so far. */
static void check_cause(const struct cpit_store *s, bool checked)
{
	const struct cpit_stack *st = &s->stack;

	if (checked) {
		CHECK(!fault_addr);
		return;
	}
	CHECK(fault_addr < st->low && fault_addr >= st->low - st->guard);
	CHECK(st->guard >= CPIT_PAGE);
	fault_addr = 0;
}

static uint32_t *depth_of(const struct world *w)
{
	return cpit_export_find(&cpit_module_t, "depth",
				CPIT_GLOBAL)->get(w->t->state);
}

static uint32_t reenter(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_outcome *o = call(c->instance, "reenter", v, 0);

	if (o->end == CPIT_TRAPPED)
		cpit_raise(c, o->trap);
	return 0;
}

static void exhaust(const char *how)
{
	bool by_host = !strcmp(how, "reenter");
	size_t size;
	struct world w;
	int i;

	if (!world_make(&w, reenter, NULL))
		return;
	CHECK(cpit_store_stack_used(w.store, &size) < 8 * CPIT_PAGE);
	fault_hook = note_fault;
	for (i = 0; i < TIMES; i++) {
		const struct cpit_outcome *o;

		*depth_of(&w) = 0;
		o = call(w.t, how, 1, 0);
		CHECK(trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
		CHECK(*depth_of(&w) > 100);
		CHECK(o->truncated && o->nframes == CPIT_FRAMES_MAX);
		/* The import was refused: nothing touched the guard. */
		check_cause(w.store, by_host || cpit_module_t.checked);
		if (!invariants())
			break;
		o = call(w.t, "fib", 10, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 55);
	}
	fault_hook = NULL;
	CHECK(cpit_store_stack_used(w.store, &size) > size / 4 * 3);
	world_free(&w);
}

static void direct(void) { exhaust("direct"); }
static void mutual(void) { exhaust("mutual"); }
static void indirect(void) { exhaust("indirect"); }
static void reentry(void) { exhaust("reenter"); }

/* ------------------------------------- frames of many pages (SLG-06) */

static uint32_t no_write(struct cpit_caller *c, uint32_t fd, uint32_t iovs,
			 uint32_t n, uint32_t done)
{
	(void)c;
	(void)fd;
	(void)iovs;
	(void)n;
	(void)done;
	return 0;
}

static void big_frame(void)
{
	const struct cpit_module *m = &cpit_module_big_frame;
	const struct cpit_import imp = {
		.module = "wasi_snapshot_preview1", .name = "fd_write",
		.type = { .kind = CPIT_FUNC, .sig = "iiii:i" },
		.fn = (void (*)(void))no_write };
	struct cpit_store_options opt = { .stack_size = 8 << 20 };
	static struct cpit_outcome out;
	const struct cpit_outcome *o;
	struct world w;
	int i;

	CHECK(m->max_frame > 2 * CPIT_PAGE);
	CHECK(cpit_module_register(m) == 0);
	CHECK(cpit_store_create(&w.store, &opt) == 0);
	CHECK(cpit_instantiate(w.store, m, &imp, 1, &w.t, &out, NULL) == 0);
	CHECK(m->checked || w.store->stack.guard > m->max_frame);
	fault_hook = note_fault;
	for (i = 0; i < TIMES && invariants(); i++) {
		o = call(w.t, "endless", 0, 0);
		CHECK(trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
		CHECK(o->truncated && frame_is(o, 0, "deep"));
		check_cause(w.store, m->checked);
		o = call(w.t, "sum", 100, 0);	/* so deep it had been */
		CHECK(o->end == CPIT_RETURNED && result[0].i64 == 130000);
	}
	fault_hook = NULL;
	world_free(&w);
	CHECK(cpit_module_unregister(m) == 0);
}

/* ------------------------------------------------------- the reserve */

static uintptr_t lowest;	/* sp of the deepest host function */

static uint32_t note_sp(struct cpit_caller *c, uint32_t v)
{
	char here[900];		/* several of these fit into the reserve */

	memset(here, (int)v, sizeof(here));
	lowest = (uintptr_t)here;
	return reenter(c, v) + (here[v % sizeof(here)] != (char)v);
}

/* An import is entered with the reserve free, or not at all. */
static void host_reserve(void)
{
	const struct cpit_stack *st;
	struct world w;

	if (!world_make(&w, note_sp, NULL))
		return;
	st = &w.store->stack;
	fault_hook = note_fault;
	CHECK(trapped(call(w.t, "reenter", 1, 0), CPIT_TRAP_STACK_EXHAUSTED));
	CHECK(lowest > st->low && lowest < st->low + 64 * CPIT_PAGE);
	CHECK(lowest + sizeof(char[1024]) > w.store->run.host_limit - 4096);
	check_cause(w.store, true);
	fault_hook = NULL;
	world_free(&w);
}

const struct test overflow_tests[] = {
	{ "exhaust-direct", direct, 0 },
	{ "exhaust-mutual", mutual, 0 },
	{ "exhaust-indirect", indirect, 0 },
	{ "exhaust-reentry", reentry, 0 },
	{ "exhaust-big-frame", big_frame, 0 },
	{ "host-reserve", host_reserve, 0 },
	{ NULL, NULL, 0 },
};
