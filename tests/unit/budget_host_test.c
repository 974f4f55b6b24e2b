/* SPDX-License-Identifier: Apache-2.0 */
/* rt/budget.c: limits and kills that come in host functions (WRK-07, SLG-12). */
#include "ticks.h"

static void imports_once(struct cpit_vm *vm)
{
	import(vm);
}

/* SLG-12: as many ticks as there may be, one replay, the word at the edge. */
static void waits_50(struct cpit_caller *c)
{
	int i;

	(void)c;
	for (i = 0; i < 50; i++) {
		fake_now += 3;
		tick_host();
		CHECK(SIGNAL(a) == 0);
	}
}

static void test_deferred(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	uint32_t replayed;
	int i;

	CHECK(!make(&a, &module, 100, 1000));
	host = waits_50;
	for (i = 0; i < 3; i++) {
		cpu->deferred_max = 0;
		replayed = cpu->replayed;
		CHECK(!run(&a, imports_once) && out.end == CPIT_RETURNED);
		CHECK(cpu->replayed == replayed + 1 && cpu->deferred_max == 50);
		CHECK(SIGNAL(a) == 24 && !strcmp(order(), "ESP"));
	}
	unmake(&a);
}

/* A hard limit that is reached in the host takes effect at its return. */
static int cleanups;

static void overstays(struct cpit_caller *c)
{
	(void)c;
	TERMINATED(a) = 0;
	fake_now += 1000;
	tick_host();
	CHECK(TERMINATED(a) != 1);
	cleanups++;
}

/* KAN-07: whichever end was first. */
static void exits_then_overstays(struct cpit_caller *c)
{
	cpit_exit(c, 7);
	overstays(c);
}

static void overstays_then_exits(struct cpit_caller *c)
{
	overstays(c);
	cpit_exit(c, 7);
}

/* The host's end is on its way when the tick comes, in the guest's thunk. */
static void exits(struct cpit_caller *c)
{
	cpit_exit(c, 8);
}

static void late_tick(struct cpit_vm *vm)
{
	struct cpit_slot *slot = CPIT_SLOT(vm + 1, 0);

	TERMINATED(a) = 0;
	exits(&slot->caller);
	fake_now += 1000;
	tick_guest();
	CHECK(vm->run->pending);
	cpit_rt_edge(vm);
	CHECK(!"the end was taken");
}

/* The limit comes in what it enters after it has asked for its end. */
static void ticks_in_inner(struct cpit_vm *vm)
{
	(void)vm;
	fake_now += 1000;
	tick_guest();
	CHECK(!"the inner one went on");
}

static void exits_then_enters(struct cpit_caller *c)
{
	union cpit_value w[1];

	TERMINATED(a) = TERMINATED(b) = 0;
	cpit_exit(c, 9);
	guest = ticks_in_inner;
	CHECK(!cpit_call(b.inst, &exports[0], w, &inner));
	CHECK(inner.end == CPIT_TRAPPED && inner.trap == CPIT_TRAP_CPU_LIMIT);
	CHECK(TERMINATED(b) == 1);
}

static void test_exits_first(void)
{
	CHECK(!make(&a, &module, 0, 200) && !make(&b, &module, 0, 0));
	host = exits_then_enters;
	CHECK(!run(&a, must_not_return));
	CHECK(out.end == CPIT_EXITED && out.code == 9);	/* KAN-07 */
	CHECK(!cpit_instance_poisoned(a.inst) && !TERMINATED(a));
	unmake(&a);
	unmake(&b);
}

/* K23-12: in module text, but on behalf of the host function. */
static void gets_late(struct cpit_caller *c)
{
	fake_now += 1000;
	getting = tick_guest;
	CHECK(cpit_export_object(c->instance, &exports[1]));
	getting = NULL;
	cleanups++;
}

