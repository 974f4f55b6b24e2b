/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says hello, its arguments and what is in /d/note, if anything; counts in data
 * that has to be writable; and with the argument "wait" never ends.
 */
#include <stdio.h>
#include <string.h>

static int count = 41;

int main(int argc, char **argv)
{
	char note[64];
	FILE *f = fopen("/d/note", "r");
	int i;

	printf("hello from flash %d\n", ++count);
	for (i = 1; i < argc; i++)
		printf("argument %s\n", argv[i]);
	if (f && fgets(note, sizeof(note), f))
		printf("note %s", note);
	fflush(stdout);
	while (argc > 1 && !strcmp(argv[1], "wait"))
		;
	return 0;
}
