/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/budget.c: a guest in C whose clock and whose ticks the test makes, at any
 * point of it (WRK-06 to WRK-16, SLG-12, KAN-07).
 */
#include "enter.h"
#include "memory.h"
#include "trace.h"

#ifdef CPIT_TEST_NO_UNLINK
enum { CONTROL = 1 };
#else
enum { CONTROL = 0 };
#endif

/* ------------------------------------------------------- events, in order */

static enum cpit_event events[64];
static unsigned nevents;

void cpit_trace(enum cpit_event e)
{
	if (nevents < LEN(events))
		events[nevents++] = e;
}

/* "ESHLP": entry, soft, hard, landing, publish; repeated ones once. */
static const char *order(void)
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

static void import(struct cpit_vm *vm)
{
	struct cpit_slot *slot = &vm->slots[0];

	vm->run->exit_slot = slot;
	vm->run->exit_fp = 0;
	host(&slot->caller);
	if (vm->run->pending)
		cpit_rt_edge(vm);
}

static void thunk(void *state, union cpit_value *v)
{
	guest(CPIT_VM(state));
	v[0].i32 = 99;
}

static void instantiate(void *state, union cpit_value *v)
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

static void destroy(void *state)
{
	cpit_rt_memory_free(&((struct state *)state)->memory);
}

static void *get_memory(void *state)
{
	return &((struct state *)state)->memory;
}

static void *get_signal(void *state)
{
	return &((struct state *)state)->signal;
}

static void *get_terminated(void *state)
{
	return &((struct state *)state)->terminated;
}

static void stub(void)
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
static struct cpit_outcome out;
static union cpit_value v[1];

static const struct cpit_import host_import = {
	.module = "env", .name = "host", .fn = stub,
	.type = { .kind = CPIT_FUNC, .sig = ":" },
};

static int make(struct world *w, const struct cpit_module *m,
		uint64_t soft, uint64_t hard)
{
	const struct cpit_store_options opt = { .budget = { soft, hard } };

	CHECK(!cpit_store_create(&w->store, &opt));
	return cpit_instantiate(w->store, m, &host_import, 1, &w->inst, &out,
				NULL);
}

static void unmake(struct world *w)
{
	CHECK(!cpit_instance_destroy(w->inst));
	CHECK(!cpit_store_destroy(w->store));
}

static uint32_t *word(const struct world *w, enum cpit_word which)
{
	const struct state *s = w->inst->state;

	return (uint32_t *)(void *)(s->memory.data +
				    (which ? s->terminated : s->signal));
}
#define SIGNAL(w) (*word(&(w), CPIT_WORD_SIGNAL))
#define TERMINATED(w) (*word(&(w), CPIT_WORD_TERMINATED))

static int run(struct world *w, void (*fn)(struct cpit_vm *))
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
static void tick_at(uintptr_t pc)
{
	const struct cpit_fault at = { .pc = pc, .sp = 0x1000, .fp = 0x1000 };
	struct cpit_landing l;

	if (cpit_tick(&at, &l) != CPIT_UNWOUND)
		return;
	CHECK(l.pc == (uintptr_t)cpit_arch_land && l.arg1 == 1);
	cpit_arch_land((struct cpit_jmp *)l.arg0, l.arg1);
}

static void tick_guest(void)
{
	tick_at((uintptr_t)text + 8);
}

static void tick_host(void)
{
	const struct cpit_fault at = { .pc = (uintptr_t)tick_host };
	struct cpit_landing l;

	CHECK(cpit_tick(&at, &l) == CPIT_RESUMED);
}

/* ---------------------------------------------------- the four of WRK-07 */

static unsigned steps;

static void spin_until(uint64_t end)
{
	for (; fake_now < end; fake_now += 10, steps++)
		tick_guest();
}

static void ignorer(struct cpit_vm *vm)
{
	(void)vm;
	CHECK(SIGNAL(a) == 0);
	spin_until(UINT64_MAX);
}

static void poller(struct cpit_vm *vm)
{
	(void)vm;
	while (SIGNAL(a) == 0)
		spin_until(fake_now + 10);
}

static void finishes_before(struct cpit_vm *vm)
{
	(void)vm;
	CHECK(SIGNAL(a) == 0);
	spin_until(fake_now + 90);
}

