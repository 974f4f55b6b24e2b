/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to stop the machine with one report, and never be blamed on the
 * module: one case a boot, chosen by test=.  Each is a case that does not come
 * back; run.sh knows the message it must end with.
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <string.h>
#include <wasm-rt.h>

extern const struct cpit_module cpit_module_t;

/* No page is there.  Not a constant for the compiler to reason about. */
static volatile uint32_t *volatile nowhere = (volatile uint32_t *)8;

/* SLG-07: the import's own bug. */
static uint32_t write_null(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	*nowhere = v;
	return 0;
}

static uint32_t jump_wild(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	((void (*)(void))(uintptr_t)(v * 0x123456780))();
	return 0;
}

/* To a return in the guest's memory: what can be written is not run. */
static uint32_t jump_data(struct cpit_caller *c, uint32_t v)
{
#ifdef __x86_64__
	static const uint8_t ret[4] = { 0xc3 };
#else
	static const uint8_t ret[4] = { 0x67, 0x80, 0, 0 };
#endif
	uint8_t *p = cpit_memory_at(c->instance, 64, 4);

	memcpy(p, ret, 4);
	((void (*)(void))p)();
	return v;
}

static uint32_t raise_twice(struct cpit_caller *c, uint32_t v)
{
	cpit_exit(c, v);
	cpit_exit(c, v);
	return 0;
}

/* Damages what the claim will read: a fault inside the handler (K23-04). */
static void *ruin;

static uint32_t ruin_chain(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	cpit_embed_cpu()->top = ruin;
	return v;
}

/* Uses more than the reserve: the host's overflow, not the guest's. */
static uint32_t deep_host(struct cpit_caller *c, uint32_t v)
{
	volatile char big[512];

	big[v % 512] = 1;
	return v == UINT32_MAX ? 0 : deep_host(c, v + 1) + (uint32_t)big[0];
}

static void with_host(host_fn *host)
{
	struct world w;

	if (world_make(&w, host, NULL)) {
		call(w.t, "call_host", 1, 0);
		call(w.t, "trap", 0, 0);
	}
}

static void host_null(void) { with_host(write_null); }
static void host_jump(void) { with_host(jump_wild); }
static void host_jump_data(void) { with_host(jump_data); }
static void host_twice(void) { with_host(raise_twice); }
static void host_overflow(void) { with_host(deep_host); }

/* Of CPU 0's own stack, where no guest's is in use. */
static void main_overflow(void)
{
	deep_host(NULL, 0);
}

static void ruined(void *head)
{
	struct world w;

	ruin = head;
	if (world_make(&w, ruin_chain, NULL))
		call(w.t, "host_then_trap", 1, 0);
}

static void handler_fault(void) { ruined((void *)16); }
static void head_null(void) { ruined(NULL); }

static void head_zeros(void)
{
	static uint64_t zeros[512];

	ruined(zeros);
}

/* A guest access that lands nowhere: a miscompile (contract 1.3). */
static void wild_access(void)
{
	struct cpit_memory *m;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	m = cpit_export_find(&cpit_module_t, "memory", CPIT_MEMORY)->get(
		((void **)w.t)[2]);
	m->data = (uint8_t *)0x40000000;
	m->size = 1 << 20;
	call(w.t, "load", 0, 0);
}

/* An undefined instruction in module text that no record explains. */
static void no_site(void)
{
	static struct cpit_module m;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	world_free(&w);
	cpit_module_unregister(&cpit_module_t);
	m = cpit_module_t;
	m.nsites = 0;
	cpit_module_register(&m);
	fault_hook = NULL;
	if (world_make_of(&w, &m))
		call(w.t, "trap", 0, 0);
}

/* Overflows the trap stack from the embedder's hook (SLG-03). */
static bool overflow_in_handler(uintptr_t addr)
{
	volatile char big[512];

	big[addr % 512] = 1;
	return addr != UINTPTR_MAX && overflow_in_handler(addr + 1) && big[0];
}

static void handler_overflow(void)
{
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	fault_hook = overflow_in_handler;
	*nowhere = 1;
}

