/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instantiation that ends early, for each reason there is (SLG-08), and with
 * the memory that gives out at every place: a typed end, and nothing is lost.
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <string.h>

extern const struct cpit_module cpit_module_t, cpit_module_init;

struct init {
	uint32_t data_at, elem_at, how;
};

static uint32_t exiting(struct cpit_caller *c, uint32_t v)
{
	cpit_exit(c, v);
	return v;
}

static int instantiate(struct cpit_store *s, const struct init *in,
		       struct cpit_instance **inst, struct cpit_outcome *out)
{
	const struct cpit_type func = { .kind = CPIT_FUNC, .sig = "i:i" },
			       global = { .kind = CPIT_GLOBAL, .sig = "i" };
	const struct cpit_import imports[] = {
		{ .module = "env", .name = "host", .type = func,
		  .fn = (void (*)(void))exiting },
		{ .module = "env", .name = "data_at", .type = global,
		  .object = (void *)&in->data_at },
		{ .module = "env", .name = "elem_at", .type = global,
		  .object = (void *)&in->elem_at },
		{ .module = "env", .name = "how", .type = global,
		  .object = (void *)&in->how },
	};

	return cpit_instantiate(s, &cpit_module_init, imports, 4, inst, out,
				NULL);
}

static const struct early {
	struct init in;
	enum cpit_end end;
	enum cpit_trap trap;
} cases[] = {
	{ { 0, 0, 0 }, CPIT_RETURNED, CPIT_TRAP_NONE },
	{ { 65532, 2, 0 }, CPIT_RETURNED, CPIT_TRAP_NONE },
	{ { 65533, 0, 0 }, CPIT_TRAPPED, CPIT_TRAP_MEM_OOB },
	{ { 0xffffffff, 0, 0 }, CPIT_TRAPPED, CPIT_TRAP_MEM_OOB },
	{ { 0, 3, 0 }, CPIT_TRAPPED, CPIT_TRAP_TABLE_OOB },
	{ { 0, 0xffffffff, 0 }, CPIT_TRAPPED, CPIT_TRAP_TABLE_OOB },
	{ { 0, 0, 1 }, CPIT_TRAPPED, CPIT_TRAP_UNREACHABLE },
	{ { 0, 0, 2 }, CPIT_TRAPPED, CPIT_TRAP_DIV_BY_ZERO },
	{ { 0, 0, 3 }, CPIT_TRAPPED, CPIT_TRAP_STACK_EXHAUSTED },
	{ { 0, 0, 4 }, CPIT_EXITED, CPIT_TRAP_NONE },
	{ { 0, 0, 5 }, CPIT_TRAPPED, CPIT_TRAP_MEM_OOB },
};

static void ends_early(void)
{
	static struct cpit_outcome out;
	struct cpit_instance *inst;
	struct cpit_store *s;
	const struct early *e;
	unsigned i;
	int err;

	CHECK(cpit_module_register(&cpit_module_init) == 0);
	for (i = 0; i < 10 * sizeof(cases) / sizeof(cases[0]); i++) {
		e = &cases[i % (sizeof(cases) / sizeof(cases[0]))];
		CHECK(cpit_store_create(&s, NULL) == 0);
		err = instantiate(s, &e->in, &inst, &out);
		CHECK(err == (e->end == CPIT_RETURNED ? 0 : -CPIT_ETRAPPED));
		CHECK(inst && out.end == e->end && out.trap == e->trap);
		CHECK(out.end != CPIT_EXITED || out.code == 3);
		if (!invariants())
			break;
		CHECK(cpit_instance_destroy(inst) == 0);
		CHECK(cpit_store_destroy(s) == 0);
	}
	CHECK(cpit_module_unregister(&cpit_module_init) == 0);
}

/* --------------------------------------------------- memory that gives out */

