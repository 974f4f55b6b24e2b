/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some turns of work in integers and floats, a line after each piece: on a slow
 * board by the work itself, on a fast one as each piece is done until 2 ms are over.
 */
#include <stdio.h>
#include <time.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(void)
{
	unsigned s = 1, s0;
	double x = 1, x0;
	long long end;
	int i, k;

	for (k = 0; k < 5; k++) {
		s0 = s;
		x0 = x;
		end = now() + 2000000;
		do {
			s = s0;
			x = x0;
			for (i = 0; i < 30000; i++) {
				x = x * 1.0000001 + 1e-9;
				s = s * 1103515245 + 12345;
			}
		} while (now() < end);
		printf("%d %.17g %08x\n", k, x, s);
		fflush(stdout);
	}
	return 0;
}
