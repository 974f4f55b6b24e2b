/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The streams on one console, told apart (boards/console.c has the framing):
 * guest stdout and stderr go to ours, reports to stderr, a core dump and the
 * folders are kept, and the control channel tells the status.
 */
#ifndef CPIT_COMPILER_FRAMING_H
#define CPIT_COMPILER_FRAMING_H

#include "util.h"
#include <stdio.h>

struct console {
	/* input on its way, already framed */
	uint8_t pending[2 * 4096 + 2];
	size_t pending_at, pending_len;
	bool eof_sent;
	bool ready;		/* our image has come so far */
	bool reads;		/* and wants input */
	/* output being taken apart */
	bool dle;
	bool framed;		/* not yet: firmware talks */
	char channel;
	struct text early;	/* what firmware said */
	struct text line;	/* of the control channel */
	const char *dump_to;	/* a core dump's place, or NULL ... */
	FILE *dump;		/* ... and what has come of it */
	struct text files;	/* of the files channel */
	int lost;		/* why guest's stdout is not whole, or 0 */
	bool unread;		/* nobody is at its other end */
	int status;		/* -1 until told */
	bool fatal;
};

/* A piece of what the board sends, split at the DLEs. */
void take_apart(struct console *c, const uint8_t *p, size_t n);
/* Frames a piece of our input, or its end. */
void take_input(struct console *c);
/* 0, or why not all is there. */
int write_all(int fd, const void *buf, size_t n);

#endif
