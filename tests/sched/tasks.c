/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks, on one CPU and on all.  With exact=1 time is instructions (-icount), on
 * one CPU: then shares, limits and turns are the same in each run, and looked
 * at.  With shares=1 it is so on several, where only the shares are.
 */
#include "set.h"

enum { WORK = 25000 };			/* iterations: several turns */

/* Everybody has come to do something; and a lot, where it is compared. */
static bool enough(void)
{
	bool shares = cpit_config_number("shares", 0);
	unsigned i;

	for (i = 0; i < njobs; i++)
		if ((jobs[i].again && jobs[i].calls < 2) ||
		    !strchr(trace[i], 'G') ||
		    (shares && cpit_task_ran(jobs[i].task) < 50 * MS))
			return false;
	return true;
}

/*
 * The last thing it does: nobody needs to go on.  The shares are taken before:
 * who ends last has a CPU to itself.  A kill from before a call begins does not
 * end it, where there is a word to tell it by (WRK-14); so once more for who has
 * just come to begin.
 */
static void healthy(void *arg)
{
	struct job *j = arg;
	unsigned i;

	do {
		call_once(j);
		CHECK(j->out.end == CPIT_RETURNED && j->v[0].i32 == j->want);
	} while (!enough());
	for (i = 0; i < njobs; i++)
		jobs[i].ran = cpit_task_ran(jobs[i].task);
	set_stop();
	for (i = 0; i < njobs; i++)
		while (!strcmp(jobs[i].name, "spin") &&
		       !cpit_task_ended(jobs[i].task)) {
			CHECK(cpit_kill(jobs[i].w.t, CPIT_SIGKILL) == 0);
			cpit_task_sleep(cpit_embed_now() + MS);
		}
}

/*
 * One spins, one overflows its stack and one traps, over and over, and one is
 * healthy: twice that many than there are CPUs, or all once.
 */
static struct job *four(void)
{
	struct job *good = NULL;
	unsigned i;

	for (i = 0; i < (cpit_board.cpus > 1 ? 2 : 1); i++) {
		set_add("spin", 0, NULL);
		set_add("deep", 0, NULL)->again = true;
		set_add("trap", 1000, NULL)->again = true;
		if (!i)
			good = set_add("work", WORK, NULL);
		else
			set_add("spin", 0, NULL);
	}
	CHECK(cpit_task_destroy(good->task) == 0);
	CHECK(cpit_task_create(sched, healthy, good, NULL, &good->task) == 0);
	return good;
}

static void number(const char *name, uint64_t v)
{
	cpit_console_print(CPIT_OUT, name);
	cpit_console_number(CPIT_OUT, v, 10);
}

static void share(void)
{
	uint64_t sum = 0;
	struct job *good;
	unsigned i;

	set_begin(0);
	good = four();
	good->want = alone(WORK);
	set_run();
	CHECK(good->out.end == CPIT_RETURNED);
	for (i = 0; i < njobs; i++)
		sum += jobs[i].ran;
	cpit_console_print(CPIT_OUT, "  share of each, in 1/1000:");
	for (i = 0; i < njobs; i++) {
		uint64_t part = jobs[i].ran * njobs * 1000 / sum;

		number(" ", part);
		CHECK(!cpit_config_number("shares", 0) ||
		      (part >= 900 && part <= 1100));
	}
	number(" of ", sum / MS);
	cpit_console_print(CPIT_OUT, " ms\n");
	for (i = 0; i < njobs; i++) {
		struct job *j = &jobs[i];

		CHECK(!exact() || cpit_task_ran(j->task) > 50 * MS);
		if (!strcmp(j->name, "spin"))
			CHECK(trapped(&j->out, CPIT_TRAP_KILLED));
		if (!strcmp(j->name, "deep"))
			CHECK(trapped(&j->out, CPIT_TRAP_STACK_EXHAUSTED) &&
			      j->calls > 1);
		if (!strcmp(j->name, "trap"))
			CHECK(trapped(&j->out, CPIT_TRAP_UNREACHABLE) &&
			      j->calls > 1);
	}
	set_end();
}

