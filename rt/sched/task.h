/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler's own records.
 *
 *	READY, PREEMPTED	in s->ready, on no CPU
 *	ASLEEP			in s->asleep, on no CPU
 *	IN_HOST, RUNNING_GUEST	loop->current of one CPU
 *
 * T1  A task is put on a list after the CPU that ran it has left its stack: by
 *     the loop, never by the task, so that no other CPU takes it too early.
 * T2  The lock is held in thread context only, where no tick switches.
 * T3  Between two tasks a CPU's chain is empty: ticks find nothing to do.
 */
#ifndef CPIT_RT_SCHED_TASK_H
#define CPIT_RT_SCHED_TASK_H

#include <arch/contract.h>
#include <arch/task.h>
#include <catchpit/sched.h>

/* In the order of arrival. */
struct cpit_tasks {
	struct cpit_task *first;
	uint32_t count;
};

struct cpit_sched {
	struct cpit_sched_options opt;
	uint32_t lock;
	struct cpit_tasks ready, asleep;
	uint64_t earliest;		/* deadline in `ready'; 0: none */
	uint64_t used;			/* by the last one that was taken */
	uint32_t users;			/* tasks, and CPUs in cpit_sched_run() */
	uint32_t live;			/* started and not ended */
};

struct cpit_task {
	struct cpit_task *next;		/* on its list */
	struct cpit_sched *sched;
	uint32_t state;			/* enum cpit_task_state */
	uint32_t ended;
	void (*fn)(void *arg);
	void *arg;
	uint8_t *map;			/* a page of nothing, then the stack */
	size_t map_size;
	bool guarded, begun, preempted, cut;
	uint32_t calls;			/* it is in, one inside the other */
	struct cpit_activation *top;	/* its chain while it does not run */
	uint64_t deadline, wake_at;
	uint64_t since, left_at;	/* on a CPU, off it */
	uint64_t ran;			/* on a CPU so far ... */
	uint64_t used;			/* ... with what it slept through */
	struct cpit_jmp jmp;		/* where it goes on after a host call */
	struct cpit_context context;	/* ... or in module text */
};

/* state.c */
void cpit_task_move(struct cpit_task *t, enum cpit_task_state to);
/* Of one that runs, or whose last call has ended. */
void cpit_task_to_host(struct cpit_task *t);

/* queue.c: no lock is taken there. */
void cpit_tasks_put(struct cpit_tasks *l, struct cpit_task *t);
void cpit_ready_put(struct cpit_sched *s, struct cpit_task *t);
/* The next to run, or NULL. */
struct cpit_task *cpit_ready_take(struct cpit_sched *s);
/* Whether t has to make room: its turn is over, or an earlier deadline came. */
bool cpit_ready_before(const struct cpit_sched *s, const struct cpit_task *t,
		       uint64_t now);
/* From `asleep' to `ready': who has slept enough, and who is to end. */
void cpit_asleep_wake(struct cpit_sched *s, uint64_t now);

/* What a test sees of each step. */
#ifdef CPIT_TRACE_EVENTS
void cpit_task_moved(const struct cpit_task *t, enum cpit_task_state from,
		     enum cpit_task_state to);
#else
#define cpit_task_moved(t, from, to) ((void)0)
#endif

#endif