/* Memory was out when a page was first touched: by whom and where is told. */
static bool out_of_pages(const struct cpit_outcome *o)
{
	return trapped(o, CPIT_TRAP_HOST_RAISED) && o->code == CPIT_ENOMEM &&
	       o->has_addr && o->addr < o->size &&
	       cpit_host_status(o) == 128 + CPIT_SIGABRT;
}

/*
 * A whole life; 0 or what the first thing that failed came to: -CPIT_ETRAPPED
 * only when the data segments found no page.
 */
static int life(void)
{
	static struct cpit_outcome out;
	const struct init in = { 0, 0, 0 };
	struct cpit_instance *inst;
	struct cpit_store *s;
	int err = cpit_module_register(&cpit_module_init);

	if (err)
		return err;
	err = cpit_store_create(&s, NULL);
	if (!err) {
		err = instantiate(s, &in, &inst, &out);
		if (!err || err == -CPIT_ETRAPPED)
			CHECK(cpit_instance_destroy(inst) == 0);
		CHECK(err != -CPIT_ETRAPPED || out_of_pages(&out));
		CHECK(cpit_store_destroy(s) == 0);
	}
	CHECK(cpit_module_unregister(&cpit_module_init) == 0);
	return err;
}

static void gives_out(void)
{
	uint64_t heap = cpit_board_heap_used(), pages = cpit_board_pages_used();
	uint64_t reserved = cpit_board_reserved();
	uint32_t k = 0;
	bool met;
	int err;

	do {
		shortage_at = ++k;
		err = life();
		met = !shortage_at;
		CHECK(!err || (met && (err == -CPIT_ENOMEM ||
				       err == -CPIT_ETRAPPED)));
		/* Checked memory does without address space. */
		CHECK(err || !met || cpit_module_init.checked);
		CHECK(cpit_board_heap_used() == heap);
		CHECK(cpit_board_pages_used() == pages);
		CHECK(cpit_board_reserved() == reserved);
	} while (met && invariants());
	shortage_at = 0;
	CHECK(k > 4);
}

/*
 * memory.grow says so to the guest, which goes on with what it has.  Checked
 * memory asks for more than it needs first, and then for less.
 */
static void growth_gives_out(void)
{
	const struct cpit_outcome *o;
	struct world w;
	uint32_t k = 0;
	bool met, grown;

	do {
		if (!world_make(&w, NULL, NULL))
			return;
		shortage_at = ++k;
		o = call(w.t, "grow", 1, 0);
		met = !shortage_at;
		shortage_at = 0;
		CHECK(o->end == CPIT_RETURNED);
		grown = !met || cpit_module_t.checked;
		CHECK(result[0].i32 == (grown ? 1 : 0xffffffff));
		o = call(w.t, "load", 65536, 0);
		CHECK(grown ? o->end == CPIT_RETURNED
			    : trapped(o, CPIT_TRAP_MEM_OOB));
		CHECK(trapped(call(w.t, "load", 131072, 0),
			      CPIT_TRAP_MEM_OOB));
		world_free(&w);
	} while (met && invariants());
	CHECK(k > 1 || !cpit_module_t.checked);
}

/* ------------------------------------------- pages at their first touch */

enum { MEMORY_PAGES = 1600, WORLDS = 64 };

/* With a memory of so many pages of 4 KiB. */
static bool big_world(struct world *w)
{
	if (!world_make(w, NULL, NULL))
		return false;
	call(w->t, "grow", MEMORY_PAGES / 16 - 1, 0);
	CHECK(result[0].i32 == 1);
	return true;
}

/* Not in checked mode, and not where Linux does it. */
static bool comes_late(const struct world *w)
{
	uint8_t *p = cpit_memory_at(w->t, 0, 0);

	return !cpit_module_t.checked &&
	       !cpit_embed_commit(p + 4096, 4096, CPIT_COMMIT_ASK);
}

