/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories at address zero: whose they are, on which CPU, and that host code
 * does not touch them there.  Modules t and peer are of mode zero, g is t in
 * guard mode; checked_t and guard_peer are of the mode in their names.
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t, cpit_module_g, cpit_module_peer,
	cpit_module_checked_t, cpit_module_guard_peer, cpit_module_alone,
	cpit_module_two;

static int instantiate(struct cpit_store *s, const struct cpit_module *m,
		       host_fn *host, void *ctx, const struct cpit_import *memory,
		       struct cpit_instance **inst)
{
	static _Thread_local struct cpit_outcome out;
	const struct cpit_import imports[] = {
		{ .module = "env", .name = "host",
		  .type = { .kind = CPIT_FUNC, .sig = "i:i" },
		  .fn = (void (*)(void))host, .ctx = ctx },
		*memory,
	};

	return cpit_instantiate(s, m, imports, 2, inst, &out, NULL);
}

static struct cpit_import memory_of(struct cpit_instance *t)
{
	return (struct cpit_import){
		.module = "env", .name = "memory", .from = t,
		.export = cpit_export_find(cpit_instance_module(t), "memory",
					   CPIT_MEMORY) };
}

/* A store with a memory, t's, and a peer that uses it. */
struct pair {
	struct world w;
	struct cpit_instance *peer;
};

static bool pair_make(struct pair *p, host_fn *host, void *ctx)
{
	struct cpit_import memory;
	int err;

	if (!world_make(&p->w, NULL, NULL))
		return false;
	memory = memory_of(p->w.t);
	err = instantiate(p->w.store, &cpit_module_peer, host, ctx, &memory,
			  &p->peer);
	CHECK(!err);
	return !err;
}

static void pair_free(struct pair *p)
{
	CHECK(cpit_instance_destroy(p->peer) == 0);
	world_free(&p->w);
}

static uint32_t same(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	return v;
}

static uintptr_t space_here(void)
{
	return cpit_embed_cpu()->space;
}

/* ------------------------------------------------------- one to a store */

static void one_memory(void)
{
	static wasm_rt_memory_t hosts = { .pages = 1, .max_pages = 1,
					  .page_size = 65536, .guarded = true };
	struct cpit_import memory = { .module = "env", .name = "memory",
		.type = { .kind = CPIT_MEMORY, .sig = "", .min = 1,
			  .page_size = 65536 },
		.object = &hosts };
	struct cpit_instance *second;
	const struct cpit_outcome *o;
	struct pair p;

	if (!pair_make(&p, same, NULL))
		return;
	CHECK(instantiate(p.w.store, &cpit_module_t, same, NULL, &memory,
			  &second) == -CPIT_EZERO && !second);
	CHECK(instantiate(p.w.store, &cpit_module_peer, same, NULL, &memory,
			  &second) == -CPIT_EZERO && !second);
	CHECK(instantiate(p.w.store, &cpit_module_g, same, NULL, &memory,
			  &second) == -CPIT_EMODE && !second);
	call(p.peer, "store", 64, 5);
	call(p.w.t, "load", 64, 0);
	CHECK(result[0].i32 == 5);
	o = call(p.peer, "load", 65536, 0);
	CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
	CHECK(o->has_addr && o->addr == 65536 && o->size == 65536);
	CHECK(call(p.w.t, "grow", 1, 0)->end == CPIT_RETURNED);
	CHECK(call(p.peer, "load", 65536, 0)->end == CPIT_RETURNED);
	pair_free(&p);
}

static void other_mode(void)
{
	const struct cpit_spaces *spaces = cpit_embed_cpu()->spaces;
	struct cpit_import memory = { .module = "" };
	struct cpit_instance *second;
	struct cpit_store *s;
	struct world w;

	if (!world_make_of(&w, &cpit_module_g))
		return;
	CHECK(instantiate(w.store, &cpit_module_t, same, NULL, &memory,
			  &second) == -CPIT_EMODE && !second);
	world_free(&w);
	CHECK(cpit_store_create(&s, NULL) == 0);
	cpit_embed_cpu()->spaces = NULL;
	CHECK(instantiate(s, &cpit_module_t, same, NULL, &memory, &second) ==
	      -CPIT_ENOZERO && !second);
	cpit_embed_cpu()->spaces = spaces;
	CHECK(cpit_store_destroy(s) == 0);
}

