/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* Coming back from main: exit handlers run, output is flushed, status 0. */
#include <stdio.h>
#include <stdlib.h>

static void handler(void)
{
	printf(", handler");
}

int main(void)
{
	atexit(handler);
	printf("main");
	return 0;
}
