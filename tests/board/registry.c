/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry under load (K23-05): modules that exist by their addresses only
 * come and go on all CPUs, which take traps in between.  Each CPU knows what it
 * has registered itself: every third module and so on, between the others'.
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/code.h"
#include <arch/machine.h>

extern const struct cpit_module cpit_module_t;

enum { MODULES = 10000, STEP = 64, TEXT = 32, FLIPS = 2000 };
#define FIRST 0x10000000ul	/* below anything that is reserved */

static struct cpit_module modules[MODULES];
static bool live[MODULES];

static void describe(void)
{
	uintptr_t at = FIRST;
	uint32_t i;

	for (i = 0; i < MODULES; i++, at += STEP) {
		modules[i] = (struct cpit_module){ .abi = CPIT_ABI };
		modules[i].text_start = (const char *)at;
		modules[i].text_end = (const char *)(at + TEXT);
	}
}

static void check_one(uint32_t i)
{
	const struct cpit_module *m = &modules[i];
	const struct cpit_module *want = live[i] ? m : NULL;
	uintptr_t start = (uintptr_t)m->text_start;

	CHECK(cpit_code_find(start) == want);
	CHECK(cpit_code_find(start + TEXT - 1) == want);
	CHECK(!cpit_code_find(start + TEXT) && !cpit_code_find(start - 1));
}

/* To the other state, and once more, which is refused. */
static void flip(uint32_t i)
{
	const struct cpit_module *m = &modules[i];

	if (live[i]) {
		CHECK(cpit_module_unregister(m) == 0);
		CHECK(cpit_module_unregister(m) == -CPIT_ENOENT);
	} else {
		CHECK(cpit_module_register(m) == 0);
		CHECK(cpit_module_register(m) == -CPIT_EEXIST);
	}
	live[i] = !live[i];
	check_one(i);
}

static void churn(void *arg)
{
	uint32_t cpus = cpit_board.cpus, cpu = cpit_arch_cpu(), k;
	struct world w;

	(void)arg;
	if (!world_make(&w, NULL, NULL))
		return;
	for (k = 0; k < FLIPS / cpus && invariants(); k++) {
		uint32_t i = random32() % (MODULES / cpus) * cpus + cpu;

		flip(i);
		check_one(random32() % (MODULES / cpus) * cpus + cpu);
		if (k % 4 == 0)
			CHECK(trapped(call(w.t, "f", 0, 0),
				      CPIT_TRAP_DIV_BY_ZERO));
	}
	world_free(&w);
}

/* All that are left, against a linear search; then none. */
static void against_model(void)
{
	uint32_t i, k, n = 0;

	for (k = 0; k < 2000; k++) {
		uintptr_t pc = FIRST + random32() % (MODULES * STEP);
		const struct cpit_module *want = NULL;

		for (i = 0; i < MODULES; i++)
			if (live[i] && pc >= (uintptr_t)modules[i].text_start &&
			    pc < (uintptr_t)modules[i].text_end)
				want = &modules[i];
		CHECK(cpit_code_find(pc) == want);
		n += want != NULL;
	}
	CHECK(n);
	CHECK(!cpit_code_find(0) && !cpit_code_find(UINTPTR_MAX));
}

static void unregister_here(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = cpit_arch_cpu(); i < MODULES; i += cpit_board.cpus)
		if (live[i])
			flip(i);
}

static void register_all(void)
{
	uint32_t i;

	for (i = 0; i < MODULES; i++)
		if (!live[i])
			flip(i);
}

static void comes_and_goes(void)
{
	describe();
	on_each_cpu(churn, NULL);
	against_model();
	if (cpit_board.cpus == 1) {
		register_all();
		against_model();
	}
	on_each_cpu(unregister_here, NULL);
	/* The last one to go takes the table with it, large as it became. */
	CHECK(cpit_module_unregister(&cpit_module_t) == 0);
	CHECK(cpit_module_register(&cpit_module_t) == 0);
}

static uint32_t unregister_own(struct cpit_caller *c, uint32_t v)
{
	CHECK(cpit_module_unregister(cpit_instance_module(c->instance)) ==
	      -CPIT_EBUSY);
	return v;
}

static void while_active(void)
{
	struct world w;

	if (!world_make(&w, unregister_own, NULL))
		return;
	CHECK(call(w.t, "call_host", 1, 0)->end == CPIT_RETURNED);
	CHECK(trapped(call(w.t, "host_then_trap", 1, 0),
		      CPIT_TRAP_UNREACHABLE));
	world_free(&w);
}

const struct test registry_tests[] = {
	{ "registry-churn", comes_and_goes, 0 },
	{ "registry-while-active", while_active, 0 },
	{ NULL, NULL, 0 },
};
