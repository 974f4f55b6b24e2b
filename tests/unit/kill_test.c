/* SPDX-License-Identifier: Apache-2.0 */
/* cpit_kill(), and what may be freed when (KAN-07, WRK-11). */
#include "ticks.h"

#ifdef CPIT_TEST_NO_UNLINK
enum { CONTROL = 1 };
#else
enum { CONTROL = 0 };
#endif

/* -------------------------------------------------------------- cpit_kill */

static struct cpit_instance *killed_early;
static bool b_ends;
static unsigned late_ticks;

/*
 * Just before an entry can be seen, by another CPU and its interrupt; and, in
 * cpit_words_filter(), when one is off the chain and the kill that ended it is
 * still there.
 */
void cpit_test_preempt(void)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;

	if (b_ends && top && top->store == a.store && top->entry->kill) {
		late_ticks++;
		tick_host();
	}
	if (!killed_early)
		return;
	CHECK(!cpit_kill(killed_early, CPIT_SIGKILL));
	tick_host();
	killed_early = NULL;
}

static int signal_sent;
static struct cpit_instance *victim;

static void kills(struct cpit_caller *c)
{
	(void)c;
	CHECK(!cpit_kill(victim, signal_sent));
}

static void imports_and_ticks(struct cpit_vm *vm)
{
	import(vm);
	tick_guest();
}

static void kills_a_from_b(struct cpit_caller *c)
{
	struct cpit_outcome o;
	union cpit_value w[1];

	(void)c;
	host = kills;
	guest = imports_and_ticks;
	CHECK(!cpit_call(b.inst, &exports[0], w, &o));
	inner = o;
}

static void b_must_not_return(struct cpit_vm *vm)
{
	import(vm);
	CHECK(!"b went on");
}

static void kills_b_then_exits(struct cpit_caller *c)
{
	void (*was)(struct cpit_vm *) = guest;
	struct cpit_outcome o;
	union cpit_value w[1];

	host = kills;
	victim = b.inst;
	signal_sent = CPIT_SIGKILL;
	guest = b_must_not_return;
	b_ends = true;
	CHECK(!cpit_call(b.inst, &exports[0], w, &o));
	b_ends = false;
	guest = was;
	CHECK(o.trap == CPIT_TRAP_KILLED);
	cpit_exit(c, 7);
}

/* A kill that has ended the inner call is none of the outer one's (KAN-07). */
static void test_kill_of_inner(void)
{
	CHECK(!make(&a, &plain, 0, 0) && !make(&b, &module, 0, 0));
	late_ticks = 0;
	host = kills_b_then_exits;
	CHECK(!run(&a, must_not_return));
	CHECK(late_ticks && out.end == CPIT_EXITED && out.code == 7);
	unmake(&a);
	unmake(&b);
}

/* Another instance of a's store, or `a' itself, entered by a host function. */
static struct world sibling;
static bool kill_comes_first;

static void is_killed(struct cpit_caller *c)
{
	(void)c;
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	tick_host();
}

static void ticks(struct cpit_vm *vm)
{
	(void)vm;
	tick_guest();
	CHECK(!"the inner call went on");
}

static void enters_sibling(struct cpit_caller *c)
{
	union cpit_value w[1];

	(void)c;
	if (kill_comes_first)
		CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	guest = kill_comes_first ? ticks : must_not_return;
	host = is_killed;
	CHECK(!cpit_call(sibling.inst, &exports[0], w, &inner));
	CHECK(inner.end == CPIT_TRAPPED && inner.trap == CPIT_TRAP_KILLED);
	CHECK(inner.depth == 2);
}

static void kill_with_sibling(void)
{
	for (kill_comes_first = false;; kill_comes_first = true) {
		TERMINATED(a) = TERMINATED(sibling) = 0;
		host = enters_sibling;
		CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
		CHECK(TERMINATED(a) == 1 && TERMINATED(sibling) == 1);
		CHECK(cpit_instance_poisoned(a.inst));
		CHECK(cpit_instance_poisoned(sibling.inst));
		CHECK(!run(&a, returns) && out.end == CPIT_RETURNED);
		CHECK(!run(&sibling, returns) && out.end == CPIT_RETURNED);
		if (kill_comes_first)
			break;
	}
}

