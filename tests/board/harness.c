/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t;

const char cpit_image_config[] = "";	/* all from the command line */
static bool failed;
_Thread_local union cpit_value result[4];

void check_failed(const char *file, int line, const char *what)
{
	if (__atomic_exchange_n(&failed, true, __ATOMIC_SEQ_CST))
		return;
	cpit_console_print(CPIT_OUT, "  ");
	cpit_console_print(CPIT_OUT, file);
	cpit_console_print(CPIT_OUT, ":");
	cpit_console_number(CPIT_OUT, (uint64_t)line, 10);
	cpit_console_print(CPIT_OUT, ": ");
	cpit_console_print(CPIT_OUT, what);
	cpit_console_print(CPIT_OUT, "\n");
}

/* ------------------------------------------------------------ invariants */

static _Thread_local bool irq_at_start;

bool invariants(void)
{
	CHECK(cpit_arch_trap_clean());		/* K23-03, SLG-13 */
	CHECK(cpit_embed_cpu()->top == NULL);	/* K23-01 */
	CHECK(cpit_embed_cpu()->reading == 0);
	CHECK(cpit_embed_cpu()->space == 0);	/* A5 */
	CHECK(!cpit_arch_door_is_open());
	CHECK(cpit_arch_irq_enabled() == irq_at_start);
	return !failed;
}

struct balance {
	uint64_t pages, heap, reserved;
};

static struct balance balance(void)
{
	return (struct balance){ cpit_board_pages_used(),
				 cpit_board_heap_used(),
				 cpit_board_reserved() };
}

/* --------------------------------------------------------------- worlds */

static bool make(struct world *w, const struct cpit_module *m, host_fn *host,
		 void *ctx)
{
	struct cpit_import imp = { .module = "env", .name = "host",
				   .type = { .kind = CPIT_FUNC, .sig = "i:i" },
				   .fn = (void (*)(void))host, .ctx = ctx };
	static _Thread_local struct cpit_outcome out;
	int err = cpit_store_create(&w->store, NULL);

	if (!err)
		err = cpit_instantiate(w->store, m, &imp, 1, &w->t, &out, NULL);
	CHECK(!err);
	return !err;
}

static uint32_t identity(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	return v;
}

bool world_make(struct world *w, host_fn *host, void *ctx)
{
	return make(w, &cpit_module_t, host ? host : identity, ctx);
}

bool world_make_of(struct world *w, const struct cpit_module *m)
{
	return make(w, m, identity, NULL);
}

void world_free(struct world *w)
{
	CHECK(cpit_instance_destroy(w->t) == 0);
	CHECK(cpit_store_destroy(w->store) == 0);
}

const struct cpit_outcome *call(struct cpit_instance *t, const char *name,
				uint32_t a, uint32_t b)
{
	static _Thread_local struct cpit_outcome outs[64];	/* calls nest */
	static _Thread_local unsigned n;
	struct cpit_outcome *out = &outs[n++ % 64];
	const struct cpit_export *f;
	union cpit_value v[4];

	memset(v, 0, sizeof(v));
	v[0].i32 = a;
	v[1].i32 = b;
	f = cpit_export_find(cpit_instance_module(t), name, CPIT_FUNC);
	CHECK(f);
	if (f)
		CHECK(cpit_call(t, f, v, out) == 0);
	memcpy(result, v, sizeof(result));
	return out;
}

/* ----------------------------------- hooks, put in by the linker's --wrap */

uint32_t shortage_at;
bool base_hidden;
void (*tick_hook)(void), (*alloc_hook)(size_t size);
bool (*fault_hook)(uintptr_t addr);

/* What the linker calls the original and its replacement. */
#define WRAP(type, name, ...)						\
	type __real_##name(__VA_ARGS__);				\
	type __wrap_##name(__VA_ARGS__);				\
	type __wrap_##name(__VA_ARGS__)

static bool short_now(void)
{
	return shortage_at && !--shortage_at;
}

WRAP(void *, cpit_embed_alloc, size_t size)
{
	if (alloc_hook)
		alloc_hook(size);
	return short_now() ? NULL : __real_cpit_embed_alloc(size);
}

