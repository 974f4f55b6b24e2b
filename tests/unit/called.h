/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What calls are made of: a module whose thunks are in C, with one import, and
 * an instance of it in each of two stores.
 */
#ifndef CPIT_TESTS_CALLED_H
#define CPIT_TESTS_CALLED_H

#include "enter.h"

static char text[64];
static struct cpit_exit module_exit = { 8, 0 };

/* What its one import does when it is called. */
static void (*host)(struct cpit_caller *c);
static int after_import;	/* calls that went on behind the import */

/* As wasm2c's call of an import: note where, call, leave when asked to. */
static void call_import(struct cpit_vm *vm)
{
	struct cpit_slot *slot = CPIT_SLOT(vm + 1, 0);

	vm->run->exit.pc = (uintptr_t)text + module_exit.pc;
	vm->run->exit.fp = 0;
	host(&slot->caller);
	if (vm->run->pending)
		cpit_rt_edge(vm);
	after_import++;
}

static void thunk_host(void *state, union cpit_value *v)
{
	call_import(CPIT_VM(state));
	v[0].i32 = 99;
}

static void thunk_add(void *state, union cpit_value *v)
{
	(void)state;
	v[0].i32 += v[1].i32;
}

static void instantiate(void *state, union cpit_value *v)
{
	(void)state;
	(void)v;
}

static void destroy(void *state)
{
	(void)state;
}

static void stub(void)
{
}

static const struct cpit_func funcs[] = { { 0, 0, 0, 0, 0 } };
static const struct cpit_import_decl imports[] = {
	{ "env", "host", { .kind = CPIT_FUNC, .sig = ":" } },
};
static const struct cpit_export exports[] = {
	{ "add", { .kind = CPIT_FUNC, .sig = "ii:i" }, thunk_add, stub, NULL },
	{ "host", { .kind = CPIT_FUNC, .sig = ":i" }, thunk_host, stub, NULL },
	/* What is not of its kind may be anything in a loaded module. */
	{ "table", { .kind = CPIT_TABLE, .sig = "r" }, thunk_add, stub, NULL },
};
#ifndef BY_SEGMENT
#define BY_SEGMENT false
#endif
static const struct cpit_module module = {
	.abi = CPIT_ABI, .name = "m", .names = "", .text_start = text,
	.text_end = text + sizeof(text), .funcs = funcs, .nfuncs = 1,
	.by_segment = BY_SEGMENT, .max_frame = 100, .state_size = 64,
	.instantiate = instantiate, .destroy = destroy, .imports = imports, .nimports = 1,
	.exits = &module_exit, .nexits = 1,
	.exports = exports, .nexports = LEN(exports),
};
#define ADD (&exports[0])
#define HOST (&exports[1])

static struct cpit_store *store, *second;
static struct cpit_instance *inst, *other;
static struct cpit_outcome out;
static union cpit_value v[2];

/* A host function for `host' that asks for no end. */
static inline void goes_on(struct cpit_caller *c)
{
	CHECK(c->instance == inst || c->instance == other);
}

static inline void make(struct cpit_store **s, struct cpit_instance **i)
{
	const struct cpit_import imp = {
		.module = "env", .name = "host", .fn = stub,
		.type = { .kind = CPIT_FUNC, .sig = ":" },
	};

	CHECK(!cpit_store_create(s, NULL));
	CHECK(!cpit_instantiate(*s, &module, &imp, 1, i, &out, NULL));
	CHECK(out.end == CPIT_RETURNED);
}

/* ------------------------------------------------------ before and after */

static const struct cpit_outcome junk = {
	.end = (enum cpit_end)77, .trap = (enum cpit_trap)66, .signal = 55,
	.code = 44, .has_addr = true, .pc = 33, .depth = 22, .nframes = 11,
	.truncated = true,
};

/* A call from the host finds, and leaves, everything idle (A4). */
static inline void idle(const struct cpit_store *s)
{
	CHECK(!cpit_embed_cpu()->top);
	CHECK(!s->act && !s->cpu && !s->run.pending);
	CHECK(!s->run.unwind_target && !s->run.exit.pc);
}

static inline int call(const struct cpit_export *f, void (*fn)(struct cpit_caller *))
{
	int err;

	out = junk;
	host = fn;
	idle(store);
	err = cpit_call(inst, f, v, &out);
	idle(store);
	return err;
}

static inline void called_begin(void)
{
	fake_cpu_is(0);
	CHECK(!cpit_module_register(&module));
	make(&store, &inst);
	make(&second, &other);
}

/* The test's exit status. */
static inline int called_end(void)
{
	CHECK(!cpit_instance_destroy(inst) && !cpit_instance_destroy(other));
	CHECK(!cpit_store_destroy(store) && !cpit_store_destroy(second));
	CHECK(!cpit_module_unregister(&module));
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}

#endif
