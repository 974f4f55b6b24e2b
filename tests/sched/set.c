/* SPDX-License-Identifier: Apache-2.0 */
/* A set of tasks (set.h), and the events that trace them. */
#include "set.h"
#include <arch/machine.h>

struct cpit_sched *sched;
struct job jobs[MAX];
unsigned njobs;
char trace[MAX][64];

static uint32_t stop;
static uint64_t started;

bool exact(void)
{
	return cpit_config_number("exact", 0);
}

bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_SEQ_CST);
}

void set_stop(void)
{
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
}

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

void call_once(struct job *j)
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

void job_run(void *arg)
{
	struct job *j = arg;

	j->began = cpit_embed_now() - started;
	do
		call_once(j);
	while (j->again && !stopped());
}

static void idle(void *ctx)
{
	(void)ctx;
	cpit_arch_wait();
}

struct job *set_add(const char *name, uint32_t arg, host_fn *host)
{
	struct job *j = &jobs[njobs];

	memset(j, 0, sizeof(*j));
	memset(trace[njobs], 0, sizeof(trace[0]));
	j->name = name;
	j->arg = arg;
	if (!world_make(&j->w, host, j) ||
	    cpit_task_create(sched, job_run, j, NULL, &j->task))
		cpit_embed_panic("no task", 0, 0, 0);
	njobs++;
	return j;
}

void set_begin(uint64_t quantum)
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

void set_run(void)
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

void set_end(void)
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

uint32_t alone(uint32_t n)
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
