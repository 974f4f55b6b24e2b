/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image of tests/depth: how deep the guest stack was when the host was
 * called, against what inspect states (stated=BYTES, host reserve included).
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"

static uint64_t deepest;

static uint32_t measure(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_stack *st = &cpit_instance_store(c->instance)->stack;
	uint64_t depth = st->high - (uintptr_t)__builtin_dwarf_cfa();

	if (depth > deepest)
		deepest = depth;
	return v;
}

static void depth(void)
{
	unsigned stated = cpit_config_number("stated", 0);
	struct world w;

	if (!world_make(&w, measure, NULL))
		return;
	deepest = 0;
	CHECK(call(w.t, "shallow", 3, 0)->end == CPIT_RETURNED);
	CHECK(deepest && deepest + (16 << 10) < stated);
	CHECK(call(w.t, "deep", 3, 0)->end == CPIT_RETURNED);
	cpit_console_number(CPIT_OUT, deepest, 10);
	cpit_console_print(CPIT_OUT, "\n");
	CHECK(deepest + (16 << 10) == stated);
	world_free(&w);
}

static const struct test depth_tests[] = {
	{ "depth", depth, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { depth_tests, NULL };
