/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wabt's programs by way of a few processes that stay (wabt.js): a run costs
 * a millisecond, not the start of node.
 */
#ifndef CPIT_SPEC_WABT_H
#define CPIT_SPEC_WABT_H

#include "util.h"

/*
 * Starts n of them, for this process and its children; they end with it.  The
 * socket is in `dir', and a link to ourselves that is wasm2c to catchpit.
 */
void wabt_start(const char *dir, unsigned n);
/* From here on this process's catchpit starts the installed wasm2c. */
void wabt_leave(void);

/* Runs a program, name first, with its output in `log'; its exit status. */
int wabt_run(const struct list *cmd, const char *log);
/* What main() does when it is called by the name of that link. */
bool wabt_called(const char *name);
int wabt_main(char **argv);

#endif
