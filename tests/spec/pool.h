/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes, several at a time. */
#ifndef CPIT_SPEC_POOL_H
#define CPIT_SPEC_POOL_H

#include "util.h"

/*
 * Calls work(0) ... work(n - 1), each in a process of its own, `jobs' at a
 * time.  A process that dies fails the run.
 */
void run_pool(size_t n, unsigned jobs, void (*work)(size_t i),
	      const char *what);

/* Runs a command with its output in `log'; its exit status, 128 + signal. */
int run_logged(const struct list *cmd, const char *log);

#endif