/* No activation at all (K23-07, first arm). */
static void no_activation(void)
{
	*nowhere = 1;
}

/* In the tick, which is a handler too (K23-04). */
static void write_nowhere(void)
{
	*nowhere = 1;
}

static void tick_fault(void)
{
	tick_hook = write_nowhere;
	cpit_board_tick_start(1000);
	for (;;)
		cpit_arch_wait();
}

/* As one from outside would be, in the middle of the handler. */
static void nmi_in_handler(void)
{
#ifdef __x86_64__
	__asm__ volatile("int $2");
#endif
}

static void tick_nmi(void)
{
	tick_hook = nmi_in_handler;
	cpit_board_tick_start(1000);
	for (;;)
		cpit_arch_wait();
}

/* While a registration holds the writers' lock, to make a larger table. */
static void fault_in_table(size_t size)
{
	if (size > 256)
		write_nowhere();
}

static void register_fault(void)
{
	static struct cpit_module many[64];
	uintptr_t at = 64;
	unsigned i;

	alloc_hook = fault_in_table;
	for (i = 0; i < 64; i++, at += 64) {
		many[i].abi = CPIT_ABI;
		many[i].text_start = (const char *)at;
		many[i].text_end = (const char *)(at + 64);
		cpit_module_register(&many[i]);
	}
}

/* On another CPU, while this one writes: the report is one line all the same. */
static void null_there(void *arg)
{
	struct world w;

	(void)arg;
	if (!world_make(&w, write_null, NULL))
		return;
	if (cpit_arch_cpu() == 0)
		for (;;)
			cpit_console_print(CPIT_CTL, "busy\n");
	call(w.t, "call_host", 1, 0);
}

static void other_cpus(void)
{
	on_each_cpu(null_there, NULL);
}

/*
 * The other CPU is in the middle of a piece of output when this one's panic
 * comes, and its own comes next: it lets go of the console.
 */
static uint32_t in_output, told;

static bool wait_for_panic(uintptr_t addr)
{
	uint64_t end;

	(void)addr;
	if (cpit_arch_cpu() == 0) {
		__atomic_store_n(&told, 1, __ATOMIC_SEQ_CST);
		return false;
	}
	__atomic_store_n(&in_output, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&told, __ATOMIC_SEQ_CST))
		;
	for (end = cpit_board_ns() + 50000000; cpit_board_ns() < end;)
		;
	return false;
}

static void writes_nothing(void *arg)
{
	(void)arg;
	cpit_console_write(CPIT_ERR, (const void *)(uintptr_t)nowhere, 1);
}

static void both_cpus(void)
{
	fault_hook = wait_for_panic;
	cpit_board_cpu_run(1, writes_nothing, NULL);
	while (!__atomic_load_n(&in_output, __ATOMIC_SEQ_CST))
		;
	*nowhere = 1;
}

/* An interrupt that nobody asked for; on riscv64 all others are not enabled. */
static void unknown_vector(void)
{
#ifdef __x86_64__
	__asm__ volatile("int $0x99");
#endif
}

static const struct test fatal_tests[] = {
	{ "unknown-vector", unknown_vector, 0 },
	{ "host-null", host_null, 0 },
	{ "host-jump", host_jump, 0 },
	{ "host-jump-data", host_jump_data, 0 },
	{ "host-twice", host_twice, 0 },
	{ "host-overflow", host_overflow, 0 },
	{ "main-overflow", main_overflow, 0 },
	{ "handler-fault", handler_fault, 0 },
	{ "head-null", head_null, 0 },
	{ "head-zeros", head_zeros, 0 },
	{ "handler-overflow", handler_overflow, 0 },
	{ "wild-access", wild_access, 0 },
	{ "no-site", no_site, 0 },
	{ "no-activation", no_activation, 0 },
	{ "tick-fault", tick_fault, 0 },
	{ "tick-nmi", tick_nmi, 0 },
	{ "register-fault", register_fault, 0 },
	{ "other-cpus", other_cpus, 4 },
	{ "both-cpus", both_cpus, 2 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { fatal_tests, NULL };