WRAP(void *, cpit_embed_reserve, size_t size)
{
	return short_now() ? NULL : __real_cpit_embed_reserve(size);
}

WRAP(uint64_t, cpit_board_page_alloc, void)
{
	return short_now() ? 0 : __real_cpit_board_page_alloc();
}

WRAP(bool, cpit_embed_fault, uintptr_t addr)
{
	return __real_cpit_embed_fault(addr) ||
	       (fault_hook && fault_hook(addr));
}

WRAP(enum cpit_verdict, cpit_board_tick,
	const struct cpit_fault *at, const struct cpit_frame_regs *frame,
	struct cpit_landing *land)
{
	if (tick_hook)
		tick_hook();
	return __real_cpit_board_tick(at, frame, land);
}

WRAP(bool, cpit_arch_has_base, void)
{
	return !base_hidden && __real_cpit_arch_has_base();
}

uint32_t random32(void)
{
	static _Thread_local uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* --------------------------------------------------------- several CPUs */

int before_init[CPIT_CPUS_MAX];

void on_each_cpu(void (*fn)(void *), void *arg)
{
	unsigned n;

	for (n = 1; n < cpit_board.cpus; n++)
		CHECK(cpit_board_cpu_run(n, fn, arg) == 0);
	fn(arg);
	for (n = 1; n < cpit_board.cpus; n++)
		cpit_board_cpu_wait(n);
}

/* First of all on each CPU.  The call comes too early for all but CPU 0. */
static void begin(void *arg)
{
	static _Thread_local struct cpit_outcome out;
	const struct world *w = arg;
	union cpit_value v[4] = { 0 };
	unsigned hz = cpit_config_number("tick", 0);

	if (cpit_arch_cpu()) {
		before_init[cpit_arch_cpu()] = cpit_call(w->t,
			cpit_export_find(&cpit_module_t, "add", CPIT_FUNC), v,
			&out);
		cpit_cpu_init(cpit_embed_cpu());
	}
	if (hz)
		cpit_board_tick_start(hz);
	irq_at_start = cpit_arch_irq_enabled();
}

/* ------------------------------------------------------------------ main */

static bool run(const struct test *t)
{
	struct balance before = balance(), after;

	failed = false;
	t->run();
	invariants();
	after = balance();
	CHECK(after.pages == before.pages);
	CHECK(after.heap == before.heap);
	CHECK(after.reserved == before.reserved);
	cpit_console_print(CPIT_OUT, failed ? "FAIL " : "ok ");
	cpit_console_print(CPIT_OUT, t->name);
	cpit_console_print(CPIT_OUT, "\n");
	return !failed;
}

static unsigned run_table(const struct test *t, const char *only)
{
	unsigned bad = 0;

	for (; t->name; t++)
		if ((!only || !strcmp(only, t->name)) &&
		    t->cpus <= cpit_board.cpus)
			bad += !run(t);
	return bad;
}

/* A busy computer's QEMU may be later with the first tick than all tests. */
static bool ticked(void)
{
	uint64_t end = cpit_board_ns() + 10000000000;

	while (!cpit_board_ticks() && cpit_board_ns() < end)
		;
	return cpit_board_ticks();
}

void cpit_board_main(void)
{
	const char *only = cpit_config("test", 0);
	unsigned bad = 0, i;
	struct world w;

	cpit_console_frame(cpit_config_number("frame", 0));
	if (cpit_module_register(&cpit_module_t))
		cpit_embed_panic("module t cannot be registered", 0, 0, 0);
	if (world_make(&w, NULL, NULL)) {
		on_each_cpu(begin, &w);
		world_free(&w);
	}
	for (i = 0; tests[i]; i++)
		bad += run_table(tests[i], only);
	if (cpit_board_trap_stack_used() * 2 > cpit_board_trap_stack_size()) {
		cpit_console_print(CPIT_OUT, "FAIL trap-stack-high-water\n");
		bad++;
	}
	if (cpit_config_number("tick", 0) && !ticked()) {
		cpit_console_print(CPIT_OUT, "FAIL the timer never ticked\n");
		bad++;
	}
	cpit_console_print(CPIT_CTL, bad ? "status 1\n" : "status 0\n");
	cpit_board_exit(bad ? 1 : 0);
}
