/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compiler/values.c: arguments of --invoke as they are written, results as they
 * are printed, and that the one reads what the other prints, to the bit.
 */
#include "fake.h"
#include "stages.h"
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t seed = 21;

static uint64_t any(void)
{
	return check_random(&seed);
}

/* ------------------------------------------------- the two ways of a value */

static struct text config;	/* static: reachable when fail() exits */

/* The bits of one argument, which has to be good. */
static uint64_t parsed(char type, const char *arg)
{
	char sig[] = { type, ':', '\0' }, *argv[] = { strdup(arg) }, want[4];
	uint64_t bits;

	config.len = 0;
	add_values(&config, sig, argv, 1);
	snprintf(want, sizeof(want), "v=%c", type);
	CHECK(!strncmp(config.s, want, 3) && config.s[3] == ':');
	CHECK(config.len == strlen(config.s) + 1);
	bits = strtoull(config.s + 4, NULL, 16);
	free(argv[0]);
	return bits;
}

static char *shown;		/* what was printed, less its newline */
static size_t nshown;

static const char *print_line(const char *line)
{
	static FILE *memory;
	FILE *real = stdout;

	if (!memory)
		memory = open_memstream(&shown, &nshown);
	rewind(memory);
	stdout = memory;
	print_result(line);
	stdout = real;
	fputc('\0', memory);
	fflush(memory);
	nshown = strlen(shown);
	if (nshown && shown[nshown - 1] == '\n')
		shown[--nshown] = '\0';
	return shown;
}

static const char *print_bits(char type, uint64_t bits)
{
	char line[40];

	snprintf(line, sizeof(line), "%c %0*" PRIx64, type,
		 type == 'i' || type == 'f' ? 8 : 16, bits);
	return print_line(line);
}

/* ---------------------------------------------------------------- integers */

static void test_integers(void)
{
	static const struct {
		char type;
		const char *arg;
		uint64_t bits;
		const char *text;
	} good[] = {
		{ 'i', "0", 0, "0" },
		{ 'i', "-0", 0, "0" },
		{ 'i', "+0", 0, "0" },
		{ 'i', "2147483647", 0x7fffffff, "2147483647" },
		{ 'i', "2147483648", 0x80000000, "-2147483648" },
		{ 'i', "-2147483648", 0x80000000, "-2147483648" },
		{ 'i', "4294967295", 0xffffffff, "-1" },
		{ 'i', "-1", 0xffffffff, "-1" },
		{ 'i', "+42", 42, "42" },
		{ 'i', "0x2a", 42, "42" },
		{ 'i', "0XFFFFFFFF", 0xffffffff, "-1" },
		{ 'i', "-0x80000000", 0x80000000, "-2147483648" },
		{ 'i', "0000000000000000000000010", 10, "10" },
		{ 'I', "0", 0, "0" },
		{ 'I', "-1", UINT64_MAX, "-1" },
		{ 'I', "9223372036854775807", INT64_MAX,
		  "9223372036854775807" },
		{ 'I', "9223372036854775808", 1ull << 63,
		  "-9223372036854775808" },
		{ 'I', "-9223372036854775808", 1ull << 63,
		  "-9223372036854775808" },
		{ 'I', "18446744073709551615", UINT64_MAX, "-1" },
		{ 'I', "-0x8000000000000000", 1ull << 63,
		  "-9223372036854775808" },
		{ 'I', "4294967296", 1ull << 32, "4294967296" },
	};
	size_t i;

	for (i = 0; i < LEN(good); i++) {
		CHECK_MSG(parsed(good[i].type, good[i].arg) == good[i].bits,
			  "%s", good[i].arg);
		CHECK_MSG(!strcmp(print_bits(good[i].type, good[i].bits),
				  good[i].text), "%s", shown);
	}
	for (i = 0; i < 10000; i++) {
		uint64_t bits = any() >> any() % 64;

		CHECK(parsed('I', print_bits('I', bits)) == bits);
		bits &= UINT32_MAX;
		CHECK(parsed('i', print_bits('i', bits)) == bits);
	}
}

/* ------------------------------------------------------------------ floats */