/* A kill ends all that the store runs, and not only the newest of it. */
static void test_kill_of_store(void)
{
	CHECK(!make(&a, &module, 0, 0));
	sibling = a;
	kill_with_sibling();
	CHECK(!cpit_instantiate(a.store, &module, &host_import, 1,
				&sibling.inst, &out, NULL));
	kill_with_sibling();
	CHECK(!cpit_instance_destroy(sibling.inst));
	unmake(&a);
}

/* The inner one's end has been noticed, and then comes the outer one's. */
static void is_killed_then_a(struct cpit_caller *c)
{
	CHECK(!cpit_kill(c->instance, CPIT_SIGKILL));
	tick_host();
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	tick_host();
}

/* Who sleeps here, on behalf of both, hears of a kill of the outer one. */
static void sleeps_while_a_is_killed(struct cpit_caller *c)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;

	CHECK(c->instance == b.inst && !cpit_chain_due(top));
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(cpit_chain_due(top));
}

static void (*in_b)(struct cpit_caller *c);

static void enters_b(struct cpit_caller *c)
{
	union cpit_value w[1];

	(void)c;
	host = in_b;
	guest = b_must_not_return;
	CHECK(!cpit_call(b.inst, &exports[0], w, &inner));
	CHECK(inner.end == CPIT_TRAPPED && inner.trap == CPIT_TRAP_KILLED);
}

static void test_kill_of_outer(void)
{
	CHECK(!make(&a, &module, 0, 0) && !make(&b, &module, 0, 0));
	host = enters_b;
	in_b = is_killed_then_a;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	CHECK(TERMINATED(a) == 1 && TERMINATED(b) == 1);
	host = enters_b;
	in_b = sleeps_while_a_is_killed;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	unmake(&a);
	unmake(&b);
}

static unsigned kicks;

static void count_kick(const struct cpit_cpu *cpu)
{
	CHECK(cpu == cpit_embed_cpu());
	kicks++;
}

/* By an interrupt of this CPU that is not the timer's, on a guest that spins. */
static void killed_in_interrupt(struct cpit_vm *vm)
{
	(void)vm;
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(kicks == 1);
	tick_guest();
	CHECK(!"the guest went on");
}

