/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks, on one CPU and on all.  With exact=1 time is instructions (-icount), on
 * one CPU: then shares, limits and turns are the same in each run, and looked
 * at.  With shares=1 it is so on several, where only the shares are.
 */
#include "boards/board.h"
#include "tests/board/harness.h"
#include <arch/machine.h>
#include <catchpit/sched.h>
#include <string.h>

enum { MS = 1000000, MAX = 8 };

/* What one task does, on a world of its own. */
struct job {
	const char *name;
	uint32_t arg;
	uint64_t hard;			/* 0: none */
	bool again;			/* until `stop' */
	host_fn *host;
	struct world w;
	struct cpit_task *task;
	struct cpit_outcome out;
	union cpit_value v[4];
	uint32_t want;			/* the result, of one that is healthy */
	unsigned calls;
	uint64_t began;			/* since all were started */
	uint64_t late;			/* when it slept */
};

static struct cpit_sched *sched;
static struct job jobs[MAX];
static unsigned njobs;
static uint32_t stop;
static uint64_t started;

static bool exact(void)
{
	return cpit_config_number("exact", 0);
}

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_SEQ_CST);
}

/* The steps of all tasks, a letter each: "LR" and so on. */
static char trace[MAX][64];

/* The runtime's events are not looked at here. */
void cpit_trace(unsigned event);
void cpit_trace(unsigned event)
{
	(void)event;
}

void cpit_task_moved(const struct cpit_task *t, enum cpit_task_state from,
		     enum cpit_task_state to);
void cpit_task_moved(const struct cpit_task *t, enum cpit_task_state from,
		     enum cpit_task_state to)
{
	static const char letters[] = "LRHGPArtepd";
	unsigned i;

	(void)from;
	for (i = 0; i < njobs; i++) {
		size_t n = strlen(trace[i]);

		if (jobs[i].task == t && n < sizeof(trace[i]) - 1)
			trace[i][n] = letters[to];
	}
}

static void call_once(struct job *j)
{
	const struct cpit_export *f =
		cpit_export_find(cpit_instance_module(j->w.t), j->name,
				 CPIT_FUNC);

	memset(j->v, 0, sizeof(j->v));
	j->v[0].i32 = j->arg;
	cpit_task_enter();
	CHECK(f && cpit_call(j->w.t, f, j->v, &j->out) == 0);
	cpit_task_leave(&j->out);
	j->calls++;
}

static void job_run(void *arg)
{
	struct job *j = arg;

	j->began = cpit_embed_now() - started;
	do
		call_once(j);
	while (j->again && !stopped());
}

/* ------------------------------------------------------- a set of tasks */

static void idle(void *ctx)
{
	(void)ctx;
	cpit_arch_wait();
}

static struct job *add(const char *name, uint32_t arg, host_fn *host)
{
	struct job *j = &jobs[njobs];

	memset(j, 0, sizeof(*j));
	memset(trace[njobs], 0, sizeof(trace[0]));
	j->name = name;
	j->arg = arg;
	j->host = host;
	if (!world_make(&j->w, host, j) ||
	    cpit_task_create(sched, job_run, j, NULL, &j->task))
		cpit_embed_panic("no task", 0, 0, 0);
	njobs++;
	return j;
}

static void begin(uint64_t quantum)
{
	struct cpit_sched_options opt = { quantum, idle, NULL };

	njobs = 0;
	stop = 0;
	CHECK(cpit_sched_create(&sched, &opt) == 0);
	cpit_board_on_tick = cpit_sched_tick;
}

static void on_cpu(void *arg)
{
	CHECK(cpit_sched_run(arg) == 0);
}

static void run(void)
{
	unsigned i;

	for (i = 0; i < njobs; i++) {
		cpit_budget_set(jobs[i].w.store, &(struct cpit_budget){
			0, jobs[i].hard });
		CHECK(cpit_task_start(jobs[i].task) == 0);
	}
	started = cpit_embed_now();
	on_each_cpu(on_cpu, sched);
}

