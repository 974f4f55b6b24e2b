/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/activation.c: what a call gives back and puts back, whichever way it ends
 * (K23-01, K23-02, K23-11, KAN-06, KAN-07), with thunks in C for wasm.
 */
#include "enter.h"
#include <sys/wait.h>

/* ------------------------------------------------------- a module, in C */

static char text[64];
static struct cpit_exit module_exit = { 8, 0 };
#define EXIT ((uintptr_t)text + module_exit.pc)

/* What its one import does when it is called. */
static void (*host)(struct cpit_caller *c);
static int after_import;	/* calls that went on behind the import */

/* As wasm2c's call of an import: note where, call, leave when asked to. */
static void call_import(struct cpit_vm *vm)
{
	struct cpit_slot *slot = CPIT_SLOT(vm + 1, 0);

	vm->run->exit.pc = EXIT;
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
	{ "table", { .kind = CPIT_TABLE, .sig = "r" }, NULL, NULL, NULL },
};
static const struct cpit_module module = {
	.abi = CPIT_ABI, .name = "m", .names = "", .text_start = text,
	.text_end = text + sizeof(text), .funcs = funcs, .nfuncs = 1,
	.max_frame = 100, .state_size = 64, .instantiate = instantiate,
	.destroy = destroy, .imports = imports, .nimports = 1,
	.exits = &module_exit, .nexits = 1,
	.exports = exports, .nexports = LEN(exports),
};
#define ADD (&exports[0])
#define HOST (&exports[1])

static struct cpit_store *store, *second;
static struct cpit_instance *inst, *other;
static struct cpit_outcome out;
static union cpit_value v[2];

static void make(struct cpit_store **s, struct cpit_instance **i)
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
static void idle(const struct cpit_store *s)
{
	CHECK(!cpit_embed_cpu()->top);
	CHECK(!s->act && !s->cpu && !s->run.pending);
	CHECK(!s->run.unwind_target && !s->run.exit.pc);
}

static int call(const struct cpit_export *f, void (*fn)(struct cpit_caller *))
{
	int err;

	out = junk;
	host = fn;
	idle(store);
	err = cpit_call(inst, f, v, &out);
	idle(store);
	return err;
}

static void test_returns(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		v[0].i32 = (uint32_t)i;
		v[1].i32 = 1000;
		CHECK(!call(ADD, NULL));
		CHECK(out.end == CPIT_RETURNED && v[0].i32 == (uint32_t)i + 1000);
		CHECK(out.trap == CPIT_TRAP_NONE && !out.signal && !out.code);
		CHECK(!out.has_addr && !out.pc && !out.depth && !out.nframes);
		CHECK(!out.truncated && cpit_host_status(&out) == 0);
		CHECK(entered_sp == store->stack.high);
	}
}

/* ---------------------------------------------------------- ends by the host */

static uint32_t number;
static int signal_asked;
static enum cpit_trap kind;

static void asks_exit(struct cpit_caller *c)
{
	CHECK(cpit_running_import() == &imports[0]);
	module_exit.import = 1;		/* as a damaged module may have it */
	CHECK(!cpit_running_import());
	module_exit.import = 0;
	cpit_exit(c, number);
}

static void asks_raise(struct cpit_caller *c)
{
	cpit_raise(c, kind);
}

static void asks_fail(struct cpit_caller *c)
{
	cpit_fail(c, signal_asked, number);
}

static void goes_on(struct cpit_caller *c)
{
	CHECK(c->instance == inst || c->instance == other);
}