static void finishes_in_grace(struct cpit_vm *vm)
{
	(void)vm;
	spin_until(fake_now + 150);
	CHECK(SIGNAL(a) == 24 && TERMINATED(a) != 1);
}

static void test_four(void)
{
	int round;

	CHECK(!make(&a, &module, 100, 200));
	CHECK(SIGNAL(a) == 0 && TERMINATED(a) == 0xdededede);	/* WRK-06 */
	for (round = 0; round < 3; round++) {
		fake_now = 1000 + (uint64_t)round * 7777;
		steps = 0;
		CHECK(!run(&a, poller));
		CHECK(out.end == CPIT_RETURNED && v[0].i32 == 99);
		CHECK(steps == 11 && SIGNAL(a) == 24);
		CHECK(!strcmp(order(), "ESP"));
		CHECK(!run(&a, finishes_before));
		CHECK(out.end == CPIT_RETURNED && SIGNAL(a) == 0);
		CHECK(!strcmp(order(), "EP"));
		TERMINATED(a) = 0;
		CHECK(!run(&a, finishes_in_grace));
		CHECK(out.end == CPIT_RETURNED && v[0].i32 == 99);
		CHECK(SIGNAL(a) == 24 && !strcmp(order(), "ESP"));
		steps = 0;
		CHECK(!run(&a, ignorer));
		CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && cpit_host_status(&out) == 152);
		CHECK(steps == 20 && SIGNAL(a) == 24 && TERMINATED(a) == 1);
		CHECK_MSG(!strcmp(order(), "ESHLP"), "%s", order());
		/* WRK-14: it can know, so it may start again. */
		CHECK(cpit_instance_poisoned(a.inst));
		CHECK(!run(&a, finishes_before) && out.end == CPIT_RETURNED);
		CHECK(TERMINATED(a) == 1 && !cpit_instance_poisoned(a.inst));
	}
	unmake(&a);
}

/* WRK-14 for a module that cannot know; WRK-16: one without words. */
static void spinner(struct cpit_vm *vm)
{
	(void)vm;
	spin_until(UINT64_MAX);
}

static void returns(struct cpit_vm *vm)
{
	(void)vm;
}

static void spins_90(struct cpit_vm *vm)
{
	(void)vm;
	spin_until(fake_now + 90);
}

static void test_poison(void)
{
	const struct cpit_outcome before = { .code = 77 };

	CHECK(!make(&a, &plain, 0, 200));
	CHECK(cpit_word_state(a.inst, CPIT_WORD_SIGNAL) == CPIT_WORD_ABSENT);
	CHECK(!run(&a, spinner) && KILLED(CPIT_TRAP_CPU_LIMIT));
	CHECK(!strcmp(order(), "EHLP"));
	out = before;
	CHECK(run(&a, returns) == -CPIT_EPOISONED);
	CHECK(!memcmp(&out, &before, sizeof(out)));
	cpit_instance_reset(a.inst);
	CHECK(!run(&a, returns) && out.end == CPIT_RETURNED);
	/* No budget, and one that no clock reaches. */
	cpit_budget_set(a.store, &(struct cpit_budget){ 0, 0 });
	CHECK(!run(&a, spins_90) && out.end == CPIT_RETURNED);
	cpit_budget_set(a.store, &(struct cpit_budget){ 1, UINT64_MAX });
	CHECK(!run(&a, spins_90) && out.end == CPIT_RETURNED);
	unmake(&a);
}

/* WRK-06: a start function that does not end. */
static void test_start(void)
{
	start = spinner;
	CHECK(make(&a, &module, 100, 200) == -CPIT_ETRAPPED);
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && a.inst);
	CHECK(cpit_word_state(a.inst, CPIT_WORD_SIGNAL) == CPIT_WORD_ABSENT);
	CHECK(!cpit_embed_cpu()->top);
	start = NULL;
	unmake(&a);
}

/* ------------------------------------------------------- in host functions */

static void imports_once(struct cpit_vm *vm)
{
	import(vm);
}

/* SLG-12: as many ticks as there may be, one replay, the word at the edge. */
static void waits_50(struct cpit_caller *c)
{
	int i;

	(void)c;
	for (i = 0; i < 50; i++) {
		fake_now += 3;
		tick_host();
		CHECK(SIGNAL(a) == 0);
	}
}

