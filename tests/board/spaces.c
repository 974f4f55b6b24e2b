/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On which CPU a memory is at address zero, and that host code does not touch
 * it there.
 */
#include "zero.h"

/* ------------------------------------------------------------ the door */

static volatile unsigned ticks_open, ticks_seen;

static void look(void)
{
	ticks_seen++;
	ticks_open += cpit_arch_door_is_open();
}

static uint32_t look_in_host(struct cpit_caller *c, uint32_t v)
{
	CHECK(!cpit_arch_door_is_open());
	CHECK(space_here() == cpit_instance_store(c->instance)->space);
	return v;
}

/*
 * Closed in host code and in handlers, and as it was when they return to the
 * guest, which goes on counting in its memory, until a tick has come.
 */
static void door(void)
{
	enum { N = 3000000 };
	uint32_t counted = 0;
	struct pair p;
	uint64_t end;

	if (!pair_make(&p, look_in_host, NULL))
		return;
	ticks_open = ticks_seen = 0;
	tick_hook = look;
	end = cpit_board_ns() + 10000000000;
	do {
		CHECK(call(p.peer, "count", N, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == (counted += N));
	} while (!ticks_seen && cpit_board_ns() < end);
	tick_hook = NULL;
	CHECK(ticks_open == 0);
	CHECK(ticks_seen > 0);
	CHECK(call(p.peer, "by_host", 7, 0)->end == CPIT_RETURNED);
	CHECK(result[0].i32 == counted);
	CHECK(call(p.w.t, "trap", 1, 0)->trap == CPIT_TRAP_MEM_OOB);
	CHECK(!cpit_arch_door_is_open() && !space_here());
	pair_free(&p);
}

/* ------------------------------------------------------------- nested */

struct nest {
	struct pair p;
	struct nest *inner;		/* or NULL: the guard-mode one */
	struct world *guarded;
	uint32_t mark;
};

/* Every store has its own word at 64, and none sees another's. */
static uint32_t descend(struct cpit_caller *c, uint32_t v)
{
	struct nest *n = c->ctx;
	uintptr_t space = space_here();
	const struct cpit_outcome *o;

	CHECK(space == n->p.w.store->space && space);
	if (n->inner) {
		o = call(n->inner->p.peer, "by_host", v + 1, 0);
		CHECK(o->end == CPIT_RETURNED);
		CHECK(result[0].i32 == n->inner->mark);
	} else {
		call(n->guarded->t, "load", 64, 0);
		CHECK(result[0].i32 == 0);
		o = call(n->guarded->t, "trap", 1, 0);
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB) && o->addr == 0x10000);
	}
	CHECK(space_here() == space && !cpit_arch_door_is_open());
	return v;
}

static void nested_here(void *arg)
{
	struct world guarded;
	struct nest n[3];
	unsigned i, k;

	(void)arg;
	if (!world_make_of(&guarded, &cpit_module_g))
		return;
	for (i = 0; i < 3; i++) {
		n[i].inner = i < 2 ? &n[i + 1] : NULL;
		n[i].guarded = &guarded;
		n[i].mark = 1000 * (cpit_arch_cpu() + 1) + i;
		if (!pair_make(&n[i].p, descend, &n[i]))
			return;
		call(n[i].p.peer, "store", 64, n[i].mark);
	}
	for (k = 0; k < 50; k++) {
		CHECK(call(n[0].p.peer, "by_host", k, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == n[0].mark && !space_here());
	}
	for (i = 0; i < 3; i++) {
		call(n[i].p.peer, "count", 20000, 0);
		CHECK(result[0].i32 == n[i].mark + 20000);
		pair_free(&n[i].p);
	}
	world_free(&guarded);
}

static void nested(void)
{
	nested_here(NULL);
}

static void nested_on_all(void)
{
	on_each_cpu(nested_here, NULL);
}

/* ------------------------------------------------------- its end elsewhere */

static void counts(void *arg)
{
	struct pair *p = arg;

	CHECK(trapped(call(p->peer, "count", 0, 0), CPIT_TRAP_KILLED));
	CHECK(!space_here() && !cpit_arch_door_is_open());
}

/* Killed in the middle of its text by another CPU, which then frees it. */
static void killed(void)
{
	const uint32_t *counter;
	struct pair p;
	int i;

	for (i = 0; i < 10; i++) {
		if (!pair_make(&p, same, NULL))
			return;
		counter = cpit_memory_at(p.w.t, 64, 4);
		CHECK(cpit_board_cpu_run(1, counts, &p) == 0);
		while (!__atomic_load_n(counter, __ATOMIC_RELAXED))
			;
		CHECK(cpit_instance_destroy(p.w.t) == -CPIT_EBUSY);
		CHECK(cpit_kill(p.peer, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		pair_free(&p);
	}
}

/*
 * What a panic does, with the setting stop=guest or stop=host: one of the two
 * CPUs is in a space, the other is not.  Nothing goes on from there.
 */
static const uint32_t *volatile counter;		/* of the CPU that is to stop */

static void wait_ms(unsigned ms)
{
	uint64_t end = cpit_board_ns() + ms * 1000000ull;

	while (cpit_board_ns() < end)
		;
}

static uint32_t stop_now(struct cpit_caller *c, uint32_t v)
{
	uint32_t seen;
	int i;

	(void)c;
	while (!__atomic_load_n(counter, __ATOMIC_RELAXED))
		;
	cpit_arch_stop_others();
	wait_ms(50);			/* for its interrupt */
	v = 1;
	/* A CPU that QEMU has not run meanwhile has one more store to do. */
	for (i = 0; v && i < 3; i++) {
		seen = __atomic_load_n(counter, __ATOMIC_RELAXED);
		wait_ms(50);
		v = __atomic_load_n(counter, __ATOMIC_RELAXED) != seen;
	}
	cpit_console_print(CPIT_OUT, v ? "FAIL zero-stopped\n"
				       : "ok zero-stopped\n");
	cpit_console_print(CPIT_CTL, v ? "status 1\n" : "status 0\n");
	cpit_board_exit(v);
}

static void counts_in_host(void *arg)
{
	static uint32_t n;

	(void)arg;
	for (counter = &n;;)
		__atomic_fetch_add(&n, 1, __ATOMIC_RELAXED);
}

static void stopped(void)
{
	const char *who = cpit_config("stop", 0);
	struct pair p;

	if (!who || !pair_make(&p, stop_now, NULL))
		return;
	counter = cpit_memory_at(p.w.t, 64, 4);
	if (!strcmp(who, "guest")) {
		CHECK(cpit_board_cpu_run(1, counts, &p) == 0);
		stop_now(NULL, 0);
	}
	CHECK(cpit_board_cpu_run(1, counts_in_host, NULL) == 0);
	while (counter == cpit_memory_at(p.w.t, 64, 4))
		;
	call(p.peer, "by_host", 0, 0);
}

TEST(door)
TEST(nested)
TEST(nested_on_all)
TEST(killed)
TEST(stopped)

const struct test space_tests[] = {
	{ "zero-door", test_door, 0 },
	{ "zero-nested", test_nested, 0 },
	{ "zero-nested-on-all", test_nested_on_all, 2 },
	{ "zero-killed", test_killed, 2 },
	{ "zero-stopped", test_stopped, 2 },
	{ NULL, NULL, 0 },
};
