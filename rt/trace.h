/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What builds for tests change; in all others these are nothing, or constants
 * that change nothing.
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

/*
 * Negative controls: with one of these false a mechanism is off, and its test
 * has to fail.
 */
#ifdef CPIT_TEST_NO_OVERLAP_CHECK	/* WRK-04: words may share bytes */
#define CPIT_WITH_OVERLAP_CHECK false
#else
#define CPIT_WITH_OVERLAP_CHECK true
#endif

#ifdef CPIT_TEST_NO_UNLINK	/* WRK-11: words stay on the list */
#define CPIT_WITH_UNLINK false
#else
#define CPIT_WITH_UNLINK true
#endif

#ifdef CPIT_TEST_NO_SHORTAGE	/* no page left is out of bounds */
#define CPIT_WITH_SHORTAGE false
#else
#define CPIT_WITH_SHORTAGE true
#endif

#ifdef CPIT_TEST_NO_BASE	/* A6: what goes on has another one's base */
#define CPIT_WITH_BASE false
#else
#define CPIT_WITH_BASE true
#endif

#ifdef CPIT_TEST_NO_QUIET	/* R2: writers do not wait for readers */
#define CPIT_WITH_QUIET false
#else
#define CPIT_WITH_QUIET true
#endif

/* For the sanitizers to find: a table is taken for full one range too late. */
#ifdef CPIT_TEST_GROW_LATE
#define CPIT_GROW_LATE 1
#else
#define CPIT_GROW_LATE 0
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