/* Who does not check takes no memory that has no guards, a checked module's. */
static void no_guards(void)
{
	struct cpit_import memory;
	struct cpit_instance *peer;
	struct world w;

	if (!world_make_of(&w, &cpit_module_checked_t))
		return;
	memory = memory_of(w.t);
	CHECK(instantiate(w.store, &cpit_module_guard_peer, same, NULL, &memory,
			  &peer) == -CPIT_ELINK && !peer);
	world_free(&w);
	if (!world_make_of(&w, &cpit_module_g))
		return;
	memory = memory_of(w.t);
	CHECK(!instantiate(w.store, &cpit_module_guard_peer, same, NULL,
			   &memory, &peer) && peer);
	CHECK(cpit_instance_destroy(peer) == 0);
	world_free(&w);
}

/* The store is as new when its memory is gone. */
static void again(void)
{
	struct cpit_import memory = { .module = "" };
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	call(w.t, "store", 64, 5);
	CHECK(cpit_instance_destroy(w.t) == 0);
	CHECK(instantiate(w.store, &cpit_module_t, same, NULL, &memory,
			  &w.t) == 0);
	call(w.t, "load", 64, 0);
	CHECK(result[0].i32 == 0);
	world_free(&w);
}

/*
 * A second store's is elsewhere at zero, but in a process: there it has to wait
 * until the first one has gone.
 */
static void second(void)
{
	const bool one = !strcmp(cpit_board.name, "host");
	struct cpit_import memory = { .module = "" };
	struct cpit_instance *inst;
	struct cpit_store *s;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	CHECK(cpit_store_create(&s, NULL) == 0);
	call(w.t, "store", 64, 5);
	CHECK(instantiate(s, &cpit_module_t, same, NULL, &memory, &inst) ==
	      (one ? -CPIT_ENOMEM : 0));
	call(w.t, "load", 64, 0);
	CHECK(result[0].i32 == 5);
	world_free(&w);
	if (one)
		CHECK(instantiate(s, &cpit_module_t, same, NULL, &memory,
				  &inst) == 0);
	call(inst, "load", 64, 0);
	CHECK(result[0].i32 == 0);
	CHECK(cpit_instance_destroy(inst) == 0);
	CHECK(cpit_store_destroy(s) == 0);
}

/*
 * A host function makes the store's memory, short of memory at each place in
 * turn: the second one may fail when the first is at zero, and loaded.
 */
static uint32_t make_two(struct cpit_caller *c, uint32_t v)
{
	static const struct cpit_import none = { .module = "" };
	struct cpit_instance **two = c->ctx;
	uint32_t n = 0;
	int err;

	do {
		CHECK(!space_here());
		shortage_at = ++n;
		err = instantiate(cpit_instance_store(c->instance),
				  &cpit_module_two, same, NULL, &none, two);
		CHECK(!err == !!shortage_at);
		shortage_at = 0;
	} while (err == -CPIT_ENOMEM);
	CHECK(!err && n > 3 && space_here());
	return v;
}

static void short_of_second(void)
{
	struct cpit_import memory = { .module = "" };
	struct cpit_instance *alone, *two = NULL;
	struct cpit_store *s;

	CHECK(cpit_store_create(&s, NULL) == 0);
	CHECK(instantiate(s, &cpit_module_alone, make_two, &two, &memory,
			  &alone) == 0);
	CHECK(call(alone, "by_host", 5, 0)->end == CPIT_RETURNED);
	CHECK(result[0].i32 == 5 && !space_here());
	CHECK(call(two, "load", 65532, 0)->end == CPIT_RETURNED);
	CHECK(cpit_instance_destroy(two) == 0);
	CHECK(cpit_instance_destroy(alone) == 0);
	CHECK(cpit_store_destroy(s) == 0);
}

/*
 * All of the upper half of 4 GiB, which riscv64 looks for in the top 2 GiB of
 * the address space (wasm-rt-memory.h): nobody's, and told as what it is.
 */
static void top(void)
{
	const struct cpit_outcome *o;
	uint32_t addr;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	for (addr = 0x80000000; addr; addr += 65536) {
		o = call(w.t, "load", addr, 0);
		if (!trapped(o, CPIT_TRAP_MEM_OOB) || o->addr != addr)
			break;
	}
	CHECK(!addr);
	world_free(&w);
}

