/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// env: NAME=value
// env: EMPTY=
// env: SPACES= a = b.
/* The environment has what was given and nothing else; bad addresses fail. */
#include "guest.h"
#include <stdio.h>
#include <stdlib.h>

extern char **environ;

static void show(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL)
		printf("%s is not set\n", name);
	else
		printf("%s=[%s]\n", name, value);
}

int main(void)
{
	static u32 ptrs[16], n, size;
	static char buf[256];
	int count = 0;

	while (environ[count] != NULL)
		count++;
	printf("%d\n", count);
	show("NAME");
	show("EMPTY");
	show("SPACES");
	show("NAM");
	show("HOME");

	printf("%u", raw_environ_sizes_get(addr(&n), addr(&size)));
	printf(" %u %u\n", n, size);
	printf("%u\n", raw_environ_get(addr(ptrs), addr(buf)));
	printf("%u\n", raw_environ_get(0xffffffff, addr(buf)));
	printf("%u\n", raw_environ_get(addr(ptrs), 0xfffffff0));
	return 0;
}
