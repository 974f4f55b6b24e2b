/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 2
// args: one two= --three
// arg: with space
// arg:
// arg: "quoted"
/* All arguments arrive, in order and unchanged; argv[0] is a name. */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("%d\n", argc);
	printf("name %s\n", argc > 0 && argv[0][0] != '\0' ? "yes" : "no");
	for (int i = 1; i < argc; i++)
		printf("[%s]\n", argv[i]);
	printf("%s\n", argv[argc] == NULL ? "NULL" : "more");
	return 2;
}
