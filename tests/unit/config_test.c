/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boards/config.c: the settings on a loader's command line, odd ones included,
 * and that what `catchpit run' writes there (compiler/run.c) is what comes out.
 */
#include "board.h"
#include "check.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "../../compiler/run.c"

struct cpit_board cpit_board;
const char cpit_image_config[] = "tick=100\0arg=one\0arg=two\0x=y=z\0e=\0";

void qemu_command(struct list *cmd, const char *path,
		  const struct board *board, const struct run_options *opt,
		  int input)
{
	(void)cmd;
	(void)input;
	(void)path;
	(void)board;
	(void)opt;
}

void print_result(const char *line)
{
	(void)line;
}

static jmp_buf refused;

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	(void)pc;
	(void)addr;
	(void)during;
	CHECK(!strcmp(why, "settings too long"));
	longjmp(refused, 1);
}

/* False: they are refused. */
static bool given(const char *cmdline)
{
	/* A copy of just its size: ASan sees a byte too far. */
	char *const copy = strdup(cmdline);
	bool volatile taken = false;

	cpit_board.cmdline = copy;
	if (!setjmp(refused)) {
		cpit_config_init();
		taken = true;
	}
	free(copy);
	return taken;
}

static void is(const char *key, unsigned n, const char *want)
{
	const char *got = cpit_config(key, n);

	CHECK_MSG(want ? got && !strcmp(got, want) : !got,
		  "%s %u: \"%s\", not \"%s\"", key, n, got ? got : "(none)",
		  want ? want : "(none)");
}

static void test_baked_in(void)
{
	given("");
	is("tick", 0, "100");
	is("tick", 1, NULL);
	is("arg", 0, "one");
	is("arg", 1, "two");
	is("arg", 2, NULL);
	is("x", 0, "y=z");
	is("e", 0, "");
	is("ar", 0, NULL);
	is("args", 0, NULL);
	is("", 0, NULL);
	is("one", 0, NULL);
	CHECK(cpit_config_number("tick", 7) == 100);
	CHECK(cpit_config_number("tock", 7) == 7);
	CHECK(cpit_config_number("arg", 7) == 0);
}

/* A key given at boot replaces all its values. */
static void test_replaced(void)
{
	given("arg=three  tick=5 ");
	is("arg", 0, "three");
	is("arg", 1, NULL);
	is("x", 0, "y=z");
	CHECK(cpit_config_number("tick", 7) == 5);
	given("   arg=a arg=b arg=c");
	is("arg", 0, "a");
	is("arg", 1, "b");
	is("arg", 2, "c");
	is("arg", 3, NULL);
	is("arg", 4294967295u, NULL);
}

static void test_escapes(void)
{
	given("arg=%20a%25b%0a%41 b=%7e%FF%fe");
	is("arg", 0, " a%b\nA");
	is("b", 0, "~\xff\xfe");
	/* Cut off: as it stands. */
	given("arg=%2");
	is("arg", 0, "%2");
	given("arg=%");
	is("arg", 0, "%");
	given("arg=%%20");
	CHECK(cpit_config("arg", 0) != NULL);
}

/* Words that are no settings do no harm to those that are. */
static void test_odd(void)
{
	static const char *const odd[] = {
		"", " ", "=", "==", "a", "arg", "=arg", "arg==",
		"%", "%2", "%zz", "%-1", "%\xff\xff", "%00", "%00%00",
		"root=/dev/vda1 quiet", "\xff\xff\xff", "\033[2J", "\n\t",
		"tick=99999999999999999999999", "tick=-1", "tick=0x10",
		"tick=abc",
	};
	size_t i;

	for (i = 0; i < LEN(odd); i++) {
		given(odd[i]);
		cpit_config_number("tick", 1);
		is("x", 0, "y=z");
	}
}

/* Longer than there is room for: refused, never written beyond. */
static void test_long(void)
{
	static const char *const parts[] = { "a", " ", "%41", "%", "x=y ",
					     "arg=%20%20 " };
	size_t i, n;

	for (i = 0; i < LEN(parts); i++) {
		size_t part = strlen(parts[i]);
		char *s = malloc(part * 20000 + 10);

		for (n = 0; n < 20000; n++)
			memcpy(s + n * part, parts[i], part);
		for (n = 0; n < 4; n++) {
			snprintf(s + (20000 - n) * part, 10, " z=1");
			/* A blank takes no room, "%%%" a byte. */
			CHECK(given(s) == (*s == ' ' || !strcmp(parts[i], "%")));
		}
		free(s);
	}
	/* All 16000 bytes the tool may send arrive. */
	{
		struct text t = { 0 };

		add(&t, "arg=%015993d", 7);
		add(&t, " y=2");
		given(t.s);
		CHECK(strlen(cpit_config("arg", 0)) == 15993);
		is("y", 0, "2");
		free(t.s);
	}
}

/* Any bytes but NUL, there and back. */
static void test_round_trip(void)
{
	uint64_t seed = 3;
	int round, i;

	for (round = 0; round < 2000; round++) {
		struct text config = { 0 };
		char value[64];
		char *line;
		int n = round < 256 ? 1 : round % 60;

		for (i = 0; i < n; i++) {
			value[i] = (char)check_random(&seed);
			if (round < 256)
				value[i] = (char)round;
			if (!value[i])
				value[i] = '%';
		}
		value[n] = '\0';
		add(&config, "arg=%s", value);
		add_bytes(&config, "", 1);
		add(&config, "env=%s", value);
		add_bytes(&config, "", 1);
		line = settings_line(&config);
		given(line);
		is("arg", 0, value);
		is("arg", 1, NULL);
		is("env", 0, value);
		free(line);
		free(config.s);
	}
}

int main(void)
{
	test_baked_in();
	test_replaced();
	test_escapes();
	test_odd();
	test_long();
	test_round_trip();
	return check_done();
}