static void end(void)
{
	unsigned i;

	cpit_board_on_tick = NULL;
	for (i = 0; i < njobs; i++) {
		CHECK(cpit_task_ended(jobs[i].task));
		CHECK(cpit_task_destroy(jobs[i].task) == 0);
		world_free(&jobs[i].w);
	}
	CHECK(cpit_sched_destroy(sched) == 0);
}

/* What it computes when nobody disturbs it. */
static uint32_t alone(uint32_t n)
{
	struct world w;
	uint32_t r;

	if (!world_make(&w, NULL, NULL))
		return 0;
	call(w.t, "work", n, 0);
	r = result[0].i32;
	world_free(&w);
	return r;
}

/* --------------------------------------------------------------- the cases */

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
 * The last thing it does: nobody needs to go on.  A kill from before a call
 * begins does not end it, where there is a word to tell it by (WRK-14); so once
 * more for who has just come to begin.
 */
static void healthy(void *arg)
{
	struct job *j = arg;
	unsigned i;

	do {
		call_once(j);
		CHECK(j->out.end == CPIT_RETURNED && j->v[0].i32 == j->want);
	} while (!enough());
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
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
		add("spin", 0, NULL);
		add("deep", 0, NULL)->again = true;
		add("trap", 1000, NULL)->again = true;
		if (!i)
			good = add("work", WORK, NULL);
		else
			add("spin", 0, NULL);
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

	begin(0);
	good = four();
	good->want = alone(WORK);
	run();
	CHECK(good->out.end == CPIT_RETURNED);
	for (i = 0; i < njobs; i++)
		sum += cpit_task_ran(jobs[i].task);
	cpit_console_print(CPIT_OUT, "  share of each, in 1/1000:");
	for (i = 0; i < njobs; i++) {
		uint64_t part = cpit_task_ran(jobs[i].task) * njobs * 1000 / sum;

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
	end();
}

/* The control: the same without preemption; the healthy one gets nothing. */
static void starve(void)
{
	struct job *good;
	unsigned i;

	begin(0);
	for (i = 0; i < cpit_board.cpus; i++)
		add("spin", 0, NULL)->hard = 20 * MS;
	good = add("work", 1000, NULL);
	cpit_board_on_tick = NULL;
	run();
	for (i = 0; i < njobs - 1; i++) {
		CHECK(trapped(&jobs[i].out, CPIT_TRAP_CPU_LIMIT));
		CHECK(!exact() || !strcmp(trace[i], "RHGtp"));
		CHECK(cpit_task_ran(jobs[i].task) >= 20 * MS);
	}
	CHECK(good->out.end == CPIT_RETURNED);
	CHECK(!exact() || good->began >= 20 * MS);
	end();
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
	begin(1);
	for (i = 0; i < MAX; i++)
		add("work", sizes[i], NULL);
	run();
	for (i = 0; i < MAX; i++) {
		CHECK(jobs[i].out.end == CPIT_RETURNED);
		CHECK(jobs[i].v[0].i32 == want[i]);
		CHECK(!exact() || strstr(trace[i], "GPGP"));
	}
	end();
}

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

	begin(0);
	for (i = 0; i < 4; i++)
		add("call_host", 5 * (4 - i), sleeps);
	for (i = 0; i < cpit_board.cpus; i++)
		add("spin", 0, NULL)->hard = 20 * MS;
	run();
	for (i = 0; i < 4; i++) {
		CHECK(jobs[i].out.end == CPIT_RETURNED && jobs[i].v[0].i32);
		CHECK(!exact() || jobs[i].late < 10 * MS);
		CHECK(!exact() || !strcmp(trace[i], "RHGHARHGr"));
		CHECK(!exact() || cpit_task_ran(jobs[i].task) < 1 * MS);
	}
	end();
}

static void killer(void *arg)
{
	struct job *j = arg;

	cpit_task_sleep(cpit_embed_now() + 3 * MS);
	CHECK(cpit_kill(j->w.t, CPIT_SIGKILL) == 0);
}

