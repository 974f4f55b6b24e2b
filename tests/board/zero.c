/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a memory at address zero is: one to a store, and to nobody else. */
#include "zero.h"

int instantiate(struct cpit_store *s, const struct cpit_module *m, host_fn *host,
		void *ctx, const struct cpit_import *memory,
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

bool pair_make(struct pair *p, host_fn *host, void *ctx)
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

void pair_free(struct pair *p)
{
	CHECK(cpit_instance_destroy(p->peer) == 0);
	world_free(&p->w);
}

uint32_t same(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	return v;
}

uintptr_t space_here(void)
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

void with_modules(void (*test)(void))
{
	static const struct cpit_module *const modules[] = {
		&cpit_module_g, &cpit_module_peer, &cpit_module_checked_t,
		&cpit_module_guard_peer, &cpit_module_alone, &cpit_module_two,
	};
	size_t i, n = sizeof(modules) / sizeof(modules[0]);

	for (i = 0; i < n; i++)
		CHECK(cpit_module_register(modules[i]) == 0);
	test();
	for (i = n; i-- > 0; )
		CHECK(cpit_module_unregister(modules[i]) == 0);
}

TEST(one_memory)
TEST(other_mode)
TEST(no_guards)
TEST(again)
TEST(second)
TEST(short_of_second)
TEST(top)

static const struct test zero_tests[] = {
	{ "zero-one-memory", test_one_memory, 0 },
	{ "zero-other-mode", test_other_mode, 0 },
	{ "zero-no-guards", test_no_guards, 0 },
	{ "zero-again", test_again, 0 },
	{ "zero-second", test_second, 0 },
	{ "zero-short-of-second", test_short_of_second, 0 },
	{ "zero-top", test_top, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { zero_tests, space_tests, NULL };
