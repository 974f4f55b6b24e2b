/* SPDX-License-Identifier: Apache-2.0 */
/* What one run of a module takes; an image has one, or one for each task. */
#ifndef CPIT_BOARDS_RUN_H
#define CPIT_BOARDS_RUN_H

#include <catchpit/wasi.h>

enum { CPIT_NOT_STARTED = 126 };

struct cpit_board_run {
	const struct cpit_module *module;
	struct cpit_store *store;
	uint64_t insns;			/* for the stats: of the call; 0: not counted */
	size_t stack_used, stack_size;
	bool ended;			/* there is an outcome: ... */
	struct cpit_outcome outcome;	/* of the call, or of instantiation */
	struct cpit_wasi wasi;
	struct cpit_import imports[CPIT_WASI_NIMPORTS];
};

/* Runs r->module as the settings say; its status, or CPIT_NOT_STARTED. */
unsigned cpit_board_run(struct cpit_board_run *r);

/* "catchpit: WHAT: WHY MORE", a line of the log; more may be NULL. */
void cpit_board_complain(const char *what, const char *why, const char *more);

/*
 * tasks.c: the modules of an image as tasks of a scheduler, at the same time.
 * An image of one module has NULL and is without it.
 */
struct cpit_board_tasks {
	/* Those that are registered; *stats is of the one with most stack. */
	unsigned (*run)(struct cpit_board_run *stats);
};
extern const struct cpit_board_tasks cpit_board_tasks;
extern const struct cpit_board_tasks *const cpit_image_tasks;

#endif
