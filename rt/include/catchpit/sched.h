/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preemptive multitasking of instances, as an archive of its own
 * (libcatchpit-sched.a): a kernel that has threads does not link it.
 *
 * A task is a host function with a stack of its own, which makes instances and
 * calls them.  It is preempted in module text only (SLG-12): a tick in host
 * code is made up for when the import returns.  All CPUs that run a scheduler
 * share one queue of ready tasks: those with a deadline go first, the earliest
 * before the others; all else takes turns of a quantum, and who had more than
 * his turn, as ticks have it, waits for the others to get as much.  One that
 * sleeps wakes when a CPU looks for a task, at the end of a turn at the latest,
 * whatever its deadline.  A task goes on on any of the CPUs, so a host function
 * may not keep what belongs to a CPU across cpit_task_sleep() and
 * cpit_task_yield().
 */
#ifndef CPIT_SCHED_H
#define CPIT_SCHED_H

#include <catchpit/call.h>
#include <catchpit/code.h>
#include <catchpit/module.h>
#include <catchpit/trap.h>

struct cpit_sched;
struct cpit_task;

/* ---------------------------------------------------------------- states */

/*
 * SLG-11.  RUNNING_GUEST is between cpit_task_enter() and cpit_task_leave(),
 * imports included as long as they do not come to the scheduler; IN_HOST is the
 * rest of what a task does.
 */
enum cpit_task_state {
	CPIT_TASK_LOADED,		/* made, not started */
	CPIT_TASK_READY,		/* waits for a CPU, in host code */
	CPIT_TASK_IN_HOST,
	CPIT_TASK_RUNNING_GUEST,
	CPIT_TASK_PREEMPTED,		/* waits for a CPU, in module text */
	CPIT_TASK_ASLEEP,
	CPIT_TASK_RETURNED,		/* how the last call ended ... */
	CPIT_TASK_TRAPPED,
	CPIT_TASK_EXITED,
	CPIT_TASK_POISONED,		/* ... and it was killed (WRK-14) */
	CPIT_TASK_DESTROYED,
	CPIT_TASK_STATES
};

/* "running-guest".  Any context, as the next one. */
const char *cpit_task_state_name(enum cpit_task_state state);
/* Whether there is such a step; a task that makes another one panics. */
bool cpit_task_legal(enum cpit_task_state from, enum cpit_task_state to);

/* ------------------------------------------------------------- scheduler */

struct cpit_sched_options {
	uint64_t quantum_ns;	/* 0: 1 ms; a tick is the precision */
	/*
	 * Called while there is no task for this CPU: may sleep until the next
	 * interrupt, and has to return then.  NULL: it asks over and over.
	 */
	void (*idle)(void *ctx);
	void *ctx;
};

/*
 * Thread context; 0 or a negative CPIT_E*.  create: -CPIT_ENOMEM.  destroy:
 * -CPIT_EBUSY when it has tasks, or a CPU is in cpit_sched_run().
 */
int cpit_sched_create(struct cpit_sched **out,
		      const struct cpit_sched_options *opt);
int cpit_sched_destroy(struct cpit_sched *s);

/*
 * Runs tasks on this CPU until all that were started have ended.  Thread
 * context, after cpit_cpu_init(), interrupts on; on several CPUs at the same
 * time.  -CPIT_EBUSY: wasm or a scheduler runs here already; -CPIT_ENOTREADY.
 * This and cpit_task_start() spin for the scheduler's lock.
 */
int cpit_sched_run(struct cpit_sched *s);

/*
 * The timer's part, in the place of cpit_tick() and under its conditions, on
 * CPUs with a scheduler and without.  `frame' is what the vector has saved of
 * the interrupted context, in the layout rt/README.md gives for each ISA; it is
 * copied, and the float and vector registers are read as they are.
 */
enum cpit_verdict cpit_sched_tick(const struct cpit_fault *at,
				  const void *frame, struct cpit_landing *land);

/* ------------------------------------------------------------------ tasks */

struct cpit_task_options {
	size_t stack_size;	/* for the host function; 0: 32 KiB */
	uint64_t deadline;	/* cpit_embed_now(); 0: none, it takes turns */
};

/*
 * Makes a task that is to run fn(arg), and starts it.  Thread context, from
 * a task too.  opt may be NULL.  create: -CPIT_ENOMEM.  start: -CPIT_EINVAL when
 * it was started before.  destroy: -CPIT_EBUSY once it was started and has not
 * ended.
 */
int cpit_task_create(struct cpit_sched *s, void (*fn)(void *arg), void *arg,
		     const struct cpit_task_options *opt,
		     struct cpit_task **out);
int cpit_task_start(struct cpit_task *t);
int cpit_task_destroy(struct cpit_task *t);

/* Any context.  `ran': nanoseconds on a CPU so far. */
enum cpit_task_state cpit_task_state(const struct cpit_task *t);
bool cpit_task_ended(const struct cpit_task *t);
uint64_t cpit_task_ran(const struct cpit_task *t);

/*
 * The rest is for the task that runs, from its function or from a host
 * function that it has called in turn.  Where no task runs nothing happens, and
 * sleep says false.
 *
 * self	 	NULL where no task runs
 * enter	wasm is going to run: before cpit_instantiate() or cpit_call()
 * leave	and it has ended, with that outcome, or was refused: NULL; of
 *		calls inside each other the outermost one counts
 * yield	lets others go first
 * sleep	until cpit_embed_now() is `until'; false at once where a limit
 *		or a kill waits for the import to return, or when one comes
 * deadline	from now on, of cpit_embed_now(); 0: none
 *
 * The time in which a task waits for a CPU does not count against its budget;
 * the time in which it sleeps does.
 */
struct cpit_task *cpit_task_self(void);
void cpit_task_enter(void);
void cpit_task_leave(const struct cpit_outcome *out);
void cpit_task_yield(void);
bool cpit_task_sleep(uint64_t until);
void cpit_task_deadline(uint64_t at);

#endif
