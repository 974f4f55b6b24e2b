/* SPDX-License-Identifier: Apache-2.0 */
/* The date, asked for by several at the same time, does not go backwards. */
#include <time.h>

static int earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

int main(void)
{
	struct timespec start = { 0, 200000000 }, last = { 0, 0 }, now;
	int i;

	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (earlier(&now, &start));
	for (i = 0; i < 5000; i++, last = now) {
		clock_gettime(CLOCK_REALTIME, &now);
		if (earlier(&now, &last))
			return 1;
	}
	return 0;
}
