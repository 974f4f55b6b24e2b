/* SPDX-License-Identifier: Apache-2.0 */
/* The options of the command line, and what of them each command takes. */
#include "options.h"
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void set_number(struct options *o, const char *key, unsigned long v)
{
	options_set_once(o, key, format("%lu", v));
}

static void stack_size(struct options *o, const char *s)
{
	set_number(o, "stack", options_size("--stack", s, 4096, 1ul << 30));
}

static void max_memory(struct options *o, const char *s)
{
	unsigned long size = options_size("--max-memory", s, 65536, 1ul << 32);

	if (size % 1024)
		usage("not a multiple of 1K for --max-memory:", s);
	set_number(o, "memory", size / 1024);
}

static void order(struct options *o, const char *s)
{
	char *copy = xstrdup(s), *rest = copy, *n;

	while ((n = strsep(&rest, ","))) {
		unsigned v = options_number("--order", n, 0, 1000);

		if (v > o->last)
			o->last = v;
		options_set(o, "run", n);
	}
	free(copy);
}

static void memory(struct options *o, const char *s)
{
	o->makes = "--memory";
	if (!strcmp(s, "guard"))
		o->set.memory = MEMORY_GUARD;
	else if (!strcmp(s, "checked"))
		o->set.memory = MEMORY_CHECKED;
	else if (!strcmp(s, "zero"))
		o->set.memory = MEMORY_ZERO;
	else
		usage("no such memory mode:", s);
}

static void base(struct options *o, const char *s)
{
	o->makes = "--base";
	if (!strcmp(s, "gs"))
		o->set.base = BASE_GS;
	else if (!strcmp(s, "register"))
		o->set.base = BASE_REGISTER;
	else
		usage("no such base:", s);
}

static void compiler(struct options *o, const char *s)
{
	o->makes = "--cc";
	if (!strcmp(s, "clang"))
		o->set.clang = true;
	else if (!strcmp(s, "gcc"))
		o->set.clang = false;
	else
		usage("no such compiler:", s);
}

static void cpu(struct options *o, const char *s)
{
	o->makes = "--cpu";
	o->set.cpu = s;
	options_set_once(o, "cpu", s);
}

void options_board(struct options *o, const char *s)
{
	struct utsname u;

	o->boarded = true;
	o->set.board = find_board(s);
	if (!o->set.board)
		usage("no such board:", s);
	if (o->set.board->process && (uname(&u) || strcmp(u.machine, "x86_64")))
		fail(EXIT_USAGE, "board %s needs an x86_64 machine, and this is "
		     "%s", s, u.machine);
	o->set.arch = o->set.board->arch;
}

static void boot(struct options *o, const char *s)
{
	o->makes = "--boot";
	o->set.sbi = !strcmp(s, "sbi");
	if (!o->set.sbi && strcmp(s, "bare"))
		usage("no such way to boot:", s);
}

static void arch(struct options *o, const char *s)
{
	o->set.board = NULL;
	o->set.arch = find_arch(s);
	if (!o->set.arch)
		usage("no such ISA:", s);
}

static void output(struct options *o, const char *s)
{
	o->output = s;
}

static void argument(struct options *o, const char *s)
{
	options_set(o, "arg", s);
}

static void environment(struct options *o, const char *s)
{
	if (!strchr(s, '=') || *s == '=')
		usage("not NAME=VALUE:", s);
	options_set(o, "env", s);
}

static void directory(struct options *o, const char *s)
{
	dirs_add(&o->dirs, s);
}

void options_pack(struct options *o, const char *key)
{
	size_t i;

	for (i = 0; i < o->dirs.guests.n; i++)
		options_set(o, key, o->dirs.guests.v[i]);
	dirs_pack(&o->dirs);
}

static void invoke(struct options *o, const char *s)
{
	o->invoke = s;
	options_set_once(o, "invoke", s);
}

static void cpus(struct options *o, const char *s)
{
	o->run.cpus = options_number("--cpus", s, 1, 4);
}

static void tick(struct options *o, const char *s)
{
	options_number("--tick", s, 1, 1000000);
	options_set_once(o, "tick", s);
}

/* Budgets of a call in milliseconds: up to a day. */
static void soft(struct options *o, const char *s)
{
	options_number("--soft-ms", s, 1, 86400000);
	options_set_once(o, "soft", s);
}

static void hard(struct options *o, const char *s)
{
	options_number("--hard-ms", s, 1, 86400000);
	options_set_once(o, "hard", s);
}

static void timeout(struct options *o, const char *s)
{
	o->run.timeout = options_number("--timeout", s, 1, 86400);
}

static void coredump(struct options *o, const char *s)
{
	o->run.coredump = s;
	options_set(o, "coredump", "1");
}

