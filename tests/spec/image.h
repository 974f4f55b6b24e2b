/* SPDX-License-Identifier: Apache-2.0 */
/* Images of many scripts each: linked, booted, and what they told. */
#ifndef CPIT_SPEC_IMAGE_H
#define CPIT_SPEC_IMAGE_H

#include "script.h"

struct combination {
	const char *dir;	/* where all is made */
	const char *memory, *cc, *level;
	const char *const *boards;
	size_t nboards;
	unsigned cpus;		/* of the machine */
	unsigned jobs;
};

/*
 * Runs all scripts on all boards.  What board b's image i printed is in
 * DIR/B-I.out: board.c's lines, and "died NAME: reason" for a script during
 * which the machine ended.  Returns how many images there are.
 */
size_t images_run(const struct combination *c, const struct script *scripts,
		  size_t n);

/* The ISA of a board: its index in arch_names. */
unsigned arch_of(const char *board);

#endif
