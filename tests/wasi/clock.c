/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* Clocks: monotonic never goes back and does go on; sleeps are long enough. */
#include "guest.h"
#include <stdio.h>
#include <time.h>

static u64 now(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		return 0;
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

static const char *monotonic(void)
{
	u64 first = now(CLOCK_MONOTONIC), last = first;

	/* Until it has moved; a clock that stands still hangs the test. */
	for (int i = 0; i < 10000 || last == first; i++) {
		u64 t = now(CLOCK_MONOTONIC);

		if (t < last)
			return "goes back";
		last = t;
	}
	return "ok";
}

static const char *sleeping(u64 ns)
{
	struct timespec t = { .tv_nsec = (long)ns };
	u64 start = now(CLOCK_MONOTONIC);

	if (nanosleep(&t, NULL) != 0)
		return "failed";
	return now(CLOCK_MONOTONIC) - start >= ns ? "ok" : "too short";
}

static const char *resolution(clockid_t id)
{
	struct timespec t;

	if (clock_getres(id, &t) != 0)
		return "failed";
	return t.tv_sec > 0 || t.tv_nsec > 0 ? "ok" : "zero";
}

int main(void)
{
	static u64 t;

	printf("monotonic %s\n", monotonic());
	printf("resolution %s %s\n", resolution(CLOCK_MONOTONIC),
	       resolution(CLOCK_REALTIME));
	printf("sleep %s %s %s\n", sleeping(0), sleeping(1000),
	       sleeping(30000000));
	printf("realtime %u\n", raw_clock_time_get(0, 0, addr(&t)));
	printf("unknown %u %u\n", raw_clock_time_get(4, 0, addr(&t)),
	       raw_clock_res_get(0xffffffff, addr(&t)));
	printf("yield %u\n", raw_sched_yield());
	return 0;
}