/* A sleep of an hour ends with a hard limit, and with a kill. */
static void cut_short(void)
{
	uint64_t start = cpit_embed_now();
	struct cpit_task *k;
	unsigned i;

	begin(0);
	add("call_host", 3600000, sleeps)->hard = 5 * MS;
	add("call_host", 3600000, sleeps);
	CHECK(cpit_task_create(sched, killer, &jobs[1], NULL, &k) == 0);
	CHECK(cpit_task_start(k) == 0);
	run();
	CHECK(trapped(&jobs[0].out, CPIT_TRAP_CPU_LIMIT));
	CHECK(trapped(&jobs[1].out, CPIT_TRAP_KILLED));
	for (i = 0; i < 2; i++)
		CHECK(!exact() || !strcmp(trace[i], "RHGHARHGtp"));
	CHECK(cpit_embed_now() - start < 3600000ull * MS);
	CHECK(cpit_task_destroy(k) == 0);
	end();
}

/* The one with the earliest deadline runs until its end, then the next. */
static void deadlines(void)
{
	static const unsigned order[4] = { 2, 0, 3, 1 };
	static struct job *finished[4];
	uint64_t now = cpit_embed_now();
	unsigned i;

	begin(0);
	for (i = 0; i < 4; i++) {
		struct cpit_task_options opt = { 0, 0 };
		struct job *j = add("work", 60000, NULL);

		CHECK(cpit_task_destroy(j->task) == 0);
		opt.deadline = now + (i == 2 ? 100 : i == 0 ? 200 :
				      i == 3 ? 300 : 400) * (uint64_t)MS;
		CHECK(cpit_task_create(sched, job_run, j, &opt, &j->task) == 0);
		memset(trace[i], 0, sizeof(trace[i]));
		finished[i] = j;
	}
	run();
	for (i = 0; i < 4; i++) {
		CHECK(finished[order[i]]->out.end == CPIT_RETURNED);
		/* There is no earlier one: never preempted. */
		CHECK(!exact() || !strcmp(trace[order[i]], "RHGr"));
	}
	end();
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

	begin(0);
	add("call_host", 5, busy);
	add("while_host", 0, counts);
	progress = 0;
	stop = 1;			/* the other one: one round */
	replayed = cpu->replayed;
	cpu->deferred_max = 0;
	run();
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
	end();
}

/* Two that share a CPU get what they were given each: waiting is free. */
static void budgets(void)
{
	unsigned i, n = 2 * cpit_board.cpus;

	begin(0);
	for (i = 0; i < n; i++)
		add("spin", 0, NULL)->hard = 10 * MS;
	run();
	for (i = 0; i < n; i++) {
		uint64_t ran = cpit_task_ran(jobs[i].task);

		CHECK(trapped(&jobs[i].out, CPIT_TRAP_CPU_LIMIT));
		CHECK(ran >= 10 * MS && (!exact() || ran < 13 * MS));
	}
	end();
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);

	return n >= k && !strcmp(s + n - k, with);
}

/* A trap is a step from guest to trapped, and nothing else (SLG-11). */
static void steps(void)
{
	begin(0);
	add("trap", 1, NULL);
	add("work", 1, NULL);
	run();
	CHECK(ends(trace[0], "Gt") && ends(trace[1], "Gr"));
	CHECK(!exact() || !strcmp(trace[0], "RHGt"));
	CHECK(cpit_task_state(jobs[0].task) == CPIT_TASK_TRAPPED);
	end();
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

static const struct test task_tests[] = {
	{ "steps", steps, 0 },
	{ "share", share, 0 },
	{ "starve", starve, 0 },
	{ "registers", registers, 0 },
	{ "sleep", sleep, 0 },
	{ "cut-short", cut_short, 0 },
	{ "deadlines", deadlines, 0 },
	{ "deferred", deferred, 0 },
	{ "budgets", budgets, 0 },
	{ "misuse", misuse, 0 },
	{ "shortage", shortage, 0 },
	{ 0 }
};

const struct test *const tests[] = { task_tests, NULL };