static uint64_t bits_of(double d)
{
	uint64_t bits;

	memcpy(&bits, &d, 8);
	return bits;
}

static uint64_t bits_of_f32(float f)
{
	uint32_t bits;

	memcpy(&bits, &f, 4);
	return bits;
}

/* Significant digits of a decimal; 0 for a whole number written out. */
static int digits_of(const char *s)
{
	int n = 0;
	bool part = false;

	for (; *s && *s != 'e'; s++) {
		part |= *s == '.';
		if (isdigit((unsigned char)*s) && (n || *s != '0'))
			n++;
	}
	return part || *s == 'e' ? n : 0;
}

/* Would one digit less have done?  By the C library alone. */
static bool too_long(const char *text, char type, uint64_t bits)
{
	int n = digits_of(text);
	char less[64];
	double d;

	if (n < 2)
		return false;
	snprintf(less, sizeof(less), "%.*e", n - 2, strtod(text, NULL));
	if (type == 'f') {
		snprintf(less, sizeof(less), "%.*e", n - 2,
			 (double)strtof(text, NULL));
		return bits_of_f32(strtof(less, NULL)) == bits;
	}
	d = strtod(less, NULL);
	return bits_of(d) == bits;
}

/* Printed, it reads back the same, here and by strtod(); and is short. */
static void there_and_back(char type, uint64_t bits)
{
	const char *text = print_bits(type, bits);
	int longest = type == 'f' ? 9 : 17;
	uint64_t back;

	CHECK_MSG(parsed(type, text) == bits, "%c %" PRIx64 ": %s", type, bits,
		  text);
	if (strstr(text, "nan"))
		return;
	back = type == 'f' ? bits_of_f32(strtof(text, NULL))
			   : bits_of(strtod(text, NULL));
	CHECK_MSG(back == bits, "%c %" PRIx64 ": %s", type, bits, text);
	CHECK_MSG(digits_of(text) <= longest && !too_long(text, type, bits),
		  "%c %" PRIx64 ": %s", type, bits, text);
}

static void test_random_floats(void)
{
	size_t i;
	unsigned e;

	for (i = 0; i < 100000; i++) {
		there_and_back('f', any() & UINT32_MAX);
		there_and_back('F', any());
	}
	/* Numbers people use, which are short. */
	for (i = 0; i < 20000; i++) {
		double d = (double)(int64_t)(any() >> 40) / 1000 - 8000;

		there_and_back('F', bits_of(d));
		there_and_back('f', bits_of_f32((float)d));
		there_and_back('F', bits_of(floor(d)));
		there_and_back('F', bits_of(d * 1e12));
	}
	/* Around each power of two, subnormals included. */
	for (e = 0; e < 2047; e++)
		for (i = 0; i < 3; i++)
			there_and_back('F', ((uint64_t)e << 52) + i - 1 +
				       (e == 0));
	for (e = 0; e < 255; e++)
		for (i = 0; i < 3; i++)
			there_and_back('f', ((uint64_t)e << 23) + i - 1 +
				       (e == 0));
}

/* Printed so, and read. */
static const struct {
	char type;
	uint64_t bits;
	const char *text;
} both[] = {
	{ 'f', 0, "0" },
	{ 'f', 0x80000000, "-0" },
	{ 'f', 0x3f800000, "1" },
	{ 'f', 0x3dcccccd, "0.1" },
	{ 'f', 0x41200000, "10" },
	{ 'f', 0x49742400, "1000000" },
	{ 'f', 0x4b800000, "16777216" },
	{ 'f', 0x7f7fffff, "3.4028235e+38" },
	{ 'f', 1, "1e-45" },
	{ 'f', 0x7f800000, "inf" },
	{ 'f', 0xff800000, "-inf" },
	{ 'f', 0x7fc00000, "nan:0x400000" },
	{ 'f', 0xffc00000, "-nan:0x400000" },
	{ 'f', 0x7f800001, "nan:0x1" },		/* signalling */
	{ 'f', 0xffffffff, "-nan:0x7fffff" },
	{ 'F', 0, "0" },
	{ 'F', 1ull << 63, "-0" },
	{ 'F', 0x3fb999999999999a, "0.1" },
	{ 'F', 0x3fd5555555555555, "0.3333333333333333" },
	{ 'F', 0x40f86a0000000000, "100000" },
	{ 'F', 0x4340000000000000, "9007199254740992" },
	{ 'F', 0x7fefffffffffffff, "1.7976931348623157e+308" },
	{ 'F', 1, "5e-324" },
	{ 'F', 0x0010000000000000, "2.2250738585072014e-308" },
	{ 'F', 0x7ff0000000000000, "inf" },
	{ 'F', 0xfff0000000000000, "-inf" },
	{ 'F', 0x7ff8000000000000, "nan:0x8000000000000" },
	{ 'F', 0x7ff0000000000001, "nan:0x1" },
	{ 'F', UINT64_MAX, "-nan:0xfffffffffffff" },
};