static void test_exit(void)
{
	static const uint32_t codes[] = { 0, 1, 7, 127, 128, 139, 255, 256,
					  0xffffffff };
	size_t i;

	for (i = 0; i < LEN(codes); i++) {
		number = codes[i];
		after_import = 0;
		v[0].i32 = 5;
		CHECK(!call(HOST, asks_exit));
		CHECK(out.end == CPIT_EXITED && out.code == number);
		CHECK(out.trap == CPIT_TRAP_NONE && !out.signal && !out.pc);
		CHECK(out.depth == 1 && !after_import && v[0].i32 == 5);
		CHECK(WIFEXITED(cpit_wait_status(&out)));
		CHECK(cpit_host_status(&out) == (int)(number & 0xff));
	}
	CHECK(!call(HOST, goes_on));
	CHECK(out.end == CPIT_RETURNED && v[0].i32 == 99 && after_import == 1);
	CHECK(!cpit_running_import());
}

static void test_raise(void)
{
	int k;

	for (k = 1; k < CPIT_TRAP_INTERNAL; k++) {
		kind = (enum cpit_trap)k;
		CHECK(!call(HOST, asks_raise));
		CHECK(out.end == CPIT_TRAPPED && out.trap == kind);
		CHECK(out.signal == cpit_trap_signal(kind) && !out.code);
		CHECK(WIFSIGNALED(cpit_wait_status(&out)));
	}
}

/* Whatever a host function says, a death must not look like an exit. */
static void test_fail(void)
{
	static const int odd[] = { 0, -1, -11, 127, 128, 129, 255, 256, 384,
				   0x7fffffff, -0x7fffffff };
	static const enum cpit_trap no_kinds[] = {
		CPIT_TRAP_NONE, CPIT_TRAP_INTERNAL, CPIT_TRAP_COUNT,
		(enum cpit_trap)-1,
	};
	size_t i;

	for (i = 1; i < 127 + LEN(odd); i++) {
		signal_asked = i < 127 ? (int)i : odd[i - 127];
		number = 12345;
		CHECK(!call(HOST, asks_fail));
		CHECK(out.end == CPIT_TRAPPED && out.code == 12345);
		CHECK(out.trap == CPIT_TRAP_HOST_RAISED);
		CHECK(i >= 127 || out.signal == signal_asked);
		CHECK_MSG(WIFSIGNALED(cpit_wait_status(&out)), "signal %d",
			  signal_asked);
		CHECK_MSG(cpit_host_status(&out) ==
				  128 + WTERMSIG(cpit_wait_status(&out)),
			  "signal %d: status %d", signal_asked,
			  cpit_host_status(&out));
	}
	for (i = 0; i < LEN(no_kinds); i++) {
		kind = no_kinds[i];
		CHECK(!call(HOST, asks_raise));
		CHECK(out.end == CPIT_TRAPPED);
		CHECK_MSG(WIFSIGNALED(cpit_wait_status(&out)), "kind %d",
			  (int)kind);
	}
}

/* K23-11: the first one stands, a second is the host's own mistake. */
static void asks_twice(struct cpit_caller *c)
{
	cpit_exit(c, 3);
	cpit_raise(c, CPIT_TRAP_UNREACHABLE);
}

static void test_twice(void)
{
	jmp_buf panic;

	fake_panics = &panic;
	if (!setjmp(panic)) {
		host = asks_twice;
		cpit_call(inst, HOST, v, &out);
		CHECK(!"a second end panics");
	}
	fake_panics = NULL;
	CHECK(fake_panic_why && strstr(fake_panic_why, "K23-11"));
	/* That would be the end of the machine; here, tidy up. */
	cpit_embed_cpu()->top = NULL;
	store->act = NULL;
	store->cpu = NULL;
	store->run.pending = 0;
	store->run.exit.pc = 0;
}

/* ---------------------------------------------------------------- misuse */

static void refused(struct cpit_instance *i, const struct cpit_export *f,
		    int want)
{
	int err;

	out = junk;
	err = cpit_call(i, f, v, &out);
	CHECK_MSG(err == want, "%d, not %d", err, want);
	CHECK(!memcmp(&out, &junk, sizeof(out)));
}

