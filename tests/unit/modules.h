/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two modules made of C for the tests of instances: `maker' has a memory, two
 * tables and a global, `user' imports what it exports.
 */
#ifndef CPIT_TESTS_MODULES_H
#define CPIT_TESTS_MODULES_H

#include "enter.h"
#include "memory.h"

struct state {			/* wasm2c's instance struct */
	wasm_rt_memory_t memory;
	wasm_rt_funcref_table_t table;
	wasm_rt_externref_table_t externs;
	uint32_t global;
};

/* How the start function ends. */
static enum { START_RETURNS, START_TRAPS, START_EXITS } start;

static inline void instantiate(void *state, union cpit_value *v)
{
	struct cpit_vm *vm = CPIT_VM(state);
	struct state *s = state;

	(void)v;
	cpit_rt_memory_new(vm, &s->memory, 1, 4, CPIT_WASM_PAGE);
	cpit_rt_functable_new(vm, &s->table, 10, 20);
	cpit_rt_externtable_new(vm, &s->externs, 3, 100);
	if (start == START_TRAPS)
		cpit_raise(&CPIT_SLOT(vm + 1, 0)->caller, CPIT_TRAP_MEM_OOB);
	if (start == START_EXITS)
		cpit_exit(&CPIT_SLOT(vm + 1, 0)->caller, 139);
	if (vm->run->pending)
		cpit_rt_edge(vm);
}

static inline void destroy(void *state)
{
	struct state *s = state;

	cpit_rt_memory_free(&s->memory);
	cpit_rt_functable_free(&s->table);
	cpit_rt_externtable_free(&s->externs);
}

static inline void *get_memory(void *state)
{
	return &((struct state *)state)->memory;
}

static inline void *get_table(void *state)
{
	return &((struct state *)state)->table;
}

static inline void *get_global(void *state)
{
	return &((struct state *)state)->global;
}

static inline void stub(void)
{
}

static inline void thunk(void *state, union cpit_value *v)
{
	(void)state;
	(void)v;
}

static char text[2][64];
static const struct cpit_func funcs[] = { { 0, 0, 0, 0, 0 } };
static struct cpit_import_decl decls[] = {
	{ "env", "f", { .kind = CPIT_FUNC, .sig = "iI:f" } },
	{ "env", "m", { .kind = CPIT_MEMORY, .sig = "", .min = 1, .max = 4,
			.has_max = true, .page_size = 65536 } },
	{ "env", "t", { .kind = CPIT_TABLE, .sig = "r", .min = 10 } },
	{ "env", "g", { .kind = CPIT_GLOBAL, .sig = "im" } },
};
static const struct cpit_export exports[] = {
	/* Its `get' is no function's, as a loaded module may have it. */
	{ "f", { .kind = CPIT_FUNC, .sig = "iI:f" }, thunk, stub, get_global },
	{ "memory", { .kind = CPIT_MEMORY, .sig = "", .min = 1, .max = 4,
		      .has_max = true, .page_size = 65536 },
	  NULL, NULL, get_memory },
	{ "t", { .kind = CPIT_TABLE, .sig = "r", .min = 10, .max = 20,
		 .has_max = true }, NULL, NULL, get_table },
	{ "g", { .kind = CPIT_GLOBAL, .sig = "im" }, NULL, NULL, get_global },
	{ "f", { .kind = CPIT_TAG, .sig = "" }, NULL, NULL, NULL },
};
/* `maker' has no imports; `user' wants what it exports. */
static struct cpit_module maker = {
	.abi = CPIT_ABI, .name = "maker", .names = "", .text_start = text[0],
	.text_end = text[0] + 64, .funcs = funcs, .nfuncs = 1,
	.max_frame = 100, .state_size = sizeof(struct state),
	.instantiate = instantiate, .destroy = destroy, .exports = exports,
	.nexports = LEN(exports), .imports = decls, .nimports = 1,
}, user;

static struct cpit_store *store;
static struct cpit_outcome out;

static const struct cpit_import host_f = {
	.module = "env", .name = "f", .fn = stub,
	.type = { .kind = CPIT_FUNC, .sig = "iI:f" },
};

static inline struct cpit_instance *make(void)
{
	struct cpit_instance *i = NULL;

	CHECK(!cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL));
	CHECK(i && out.end == CPIT_RETURNED);
	return i;
}

static inline void modules_begin(void)
{
	fake_cpu_is(0);
	user = maker;
	user.name = "user";
	user.text_start = text[1];
	user.text_end = text[1] + 64;
	user.imports = decls;
	user.nimports = LEN(decls);
	CHECK(!cpit_module_register(&maker) && !cpit_module_register(&user));
	CHECK(!cpit_store_create(&store, NULL));
}

static inline int modules_end(void)
{
	CHECK(!cpit_store_destroy(store));
	CHECK(!cpit_module_unregister(&maker) && !cpit_module_unregister(&user));
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}

#endif
