/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The modules of all scripts: each text or binary once, for one purpose and
 * one set of features.
 */
#ifndef CPIT_SPEC_MODULES_H
#define CPIT_SPEC_MODULES_H

#include "util.h"

enum purpose {
	TO_RUN,			/* must be compiled */
	TO_REFUSE_TEXT,		/* must not come through: checked as text ... */
	TO_REFUSE_BINARY,	/* ... or assembled unchecked: a valid text */
};

enum verdict {
	UNKNOWN,
	BUILT,
	REFUSED,		/* by wat2wasm or catchpit, in the way it has to */
	BROKEN,			/* a tool failed in another way */
};

enum { ARCHES = 2 };
extern const char *const arch_names[ARCHES];

struct spec_module {
	uint64_t hash;
	enum purpose purpose;
	const char *features;	/* options of wat2wasm */
	bool binary, alone;
	char *source;		/* released when it is in a file */
	size_t len;
	enum verdict assembled, compiled[ARCHES];
};

extern struct spec_module **modules;
extern size_t nmodules;

/*
 * The module of that source, a new one or a known one; takes the source.  One
 * that is alone imports nothing, and nothing is imported from it.
 */
struct spec_module *module_add(char *source, size_t len, bool binary,
			       enum purpose purpose, const char *features,
			       bool alone);

/*
 * Makes all of them in `dir', as many at a time as there are jobs: those to
 * run for the ISAs whose bit is set, with these options of catchpit compile, and
 * those to refuse if asked for.  In guard mode what is alone is by segment on x86_64.
 */
void modules_make(const char *dir, unsigned arches, const struct list *options,
		  bool guard, bool refuse, unsigned jobs);

/* A file of a module: DIR/m0123456789abcdef.SUFFIX */
char *module_path(const char *dir, const struct spec_module *m,
		  const char *suffix);
/* Why it was refused, or what broke: one line. */
char *module_complaint(const char *dir, const struct spec_module *m);

#endif
