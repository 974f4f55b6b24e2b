/* SPDX-License-Identifier: Apache-2.0 */
/* Some turns of work in integers and floats, a line after each piece. */
#include <stdio.h>

int main(void)
{
	unsigned s = 1;
	double x = 1;
	int i, k;

	for (k = 0; k < 5; k++) {
		for (i = 0; i < 300000; i++) {
			x = x * 1.0000001 + 1e-9;
			s = s * 1103515245 + 12345;
		}
		printf("%d %.17g %08x\n", k, x, s);
		fflush(stdout);
	}
	return 0;
}