static void test_deferred(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	uint32_t replayed;
	int i;

	CHECK(!make(&a, &module, 100, 1000));
	host = waits_50;
	for (i = 0; i < 3; i++) {
		cpu->deferred_max = 0;
		replayed = cpu->replayed;
		CHECK(!run(&a, imports_once) && out.end == CPIT_RETURNED);
		CHECK(cpu->replayed == replayed + 1 && cpu->deferred_max == 50);
		CHECK(SIGNAL(a) == 24 && !strcmp(order(), "ESP"));
	}
	unmake(&a);
}

/* A hard limit that is reached in the host takes effect at its return. */
static int cleanups;

static void overstays(struct cpit_caller *c)
{
	(void)c;
	TERMINATED(a) = 0;
	fake_now += 1000;
	tick_host();
	CHECK(TERMINATED(a) != 1);
	cleanups++;
}

static void must_not_return(struct cpit_vm *vm)
{
	import(vm);
	CHECK(!"the import did not return");
}

/* KAN-07: whichever end was first. */
static void exits_then_overstays(struct cpit_caller *c)
{
	cpit_exit(c, 7);
	overstays(c);
}

static void overstays_then_exits(struct cpit_caller *c)
{
	overstays(c);
	cpit_exit(c, 7);
}

/* The host's end is on its way when the tick comes, in the guest's thunk. */
static void exits(struct cpit_caller *c)
{
	cpit_exit(c, 8);
}

static void late_tick(struct cpit_vm *vm)
{
	struct cpit_slot *slot = &vm->slots[0];

	exits(&slot->caller);
	fake_now += 1000;
	tick_guest();
	CHECK(vm->run->pending);
	cpit_rt_edge(vm);
	CHECK(!"the end was taken");
}

static void test_in_host(void)
{
	CHECK(!make(&a, &module, 100, 200));
	cleanups = 0;
	host = overstays;
	CHECK(!run(&a, must_not_return));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && cleanups == 1);
	CHECK(SIGNAL(a) == 24 && TERMINATED(a) == 1);
	CHECK(!strcmp(order(), "ESHLP"));
	host = exits_then_overstays;
	CHECK(!run(&a, must_not_return));
	CHECK(out.end == CPIT_EXITED && out.code == 7 && !out.signal);
	CHECK(!cpit_instance_poisoned(a.inst));
	host = overstays_then_exits;
	CHECK(!run(&a, must_not_return));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && out.code == 0);
	CHECK(!run(&a, late_tick));
	CHECK(out.end == CPIT_EXITED && out.code == 8);
	unmake(&a);
}

/* --------------------------------------------------------------- nested */

static struct cpit_outcome inner;
static bool renews, ran_on;

static void calls_b(struct cpit_caller *c)
{
	struct cpit_outcome o;
	union cpit_value w[1];
	int err;

	CHECK(c->instance == a.inst);
	guest = spinner;
	err = cpit_call(b.inst, &exports[0], w, &o);
	CHECK(!err);
	inner = o;
	CHECK(SIGNAL(a) == 24 && SIGNAL(b) == 24);
	CHECK(TERMINATED(a) == 1 && TERMINATED(b) == 1);
	/* What is to end does not begin anything new. */
	if (!renews) {
		CHECK(cpit_call(b.inst, &exports[0], w, &o) == 0);
		CHECK(o.end == CPIT_TRAPPED && o.trap == CPIT_TRAP_CPU_LIMIT);
	} else {
		cpit_budget_renew(c, &(struct cpit_budget){ 0, 500 });
	}
}

static void goes_on(struct cpit_vm *vm)
{
	import(vm);
	ran_on = true;
	spin_until(fake_now + 100);
	CHECK(SIGNAL(a) == 24 && TERMINATED(a) == 1);
	TERMINATED(a) = 0;
	if (v[0].i32)
		spin_until(UINT64_MAX);
}

