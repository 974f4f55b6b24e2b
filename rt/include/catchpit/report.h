/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of an outcome, as text.  Called after the landing, never from a
 * handler.  Takes less than 512 bytes of stack, and what put does.
 */
#ifndef CPIT_REPORT_H
#define CPIT_REPORT_H

#include <catchpit/trap.h>
#include <stddef.h>

/* Receives the text in pieces. */
typedef void cpit_put_fn(void *ctx, const char *text, size_t len);

/*
 * For CPIT_TRAPPED: a line per frame, "  #0 name +0x12", then
 *
 *	catchpit: trap= signal= status= module= func= pc= addr= size= depth=
 *
 * with a word behind each "=".  `m' is the module called, for a trap that has no
 * frame.  Nothing for other ends.
 */
void cpit_report(const struct cpit_outcome *out, const struct cpit_module *m,
		 cpit_put_fn *put, void *ctx);

#endif
