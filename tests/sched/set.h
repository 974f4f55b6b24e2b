/* SPDX-License-Identifier: Apache-2.0 */
/* A set of tasks, each a call on a world of its own, and what each came to. */
#ifndef CPIT_TESTS_SCHED_SET_H
#define CPIT_TESTS_SCHED_SET_H

#include "boards/board.h"
#include "tests/board/harness.h"
#include <catchpit/sched.h>
#include <string.h>

enum { MS = 1000000, MAX = 8 };

/* What one task does. */
struct job {
	const char *name;
	uint32_t arg;
	uint64_t hard;			/* 0: none */
	bool again;			/* until set_stop() */
	struct world w;
	struct cpit_task *task;
	struct cpit_outcome out;
	union cpit_value v[4];
	uint32_t want;			/* the result, of one that is healthy */
	unsigned calls;
	uint64_t began;			/* since all were started */
	uint64_t ran;			/* until all were told to stop */
	uint64_t late;			/* when it slept */
};

extern struct cpit_sched *sched;
extern struct job jobs[MAX];
extern unsigned njobs;
/* The steps of all tasks, a letter each: "LR" and so on. */
extern char trace[MAX][64];

/* Time is instructions, on one CPU: each run is the same. */
bool exact(void);

/* An empty set, preempted each tick; a quantum of 0 is the default. */
void set_begin(uint64_t quantum);
/* One more: a call of the export `name', whose import `host' is. */
struct job *set_add(const char *name, uint32_t arg, host_fn *host);
/* Starts all, and runs them on every CPU until the last has ended. */
void set_run(void);
void set_end(void);

/* Those that call over and over do so no more. */
void set_stop(void);
bool stopped(void);

/* Inside a task: its call. */
void call_once(struct job *j);
/* What a task of set_add() runs; arg is the job. */
void job_run(void *arg);

/* What `work' computes when nobody disturbs it. */
uint32_t alone(uint32_t n);

#endif
