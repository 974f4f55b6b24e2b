/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: an argument of --invoke is refused or read; what was read prints
 * as text that reads back the same.  The first byte is the type.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../compiler/values.c"

static jmp_buf refused;
static char config[256];

void fail(int status, const char *fmt, ...)
{
	(void)fmt;
	if (status != EXIT_USAGE)
		abort();
	longjmp(refused, 1);
}

void add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += (size_t)vsnprintf(config + t->len, sizeof(config) - t->len,
				    fmt, ap);
	va_end(ap);
}

void add_bytes(struct text *t, const void *p, size_t n)
{
	memcpy(config + t->len, p, n);
	t->len += n;
}

/* The setting that stands for the argument; false when it is refused. */
static bool parse(char type, char *arg, char setting[64])
{
	const char sig[] = { type, ':', '\0' };
	struct text t = { 0 };

	if (setjmp(refused))
		return false;
	add_values(&t, sig, &arg, 1);
	strcpy(setting, config);
	return true;
}

/* "v=i:2a" printed as a result. */
static void print(const char *setting, char *buf, size_t len)
{
	FILE *real = stdout;
	char line[64];

	snprintf(line, sizeof(line), "%c %s", setting[2], setting + 4);
	memset(buf, 0, len);
	stdout = fmemopen(buf, len, "w");
	print_result(line);
	fclose(stdout);
	stdout = real;
	buf[strcspn(buf, "\n")] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char first[64], again[64], printed[128], *arg;
	char type;

	if (size < 2)
		return 0;
	type = "iIfFvre"[data[0] % 7];
	arg = calloc(1, size);		/* of just its size, NUL included */
	memcpy(arg, data + 1, size - 1);
	if (parse(type, arg, first)) {
		print(first, printed, sizeof(printed));
		if (!parse(type, printed, again) || strcmp(first, again)) {
			fprintf(stderr, "%s -> %s -> %s\n", first, printed,
				again);
			abort();
		}
	}
	free(arg);
	return 0;
}
