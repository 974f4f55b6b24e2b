/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: what compiler/framing.c makes of a console's bytes does not depend on
 * the pieces they come in.  The first byte says how large these are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t keep(int fd, const void *buf, size_t n);

#define write keep
#include "../../compiler/framing.c"
#undef write

enum { MAX = 4096 };

/* What came out: each byte to a stream, and each result. */
static struct outcome {
	char out[MAX], err[MAX], results[2 * MAX];
	size_t nout, nerr, nresults;
	int status;
	bool ready, fatal;
} got;

static ssize_t keep(int fd, const void *buf, size_t n)
{
	char *to = fd == 1 ? got.out : got.err;
	size_t *at = fd == 1 ? &got.nout : &got.nerr;

	memcpy(to + *at, buf, n);
	*at += n;
	return (ssize_t)n;
}

void print_result(const char *line)
{
	size_t n = strlen(line) + 1;

	memcpy(got.results + got.nresults, line, n);
	got.nresults += n;
}

static void run(const uint8_t *data, size_t size, size_t each,
		struct outcome *o)
{
	struct console c = { .status = -1, .framed = true, .channel = 'r' };
	size_t n;

	memset(&got, 0, sizeof(got));
	for (; size; size -= n, data += n) {
		n = each < size ? each : size;
		take_apart(&c, data, n);
	}
	free(c.line.s);
	free(c.files.s);
	got.status = c.status;
	got.ready = c.ready;
	got.fatal = c.fatal;
	*o = got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct outcome whole, pieces;

	if (!size || size > MAX)
		return 0;
	run(data + 1, size - 1, MAX, &whole);
	run(data + 1, size - 1, 1 + data[0] % 16, &pieces);
	if (memcmp(&whole, &pieces, sizeof(whole)))
		abort();
	return 0;
}
