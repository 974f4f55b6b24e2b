/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CHECK() for plain test programs: counts, prints what failed, goes on.  main()
 * ends with `return check_done();', whose line the test runner reads.
 */
#ifndef CPIT_TESTS_CHECK_H
#define CPIT_TESTS_CHECK_H

#include <stdint.h>
#include <stdio.h>

#define LEN(a) (sizeof(a) / sizeof(*(a)))

static unsigned check_passed, check_failed;

#define CHECK(cond) \
	((cond) ? (void)check_passed++ : check_fail(__FILE__, __LINE__, #cond))

/* The same with something to print, in the manner of printf. */
#define CHECK_MSG(cond, ...) \
	((cond) ? (void)check_passed++ : \
	 (check_fail(__FILE__, __LINE__, #cond), \
	  (void)(check_failed > CHECK_SHOWN || \
		 printf("\t" __VA_ARGS__) + putchar('\n'))))

/* Enough to see what is wrong; a loop may fail a million times. */
#define CHECK_SHOWN 20

static inline void check_fail(const char *file, int line, const char *cond)
{
	if (check_failed++ >= CHECK_SHOWN)
		return;
	printf("%s:%d: failed: %s\n", file, line, cond);
	fflush(stdout);			/* the next thing may be a crash */
}

static inline int check_done(void)
{
	printf("%u passed, %u failed, 0 skipped\n", check_passed,
	       check_failed);
	return check_failed != 0;
}

/* xorshift64*: the same numbers in each run. */
static inline uint64_t check_random(uint64_t *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return *s * 0x2545f4914f6cdd1d;
}

#endif
