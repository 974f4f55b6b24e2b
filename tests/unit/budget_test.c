/* SPDX-License-Identifier: Apache-2.0 */
/* rt/budget.c: limits, nested entries (WRK-06 to -16). */
#include "ticks.h"

/* ---------------------------------------------------- the four of WRK-07 */

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

/* --------------------------------------------------------------- nested */

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
		memset(&o, 0xa5, sizeof(o));	/* WRK-15 */
		CHECK(cpit_call(b.inst, &exports[0], w, &o) == 0);
		CHECK(o.end == CPIT_TRAPPED && o.trap == CPIT_TRAP_CPU_LIMIT);
		CHECK(o.depth == 2 && o.nframes == 0 && !o.truncated);
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

/* One that is made after the soft limit has been told starts with the word. */
static void joins_late(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(!cpit_instantiate(c->instance->store, &module, &host_import, 1,
				&b.inst, &o, NULL));
	CHECK(SIGNAL(b) == 24);
}

static void joined_late(struct cpit_vm *vm)
{
	spin_until(fake_now + 150);
	import(vm);
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
	host = joins_late;
	CHECK(!run(&a, joined_late) && out.end == CPIT_RETURNED);
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

/* ------------------------------------------------------- waits for a CPU */

/* It waits, and is told so much later; 0: not at all. */
static void waits(struct cpit_vm *vm)
{
	(void)vm;
	fake_now += 1000;
	cpit_chain_delay(cpit_embed_cpu()->top, 1000);
	cpit_chain_delay(cpit_embed_cpu()->top, 0);
	spin_until(fake_now + 100);
	CHECK(SIGNAL(a) == 0);
	spin_until(fake_now + 20);
	CHECK(SIGNAL(a) == 24);
	fake_now += 1000;
	cpit_chain_delay(cpit_embed_cpu()->top, 1000);
	spin_until(UINT64_MAX);
}

/* Limits that no clock reaches, or that do not exist, never come by waiting. */
static void waits_long(struct cpit_vm *vm)
{
	(void)vm;
	cpit_chain_delay(cpit_embed_cpu()->top, UINT64_MAX - 5000);
	spin_until(fake_now + 90);
	CHECK(SIGNAL(a) == 0);
}

static void test_delay(void)
{
	CHECK(!make(&a, &module, 100, 200));
	fake_now = 1000;
	CHECK(!run(&a, waits) && KILLED(CPIT_TRAP_CPU_LIMIT));
	CHECK(fake_now == 3200);
	cpit_chain_delay(NULL, 1000);
	fake_now = 10000;
	CHECK(!run(&a, waits_long) && out.end == CPIT_RETURNED);
	cpit_budget_set(a.store, &(struct cpit_budget){ 0, 0 });
	CHECK(!run(&a, waits_long) && out.end == CPIT_RETURNED);
	unmake(&a);
}

/* What is linked to another's global inside a call: ticks are heard again. */
static struct cpit_module linked;

static void links(struct cpit_caller *c)
{
	const struct cpit_import global = {
		.module = "env", .name = "global", .export = &exports[1],
		.from = a.inst,
	};
	struct cpit_outcome o;

	CHECK(!cpit_instantiate(c->instance->store, &linked, &global, 1,
				&b.inst, &o, NULL));
	CHECK(!c->instance->store->act->entry->borrowed);
}

static void spins_linked(struct cpit_vm *vm)
{
	import(vm);
	spin_until(fake_now + 1000);
}

static void test_linked(void)
{
	static char linked_text[64];
	static const struct cpit_import_decl decl = {
		"env", "global", { .kind = CPIT_GLOBAL, .sig = "i" },
	};

	linked = plain;
	linked.text_start = linked_text;
	linked.text_end = linked_text + sizeof(linked_text);
	linked.imports = &decl;
	CHECK(!cpit_module_register(&linked));
	CHECK(!make(&a, &module, 0, 200));
	host = links;
	CHECK(!run(&a, spins_linked) && KILLED(CPIT_TRAP_CPU_LIMIT));	/* WRK-07 */
	CHECK(!cpit_instance_destroy(b.inst));
	unmake(&a);
	CHECK(!cpit_module_unregister(&linked));
}

int main(void)
{
	ticks_begin();
	test_four();
	test_poison();
	test_start();
	test_nested();
	test_moves();
	test_many();
	test_delay();
	test_linked();
	return ticks_end();
}
