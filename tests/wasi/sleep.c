/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// arg: 0
/* Sleeps for so many milliseconds; with a second argument asks the clock. */
#include "guest.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

int main(int argc, char **argv)
{
	u64 ns = argc > 1 ? strtoull(argv[1], NULL, 10) * 1000000 : 0;
	struct timespec t = { (time_t)(ns / 1000000000),
			      (long)(ns % 1000000000) };
	u64 start = now();

	if (argc > 2)
		while (now() - start < ns)
			;
	else if (nanosleep(&t, NULL) != 0)
		return 1;
	printf("%s\n", now() - start >= ns ? "slept" : "too short");
	return 0;
}
