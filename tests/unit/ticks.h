/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest in C whose clock and whose ticks the test makes, at any point of it;
 * the runtime is built with -DCPIT_TRACE_EVENTS.
 */
#ifndef CPIT_TESTS_TICKS_H
#define CPIT_TESTS_TICKS_H

#include "enter.h"
#include "memory.h"
#include "trace.h"

/* ------------------------------------------------------- events, in order */

static enum cpit_event events[64];
static unsigned nevents;

void cpit_trace(enum cpit_event e)
{
	if (nevents < LEN(events))
		events[nevents++] = e;
}

/* "ESHLP": entry, soft, hard, landing, publish; repeated ones once. */
static inline const char *order(void)
{
	static char s[65];
	unsigned i, n = 0;

	for (i = 0; i < nevents; i++)
		if (!i || events[i] != events[i - 1])
			s[n++] = "?ESHLP"[events[i]];
	s[n] = '\0';
	return s;
}

/* --------------------------------------------------------------- a module */

struct state {
	wasm_rt_memory_t memory;
	uint32_t signal, terminated;	/* the globals' values */
};

static void (*guest)(struct cpit_vm *vm);	/* what the export does */
static void (*start)(struct cpit_vm *vm);	/* the start function, or NULL */
static void (*host)(struct cpit_caller *c);	/* what the import does */

static inline void import(struct cpit_vm *vm)
{
	struct cpit_slot *slot = CPIT_SLOT(vm + 1, 0);

	vm->run->exit.pc = 0x1234;
	vm->run->exit.fp = 0;
	host(&slot->caller);
	if (vm->run->pending)
		cpit_rt_edge(vm);
}

static inline void thunk(void *state, union cpit_value *v)
{
	guest(CPIT_VM(state));
	v[0].i32 = 99;
}

static inline void instantiate(void *state, union cpit_value *v)
{
	struct state *s = state;

	(void)v;
	cpit_rt_memory_new(CPIT_VM(state), &s->memory, 1, 4, CPIT_WASM_PAGE);
	memset(s->memory.data, 0xde, 64);	/* a data segment */
	s->signal = 16;
	s->terminated = 20;
	if (start)
		start(CPIT_VM(state));
}

static inline void destroy(void *state)
{
	cpit_rt_memory_free(&((struct state *)state)->memory);
}

static inline void *get_memory(void *state)
{
	return &((struct state *)state)->memory;
}

static void (*getting)(void);		/* what happens meanwhile, or NULL */

static inline void *get_signal(void *state)
{
	if (getting)
		getting();
	return &((struct state *)state)->signal;
}

static inline void *get_terminated(void *state)
{
	return &((struct state *)state)->terminated;
}

static inline void stub(void)
{
}

static char text[64];
static const struct cpit_func funcs[] = { { 0, 0, 0, 0, 0 } };
static const struct cpit_import_decl imports[] = {
	{ "env", "host", { .kind = CPIT_FUNC, .sig = ":" } },
};
static const struct cpit_export exports[] = {
	{ "run", { .kind = CPIT_FUNC, .sig = ":i" }, thunk, stub, NULL },
	{ "__instance_signal", { .kind = CPIT_GLOBAL, .sig = "i" }, NULL, NULL,
	  get_signal },
	{ "__instance_terminated", { .kind = CPIT_GLOBAL, .sig = "i" }, NULL,
	  NULL, get_terminated },
};
static struct cpit_module module = {
	.abi = CPIT_ABI, .name = "m", .names = "", .text_start = text,
	.text_end = text + sizeof(text), .funcs = funcs, .nfuncs = 1,
	.max_frame = 100, .state_size = sizeof(struct state),
	.instantiate = instantiate, .destroy = destroy, .imports = imports,
	.nimports = 1, .exports = exports, .nexports = LEN(exports),
	.word = { &exports[1], &exports[2] }, .memory0 = get_memory,
	.checked = true,
};
static char plain_text[64];
static struct cpit_module plain;	/* the same without words */

struct world {
	struct cpit_store *store;
	struct cpit_instance *inst;
};
static struct world a, b;
static struct cpit_outcome out, inner;	/* of the call, of a nested one */
static union cpit_value v[1];

static const struct cpit_import host_import = {
	.module = "env", .name = "host", .fn = stub,
	.type = { .kind = CPIT_FUNC, .sig = ":" },
};

static inline int make(struct world *w, const struct cpit_module *m,
		uint64_t soft, uint64_t hard)
{
	const struct cpit_store_options opt = { .budget = { soft, hard } };

	CHECK(!cpit_store_create(&w->store, &opt));
	return cpit_instantiate(w->store, m, &host_import, 1, &w->inst, &out,
				NULL);
}

static inline void unmake(struct world *w)
{
	CHECK(!cpit_instance_destroy(w->inst));
	CHECK(!cpit_store_destroy(w->store));
}

static inline uint32_t *word(const struct world *w, enum cpit_word which)
{
	const struct state *s = w->inst->state;

	return (uint32_t *)(void *)(s->memory.data +
				    (which ? s->terminated : s->signal));
}
#define SIGNAL(w) (*word(&(w), CPIT_WORD_SIGNAL))
#define TERMINATED(w) (*word(&(w), CPIT_WORD_TERMINATED))

static inline int run(struct world *w, void (*fn)(struct cpit_vm *))
{
	int err;

	guest = fn;
	nevents = 0;
	v[0].i32 = 0;
	err = cpit_call(w->inst, &exports[0], v, &out);
	CHECK(!cpit_embed_cpu()->top && !w->store->act && !w->store->cpu);
	CHECK(!w->store->run.pending);
	return err;
}

#define KILLED(kind) (out.end == CPIT_TRAPPED && out.trap == (kind) && \
		      out.signal == cpit_trap_signal(kind))

/* ---------------------------------------------------------------- the timer */

/* A tick at `pc'; what the exception return would do is done here. */
static inline void tick_at(uintptr_t pc)
{
	const struct cpit_fault at = { .pc = pc, .sp = 0x1000, .fp = 0x1000 };
	struct cpit_landing l;

	if (cpit_tick(&at, &l) != CPIT_UNWOUND)
		return;
	CHECK(l.pc == (uintptr_t)cpit_arch_land && l.arg1 == 1);
	cpit_arch_land((struct cpit_jmp *)l.arg0, l.arg1);
}

static inline void tick_guest(void)
{
	tick_at((uintptr_t)text + 8);
}

static inline void tick_host(void)
{
	const struct cpit_fault at = { .pc = (uintptr_t)tick_host };
	struct cpit_landing l;

	CHECK(cpit_tick(&at, &l) == CPIT_RESUMED);
}

/* ---------------------------------------------------------------- guests */

static unsigned steps;

static inline void spin_until(uint64_t end)
{
	for (; fake_now < end; fake_now += 10, steps++)
		tick_guest();
}

static inline void returns(struct cpit_vm *vm)
{
	(void)vm;
}

static inline void must_not_return(struct cpit_vm *vm)
{
	import(vm);
	CHECK(!"the import did not return");
}

static inline void ticks_begin(void)
{
	fake_cpu_is(0);
	plain = module;
	plain.text_start = plain_text;
	plain.text_end = plain_text + sizeof(plain_text);
	plain.word[0] = plain.word[1] = NULL;
	plain.memory0 = NULL;
	CHECK(!cpit_module_register(&module) && !cpit_module_register(&plain));
}

static inline int ticks_end(void)
{
	CHECK(!cpit_module_unregister(&module));
	CHECK(!cpit_module_unregister(&plain));
	return check_done();
}

#endif