static void test_misuse(void)
{
	static const struct cpit_export foreign = {
		"add", { .kind = CPIT_FUNC, .sig = "ii:i" }, thunk_add, stub,
		NULL };
	struct cpit_cpu *cpu = cpit_embed_cpu(), elsewhere = { 0 };

	refused(inst, &foreign, -CPIT_EINVAL);
	refused(inst, exports + LEN(exports), -CPIT_EINVAL);
	refused(inst, &exports[2], -CPIT_EINVAL);	/* a table */
	store->cpu = &elsewhere;			/* runs there */
	refused(inst, ADD, -CPIT_EINVAL);
	store->cpu = NULL;
	cpu->ready = 0;
	refused(inst, ADD, -CPIT_ENOTREADY);
	cpu->ready = 1;
	idle(store);
	CHECK(!call(ADD, NULL) && out.end == CPIT_RETURNED);
}

/* -------------------------------------------------------------- nested calls */

enum { LEVELS = 32 };

static int level, trap_at;
static int cleanups;

/* Each level calls the next one, in the two stores by turns or in one. */
static bool both_stores;

static void nests(struct cpit_caller *c)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;
	struct cpit_instance *next = both_stores && level % 2 ? other : inst;
	struct cpit_store *s = c->instance->store;
	uintptr_t pc = s->run.exit.pc;
	struct cpit_outcome o = junk;
	union cpit_value w[2];
	jmp_buf *try_block = (jmp_buf *)&w;	/* as if in a try */
	bool trapped = false;

	s->run.unwind_target = try_block;
	s->run.exit.fp = 0x1000 + (uintptr_t)level;
	if (++level < LEVELS) {
		CHECK(!cpit_call(next, HOST, w, &o));
		trapped = level + 1 == trap_at;
		CHECK(o.end == (trapped ? CPIT_TRAPPED : CPIT_RETURNED));
		CHECK(o.depth == (trapped ? (unsigned)trap_at : 0));
		/* What the inner call changed is back, whatever its end. */
		CHECK(cpit_embed_cpu()->top == top && s->act == top);
		CHECK(s->run.unwind_target == try_block);
		CHECK(s->run.exit.fp == 0x1000 + (uintptr_t)level - 1);
		CHECK(s->run.exit.pc == pc && !s->run.pending);
		CHECK(cpit_running_import() == &imports[0]);
	}
	cleanups++;
	s->run.exit.fp = 0;
	if (level == trap_at)
		cpit_raise(c, CPIT_TRAP_DIV_BY_ZERO);
	level--;
}

static void test_nested(void)
{
	for (both_stores = false;; both_stores = true) {
		for (trap_at = 1; trap_at <= LEVELS; trap_at++) {
			level = cleanups = 0;
			CHECK(!call(HOST, nests));
			idle(second);
			CHECK(cleanups == LEVELS);	/* each host frame */
			CHECK(out.end == (trap_at == 1 ? CPIT_TRAPPED
						       : CPIT_RETURNED));
		}
		if (both_stores)
			return;
	}
}

/* Which stack an entry gets: K23-13, and store.h A3. */
static uintptr_t outer_jmp_sp;

static void enters_same(struct cpit_caller *c)
{
	struct cpit_outcome o;

	host = goes_on;
	CHECK(!cpit_call(c->instance, HOST, v, &o));
	CHECK(entered_sp == 0);		/* we stand on it */
}

static void enters_first_again(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(c->instance == other);
	outer_jmp_sp = cpit_embed_cpu()->top->jmp.sp;
	host = goes_on;
	CHECK(!cpit_call(inst, HOST, v, &o));
	CHECK(entered_sp == (outer_jmp_sp & ~(uintptr_t)15));
}

static void enters_other(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(c->instance == inst);
	host = enters_first_again;
	CHECK(!cpit_call(other, HOST, v, &o));
}

static void test_stacks(void)
{
	CHECK(!call(HOST, enters_same));
	CHECK(out.end == CPIT_RETURNED);
	CHECK(!call(HOST, enters_other));
	CHECK(out.end == CPIT_RETURNED);
	idle(second);
}

