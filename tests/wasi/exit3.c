/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 3
/* exit() deep in the guest does not return, and its code arrives (SLG-10). */
#include <stdio.h>
#include <stdlib.h>

static volatile int depth = 100;

__attribute__((noinline)) static void down(int n)
{
	if (n == 0)
		exit(3);
	down(n - 1);
	printf("came back to %d\n", n);
}

int main(void)
{
	printf("before\n");
	down(depth);
	printf("after\n");
	return 1;
}
