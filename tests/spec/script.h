/* SPDX-License-Identifier: Apache-2.0 */
/* A script: its commands as bytes (format.h), and the modules they need. */
#ifndef CPIT_SPEC_SCRIPT_H
#define CPIT_SPEC_SCRIPT_H

#include "modules.h"
#include "util.h"

/* assert_invalid, assert_malformed: answered without a board. */
struct refusal {
	unsigned line;
	struct spec_module *module;
};

struct script {
	char *name;			/* "proposals/threads/atomic.wast" */
	struct text commands;
	struct spec_module **modules;
	size_t nmodules;
	struct refusal *refusals;
	size_t nrefusals;
	unsigned checks;		/* that a board makes */
};

/* Reads DIR/NAME; fails with one line where it is no script. */
void script_read(struct script *s, const char *dir, const char *name);

#endif