/* Ten pages touched, five of them by the host, are ten pages. */
static void costs_what_is_touched(void)
{
	uint64_t touched, used;
	struct world w;
	uint8_t *p;
	uint32_t i;

	if (!big_world(&w))
		return;
	if (comes_late(&w)) {
		touched = cpit_board_touched();
		used = cpit_board_pages_used();
		for (i = 1; i < 11; i += 2) {
			call(w.t, "store", i * 600000, i);
			p = cpit_memory_at(w.t, (i + 1) * 600000 - 1, 2);
			CHECK(p && !p[0] && !p[1]);
		}
		/* And a table for each 2 MiB; twice where it is seen twice. */
		CHECK(cpit_board_touched() - touched == 10);
		CHECK(cpit_board_pages_used() - used <=
		      10 + (cpit_module_t.zero ? 8 : 4));
		CHECK(trapped(call(w.t, "load", MEMORY_PAGES * 4096, 0),
			      CPIT_TRAP_MEM_OOB));
	}
	world_free(&w);
}

/* Nothing is left to be touched first. */
static void prefault(void)
{
	uint64_t used, touched;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	used = cpit_board_pages_used();
	touched = cpit_board_touched();
	w.store->opt.prefault = true;
	call(w.t, "grow", MEMORY_PAGES / 16 - 1, 0);
	if (!cpit_module_t.checked)
		CHECK(cpit_board_pages_used() - used >= MEMORY_PAGES - 16);
	call(w.t, "store", MEMORY_PAGES * 4096 - 4, 1);
	CHECK(cpit_board_touched() == touched);
	world_free(&w);
}

/* Stores to every page of a memory, until there is none left. */
static const struct cpit_outcome *fill(struct world *w, uint32_t *at)
{
	const struct cpit_outcome *o = NULL;

	for (*at = 0; *at < MEMORY_PAGES * 4096; *at += 4096) {
		o = call(w->t, "store", *at, *at);
		if (o->end != CPIT_RETURNED)
			break;
	}
	return o;
}

/*
 * More memories than there is memory: who finds no page is told so, all others
 * go on, and so does he when somebody has gone.
 */
static void more_than_ram(void)
{
	static struct world w[WORLDS];
	const struct cpit_outcome *o = NULL;
	uint32_t made = 0, n, at = 0, i;

	/* All before the first is filled: it takes pages to make one, too. */
	do {
		if (!big_world(&w[made]))
			break;
	} while (comes_late(&w[made++]) && made < WORLDS);
	for (n = 0; made == WORLDS && n < made; n++) {
		o = fill(&w[n], &at);
		if (o->end != CPIT_RETURNED)
			break;
	}
	CHECK(!o || (n > 0 && n < made));
	if (o && n > 0 && n < made) {
		CHECK(out_of_pages(o) && o->addr == at);
		CHECK(frame_is(o, 0, "store") && o->size == MEMORY_PAGES * 4096);
		invariants();
		CHECK(!cpit_memory_at(w[n].t, at, 1));
		CHECK(!at || cpit_memory_at(w[n].t, at - 4096, 4096));
		for (i = 0; i < n; i++) {
			call(w[i].t, "load", (MEMORY_PAGES - 1) * 4096, 0);
			CHECK(result[0].i32 == (MEMORY_PAGES - 1) * 4096);
		}
		world_free(&w[n - 1]);
		w[n - 1] = w[--made];
		o = call(w[n].t, "store", at, 7);
		CHECK(o->end == CPIT_RETURNED);
	}
	while (made)
		world_free(&w[--made]);
}

const struct test shortage_tests[] = {
	{ "instantiation-ends-early", ends_early, 0 },
	{ "memory-gives-out", gives_out, 0 },
	{ "growth-gives-out", growth_gives_out, 0 },
	{ "costs-what-is-touched", costs_what_is_touched, 0 },
	{ "prefault", prefault, 0 },
	{ "more-than-ram", more_than_ram, 0 },
	{ NULL, NULL, 0 },
};