static void test_nested(void)
{
	CHECK(!make(&a, &module, 100, 200));
	CHECK(!make(&b, &module, 5, 10));	/* its own does not count */
	host = calls_b;
	for (renews = false;; renews = true) {
		ran_on = false;
		TERMINATED(a) = TERMINATED(b) = 0;
		CHECK(!run(&a, goes_on));
		CHECK(inner.end == CPIT_TRAPPED && inner.depth == 2);
		CHECK(inner.trap == CPIT_TRAP_CPU_LIMIT && ran_on == renews);
		CHECK(cpit_instance_poisoned(b.inst));
		CHECK(cpit_instance_poisoned(a.inst) == !renews);
		CHECK(renews ? out.end == CPIT_RETURNED
			     : KILLED(CPIT_TRAP_CPU_LIMIT) && out.depth == 1);
		if (renews)
			break;
	}
	/* The renewed budget ends as well. */
	cpit_instance_reset(b.inst);
	guest = goes_on;
	v[0].i32 = 1;
	CHECK(!cpit_call(a.inst, &exports[0], v, &out));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && TERMINATED(a) == 1);
	unmake(&a);
	unmake(&b);
}

/* -------------------------------------------------------------- cpit_kill */

static int signal_sent;
static struct cpit_instance *victim;

static void kills(struct cpit_caller *c)
{
	(void)c;
	CHECK(!cpit_kill(victim, signal_sent));
}

static void imports_and_ticks(struct cpit_vm *vm)
{
	import(vm);
	tick_guest();
}

static void kills_a_from_b(struct cpit_caller *c)
{
	struct cpit_outcome o;
	union cpit_value w[1];

	(void)c;
	host = kills;
	guest = imports_and_ticks;
	CHECK(!cpit_call(b.inst, &exports[0], w, &o));
	inner = o;
}

static void test_kill(void)
{
	CHECK(!make(&a, &module, 0, 0) && !make(&b, &module, 0, 0));
	CHECK(cpit_kill(a.inst, CPIT_SIGSEGV) == -CPIT_EINVAL);
	CHECK(cpit_kill(a.inst, 0) == -CPIT_EINVAL);
	/* From its own host function: the word; the end at the return. */
	victim = a.inst;
	host = kills;
	signal_sent = CPIT_SIGTERM;
	CHECK(!run(&a, imports_and_ticks));
	CHECK(out.end == CPIT_RETURNED && SIGNAL(a) == 15);
	signal_sent = CPIT_SIGXCPU;
	CHECK(!run(&a, imports_and_ticks) && SIGNAL(a) == 24);
	signal_sent = CPIT_SIGKILL;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	CHECK(cpit_host_status(&out) == 137 && TERMINATED(a) == 1);
	/* When it does not run: at the next entry. */
	CHECK(!cpit_kill(a.inst, CPIT_SIGTERM));
	CHECK(!run(&a, returns) && SIGNAL(a) == 15);
	CHECK(!run(&a, returns) && SIGNAL(a) == 0);
	TERMINATED(a) = 0;
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(cpit_instance_poisoned(a.inst));
	CHECK(!run(&a, imports_and_ticks) || KILLED(CPIT_TRAP_KILLED));
	CHECK(TERMINATED(a) == 1);
	/* The outer one, from the inner one: both end, and only they. */
	cpit_instance_reset(a.inst);
	victim = a.inst;
	host = kills_a_from_b;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	CHECK(inner.trap == CPIT_TRAP_KILLED && inner.depth == 2);
	/* The inner one: the outer one goes on. */
	victim = b.inst;
	host = kills_a_from_b;
	CHECK(!run(&a, imports_and_ticks) && out.end == CPIT_RETURNED);
	CHECK(inner.trap == CPIT_TRAP_KILLED && inner.depth == 2);
	CHECK(cpit_instance_poisoned(b.inst) && !cpit_instance_poisoned(a.inst));
	unmake(&a);
	unmake(&b);
	CHECK(!make(&a, &plain, 0, 0));
	CHECK(cpit_kill(a.inst, CPIT_SIGTERM) == -CPIT_ENOENT);
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(run(&a, returns) == -CPIT_EPOISONED);
	unmake(&a);
}

/* ------------------------------------------------------------- teardown */

/* Whether a walker would come by these bytes. */
static bool on_list(const uint8_t *p, size_t size)
{
	const struct cpit_activation *top = cpit_embed_cpu()->top;
	const struct cpit_words *w = top ? top->entry->words : NULL;

	for (; w; w = w->next)
		if ((const uint8_t *)w >= p && (const uint8_t *)w < p + size)
			return true;
		else if (w->memory->data == p)
			return true;
	return false;
}