static void test_kill(void)
{
	CHECK(!make(&a, &module, 0, 0) && !make(&b, &module, 0, 0));
	CHECK(cpit_kill(a.inst, CPIT_SIGSEGV) == -CPIT_EINVAL);
	CHECK(cpit_kill(a.inst, 0) == -CPIT_EINVAL);
	/* From its own host function: the word; the end at the return. */
	victim = a.inst;
	host = kills;
	signal_sent = CPIT_SIGTERM;
	CHECK(!run(&a, imports_and_ticks));
	CHECK(out.end == CPIT_RETURNED && SIGNAL(a) == 15);
	signal_sent = CPIT_SIGXCPU;
	CHECK(!run(&a, imports_and_ticks) && SIGNAL(a) == 24);
	signal_sent = CPIT_SIGKILL;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	CHECK(cpit_host_status(&out) == 137 && TERMINATED(a) == 1);
	/* When it does not run: at the next entry. */
	CHECK(!cpit_kill(a.inst, CPIT_SIGTERM));
	CHECK(!run(&a, returns) && SIGNAL(a) == 15);
	CHECK(!run(&a, returns) && SIGNAL(a) == 0);
	TERMINATED(a) = 0;
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(cpit_instance_poisoned(a.inst));
	CHECK(!run(&a, imports_and_ticks) || KILLED(CPIT_TRAP_KILLED));
	CHECK(TERMINATED(a) == 1);
	/* The outer one, from the inner one: both end, and only they. */
	cpit_instance_reset(a.inst);
	victim = a.inst;
	host = kills_a_from_b;
	CHECK(!run(&a, must_not_return) && KILLED(CPIT_TRAP_KILLED));
	CHECK(inner.trap == CPIT_TRAP_KILLED && inner.depth == 2);
	/* The inner one: the outer one goes on, and is told nothing. */
	victim = b.inst;
	host = kills_a_from_b;
	cpit_instance_reset(a.inst);
	TERMINATED(a) = TERMINATED(b) = 0;
	CHECK(!run(&a, imports_and_ticks) && out.end == CPIT_RETURNED);
	CHECK(inner.trap == CPIT_TRAP_KILLED && inner.depth == 2);
	CHECK(TERMINATED(a) == 0 && TERMINATED(b) == 1);
	CHECK(cpit_instance_poisoned(b.inst) && !cpit_instance_poisoned(a.inst));
	unmake(&a);
	unmake(&b);
	CHECK(!make(&a, &plain, 0, 0));
	CHECK(cpit_kill(a.inst, CPIT_SIGTERM) == -CPIT_ENOENT);
	CHECK(!cpit_kill(a.inst, CPIT_SIGKILL));
	CHECK(run(&a, returns) == -CPIT_EPOISONED);
	cpit_instance_reset(a.inst);
	CHECK(!run(&a, returns) && out.end == CPIT_RETURNED);
	killed_early = a.inst;
	CHECK(run(&a, returns) == -CPIT_EPOISONED && !killed_early);
	cpit_instance_reset(a.inst);
	cpit_embed_cpu()->kick = count_kick;
	CHECK(!run(&a, killed_in_interrupt) && KILLED(CPIT_TRAP_KILLED));
	cpit_embed_cpu()->kick = NULL;
	unmake(&a);
}

/* ------------------------------------------------------------- teardown */

/* Whether a walker would come by these bytes. */
static bool on_list(const uint8_t *p, size_t size)
{
	const struct cpit_activation *top = cpit_embed_cpu()->top;
	const struct cpit_words *w = top ? top->entry->words : NULL;

	for (; w; w = w->next)
		if ((const uint8_t *)w >= p && (const uint8_t *)w < p + size)
			return true;
		else if (w->memory->data == p)
			return true;
	return false;
}

static unsigned frees, listed;

static void tick_in_free(const void *p, size_t size)
{
	frees++;
	if (on_list(p, size)) {
		listed++;
		cpit_embed_cpu()->top->entry->words = NULL;	/* enough */
	} else if (cpit_embed_cpu()->top->entry->borrowed)
		tick_guest();		/* in destroy() */
	else
		tick_host();
}

/* WRK-11: destroyed while an older entry runs, a tick due at every step. */
static void makes_and_destroys(struct cpit_caller *c)
{
	const struct cpit_instance *top = c->instance;
	struct cpit_outcome o;
	union cpit_value w[1];
	void (*was)(struct cpit_vm *) = guest;

	CHECK(top == a.inst);
	guest = returns;
	CHECK(!make(&b, &module, 0, 0));
	CHECK(!cpit_call(b.inst, &exports[0], w, &o));
	guest = was;
	fake_now += 1000;			/* soft and hard are due */
	fake_on_free = tick_in_free;
	unmake(&b);
	fake_on_free = NULL;
}

static void test_teardown(void)
{
	int i;

	CHECK(!make(&a, &module, 100, 200));
	host = makes_and_destroys;
	frees = listed = 0;
	for (i = 0; i < 5; i++) {
		CHECK(!run(&a, must_not_return));
		CHECK(KILLED(CPIT_TRAP_CPU_LIMIT));
	}
	CHECK(frees >= 3 * 5);
	CHECK(!listed == !CONTROL);	/* the control goes wrong just so */
	unmake(&a);
}

int main(void)
{
	ticks_begin();
	if (!CONTROL) {
		test_kill();
		test_kill_of_inner();
		test_kill_of_outer();
		test_kill_of_store();
	}
	test_teardown();
	return ticks_end();
}