/* ------------------------------------------------------------ the door */

static volatile unsigned ticks_open, ticks_seen;

static void look(void)
{
	ticks_seen++;
	ticks_open += cpit_arch_door_is_open();
}

static uint32_t look_in_host(struct cpit_caller *c, uint32_t v)
{
	CHECK(!cpit_arch_door_is_open());
	CHECK(space_here() == cpit_instance_store(c->instance)->space);
	return v;
}

/*
 * Closed in host code and in handlers, and as it was when they return to the
 * guest, which goes on counting in its memory, until a tick has come.
 */
static void door(void)
{
	enum { N = 3000000 };
	uint32_t counted = 0;
	struct pair p;

	if (!pair_make(&p, look_in_host, NULL))
		return;
	ticks_open = ticks_seen = 0;
	tick_hook = look;
	do {
		CHECK(call(p.peer, "count", N, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == (counted += N));
	} while (!ticks_seen && counted < 100 * N);
	tick_hook = NULL;
	CHECK(ticks_seen > 0 && ticks_open == 0);
	CHECK(call(p.peer, "by_host", 7, 0)->end == CPIT_RETURNED);
	CHECK(result[0].i32 == counted);
	CHECK(call(p.w.t, "trap", 1, 0)->trap == CPIT_TRAP_MEM_OOB);
	CHECK(!cpit_arch_door_is_open() && !space_here());
	pair_free(&p);
}

/* ------------------------------------------------------------- nested */

struct nest {
	struct pair p;
	struct nest *inner;		/* or NULL: the guard-mode one */
	struct world *guarded;
	uint32_t mark;
};

/* Every store has its own word at 64, and none sees another's. */
static uint32_t descend(struct cpit_caller *c, uint32_t v)
{
	struct nest *n = c->ctx;
	uintptr_t space = space_here();
	const struct cpit_outcome *o;

	CHECK(space == n->p.w.store->space && space);
	if (n->inner) {
		o = call(n->inner->p.peer, "by_host", v + 1, 0);
		CHECK(o->end == CPIT_RETURNED);
		CHECK(result[0].i32 == n->inner->mark);
	} else {
		call(n->guarded->t, "load", 64, 0);
		CHECK(result[0].i32 == 0);
		o = call(n->guarded->t, "trap", 1, 0);
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB) && o->addr == 0x10000);
	}
	CHECK(space_here() == space && !cpit_arch_door_is_open());
	return v;
}

