/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments and results of --invoke.  The image carries bits only; numbers are
 * read and written here, where strtod and printf are at hand.
 */
#include "stages.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static _Noreturn void bad(const char *arg, char type)
{
	const char *what = type == 'i' ? "an i32" : type == 'I' ? "an i64" :
			   type == 'f' ? "an f32" : "an f64";

	fail(EXIT_USAGE, "'%s' is not %s", arg, what);
}

/* strtoull() and strtod() would skip white space before a number. */
static bool starts_number(const char *s)
{
	return *s && !isspace((unsigned char)*s) && *s != '+' && *s != '-';
}

/* Decimal or 0x, signed or unsigned, as long as it fits in `bits'. */
static uint64_t integer(const char *arg, char type, int bits)
{
	bool negative = *arg == '-';
	const char *digits = arg + (negative || *arg == '+');
	uint64_t limit = bits == 32 ? UINT32_MAX : UINT64_MAX, v;
	char *end;

	errno = 0;
	v = strtoull(digits, &end, strncasecmp(digits, "0x", 2) ? 10 : 16);
	if (errno || end == digits || *end || !starts_number(digits) ||
	    (negative ? v > limit / 2 + 1 : v > limit))
		bad(arg, type);
	return (negative ? -v : v) & limit;
}

/* Also "nan:0x..." with a payload, as the text format writes it. */
static uint64_t floating(const char *arg, char type)
{
	bool negative = *arg == '-';
	const char *digits = arg + (negative || *arg == '+');
	uint64_t bits = 0;
	uint32_t b32;
	bool too_large;
	double d;
	float f;
	char *end;

	if (!starts_number(digits))
		bad(arg, type);
	if (begins(digits, "nan:0x")) {
		bits = strtoull(digits + 6, &end, 16);
		if (!isxdigit((unsigned char)digits[6]) || *end || !bits ||
		    (digits[7] | 32) == 'x' ||
		    bits >> (type == 'f' ? 23 : 52))
			bad(arg, type);
		bits |= type == 'f' ? 0x7f800000 : 0x7ff0000000000000;
		return bits | (uint64_t)negative << (type == 'f' ? 31 : 63);
	}
	errno = 0;
	if (type == 'f') {
		f = strtof(arg, &end);
		too_large = errno && isinf(f);
		memcpy(&b32, &f, 4);
		bits = b32;
	} else {
		d = strtod(arg, &end);
		too_large = errno && isinf(d);
		memcpy(&bits, &d, 8);
	}
	if (end == arg || *end || too_large)
		bad(arg, type);
	return bits;
}

static void add_value(struct text *config, char type, const char *arg)
{
	uint64_t bits;

	switch (type) {
	case 'i':
		bits = integer(arg, type, 32);
		break;
	case 'I':
		bits = integer(arg, type, 64);
		break;
	case 'f':
	case 'F':
		bits = floating(arg, type);
		break;
	default:
		fail(EXIT_USAGE, "'%s': arguments of this type cannot be "
		     "written on a command line", arg);
	}
	add(config, "v=%c:%" PRIx64, type, bits);
	add_bytes(config, "", 1);
}

void add_values(struct text *config, const char *sig, char **argv, int argc)
{
	int n = (int)strcspn(sig, ":"), i;

	if (argc != n)
		fail(EXIT_USAGE, "the function takes %d argument%s, %d given",
		     n, n == 1 ? "" : "s", argc);
	for (i = 0; i < n; i++)
		add_value(config, sig[i], argv[i]);
}

/* Digits before the point, so that 10 is not 1e+01; 1 if they exceed `max'. */
static int whole_digits(double d, int max)
{
	int n = fabs(d) >= 1 && !isinf(d) ? (int)log10(fabs(d)) + 1 : 1;

	return n <= max ? n : 1;
}

/* The shortest decimal that reads back as the same number. */
static void print_f64(double d)
{
	int precision = whole_digits(d, 17);
	char buf[64];

	for (; precision < 17; precision++) {
		snprintf(buf, sizeof(buf), "%.*g", precision, d);
		if (strtod(buf, NULL) == d)
			break;
	}
	printf("%.*g\n", precision, d);
}

static void print_f32(float f)
{
	int precision = whole_digits((double)f, 9);
	char buf[64];

	for (; precision < 9; precision++) {
		snprintf(buf, sizeof(buf), "%.*g", precision, (double)f);
		if (strtof(buf, NULL) == f)
			break;
	}
	printf("%.*g\n", precision, (double)f);
}

static void print_float(char type, uint64_t bits)
{
	uint32_t b32 = (uint32_t)bits;
	bool is32 = type == 'f';
	uint64_t payload = is32 ? bits & 0x7fffff : bits & 0xfffffffffffff;
	bool negative = is32 ? bits >> 31 & 1 : bits >> 63;
	double d;
	float f;

	memcpy(&d, &bits, 8);
	memcpy(&f, &b32, 4);
	if (is32 ? isnan(f) : isnan(d))
		printf("%snan:0x%" PRIx64 "\n", negative ? "-" : "", payload);
	else if (is32)
		print_f32(f);
	else
		print_f64(d);
}

void print_result(const char *line)
{
	const char *hex = line[0] && line[1] ? line + 2 : "";
	uint64_t bits = strtoull(hex, NULL, 16);

	switch (line[0]) {
	case 'i':
		printf("%" PRId32 "\n", (int32_t)bits);
		break;
	case 'I':
		printf("%" PRId64 "\n", (int64_t)bits);
		break;
	case 'f':
	case 'F':
		print_float(line[0], bits);
		break;
	case 'v':
		printf("0x%s\n", hex);
		break;
	case 'r':
	case 'e':
	case 'x':
		printf("%s\n", bits ? "ref" : "null");
		break;
	}
	fflush(stdout);
}