static void accel(struct options *o, const char *s)
{
	o->run.accel = s;
}

static void qemu(struct options *o, const char *s)
{
	push(&o->qemu, "%s", s);
}

static void wasm(struct options *o, const char *s)
{
	push(&o->symbolize.wasm, "%s", s);
}

static void names(struct options *o, const char *s)
{
	o->symbolize.names = s;
}

static const struct {
	const char *name;
	int commands;
	void (*set)(struct options *o, const char *value);
} options[] = {
	{ "-o", BUILD | COMPILE, output },
	{ "--board", BUILD | RUN | INSPECT | FLASH, options_board },
	{ "--boot", BUILD | RUN, boot },
	{ "--arch", COMPILE, arch },
	{ "--memory", MAKES, memory },
	{ "--base", MAKES, base },
	{ "--cpu", MAKES, cpu },
	{ "--cc", MAKES, compiler },
	{ "--stack", BUILD | RUN, stack_size },
	{ "--max-memory", BUILD | RUN, max_memory },
	{ "--arg", BUILD | RUN, argument },
	{ "--env", BUILD | RUN, environment },
	{ "--dir", BUILD | RUN, directory },
	{ "--order", BUILD | RUN, order },
	{ "--invoke", RUN, invoke },
	{ "--cpus", RUN, cpus },
	{ "--tick", RUN, tick },
	{ "--soft-ms", BUILD | RUN, soft },
	{ "--hard-ms", BUILD | RUN, hard },
	{ "--set", BUILD | RUN, options_any },
	{ "--timeout", RUN, timeout },
	{ "--coredump", RUN, coredump },
	{ "--accel", RUN, accel },
	{ "--qemu", RUN, qemu },
	{ "--wasm", SYMBOLIZE, wasm },
	{ "--names", SYMBOLIZE, names },
};

static void debug(struct options *o)
{
	o->makes = "-g";
	o->set.debug = true;
}

static void json(struct options *o)
{
	o->json = true;
}

static void loadable(struct options *o)
{
	o->set.loadable = true;
}

static void prefault(struct options *o)
{
	options_set(o, "prefault", "1");
}

static void stats(struct options *o)
{
	options_set(o, "stats", "1");
}

static void writeback(struct options *o)
{
	o->run.writeback = true;
}

static const struct {
	const char *name;
	int commands;
	void (*set)(struct options *o);
} flags[] = {
	{ "-g", MAKES, debug },
	{ "--json", INSPECT, json },
	{ "--loadable", COMPILE, loadable },
	{ "--prefault", BUILD | RUN, prefault },
	{ "--stats", RUN, stats },
	{ "--writeback", RUN, writeback },
};

static void must_be_of(int commands, int command, const char *option)
{
	if (!(commands & command))
		usage("not an option of this command:", option);
}

/* One without a value, or a level; false when there is none of that name. */
static bool without_value(struct options *o, int command, char *a)
{
	size_t k;

	for (k = 0; k < sizeof(flags) / sizeof(flags[0]); k++) {
		if (strcmp(a, flags[k].name))
			continue;
		must_be_of(flags[k].commands, command, a);
		flags[k].set(o);
		return true;
	}
	if (strncmp(a, "-O", 2) || !a[2] || !strchr("0123s", a[2]) || a[3])
		return false;
	must_be_of(MAKES, command, a);
	o->makes = o->set.level = a;
	return true;
}

/* An option with a value; false when there is none of that name. */
static bool with_value(struct options *o, int command, char **argv, int argc,
		       int *i)
{
	size_t k;

	for (k = 0; k < sizeof(options) / sizeof(options[0]); k++) {
		if (strcmp(argv[*i], options[k].name))
			continue;
		must_be_of(options[k].commands, command, argv[*i]);
		if (*i + 1 >= argc)
			usage("a value is missing after", argv[*i]);
		options[k].set(o, argv[++*i]);
		return true;
	}
	return false;
}

bool options_parse(struct options *o, int command, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		char *a = argv[i];

		if (!strcmp(a, "--")) {
			if (command != RUN)
				usage("no arguments after --", NULL);
			o->args = argv + i + 1;
			o->nargs = argc - i - 1;
			return true;
		}
		if (!strcmp(a, "--help") || !strcmp(a, "-h"))
			return false;
		if (*a != '-')
			push(&o->files, "%s", a);
		else if (!without_value(o, command, a) &&
			 !with_value(o, command, argv, argc, &i))
			usage("no such option:", a);
	}
	return true;
}

void options_init(struct options *o)
{
	*o = (struct options){ .set = { .level = "-O2" },
			       .run = { .accel = "tcg", .cpus = 1 } };
	options_board(o, "virt");
	o->boarded = false;
}
