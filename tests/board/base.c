/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where memory begins, for a module that has it in a register of the CPU's
 * (--base gs): each of several stores finds its own again, however what it
 * called has ended; and what may be in a store with one.
 */
#include "harness.h"
#include "rt/store.h"

extern const struct cpit_module cpit_module_base, cpit_module_t;

enum { STORES = 3, LEVELS = 8, BEGUN = 334375 };
enum way { RETURN, TRAP, RAISE, EXIT };

static struct world w[STORES];
static enum way way;

static uint32_t mark_of(uint32_t level)
{
	return 0x51000000 + level;
}

/* The call that it makes is of another store, but for the last one's. */
static uint32_t deeper(struct cpit_caller *c, uint32_t level)
{
	struct cpit_instance *next = w[(level + 1) % STORES].t;
	const struct cpit_outcome *o;

	(void)c;
	if (level == LEVELS && way == TRAP) {
		CHECK(trapped(call(next, "beyond", 65536, 0), CPIT_TRAP_MEM_OOB));
		return 0;
	}
	if (level == LEVELS)
		return 0;
	o = call(next, "keep", mark_of(level + 1), level + 1);
	if (way < RAISE) {
		CHECK(o->end == CPIT_RETURNED);
		CHECK(result[0].i32 == mark_of(level + 1));
	}
	/* Every other one ends so, those in between go on. */
	if (way == RAISE && level % 2)
		cpit_raise(c, CPIT_TRAP_MEM_OOB);
	if (way == EXIT && level % 2)
		cpit_exit(c, level);
	return 0;
}

/* What a store is to read is not what another wrote at the same place. */
static void one_way(void)
{
	uint32_t i;

	for (i = 0; i < STORES; i++) {
		const struct cpit_outcome *o = call(w[i].t, "keep", 100 + i, i);

		CHECK(o->end == (!(i % 2) || way < RAISE ? CPIT_RETURNED :
				 way == EXIT ? CPIT_EXITED : CPIT_TRAPPED));
		CHECK(o->end != CPIT_RETURNED || result[0].i32 == 100 + i);
		CHECK(call(w[i].t, "begun", 0, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == BEGUN);
		invariants();
	}
}

static int instantiate(struct cpit_store *s, const struct cpit_module *m,
		       struct cpit_instance **inst)
{
	const struct cpit_import host = {
		.module = "env", .name = "host",
		.type = { .kind = CPIT_FUNC, .sig = "i:i" },
		.fn = (void (*)(void))deeper,
	};
	static struct cpit_outcome out;

	return cpit_instantiate(s, m, &host, 1, inst, &out, NULL);
}

static bool begin(struct world *one)
{
	CHECK(cpit_store_create(&one->store, NULL) == 0);
	CHECK(instantiate(one->store, &cpit_module_base, &one->t) == 0);
	return one->t;
}

static void stores(void)
{
	unsigned i;

	CHECK(cpit_module_register(&cpit_module_base) == 0);
	for (i = 0; i < STORES; i++)
		if (!begin(&w[i]))
			return;
	for (way = RETURN; way <= EXIT; way++)
		one_way();
	for (i = 0; i < STORES; i++)
		world_free(&w[i]);
	CHECK(cpit_module_unregister(&cpit_module_base) == 0);
}

/* A second instance, before or behind one by segment. */
static void alone(void)
{
	bool by_segment = cpit_module_base.by_segment;
	int wanted = by_segment ? -CPIT_EMODE : 0;
	struct cpit_instance *second;
	struct world one;

#ifdef __x86_64__
	CHECK(by_segment == !cpit_module_base.checked);
#else
	CHECK(!by_segment);
#endif
	CHECK(!cpit_module_t.by_segment);
	CHECK(cpit_module_register(&cpit_module_base) == 0);
	if (!begin(&one))
		return;
	CHECK(instantiate(one.store, &cpit_module_base, &second) == wanted);
	CHECK(!second == by_segment);
	if (second)
		CHECK(cpit_instance_destroy(second) == 0);
	CHECK(instantiate(one.store, &cpit_module_t, &second) == wanted);
	if (second)
		CHECK(cpit_instance_destroy(second) == 0);
	world_free(&one);
	if (!world_make(&one, NULL, NULL))
		return;
	CHECK(instantiate(one.store, &cpit_module_base, &second) == wanted);
	if (second)
		CHECK(cpit_instance_destroy(second) == 0);
	world_free(&one);
	CHECK(cpit_module_unregister(&cpit_module_base) == 0);
}

/* A CPU without FSGSBASE, or a kernel that leaves it off. */
static void without(void)
{
	int wanted = cpit_module_base.by_segment ? -CPIT_ENOSEGMENT : 0;
	struct cpit_store *s;
	struct cpit_instance *inst;

	CHECK(cpit_module_register(&cpit_module_base) == 0);
	CHECK(cpit_store_create(&s, NULL) == 0);
	base_hidden = true;
	CHECK(instantiate(s, &cpit_module_base, &inst) == wanted);
	base_hidden = false;
	if (inst)
		CHECK(cpit_instance_destroy(inst) == 0);
	CHECK(cpit_store_destroy(s) == 0);
	CHECK(cpit_module_unregister(&cpit_module_base) == 0);
}

const struct test base_tests[] = {
	{ "base-of-each-store", stores, 0 },
	{ "base-alone", alone, 0 },
	{ "base-hidden", without, 0 },
	{ NULL, NULL, 0 },
};