static unsigned frees, listed;

static void tick_in_free(const void *p, size_t size)
{
	frees++;
	if (on_list(p, size))
		listed++;
	else if (cpit_embed_cpu()->top->entry->borrowed)
		tick_guest();		/* in destroy() */
	else
		tick_host();
}

/* WRK-11: destroyed while an older entry runs, a tick due at every step. */
static void makes_and_destroys(struct cpit_caller *c)
{
	const struct cpit_instance *top = c->instance;
	struct cpit_outcome o;
	union cpit_value w[1];
	void (*was)(struct cpit_vm *) = guest;

	CHECK(top == a.inst);
	guest = returns;
	CHECK(!make(&b, &module, 0, 0));
	CHECK(!cpit_call(b.inst, &exports[0], w, &o));
	guest = was;
	fake_now += 1000;			/* soft and hard are due */
	fake_on_free = tick_in_free;
	unmake(&b);
	fake_on_free = NULL;
	if (CONTROL)
		cpit_embed_cpu()->top->entry->words = NULL; /* enough is seen */
}

static void test_teardown(void)
{
	int i;

	CHECK(!make(&a, &module, 100, 200));
	host = makes_and_destroys;
	frees = listed = 0;
	for (i = 0; i < 5; i++) {
		CHECK(!run(&a, must_not_return));
		CHECK(KILLED(CPIT_TRAP_CPU_LIMIT));
	}
	CHECK(frees >= 3 * 5);
	CHECK(!listed == !CONTROL);	/* the control goes wrong just so */
	unmake(&a);
}

/* ------------------------------------------------ many, moving, shared */

static void grows(struct cpit_vm *vm)
{
	wasm_rt_memory_t *m = &((struct state *)(vm + 1))->memory;
	uint8_t *old = m->data;

	CHECK(cpit_rt_memory_grow(vm, m, 1) == 1 && m->data != old);
	spin_until(fake_now + 150);
	CHECK(SIGNAL(a) == 24);			/* WRK-13 */
}

static void test_moves(void)
{
	CHECK(!make(&a, &module, 100, 1000));
	CHECK(!run(&a, grows) && out.end == CPIT_RETURNED);
	unmake(&a);
}

/* Several instances of one store, made inside a call too: all are told. */
static void joins(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(!cpit_instantiate(c->instance->store, &module, &host_import, 1,
				&b.inst, &o, NULL));
	b.store = c->instance->store;
	CHECK(SIGNAL(b) == 0);
}

static void joined(struct cpit_vm *vm)
{
	import(vm);
	spin_until(fake_now + 150);
	CHECK(SIGNAL(a) == 24 && SIGNAL(b) == 24);
}

static void test_many(void)
{
	long blocks = fake_blocks;
	int i;

	CHECK(!make(&a, &module, 100, 1000));
	host = joins;
	CHECK(!run(&a, joined) && out.end == CPIT_RETURNED);
	CHECK(!run(&a, returns) && SIGNAL(a) == 0 && SIGNAL(b) == 0);
	CHECK(!cpit_instance_destroy(b.inst));
	CHECK(!run(&a, returns));
	unmake(&a);
	for (i = 0; i < 1000; i++) {		/* WRK-12 */
		CHECK(!make(&a, &module, 0, 0));
		CHECK(!run(&a, returns));
		unmake(&a);
		CHECK(fake_blocks == blocks);
	}
}

int main(void)
{
	fake_cpu_is(0);
	plain = module;
	plain.text_start = plain_text;
	plain.text_end = plain_text + sizeof(plain_text);
	plain.word[0] = plain.word[1] = NULL;
	plain.memory0 = NULL;
	CHECK(!cpit_module_register(&module) && !cpit_module_register(&plain));
	if (CONTROL) {
		test_teardown();
		return check_done();
	}
	test_four();
	test_poison();
	test_start();
	test_deferred();
	test_in_host();
	test_nested();
	test_kill();
	test_moves();
	test_many();
	test_teardown();
	CHECK(!cpit_module_unregister(&module));
	CHECK(!cpit_module_unregister(&plain));
	return check_done();
}
