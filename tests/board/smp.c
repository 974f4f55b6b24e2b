/* SPDX-License-Identifier: Apache-2.0 */
/* Several CPUs: nothing crosses from one to another (K23-18). */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>

extern const struct cpit_module cpit_module_t;

static void refused_before_init(void)
{
	unsigned n;

	for (n = 1; n < cpit_board.cpus; n++)		/* SLG-14 */
		CHECK(before_init[n] == -CPIT_ENOTREADY);
}

/* ---------------------------------------------- traps on all CPUs at once */

static const struct {
	uint32_t arg;
	enum cpit_trap trap;
} kinds[] = {
	{ 0, CPIT_TRAP_UNREACHABLE }, { 2, CPIT_TRAP_DIV_BY_ZERO },
	{ 3, CPIT_TRAP_INT_OVERFLOW }, { 4, CPIT_TRAP_BAD_CONVERSION },
	{ 5, CPIT_TRAP_CALL_UNDEFINED }, { 6, CPIT_TRAP_CALL_NULL },
	{ 7, CPIT_TRAP_CALL_SIGNATURE },
};
enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* One trap of a kind, and with an address, that no other CPU has by now. */
static void one_trap(struct cpit_instance *t, unsigned cpu, uint32_t i)
{
	uint32_t kind = (i + cpu * 2) % (NKINDS + 2);
	const struct cpit_outcome *o;
	uint32_t addr;

	if (kind < NKINDS) {
		o = call(t, "trap", kinds[kind].arg, 0);
		CHECK(trapped(o, kinds[kind].trap));
	} else if (kind == NKINDS) {
		o = call(t, "direct", 0, 0);
		CHECK(trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
	} else {
		addr = 0x100000 * (cpu + 1) + i;
		o = call(t, "load", addr, 0);
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
		CHECK(!o->has_addr || (o->addr == addr && o->size == 65536));
	}
	CHECK(o->depth == 1);
	CHECK(o->frames[0].module == &cpit_module_t);
}

static void mixed_here(void *arg)
{
	unsigned cpu = cpit_arch_cpu();
	uint32_t i, n = *(uint32_t *)arg;
	struct world w;

	for (i = 0; i < n && invariants(); i++) {
		if (i % 500 == 0) {		/* others map and unmap, too */
			if (i)
				world_free(&w);
			if (!world_make(&w, NULL, NULL))
				return;
			call(w.t, "store", 64, cpu);
		}
		one_trap(w.t, cpu, i);
		call(w.t, "load", 64, 0);
		CHECK(result[0].i32 == cpu + i % 500);
		call(w.t, "store", 64, cpu + i % 500 + 1);
	}
	world_free(&w);
}

static void mixed(void)
{
	uint32_t n = cpit_config_number("rounds", 10000);

	on_each_cpu(mixed_here, &n);
}

/* ----------------------------------------------------- what others remember */

enum { PAGE5 = 5 * 65536, MARK = 77 };

struct job {
	struct world w;
	uint32_t arg;
	const struct cpit_outcome *o;
	uint32_t result;
	uint32_t stage;		/* of two CPUs that take turns */
};

static void load_there(void *arg)
{
	struct job *j = arg;

	j->o = call(j->w.t, "load", j->arg, 0);
	j->result = result[0].i32;
}

static void load_on(unsigned cpu, struct job *j, uint32_t addr)
{
	j->arg = addr;
	CHECK(cpit_board_cpu_run(cpu, load_there, j) == 0);
	cpit_board_cpu_wait(cpu);
}

/*
 * CPU 1 has a translation for a page of memory that CPU 0 then frees.  The next
 * memory gets the same addresses, but not that page (SLG-16).
 */
static void recycled(void)
{
	uint8_t *base;
	struct job j;
	int i;

	for (i = 0; i < 20; i++) {
		if (!world_make(&j.w, NULL, NULL))
			return;
		base = cpit_memory_at(j.w.t, 0, 0);
		load_on(1, &j, PAGE5);
		CHECK(trapped(j.o, CPIT_TRAP_MEM_OOB));
		call(j.w.t, "grow", 9, 0);
		call(j.w.t, "store", PAGE5, MARK);
		load_on(1, &j, PAGE5);		/* seen as soon as mapped */
		CHECK(j.o->end == CPIT_RETURNED && j.result == MARK);
		world_free(&j.w);

		if (!world_make(&j.w, NULL, NULL))
			return;
		CHECK(cpit_module_t.checked ||
		      cpit_memory_at(j.w.t, 0, 0) == base);
		load_on(1, &j, PAGE5);
		CHECK(trapped(j.o, CPIT_TRAP_MEM_OOB));
		if (!invariants())
			return;		/* it may be anybody's by now */
		load_on(1, &j, 16);
		CHECK(j.o->end == CPIT_RETURNED && j.result == 42);
		world_free(&j.w);
	}
}

/* ------------------------------------------------- one store, two callers */

static uint32_t wait_for_other(struct cpit_caller *c, uint32_t v)
{
	struct job *j = c->ctx;

	__atomic_store_n(&j->stage, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&j->stage, __ATOMIC_SEQ_CST) == 1)
		;
	return v;
}