/* The control: the same without preemption; the healthy one gets nothing. */
static void starve(void)
{
	struct job *good;
	unsigned i;

	set_begin(0);
	for (i = 0; i < cpit_board.cpus; i++)
		set_add("spin", 0, NULL)->hard = 20 * MS;
	good = set_add("work", 1000, NULL);
	cpit_board_on_tick = NULL;
	set_run();
	for (i = 0; i < njobs - 1; i++) {
		CHECK(trapped(&jobs[i].out, CPIT_TRAP_CPU_LIMIT));
		CHECK(!exact() || !strcmp(trace[i], "RHGtp"));
		CHECK(cpit_task_ran(jobs[i].task) >= 20 * MS);
	}
	CHECK(good->out.end == CPIT_RETURNED);
	CHECK(!exact() || good->began >= 20 * MS);
	set_end();
}

/* All registers, switched at each tick, moved between CPUs. */
static void registers(void)
{
	static const uint32_t sizes[MAX] = { 70000, 50000, 90000, 60000, 80000,
					     40000, 30000, 20000 };
	uint32_t want[MAX];
	unsigned i;

	for (i = 0; i < MAX; i++)
		want[i] = alone(sizes[i]);
	set_begin(1);
	for (i = 0; i < MAX; i++)
		set_add("work", sizes[i], NULL);
	set_run();
	for (i = 0; i < MAX; i++) {
		CHECK(jobs[i].out.end == CPIT_RETURNED);
		CHECK(jobs[i].v[0].i32 == want[i]);
		CHECK(!exact() || strstr(trace[i], "GPGP"));
	}
	set_end();
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);

	return n >= k && !strcmp(s + n - k, with);
}

/* A trap is a step from guest to trapped, and nothing else (SLG-11). */
static void steps(void)
{
	set_begin(0);
	set_add("trap", 1, NULL);
	set_add("work", 1, NULL);
	set_run();
	CHECK(ends(trace[0], "Gt") && ends(trace[1], "Gr"));
	CHECK(!exact() || !strcmp(trace[0], "RHGt"));
	CHECK(cpit_task_state(jobs[0].task) == CPIT_TASK_TRAPPED);
	set_end();
}

static struct world inner;

/* From a host function, in turn: 40 calls that are preempted, each told of. */
static uint32_t calls_inside(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_export *f = cpit_export_find(
		cpit_instance_module(inner.t), "work", CPIT_FUNC);
	struct job *j = c->ctx;
	static struct cpit_outcome out;
	union cpit_value w[4] = { { .i32 = v } };

	cpit_task_enter();
	CHECK(cpit_call(inner.t, f, w, &out) == 0);
	cpit_task_leave(&out);
	CHECK(out.end == CPIT_RETURNED && w[0].i32 == j->want);
	return ++j->calls < 40;
}

/* SLG-11: the task runs its guest until the outermost call has ended. */
static void calls_in_calls(void)
{
	struct job *j;

	set_begin(1);
	if (!world_make(&inner, NULL, NULL))
		return;
	j = set_add("while_host", 20000, calls_inside);
	j->want = alone(20000);
	set_add("work", 100000, NULL);
	set_run();
	CHECK(j->out.end == CPIT_RETURNED && j->calls == 41);
	CHECK(cpit_task_state(j->task) == CPIT_TASK_RETURNED);
	CHECK(!exact() || strstr(trace[0], "GPGP"));
	set_end();
	world_free(&inner);
}

