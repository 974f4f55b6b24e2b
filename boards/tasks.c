/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The modules of an image as tasks, on all CPUs: a module that spins, traps or
 * fills its stack takes nothing from the others but its share of time.
 *
 * The status is that of the first module, as they are named on the command
 * line, that did not end with 0: it does not depend on who ends first, and 0
 * says that all is well.  A line of the log tells of each.
 */
#include "board.h"
#include "run.h"
#include <arch/machine.h>
#include <catchpit/sched.h>
#include <stddef.h>

struct job {
	struct job *next;
	struct cpit_board_run run;
	struct cpit_task *task;
	unsigned status;
};

static struct cpit_sched *sched;
static unsigned hz;

static void job_run(void *arg)
{
	struct job *j = arg;

	cpit_task_enter();
	j->status = cpit_board_run(&j->run);
	cpit_task_leave(j->run.ended ? &j->run.outcome : NULL);
}

/* Until the next tick, at the latest. */
static void idle(void *ctx)
{
	(void)ctx;
	cpit_arch_wait();
}

static void on_this_cpu(void)
{
	if (cpit_sched_run(sched))
		cpit_embed_panic("a scheduler runs here already", 0, 0, 0);
}

static void on_other_cpu(void *arg)
{
	(void)arg;
	cpit_cpu_init(cpit_embed_cpu());
	if (hz)
		cpit_board_tick_start(hz);
	on_this_cpu();
	cpit_arch_timer_set(UINT64_MAX);
}

static struct job *job_make(const struct cpit_module *m)
{
	struct job *j = cpit_embed_alloc(sizeof(*j));

	if (!j || cpit_task_create(sched, job_run, j, NULL, &j->task))
		cpit_embed_panic("no memory for a task", 0, 0, 0);
	j->run.module = m;
	cpit_task_start(j->task);
	return j;
}

/* "catchpit: module=b end=trapped status=139 ran_us=1204" */
static void tell(const struct job *j)
{
	cpit_console_print(CPIT_LOG, "catchpit: module=");
	cpit_console_print(CPIT_LOG, j->run.module->name);
	cpit_console_print(CPIT_LOG, " end=");
	cpit_console_print(CPIT_LOG, !j->run.ended ? "refused" :
			   cpit_task_state_name(cpit_task_state(j->task)));
	cpit_console_print(CPIT_LOG, " status=");
	cpit_console_number(CPIT_LOG, j->status, 10);
	cpit_console_print(CPIT_LOG, " ran_us=");
	cpit_console_number(CPIT_LOG, cpit_task_ran(j->task) / 1000, 10);
	cpit_console_print(CPIT_LOG, "\n");
}

static void job_end(struct job *j, struct cpit_board_run *stats)
{
	tell(j);
	if (j->run.stack_used >= stats->stack_used) {
		stats->stack_used = j->run.stack_used;
		stats->stack_size = j->run.stack_size;
	}
	if (cpit_task_destroy(j->task))
		cpit_embed_panic("task cannot be destroyed", 0, 0, 0);
	cpit_embed_free(j, sizeof(*j));
}

static void run_all(void)
{
	unsigned n;

	for (n = 1; n < cpit_board.cpus; n++)
		cpit_board_cpu_run(n, on_other_cpu, NULL);
	on_this_cpu();
	for (n = 1; n < cpit_board.cpus; n++)
		cpit_board_cpu_wait(n);
}

static unsigned run_tasks(struct cpit_board_run *stats)
{
	struct job *jobs = NULL, **last = &jobs, *j;
	struct cpit_sched_options opt = { 0 };
	unsigned i, status = 0;

	hz = cpit_config_number("tick", 1000);
	opt.quantum_ns = cpit_config_number("quantum", 1000) * 1000ull;
	opt.idle = hz ? idle : NULL;
	if (cpit_sched_create(&sched, &opt))
		cpit_embed_panic("no memory for the scheduler", 0, 0, 0);
	for (i = 0; cpit_image_modules[i]; i++, last = &(*last)->next)
		*last = job_make(cpit_image_modules[i]);
	cpit_board_on_tick = cpit_sched_tick;
	cpit_board_on_wait = cpit_task_sleep;
	run_all();
	cpit_board_on_tick = NULL;
	cpit_board_on_wait = NULL;
	while ((j = jobs)) {
		jobs = j->next;
		if (!status)
			status = j->status;
		job_end(j, stats);
	}
	cpit_sched_destroy(sched);
	return status;
}

const struct cpit_board_tasks cpit_board_tasks = { .run = run_tasks };