static void test_in_host(void)
{
	CHECK(!make(&a, &module, 100, 200));
	cleanups = 0;
	host = overstays;
	CHECK(!run(&a, must_not_return));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && cleanups == 1);
	CHECK(SIGNAL(a) == 24 && TERMINATED(a) == 1);
	CHECK(!strcmp(order(), "ESHLP"));
	host = exits_then_overstays;
	CHECK(!run(&a, must_not_return));
	CHECK(out.end == CPIT_EXITED && out.code == 7 && !out.signal);
	CHECK(!cpit_instance_poisoned(a.inst));
	host = overstays_then_exits;
	CHECK(!run(&a, must_not_return));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && out.code == 0);
	cleanups = 0;
	host = gets_late;
	CHECK(!run(&a, must_not_return));
	CHECK(KILLED(CPIT_TRAP_CPU_LIMIT) && cleanups == 1);
	getting = NULL;
	CHECK(!run(&a, late_tick));
	CHECK(out.end == CPIT_EXITED && out.code == 8);
	CHECK(!TERMINATED(a) && !strcmp(order(), "ESLP"));
	unmake(&a);
}

/*
 * A new budget takes back the limit, and no kill that came when it had been
 * reached; nor does one ended by a kill take others with it for that limit.
 */
static void is_killed_and_renews(struct cpit_caller *c)
{
	fake_now += 1000;
	tick_host();
	CHECK(!cpit_kill(c->instance, CPIT_SIGKILL));
	tick_host();
	cpit_budget_renew(c, &(struct cpit_budget){ 0, 500 });
}

static void is_killed_first(struct cpit_caller *c)
{
	CHECK(!cpit_kill(c->instance, CPIT_SIGKILL));
	tick_host();
	fake_now += 1000;
	tick_host();
	cpit_budget_renew(c, &(struct cpit_budget){ 0, 500 });
}

static void calls_killed(struct cpit_caller *c)
{
	union cpit_value w[1];

	(void)c;
	host = is_killed_first;
	guest = must_not_return;
	CHECK(!cpit_call(b.inst, &exports[0], w, &inner));
	CHECK(inner.end == CPIT_TRAPPED && inner.trap == CPIT_TRAP_KILLED);
}

static void test_killed(void)
{
	CHECK(!make(&a, &plain, 0, 200) && !make(&b, &plain, 0, 0));
	host = is_killed_and_renews;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	cpit_instance_reset(a.inst);
	host = calls_killed;
	CHECK(!run(&a, imports_once) && out.end == CPIT_RETURNED);
	CHECK(cpit_instance_poisoned(b.inst) && !cpit_instance_poisoned(a.inst));
	unmake(&a);
	unmake(&b);
}

/*
 * The old soft limit is gone with the hard one, whether a tick has seen it or not,
 * or does on the way; the new one holds.
 */
static bool ticks;

static void ticks_between(void)
{
	fake_on_now = NULL;
	tick_host();
}

static void renews_late(struct cpit_caller *c)
{
	fake_now += 150;
	if (ticks)
		tick_host();
	fake_on_now = ticks_between;
	cpit_budget_renew(c, &(struct cpit_budget){ 100, 500 });
	CHECK(!fake_on_now);
}

static void goes_on(struct cpit_vm *vm)
{
	import(vm);
	CHECK(SIGNAL(a) == 0);
	spin_until(fake_now + 90);
	CHECK(SIGNAL(a) == 0);
	spin_until(fake_now + 30);
	CHECK(SIGNAL(a) == 24);
}

/* Who comes after that has been told nothing by the new one. */
static void joins(struct cpit_caller *c)
{
	CHECK(SIGNAL(a) == 24);
	cpit_budget_renew(c, &(struct cpit_budget){ 100, 500 });
	CHECK(!cpit_instantiate(c->instance->store, &module, &host_import, 1,
				&b.inst, &inner, NULL));
	CHECK(SIGNAL(b) == 0 && SIGNAL(a) == 24);
}

static void is_told_and_imports(struct cpit_vm *vm)
{
	spin_until(fake_now + 150);
	import(vm);
}

static void test_renew(void)
{
	CHECK(!make(&a, &module, 100, 1000));
	host = renews_late;
	for (ticks = false;; ticks = true) {
		CHECK(!run(&a, goes_on) && out.end == CPIT_RETURNED);
		CHECK(!strcmp(order(), "ESP"));
		if (ticks)
			break;
	}
	host = joins;
	CHECK(!run(&a, is_told_and_imports) && out.end == CPIT_RETURNED);
	CHECK(!cpit_instance_destroy(b.inst));
	unmake(&a);
}

int main(void)
{
	ticks_begin();
	test_renew();
	test_deferred();
	test_in_host();
	test_killed();
	test_exits_first();
	return ticks_end();
}