static void nested_here(void *arg)
{
	struct world guarded;
	struct nest n[3];
	unsigned i, k;

	(void)arg;
	if (!world_make_of(&guarded, &cpit_module_g))
		return;
	for (i = 0; i < 3; i++) {
		n[i].inner = i < 2 ? &n[i + 1] : NULL;
		n[i].guarded = &guarded;
		n[i].mark = 1000 * (cpit_arch_cpu() + 1) + i;
		if (!pair_make(&n[i].p, descend, &n[i]))
			return;
		call(n[i].p.peer, "store", 64, n[i].mark);
	}
	for (k = 0; k < 50; k++) {
		CHECK(call(n[0].p.peer, "by_host", k, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == n[0].mark && !space_here());
	}
	for (i = 0; i < 3; i++) {
		call(n[i].p.peer, "count", 20000, 0);
		CHECK(result[0].i32 == n[i].mark + 20000);
		pair_free(&n[i].p);
	}
	world_free(&guarded);
}

static void nested(void)
{
	nested_here(NULL);
}

static void nested_on_all(void)
{
	on_each_cpu(nested_here, NULL);
}

/* ------------------------------------------------------- its end elsewhere */

static void counts(void *arg)
{
	struct pair *p = arg;

	CHECK(trapped(call(p->peer, "count", 0, 0), CPIT_TRAP_KILLED));
	CHECK(!space_here() && !cpit_arch_door_is_open());
}

/* Killed in the middle of its text by another CPU, which then frees it. */
static void killed(void)
{
	const uint32_t *counter;
	struct pair p;
	int i;

	for (i = 0; i < 10; i++) {
		if (!pair_make(&p, same, NULL))
			return;
		counter = cpit_memory_at(p.w.t, 64, 4);
		CHECK(cpit_board_cpu_run(1, counts, &p) == 0);
		while (!__atomic_load_n(counter, __ATOMIC_RELAXED))
			;
		CHECK(cpit_instance_destroy(p.w.t) == -CPIT_EBUSY);
		CHECK(cpit_kill(p.peer, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		pair_free(&p);
	}
}

/*
 * What a panic does, with the setting stop=guest or stop=host: one of the two
 * CPUs is in a space, the other is not.  Nothing goes on from there.
 */
static const uint32_t *volatile counter;		/* of the CPU that is to stop */

static void wait_ms(unsigned ms)
{
	uint64_t end = cpit_board_ns() + ms * 1000000ull;

	while (cpit_board_ns() < end)
		;
}

static uint32_t stop_now(struct cpit_caller *c, uint32_t v)
{
	uint32_t seen;

	(void)c;
	while (!__atomic_load_n(counter, __ATOMIC_RELAXED))
		;
	cpit_arch_stop_others();
	wait_ms(50);			/* for its interrupt */
	seen = __atomic_load_n(counter, __ATOMIC_RELAXED);
	wait_ms(50);
	v = __atomic_load_n(counter, __ATOMIC_RELAXED) != seen;
	cpit_console_print(CPIT_OUT, v ? "FAIL zero-stopped\n"
				       : "ok zero-stopped\n");
	cpit_console_print(CPIT_CTL, v ? "status 1\n" : "status 0\n");
	cpit_board_exit(v);
}

static void counts_in_host(void *arg)
{
	static uint32_t n;

	(void)arg;
	for (counter = &n;;)
		__atomic_fetch_add(&n, 1, __ATOMIC_RELAXED);
}

static void stopped(void)
{
	const char *who = cpit_config("stop", 0);
	struct pair p;

	if (!who || !pair_make(&p, stop_now, NULL))
		return;
	counter = cpit_memory_at(p.w.t, 64, 4);
	if (!strcmp(who, "guest")) {
		CHECK(cpit_board_cpu_run(1, counts, &p) == 0);
		stop_now(NULL, 0);
	}
	CHECK(cpit_board_cpu_run(1, counts_in_host, NULL) == 0);
	while (counter == cpit_memory_at(p.w.t, 64, 4))
		;
	call(p.peer, "by_host", 0, 0);
}

/* The harness knows of t only. */
static void with_modules(void (*test)(void))
{
	CHECK(cpit_module_register(&cpit_module_g) == 0);
	CHECK(cpit_module_register(&cpit_module_peer) == 0);
	CHECK(cpit_module_register(&cpit_module_checked_t) == 0);
	CHECK(cpit_module_register(&cpit_module_guard_peer) == 0);
	CHECK(cpit_module_register(&cpit_module_alone) == 0);
	CHECK(cpit_module_register(&cpit_module_two) == 0);
	test();
	CHECK(cpit_module_unregister(&cpit_module_two) == 0);
	CHECK(cpit_module_unregister(&cpit_module_alone) == 0);
	CHECK(cpit_module_unregister(&cpit_module_guard_peer) == 0);
	CHECK(cpit_module_unregister(&cpit_module_checked_t) == 0);
	CHECK(cpit_module_unregister(&cpit_module_peer) == 0);
	CHECK(cpit_module_unregister(&cpit_module_g) == 0);
}

#define TEST(fn) static void test_##fn(void) { with_modules(fn); }
TEST(one_memory)
TEST(other_mode)
TEST(no_guards)
TEST(again)
TEST(second)
TEST(short_of_second)
TEST(top)
TEST(door)
TEST(nested)
TEST(nested_on_all)
TEST(killed)
TEST(stopped)

static const struct test zero_tests[] = {
	{ "zero-one-memory", test_one_memory, 0 },
	{ "zero-other-mode", test_other_mode, 0 },
	{ "zero-no-guards", test_no_guards, 0 },
	{ "zero-again", test_again, 0 },
	{ "zero-second", test_second, 0 },
	{ "zero-short-of-second", test_short_of_second, 0 },
	{ "zero-top", test_top, 0 },
	{ "zero-door", test_door, 0 },
	{ "zero-nested", test_nested, 0 },
	{ "zero-nested-on-all", test_nested_on_all, 2 },
	{ "zero-killed", test_killed, 2 },
	{ "zero-stopped", test_stopped, 2 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { zero_tests, NULL };