/* Read so, and printed otherwise. */
static const struct {
	char type;
	const char *arg;
	uint64_t bits;
} as_read[] = {
	{ 'f', "+1.5", 0x3fc00000 },
	{ 'f', "0x1.8p1", 0x40400000 },
	{ 'f', "1e-60", 0 },
	{ 'f', "-1e-60", 0x80000000 },
	{ 'f', "nan", 0x7fc00000 },
	{ 'f', "-nan", 0xffc00000 },
	{ 'f', "+inf", 0x7f800000 },
	/* Rounded once: by way of a double it would be 1. */
	{ 'f', "1.00000005960464477540", 0x3f800001 },
	{ 'F', "1e-400", 0 },
	{ 'F', "infinity", 0x7ff0000000000000 },
	{ 'F', "NAN", 0x7ff8000000000000 },
	{ 'F', "nan:0xABCdef", 0x7ff0000000abcdef },
};

static void test_floats(void)
{
	size_t i;

	for (i = 0; i < LEN(both); i++) {
		CHECK_MSG(!strcmp(print_bits(both[i].type, both[i].bits),
				  both[i].text), "%s, not %s", shown,
			  both[i].text);
		CHECK_MSG(parsed(both[i].type, both[i].text) == both[i].bits,
			  "%s", both[i].text);
	}
	for (i = 0; i < LEN(as_read); i++)
		CHECK_MSG(parsed(as_read[i].type, as_read[i].arg) == as_read[i].bits,
			  "%s", as_read[i].arg);
}

static void test_nans(void)
{
	int i;

	for (i = 0; i < 23; i++) {
		there_and_back('f', 0x7f800000u | 1u << i);
		there_and_back('f', 0xff800000u | 1u << i);
	}
	for (i = 0; i < 52; i++) {
		there_and_back('F', 0x7ff0000000000000 | 1ull << i);
		there_and_back('F', 0xfff0000000000000 | 1ull << i);
	}
}

/* --------------------------------------------------------------- bad input */

/* Ends with status 2 and one line that names the argument. */
static void refused(const char *sig, const char *arg, int argc)
{
	char said[400] = "", *argv[3];
	size_t n = 0;
	int fd[2], w, i;
	ssize_t got;
	pid_t pid;

	fflush(stdout);
	if (pipe(fd))
		abort();
	pid = fork();
	if (!pid) {
		dup2(fd[1], 2);
		for (i = 0; i < 3; i++)
			argv[i] = (char *)(uintptr_t)arg;
		add_values(&config, sig, argv, argc);
		_exit(0);
	}
	close(fd[1]);
	while ((got = read(fd[0], said + n, sizeof(said) - 1 - n)) > 0)
		n += (size_t)got;
	close(fd[0]);
	waitpid(pid, &w, 0);
	CHECK_MSG(WIFEXITED(w) && WEXITSTATUS(w) == 2,
		  "'%s' as %s: status %#x", arg, sig, w);
	CHECK_MSG(!strncmp(said, "catchpit: ", 10) &&
		  strchr(said, '\n') == said + strlen(said) - 1,
		  "'%s' as %s: \"%s\"", arg, sig, said);
	/* As it is, but for a tab: fail() prints no control characters. */
	CHECK(argc != 1 || sig[1] != ':' || *arg == '\t' || strstr(said, arg));
}

