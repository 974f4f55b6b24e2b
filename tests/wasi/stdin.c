/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// stdin: first line\nsecond, somewhat longer line\n\nand no newline here
/* Input is read to its end in odd pieces, and the end stays the end. */
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	char buf[7];
	int total = 0, n, c, chars = 0;

	while (total < 16 && (n = (int)read(0, buf, sizeof(buf))) > 0) {
		for (int i = 0; i < n; i++)
			putchar(toupper(buf[i]));
		total += n;
	}
	while ((c = getchar()) != EOF) {
		putchar(toupper(c));
		chars++;
	}
	printf("\n%d bytes, end %d, error %d\n", total + chars,
	       feof(stdin) != 0, ferror(stdin) != 0);
	printf("again %d\n", (int)read(0, buf, sizeof(buf)));
	return 0;
}
