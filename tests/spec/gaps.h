/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The known gaps.  One is a line "NAME[:LINE] REASON"; NAME may end in `*'.  It
 * excuses the failures it fits, and if the reason begins with "refused: " only
 * those that come of a module that was refused: no wrong result, no wrong trap.
 */
#ifndef CPIT_SPEC_GAPS_H
#define CPIT_SPEC_GAPS_H

#include "script.h"

void gaps_read(const char *path);
/* Is that failure a known one?  `said' is what was printed of it. */
bool gap_excuses(const char *script, unsigned line, const char *said);
/*
 * Tells of each that has excused nothing, though its scripts were run: with
 * `some', not all that a `*' may stand for.  False if there is one.
 */
bool gaps_print_idle(const struct script *scripts, size_t n, bool some);

#endif