static void test_bad(void)
{
	static const char *const any_number[] = {
		"", " ", " 1", "1 ", "\t1", "+", "-", "--1", "+-1", "-+1",
		"- 1", "x", "0x", "0xg", "1x", "one", "1,5", "1;", "0x-1",
		"0x0x1", "\xff", "1e", "1-1",
	};
	static const char *const integers[] = {
		"1.0", "1e3", "4294967296", "-2147483649", "0x100000000",
		"99999999999999999999999999", "inf", "nan", "-0x80000001",
		"18446744073709551616",
	};
	static const char *const longs[] = {
		"18446744073709551616", "-9223372036854775809", "1.0",
		"-18446744073709551615", "0x10000000000000000",
	};
	static const char *const floats[] = {
		"nan:", "nan:0x", "nan:0x0", "nan:0x000", "nan:1", "nan:0xg",
		"nan:0x1g", "nan:0x 1", "nan:0x-1", "nan:0x+1", "nan:0x0x1",
		"nan:0x1 ", "nan:0x10000000000000", "-nan:0x0", "infx",
		"nan:0x10000000000000001", "1e400", "-1e400", "1.2.3",
	};
	static const char *const f32s[] = {
		"nan:0x800000", "1e39", "-1e39", "3.5e38",
	};
	size_t i;

	for (i = 0; i < LEN(any_number); i++) {
		refused("i:", any_number[i], 1);
		refused("F:", any_number[i], 1);
	}
	for (i = 0; i < LEN(integers); i++)
		refused("i:", integers[i], 1);
	for (i = 0; i < LEN(longs); i++)
		refused("I:", longs[i], 1);
	for (i = 0; i < LEN(floats); i++) {
		refused("f:", floats[i], 1);
		refused("F:", floats[i], 1);
	}
	for (i = 0; i < LEN(f32s); i++)
		refused("f:", f32s[i], 1);
	/* Types that cannot be written, and too many or too few. */
	refused("v:", "0", 1);
	refused("r:", "null", 1);
	refused("e:", "0", 1);
	refused(":i", "1", 1);
	refused("ii:i", "1", 1 + 2);
	refused("ii:", "1", 0);
	refused("i:i", "1", 2);
}

static void test_several(void)
{
	char a[] = "1", b[] = "-1", c[] = "0.5", *argv[] = { a, b, c };
	static const char want[] = "v=i:1\0v=I:ffffffffffffffff\0v=f:3f000000";

	config.len = 0;
	add_values(&config, ":iIfF", argv, 0);
	CHECK(config.len == 0);
	add_values(&config, "iIf:F", argv, 3);
	CHECK(config.len == sizeof(want) &&
	      !memcmp(config.s, want, sizeof(want)));
}

/* ------------------------------------------------------------ other results */

static void test_other_results(void)
{
	static const char *const odd[] = {
		"", "i", "I", "f", "F", "v", "r", "e", "q", "i ", "f ", "  ",
		"i zz", "f zz", "F -1", "i ffffffffffffffffffffffffffff",
		"q 00000001", "\n", "I 1 2 3", "v %s%n", "\xff \xff",
	};
	size_t i;

	CHECK(!strcmp(print_line("v 000102030405060708090a0b0c0d0e0f"),
		      "0x000102030405060708090a0b0c0d0e0f"));
	CHECK(!strcmp(print_line("r 0000000000000000"), "null"));
	CHECK(!strcmp(print_line("r 00000000deadbeef"), "ref"));
	CHECK(!strcmp(print_line("e 0000000000000000"), "null"));
	CHECK(!strcmp(print_line("e 0000000000000001"), "ref"));
	for (i = 0; i < LEN(odd); i++) {
		print_line(odd[i]);
		CHECK(nshown < 60);
	}
}

int main(void)
{
	test_integers();
	test_floats();
	test_nans();
	test_random_floats();
	test_bad();
	test_several();
	test_other_results();
	free(config.s);
	return check_done();
}
