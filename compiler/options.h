/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line said. */
#ifndef CPIT_COMPILER_OPTIONS_H
#define CPIT_COMPILER_OPTIONS_H

#include "flash.h"
#include "stages.h"
#include "symbolize.h"

/* The commands, as bits. */
enum {
	BUILD = 1, COMPILE = 2, RUN = 4, INSPECT = 8, MAKES = 15,
	SYMBOLIZE = 16, FLASH = 32
};

struct options {
	struct settings set;
	const char *makes;	/* the last that says how something is made */
	const char *output;
	struct list files;
	struct text config;	/* for the image, or for the run */
	const char *invoke;
	unsigned last;		/* highest module of --order */
	const char *unknown;	/* a key of --set that our images do not know */
	bool boarded;		/* by --board */
	bool json;
	struct dirs dirs;
	struct run_options run;
	struct list qemu;
	struct symbolize_options symbolize;
	char **args;		/* after -- */
	int nargs;
};

void options_init(struct options *o);
/*
 * argv: what is behind the command's name.  Does not return if it is wrong; false
 * if it asks for help.
 */
bool options_parse(struct options *o, int command, int argc, char **argv);
void options_help(void);

/* A setting of the image, or of the run; one that is not repeated: the last counts. */
void options_set(struct options *o, const char *key, const char *value);
void options_set_once(struct options *o, const char *key, const char *value);
/* An option's value; bad usage says what it may be. */
unsigned options_number(const char *option, const char *s, unsigned min,
			unsigned max);
unsigned long options_size(const char *option, const char *s,
			   unsigned long min, unsigned long max);
/* --board; fails where it cannot run. */
void options_board(struct options *o, const char *name);
/* --set: KEY=VALUE. */
void options_any(struct options *o, const char *s);
/* The contents of --dir's folders, and their names as settings of this key. */
void options_pack(struct options *o, const char *key);

/* Says so in one line and exits with status 2; `arg' may be NULL. */
_Noreturn void usage(const char *what, const char *arg);

#endif