static void call_there(void *arg)
{
	struct job *j = arg;

	j->o = call(j->w.t, "call_host", 1, 0);
	j->result = result[0].i32;
}

static void one_at_a_time(void)
{
	static struct cpit_outcome out;
	union cpit_value v[4] = { 0 };
	const struct cpit_export *add = cpit_export_find(&cpit_module_t, "add",
							 CPIT_FUNC);
	struct job j = { .stage = 0 };

	if (!world_make(&j.w, wait_for_other, &j))
		return;
	CHECK(cpit_board_cpu_run(1, call_there, &j) == 0);
	while (!__atomic_load_n(&j.stage, __ATOMIC_SEQ_CST))
		;
	CHECK(cpit_call(j.w.t, add, v, &out) == -CPIT_EINVAL);
	CHECK(cpit_instance_destroy(j.w.t) == -CPIT_EBUSY);
	CHECK(cpit_store_destroy(j.w.store) == -CPIT_EBUSY);
	CHECK(cpit_board_cpu_run(1, call_there, &j) == -CPIT_EBUSY);
	__atomic_store_n(&j.stage, 2, __ATOMIC_SEQ_CST);
	cpit_board_cpu_wait(1);
	CHECK(j.o->end == CPIT_RETURNED && j.result == 1001);
	CHECK(cpit_call(j.w.t, add, v, &out) == 0);
	CHECK(cpit_board_cpu_run(0, call_there, &j) == -CPIT_EINVAL);
	CHECK(cpit_board_cpu_run(cpit_board.cpus, call_there, &j) ==
	      -CPIT_EINVAL);
	world_free(&j.w);
}

/* -------------------------------- one page, first touched by all at once */

enum { TOUCHED_PAGES = 800 };

static void touch_all(void *arg)
{
	uint8_t *p = arg;
	uint32_t i;

	for (i = 0; i < TOUCHED_PAGES; i++)
		__atomic_fetch_add((uint32_t *)(void *)(p + i * 4096), 1,
				   __ATOMIC_RELAXED);
}

/* By host code, so that one instance will do; each page comes once. */
static void touched_at_once(void)
{
	uint64_t touched;
	struct world w;
	uint32_t i;
	int round;

	for (round = 0; round < 20 && world_make(&w, NULL, NULL); round++) {
		call(w.t, "grow", TOUCHED_PAGES / 16, 0);
		touched = cpit_board_touched();
		on_each_cpu(touch_all, (uint8_t *)cpit_memory_at(w.t, 0, 0) +
				       65536);
		touched = cpit_board_touched() - touched;
		/* 0: in checked mode, or Linux does it */
		CHECK(touched == TOUCHED_PAGES || touched == 0);
		for (i = 0; i < TOUCHED_PAGES; i++) {
			call(w.t, "load", 65536 + i * 4096, 0);
			CHECK(result[0].i32 == cpit_board.cpus);
		}
		world_free(&w);
	}
}

const struct test smp_tests[] = {
	{ "smp-refused-before-init", refused_before_init, 2 },
	{ "smp-mixed", mixed, 2 },
	{ "smp-recycled", recycled, 2 },
	{ "smp-one-at-a-time", one_at_a_time, 2 },
	{ "smp-touched-at-once", touched_at_once, 2 },
	{ NULL, NULL, 0 },
};
