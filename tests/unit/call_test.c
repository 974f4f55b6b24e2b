/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/activation.c: what a call gives back and puts back, whichever way it ends
 * (K23-01, K23-11, KAN-06, KAN-07), with thunks in C for wasm.
 */
#include "called.h"
#include <sys/wait.h>

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
	called_begin();
	test_returns();
	test_exit();
	test_raise();
	test_twice();
	test_misuse();
	test_cpu();
	test_fail();
	return called_end();
}
