/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* The two output streams come out apart, each whole and in order. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("hello, stdout\n");
	fprintf(stderr, "hello, stderr\n");
	write(1, "written 1\n", 10);
	write(2, "written 2\n", 10);
	for (int i = 0; i < 100; i++)
		printf("%d%c", i, i % 10 == 9 ? '\n' : ' ');
	fprintf(stderr, "%s %5.2f\n", "last", 3.14159);
	printf("no newline at the end");
	return 0;
}
