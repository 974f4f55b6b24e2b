/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image of tests/dump: a core dump of two instances, of which one uses the
 * other's memory, taken where the inner of two activations was caught.
 */
#include "harness.h"
#include "boards/board.h"
#include <catchpit/coredump.h>
#include <string.h>

extern const struct cpit_module cpit_module_u;

static struct world w;
static struct cpit_instance *u;

static void put(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	cpit_console_write(CPIT_DUMP, text, len);
}

static uint32_t trap_inside(struct cpit_caller *c, uint32_t v)
{
	struct cpit_instance *const both[] = { w.t, u };
	const struct cpit_outcome *o = call(w.t, "f", 0, 0);

	(void)c;
	CHECK(trapped(o, CPIT_TRAP_DIV_BY_ZERO) && o->depth == 2);
	cpit_coredump(o, both, 2, put, NULL);
	cpit_console_print(CPIT_CTL, "dumped\n");
	return v;
}

static void from_t(struct cpit_import *imp, const char *name,
		   enum cpit_kind kind)
{
	*imp = (struct cpit_import){ .module = "t", .name = name, .from = w.t };
	imp->export = cpit_export_find(cpit_instance_module(w.t), name, kind);
}

static void nested(void)
{
	struct cpit_import imports[3] = { {
		.module = "env", .name = "host", .fn = (void (*)(void))trap_inside,
		.type = { .kind = CPIT_FUNC, .sig = "i:i" } } };
	static struct cpit_outcome out;
	const struct cpit_outcome *o;

	if (!world_make(&w, NULL, NULL))
		return;
	CHECK(!cpit_module_register(&cpit_module_u));
	from_t(&imports[1], "memory", CPIT_MEMORY);
	from_t(&imports[2], "depth", CPIT_GLOBAL);
	CHECK(!cpit_instantiate(w.store, &cpit_module_u, imports, 3, &u, &out,
				NULL));
	if (u) {
		o = call(u, "outer", 5, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 7);
		CHECK(!cpit_instance_destroy(u));
	}
	CHECK(!cpit_module_unregister(&cpit_module_u));
	world_free(&w);
}

/* What did not trap leaves no dump; nor is one made of nothing. */
static void nothing(void)
{
	static const struct cpit_outcome ends[] = { { .end = CPIT_RETURNED },
						    { .end = CPIT_EXITED } };

	cpit_coredump(&ends[0], NULL, 0, NULL, NULL);
	cpit_coredump(&ends[1], NULL, 0, NULL, NULL);
}

static const struct test dump_tests[] = {
	{ "nothing", nothing, 0 },
	{ "nested", nested, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { dump_tests, NULL };
