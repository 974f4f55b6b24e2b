/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 139
/* An exit with the status of a SIGSEGV is still an exit (KAN-08). */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	printf("flushed\n");
	fflush(stdout);
	printf("not flushed, so lost");
	_Exit(139);
}
