/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What builds for tests change; nothing here is in a build without them.
 *
 * CPIT_PREEMPT(): a place where an interrupt matters.  The unit tests make it
 * a call of a walker (WRK-10); everywhere else it is nothing.
 * CPIT_TRACE(event): likewise, for the order of events (WRK-07); a build with
 * -DCPIT_TRACE_EVENTS has to supply cpit_trace().
 */
#ifndef CPIT_RT_TRACE_H
#define CPIT_RT_TRACE_H

#ifdef CPIT_TEST_PREEMPT
void cpit_test_preempt(void);
#define CPIT_PREEMPT() cpit_test_preempt()
#else
#define CPIT_PREEMPT() ((void)0)
#endif

/* Negative control of WRK-04. */
#ifdef CPIT_TEST_NO_OVERLAP_CHECK
#define CPIT_OVERLAP(distance) ((void)(distance), false)
#else
#define CPIT_OVERLAP(distance) ((distance) < sizeof(uint32_t))
#endif

/* Negative control of WRK-11: words stay on the list when their store ends. */
#ifdef CPIT_TEST_NO_UNLINK
#define CPIT_UNLINK 0
#else
#define CPIT_UNLINK 1
#endif

/* Negative control of pages that come late: none is taken for out of bounds. */
#ifdef CPIT_TEST_NO_SHORTAGE
#define CPIT_IN_MEMORY(out) false
#else
#define CPIT_IN_MEMORY(out) ((out)->addr < (out)->size)
#endif

/* Negative control of the sanitizers: a table is taken for full too late. */
#ifdef CPIT_TEST_GROW_LATE
#define CPIT_SPARE 1
#else
#define CPIT_SPARE 0
#endif

/* Negative control of R2 (ranges.h): writers do not wait for readers. */
#ifdef CPIT_TEST_NO_QUIET
#define CPIT_QUIET 0
#else
#define CPIT_QUIET 1
#endif

enum cpit_event {
	CPIT_EVENT_ENTRY = 1,	/* outermost: budget armed */
	CPIT_EVENT_SOFT,	/* signal words written */
	CPIT_EVENT_HARD,	/* terminated words written */
	CPIT_EVENT_LANDING,	/* outcome recorded, on the way out */
	CPIT_EVENT_PUBLISH,	/* the outermost call returns it */
};

#ifdef CPIT_TRACE_EVENTS
void cpit_trace(enum cpit_event e);
#define CPIT_TRACE(e) cpit_trace(e)
#else
#define CPIT_TRACE(e) ((void)0)
#endif

#endif
