/* SPDX-License-Identifier: Apache-2.0 */
/* Copies its input; under the name of "poll" it only asks whether there is some. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct pollfd in = { 0, POLLIN, 0 };
	char buf[64];
	ssize_t n;
	int i;

	if (argc > 0 && !strcmp(argv[0], "poll")) {
		for (i = 0; i < 10000; i++)
			if (poll(&in, 1, 0) < 0)
				return 2;
		return 0;
	}
	while ((n = read(0, buf, sizeof(buf))) > 0)
		if (write(1, buf, (size_t)n) != n)
			return 3;
	return n < 0;
}