/* An end that was asked for survives a call that is made after it. */
static void exits_and_calls(struct cpit_caller *c)
{
	struct cpit_outcome o;

	cpit_exit(c, 7);
	host = goes_on;
	CHECK(!cpit_call(c->instance, HOST, v, &o));
	CHECK(o.end == CPIT_RETURNED);
}

static void test_exit_then_call(void)
{
	CHECK(!call(HOST, exits_and_calls));
	CHECK(out.end == CPIT_EXITED && out.code == 7);
}

/* K23-18: a kernel that switches threads swaps the chain. */
static void test_swap(void)
{
	struct cpit_activation a;

	a.prev = NULL;
	a.store = store;
	CHECK(!cpit_cpu_swap(&a));
	CHECK(cpit_embed_cpu()->top == &a);
	CHECK(store->cpu == cpit_embed_cpu());	/* it may have moved */
	CHECK(cpit_cpu_swap(NULL) == &a);
	store->cpu = NULL;
	idle(store);
}

/* Another thread of this CPU, while wasm of ours is under way (K23-18). */
static struct cpit_outcome its_out;

static void as_other_thread(struct cpit_caller *c)
{
	struct cpit_activation *ours = cpit_cpu_swap(NULL);

	CHECK(ours && c->instance == inst);
	its_out = junk;
	CHECK(cpit_call(inst, ADD, v, &its_out) == -CPIT_EINVAL);
	CHECK(its_out.end == junk.end && !cpit_embed_cpu()->top);
	CHECK(!cpit_call(other, ADD, v, &its_out));
	CHECK(its_out.end == CPIT_RETURNED);
	CHECK(!cpit_cpu_swap(ours));
	CHECK(!cpit_call(inst, ADD, v, &its_out));
}

static void test_other_thread(void)
{
	CHECK(!call(HOST, as_other_thread));
	CHECK(out.end == CPIT_RETURNED);
}

/* ---------------------------------------------------------- a CPU's block */

static void init_fails(struct cpit_cpu *cpu)
{
	jmp_buf back;

	fake_panics = &back;
	if (!setjmp(back)) {
		cpit_cpu_init(cpu);
		CHECK(!"a CPU that lacks something was taken");
	}
	fake_panics = NULL;
}

static void test_cpu(void)
{
	static struct cpit_cpu cpu;

	fake_lacks = "no FPU";
	init_fails(&cpu);
	CHECK(fake_panic_why == fake_lacks && !cpu.ready);
	fake_lacks = NULL;
	CHECK(cpit_cpu_exit(&cpu) == -CPIT_ENOTREADY);
	cpit_cpu_init(&cpu);
	cpu.top = (struct cpit_activation *)(void *)&cpu;
	CHECK(cpit_cpu_exit(&cpu) == -CPIT_EBUSY && cpu.ready);
	cpu.top = NULL;
	CHECK(!cpit_cpu_exit(&cpu) && !cpu.ready);
	cpu.reading = 1;	/* nobody waits for a CPU that is gone */
	CHECK(cpit_module_unregister(&module) == -CPIT_EBUSY);
	CHECK(!cpit_instance_destroy(other) && !cpit_store_destroy(second));
	make(&second, &other);
}

int main(void)
{
	fake_cpu_is(0);
	CHECK(!cpit_module_register(&module));
	make(&store, &inst);
	make(&second, &other);
	test_returns();
	test_exit();
	test_raise();
	test_twice();
	test_misuse();
	test_nested();
	test_other_thread();
	test_cpu();
	test_stacks();
	test_swap();
	test_fail();
	test_exit_then_call();
	CHECK(!cpit_instance_destroy(inst) && !cpit_instance_destroy(other));
	CHECK(!cpit_store_destroy(store) && !cpit_store_destroy(second));
	CHECK(!cpit_module_unregister(&module));
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
