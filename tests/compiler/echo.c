// SPDX-License-Identifier: Apache-2.0
// Prints its arguments and environment; its status is how many it had.
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv)
{
	char **e;

	for (; *argv; argv++)
		printf("[%s]\n", *argv);
	for (e = environ; *e; e++)
		printf("{%s}\n", *e);
	return argc;
}