/* After a call that it has told, if it has a name for that. */
static void tells_nobody(void *arg)
{
	struct job *j = arg;
	const struct cpit_module *m = cpit_instance_module(inner.t);
	const struct cpit_export *f = cpit_export_find(m, "work", CPIT_FUNC);

	if (j->name) {
		cpit_task_enter();
		CHECK(cpit_call(inner.t, cpit_export_find(m, j->name, CPIT_FUNC),
				j->v, &j->out) == 0);
		cpit_task_leave(&j->out);
	}
	j->v[0].i32 = 100000;
	CHECK(cpit_call(inner.t, f, j->v, &j->out) == 0);
}

static void calls_after(const char *name)
{
	static struct job quiet;
	struct cpit_task *t;

	quiet.name = name;
	quiet.v[0].i32 = 1;
	set_begin(1);
	if (!world_make(&inner, NULL, NULL))
		return;
	set_add("work", 100000, NULL);
	CHECK(cpit_task_create(sched, tells_nobody, &quiet, NULL, &t) == 0);
	CHECK(cpit_task_start(t) == 0);
	set_run();
	CHECK(quiet.out.end == CPIT_RETURNED);
	CHECK(quiet.v[0].i32 == jobs[0].v[0].i32);
	/* Or as the call that it told of, if it was not preempted. */
	CHECK(cpit_task_state(t) == CPIT_TASK_RETURNED ||
	      (!exact() && cpit_task_state(t) == CPIT_TASK_TRAPPED));
	CHECK(cpit_task_destroy(t) == 0);
	set_end();
	world_free(&inner);
}

/* A call without enter and leave, preempted all the same. */
static void calls_alone(void)
{
	calls_after(NULL);
	calls_after("work");
	calls_after("trap");
}

static void nested(void *arg)
{
	CHECK(cpit_sched_run(arg) == -CPIT_EBUSY);
	CHECK(cpit_task_destroy(cpit_task_self()) == -CPIT_EBUSY);
	cpit_task_yield();
}

static void misuse(void)
{
	struct cpit_task *t;

	CHECK(!cpit_task_self() && !cpit_task_sleep(0));
	cpit_task_yield();
	CHECK(cpit_sched_create(&sched, NULL) == 0);
	CHECK(cpit_sched_run(sched) == 0);	/* nothing to do */
	CHECK(cpit_task_create(sched, nested, sched, NULL, &t) == 0);
	CHECK(cpit_sched_destroy(sched) == -CPIT_EBUSY);
	CHECK(cpit_task_start(t) == 0);
	CHECK(cpit_task_start(t) == -CPIT_EINVAL);
	CHECK(cpit_task_destroy(t) == -CPIT_EBUSY);
	CHECK(cpit_sched_run(sched) == 0);
	CHECK(cpit_task_state(t) == CPIT_TASK_RETURNED);
	CHECK(cpit_task_destroy(t) == 0);
	CHECK(cpit_sched_destroy(sched) == 0);
}

/* Memory gives out at each request of it in turn. */
static void shortage(void)
{
	unsigned failed = 0;
	struct cpit_task *t;
	uint32_t i;
	int err;

	CHECK(cpit_sched_create(&sched, NULL) == 0);
	for (i = 1, shortage_at = 0; !shortage_at; i++) {
		shortage_at = i;
		err = cpit_task_create(sched, nested, sched, NULL, &t);
		CHECK(!err || err == -CPIT_ENOMEM);
		failed += err != 0;
		CHECK(err || cpit_task_destroy(t) == 0);
	}
	shortage_at = 0;
	CHECK(failed);
	CHECK(cpit_sched_destroy(sched) == 0);
}

static const struct test share_tests[] = {
	{ "steps", steps, 0 },
	{ "share", share, 0 },
	{ "starve", starve, 0 },
	{ "registers", registers, 0 },
	{ "calls-in-calls", calls_in_calls, 0 },
	{ "calls-alone", calls_alone, 0 },
	{ 0 }
};

static const struct test misuse_tests[] = {
	{ "misuse", misuse, 0 },
	{ "shortage", shortage, 0 },
	{ 0 }
};

const struct test *const tests[] = {
	share_tests, time_tests, misuse_tests, NULL
};
