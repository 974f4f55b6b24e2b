/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks that sleep, and tasks with a deadline or a budget. */
#include "set.h"

/* Milliseconds, from the host function of a task. */
static uint32_t sleeps(struct cpit_caller *c, uint32_t ms)
{
	struct job *j = c->ctx;
	uint64_t until = cpit_embed_now() + (uint64_t)ms * MS;
	bool slept = cpit_task_sleep(until);

	j->late = cpit_embed_now() - until;
	return slept;
}

/* Each wakes in its time, at most a few turns late, though somebody spins. */
static void sleep(void)
{
	unsigned i;

	set_begin(0);
	for (i = 0; i < 4; i++)
		set_add("call_host", 5 * (4 - i), sleeps);
	for (i = 0; i < cpit_board.cpus; i++)
		set_add("spin", 0, NULL)->hard = 20 * MS;
	set_run();
	for (i = 0; i < 4; i++) {
		CHECK(jobs[i].out.end == CPIT_RETURNED && jobs[i].v[0].i32);
		CHECK(!exact() || jobs[i].late < 10 * MS);
		CHECK(!exact() || !strcmp(trace[i], "RHGHARHGr"));
		CHECK(!exact() || cpit_task_ran(jobs[i].task) < 1 * MS);
	}
	set_end();
}

static void killer(void *arg)
{
	struct job *j = arg;

	cpit_task_sleep(cpit_embed_now() + 3 * MS);
	do {			/* its call may not have begun, on another CPU */
		CHECK(cpit_kill(j->w.t, CPIT_SIGKILL) == 0);
		cpit_task_sleep(cpit_embed_now() + MS);
	} while (!cpit_task_ended(j->task));
}

/* A sleep of an hour ends with a hard limit, and with a kill. */
static void cut_short(void)
{
	uint64_t start = cpit_embed_now();
	struct cpit_task *k;
	unsigned i;

	set_begin(0);
	set_add("call_host", 3600000, sleeps)->hard = 5 * MS;
	set_add("call_host", 3600000, sleeps);
	CHECK(cpit_task_create(sched, killer, &jobs[1], NULL, &k) == 0);
	CHECK(cpit_task_start(k) == 0);
	set_run();
	CHECK(trapped(&jobs[0].out, CPIT_TRAP_CPU_LIMIT));
	CHECK(trapped(&jobs[1].out, CPIT_TRAP_KILLED));
	for (i = 0; i < 2; i++)
		CHECK(!exact() || !strcmp(trace[i], "RHGHARHGtp"));
	CHECK(cpit_embed_now() - start < 3600000ull * MS);
	CHECK(cpit_task_destroy(k) == 0);
	set_end();
}

/* The one with the earliest deadline runs until its end, then the next. */
static void deadlines(void)
{
	static const unsigned due_ms[4] = { 200, 400, 100, 300 };
	uint64_t now = cpit_embed_now();
	unsigned i;

	set_begin(0);
	for (i = 0; i < 4; i++) {
		struct cpit_task_options opt = {
			.deadline = now + due_ms[i] * (uint64_t)MS,
		};
		struct job *j = set_add("work", 60000, NULL);

		CHECK(cpit_task_destroy(j->task) == 0);
		CHECK(cpit_task_create(sched, job_run, j, &opt, &j->task) == 0);
		memset(trace[i], 0, sizeof(trace[i]));
	}
	set_run();
	for (i = 0; i < 4; i++) {
		CHECK(jobs[i].out.end == CPIT_RETURNED);
		/* Nobody's is earlier when it runs: never preempted. */
		CHECK(!exact() || !strcmp(trace[i], "RHGr"));
	}
	set_end();
}

static char order[8];

static void note(char who)
{
	size_t n = strlen(order);

	if (n < sizeof(order) - 1)
		order[n] = who;
}

/* It has used more than the other: only a deadline keeps its turn. */
static void sets_deadline(void *arg)
{
	(void)arg;
	note('d');
	cpit_task_deadline(cpit_embed_now() + 100 * MS);
	cpit_task_yield();
	note('d');
	cpit_task_deadline(0);
	cpit_task_yield();
	note('d');
}

static void has_none(void *arg)
{
	(void)arg;
	note('n');
}

/* A task's own deadline counts from when it is set until it is taken back. */
static void own_deadline(void)
{
	struct cpit_task *t[2];
	unsigned i;

	set_begin(0);
	memset(order, 0, sizeof(order));
	for (i = 0; i < 2; i++) {
		CHECK(cpit_task_create(sched, i ? has_none : sets_deadline,
				       NULL, NULL, &t[i]) == 0);
		CHECK(cpit_task_start(t[i]) == 0);
	}
	set_run();
	CHECK(!exact() || !strcmp(order, "ddnd"));
	for (i = 0; i < 2; i++)
		CHECK(cpit_task_destroy(t[i]) == 0);
	set_end();
}

static unsigned progress;

static uint32_t counts(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	(void)v;
	progress++;
	return !stopped();
}

/* SLG-12: five ticks pass in here, and the other one does not run. */
static uint32_t busy(struct cpit_caller *c, uint32_t ms)
{
	uint64_t until = cpit_embed_now() + (uint64_t)ms * MS;
	unsigned before = progress;

	(void)c;
	while (cpit_embed_now() < until)
		;
	return progress == before;
}

static void deferred(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	uint32_t replayed;

	set_begin(0);
	set_add("call_host", 5, busy);
	set_add("while_host", 0, counts);
	progress = 0;
	set_stop();			/* the other one: one round */
	replayed = cpu->replayed;
	cpu->deferred_max = 0;
	set_run();
	CHECK(jobs[0].out.end == CPIT_RETURNED);
	if (!exact())
		goto out;
	CHECK(jobs[0].v[0].i32);
	CHECK(cpu->replayed == replayed + 1);
	CHECK(cpu->deferred_max >= 4 && cpu->deferred_max <= 6);
	/* One turn was over at the edge: in the host, not in the guest. */
	CHECK(!strcmp(trace[0], "RHGHRHGr"));
out:
	CHECK(progress == 1);
	set_end();
}

/* Two that share a CPU get what they were given each: waiting is free. */
static void budgets(void)
{
	unsigned i, n = 2 * cpit_board.cpus;

	set_begin(0);
	for (i = 0; i < n; i++)
		set_add("spin", 0, NULL)->hard = 10 * MS;
	set_run();
	for (i = 0; i < n; i++) {
		uint64_t ran = cpit_task_ran(jobs[i].task);

		CHECK(trapped(&jobs[i].out, CPIT_TRAP_CPU_LIMIT));
		CHECK(ran >= 10 * MS && (!exact() || ran < 13 * MS));
	}
	set_end();
}

const struct test time_tests[] = {
	{ "sleep", sleep, 0 },
	{ "cut-short", cut_short, 0 },
	{ "deadlines", deadlines, 0 },
	{ "own-deadline", own_deadline, 0 },
	{ "deferred", deferred, 0 },
	{ "budgets", budgets, 0 },
	{ 0 }
};
