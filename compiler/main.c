/* SPDX-License-Identifier: Apache-2.0 */
/* catchpit: the command line (DESIGN section 6). */
#include "flash.h"
#include "stages.h"
#include "symbolize.h"
#include <catchpit/module.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char usage_text[] =
"usage:\n"
"  catchpit build FILE.wasm... -o FILE.elf [OPTIONS]    image for a board,\n"
"                                                   and FILE.bin to flash\n"
"  catchpit compile FILE.wasm -o FILE.o --arch ISA      object and FILE.h\n"
"  catchpit compile FILE.wasm -o FILE.cpm --loadable    for cpit_load()\n"
"  catchpit run FILE.wasm...|FILE.elf|FILE.bin [OPTIONS] [-- ARGS]  run it, in QEMU\n"
"  catchpit inspect FILE.wasm|FILE.elf|FILE.bin [--json]  what is in it\n"
"  catchpit flash FILE.elf                 FILE.bin of an image of your own\n"
"  catchpit symbolize FILE.elf [PC...] [<REPORT]      where in the source\n"
"\n"
"options:\n"
"  --board NAME            virt, q35, microvm: machines (default virt);\n"
"                          host: a Linux process, without QEMU\n"
"  --boot bare|sbi         without firmware, or as OpenSBI's payload (virt)\n"
"  --memory guard|checked  how out-of-bounds accesses are caught\n"
"  --cpu NAME              what the CPU has: rv64gc (default) or\n"
"                          rv64gc_zba_zbb_zbs; x86-64-v2\n"
"  -O0 -O1 -O2 -O3 -Os     level of the C compiler (default -O2)\n"
"  --cc gcc|clang          the C compiler\n"
"  --stack SIZE            guest stack, e.g. 64K\n"
"  --arg A                 argument of the guest; may be repeated\n"
"  --env NAME=VALUE        environment of the guest; may be repeated\n"
"  --soft-ms N             warn a call that takes longer: __instance_signal\n"
"  --hard-ms N             end a call that takes longer: status 152\n"
"  --dir HOST[=GUEST]      a folder for the guest, under that name; repeated\n"
"  --set KEY=VALUE         any other setting of the image\n"
"  --order N,N,...         run them in this order, from 0, not at the same time\n"
"run only:\n"
"  --writeback             what has changed in --dir goes back to the host\n"
"  --invoke NAME           call this export with ARGS, print its results\n"
"  --cpus N                1 to 4\n"
"  --tick HZ               let the timer interrupt\n"
"  --timeout SECONDS       give up after that\n"
"  --stats                 print counters at the end\n"
"  --coredump FILE         write a WebAssembly core dump of a trap\n"
"  --accel NAME            QEMU's accelerator (default tcg)\n"
"  --qemu ARG              one more argument for QEMU; may be repeated\n"
"symbolize only:\n"
"  --wasm FILE             the module, for lines (clang -g); may be repeated\n"
"  --names FILE            names of its functions: lines of INDEX NAME\n"
"\n"
"exit status: the guest's, or 128 + signal; 126 not executable wasm,\n"
"127 no such file, 125 a tool or the machine failed, 2 bad usage\n";

static _Noreturn void usage(const char *what, const char *arg)
{
	fprintf(stderr, "catchpit: %s%s%s; try 'catchpit help'\n", what,
		arg ? " " : "", arg ? arg : "");
	exit(EXIT_USAGE);
}

struct options {
	struct settings set;
	const char *output;
	struct list files;
	struct text config;	/* for the image, or for the run */
	const char *invoke;
	unsigned last;		/* highest module of --order */
	bool json;
	struct dirs dirs;
	struct run_options run;
	struct list qemu;
	struct symbolize_options symbolize;
	char **args;		/* after -- */
	int nargs;
};

static void setting(struct options *o, const char *key, const char *value)
{
	add(&o->config, "%s=%s", key, value);
	add_bytes(&o->config, "", 1);
}

static unsigned number(const char *option, const char *s, unsigned min,
		       unsigned max)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(s, &end, 10);
	if (errno || end == s || *end || *s == '-' || v < min || v > max)
		usage("bad number for", option);
	return (unsigned)v;
}

/* At least a page, at most 1 GiB. */
static void stack_size(struct options *o, const char *s)
{
	unsigned long v;
	char bytes[24];

	if (!parse_size(s, &v) || v < 4096 || v > 1ul << 30)
		usage("bad size", s);
	snprintf(bytes, sizeof(bytes), "%lu", v);
	setting(o, "stack", bytes);
}

static void order(struct options *o, const char *s)
{
	char *copy = xstrdup(s), *save, *n;

	for (n = strtok_r(copy, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		unsigned v = number("--order", n, 0, 1000);

		if (v > o->last)
			o->last = v;
		setting(o, "run", n);
	}
	free(copy);
}

static void memory(struct options *o, const char *s)
{
	if (!strcmp(s, "guard"))
		o->set.memory = MEMORY_GUARD;
	else if (!strcmp(s, "checked"))
		o->set.memory = MEMORY_CHECKED;
	else
		usage("no such memory mode:", s);
}

static void compiler(struct options *o, const char *s)
{
	if (!strcmp(s, "clang"))
		o->set.clang = true;
	else if (!strcmp(s, "gcc"))
		o->set.clang = false;
	else
		usage("no such compiler:", s);
}

static void cpu(struct options *o, const char *s)
{
	o->set.cpu = s;
	setting(o, "cpu", s);
}

static void board(struct options *o, const char *s)
{
	struct utsname u;

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
	setting(o, "arg", s);
}

static void environment(struct options *o, const char *s)
{
	if (!strchr(s, '=') || *s == '=')
		usage("not NAME=VALUE:", s);
	setting(o, "env", s);
}

static void directory(struct options *o, const char *s)
{
	dirs_add(&o->dirs, s);
}

/* The folders' contents, and their names as settings of this key. */
static void pack(struct options *o, const char *key)
{
	size_t i;

	for (i = 0; i < o->dirs.guests.n; i++)
		setting(o, key, o->dirs.guests.v[i]);
	dirs_pack(&o->dirs);
}

static void invoke(struct options *o, const char *s)
{
	o->invoke = s;
	setting(o, "invoke", s);
}

static void cpus(struct options *o, const char *s)
{
	o->run.cpus = number("--cpus", s, 1, 4);
}

static void tick(struct options *o, const char *s)
{
	number("--tick", s, 1, 1000000);
	setting(o, "tick", s);
}

/* Budgets of a call in milliseconds: up to a day. */
static void soft(struct options *o, const char *s)
{
	number("--soft-ms", s, 1, 86400000);
	setting(o, "soft", s);
}

static void hard(struct options *o, const char *s)
{
	number("--hard-ms", s, 1, 86400000);
	setting(o, "hard", s);
}

/* Any setting of the image (boards/main.c), for those without an option. */
static void any_setting(struct options *o, const char *s)
{
	const char *eq = strchr(s, '=');
	char *key;

	if (!eq || eq == s)
		usage("not KEY=VALUE:", s);
	key = format("%.*s", (int)(eq - s), s);
	setting(o, key, eq + 1);
	free(key);
}

static void timeout(struct options *o, const char *s)
{
	o->run.timeout = number("--timeout", s, 1, 86400);
}

static void coredump(struct options *o, const char *s)
{
	o->run.coredump = s;
	setting(o, "coredump", "1");
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

enum {
	BUILD = 1, COMPILE = 2, RUN = 4, INSPECT = 8, MAKES = 15,
	SYMBOLIZE = 16, FLASH = 32
};

static const struct {
	const char *name;
	int commands;
	void (*set)(struct options *o, const char *value);
} options[] = {
	{ "-o", BUILD | COMPILE, output },
	{ "--board", BUILD | RUN | INSPECT | FLASH, board },
	{ "--boot", BUILD | RUN, boot },
	{ "--arch", COMPILE, arch },
	{ "--memory", MAKES, memory },
	{ "--cpu", MAKES, cpu },
	{ "--cc", MAKES, compiler },
	{ "--stack", BUILD | RUN, stack_size },
	{ "--arg", BUILD | RUN, argument },
	{ "--env", BUILD | RUN, environment },
	{ "--dir", BUILD | RUN, directory },
	{ "--order", BUILD | RUN, order },
	{ "--invoke", RUN, invoke },
	{ "--cpus", RUN, cpus },
	{ "--tick", RUN, tick },
	{ "--soft-ms", BUILD | RUN, soft },
	{ "--hard-ms", BUILD | RUN, hard },
	{ "--set", BUILD | RUN, any_setting },
	{ "--timeout", RUN, timeout },
	{ "--coredump", RUN, coredump },
	{ "--accel", RUN, accel },
	{ "--qemu", RUN, qemu },
	{ "--wasm", SYMBOLIZE, wasm },
	{ "--names", SYMBOLIZE, names },
};

/* An option with a value; false when there is none of that name. */
static bool with_value(struct options *o, int command, char **argv, int argc,
		       int *i)
{
	size_t k;

	for (k = 0; k < sizeof(options) / sizeof(options[0]); k++) {
		if (strcmp(argv[*i], options[k].name))
			continue;
		if (!(options[k].commands & command))
			usage("not an option of this command:", argv[*i]);
		if (*i + 1 >= argc)
			usage("a value is missing after", argv[*i]);
		options[k].set(o, argv[++*i]);
		return true;
	}
	return false;
}

static void parse(struct options *o, int command, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		char *a = argv[i];

		if (!strcmp(a, "--")) {
			if (command != RUN)
				usage("no arguments after --", NULL);
			o->args = argv + i + 1;
			o->nargs = argc - i - 1;
			return;
		}
		if (*a != '-')
			push(&o->files, "%s", a);
		else if (command & MAKES && !strncmp(a, "-O", 2) &&
			 strchr("0123s", a[2]) && a[2] && !a[3])
			o->set.level = a;
		else if (!strcmp(a, "-g") && command & MAKES)
			o->set.debug = true;
		else if (!strcmp(a, "--json") && command == INSPECT)
			o->json = true;
		else if (!strcmp(a, "--loadable") && command == COMPILE)
			o->set.loadable = true;
		else if (!strcmp(a, "--stats") && command == RUN)
			setting(o, "stats", "1");
		else if (!strcmp(a, "--writeback") && command == RUN)
			o->run.writeback = true;
		else if (!with_value(o, command, argv, argc, &i))
			usage("no such option:", a);
	}
}

static bool is_elf(const char *path)
{
	char magic[4];
	FILE *f = fopen(path, "rb");
	bool elf = f && fread(magic, 1, 4, f) == 4 &&
		   !memcmp(magic, "\177ELF", 4);

	if (f)
		fclose(f);
	return elf;
}

static void read_jobs(struct options *o, struct job **jobs)
{
	size_t i;

	if (o->set.sbi && !o->set.board->sbi)
		usage("no --boot sbi on board", o->set.board->name);
	if (!o->files.n)
		usage("no file given", NULL);
	if (o->last >= o->files.n)
		usage("--order names a module that is not given", NULL);
	*jobs = xmalloc(o->files.n * sizeof(**jobs));
	for (i = 0; i < o->files.n; i++)
		job_read(&(*jobs)[i], o->files.v[i], &o->set);
}

static int do_build(struct options *o)
{
	struct job *jobs;

	if (!o->output)
		usage("build needs -o FILE", NULL);
	free(flash_path(o->output));
	read_jobs(o, &jobs);
	pack(o, "dir");
	make_image(jobs, o->files.n, &o->set, &o->config, &o->dirs.archive,
		   o->output);
	if (o->set.board->flash)
		make_flash(o->output, &o->set);
	return 0;
}

static char *header_path(const char *object)
{
	size_t n = strlen(object);

	if (n < 3 || strcmp(object + n - 2, ".o"))
		usage("the object's name must end in .o:", object);
	return format("%.*s.h", (int)(n - 2), object);
}

static int do_compile(struct options *o)
{
	struct text h = { 0 };
	struct job *jobs;
	char *path;

	if (!o->output)
		usage("compile needs -o FILE.o", NULL);
	path = o->set.loadable ? NULL : header_path(o->output);
	read_jobs(o, &jobs);
	if (o->files.n != 1)
		usage("compile takes one module", NULL);
	job_compile(jobs);
	if (o->set.loadable) {
		stage_loadable(jobs, work_path("container"));
		deliver(work_path("container"), o->output);
		progress_done();
		return 0;
	}
	make_header(jobs, &h);
	write_text(work_path("header"), &h);
	deliver(format("%s/module.o", jobs->dir), o->output);
	deliver(work_path("header"), path);
	progress_done();
	return 0;
}

/* What comes after --: arguments of the invoked function, or of the guest. */
static void run_arguments(struct options *o, const struct text *info)
{
	char *sig;
	int i;

	if (!o->invoke) {
		for (i = 0; i < o->nargs; i++)
			setting(o, "arg", o->args[i]);
		return;
	}
	sig = info_signature(info, o->invoke);
	if (!sig)
		fail(EXIT_USAGE, "%s: no exported function '%s'",
		     o->files.v[0], o->invoke);
	add_values(&o->config, sig, o->args, o->nargs);
	free(sig);
}

/* A .bin: nobody but itself knows what is in it. */
static bool is_flash(struct options *o)
{
	struct cpit_image_header h;
	bool elf;

	if (o->files.n != 1 || !read_header(o->files.v[0], &h, &elf) || elf)
		return false;
	if (o->invoke)
		usage("--invoke needs the ELF file, not", o->files.v[0]);
	if (!o->set.board->flash)
		usage("nothing to flash on board", o->set.board->name);
	return true;
}

static int do_run(struct options *o)
{
	struct text info = { 0 }, none = { 0 };
	const char *elf = o->files.n ? o->files.v[0] : "";
	const char tty[] = { (char)('0' + isatty(0) + 2 * isatty(1) +
				    4 * isatty(2)), '\0' };
	struct job *jobs;

	if (is_flash(o)) {
		run_arguments(o, &none);
	} else if (o->files.n != 1 || !is_elf(elf)) {
		read_jobs(o, &jobs);
		elf = work_path("app.elf");
		if (o->invoke)
			make_info(jobs, &info);
		run_arguments(o, &info);
		make_image(jobs, o->files.n, &o->set, &none, &none, elf);
	} else {
		if (!read_info(elf, &info))
			fail(EXIT_NOEXEC, "%s: an ELF file, but not a catchpit "
			     "image", elf);
		run_arguments(o, &info);
	}
	pack(o, "mount");
	if (o->run.writeback)
		setting(o, "writeback", "1");
	o->run.dirs = &o->dirs;
	setting(o, "frame", "1");
	setting(o, "tty", tty);
	o->run.config = o->config;
	o->run.qemu = &o->qemu;
	return run_image(elf, o->set.board, &o->run);
}

/* An image that was linked by hand. */
static int do_flash(struct options *o)
{
	if (o->files.n != 1)
		usage("flash takes one ELF file", NULL);
	flash_elf(o->files.v[0], &o->set);
	return 0;
}

static int do_inspect(struct options *o)
{
	struct cpit_image_header h;
	bool elf;
	struct text info = { 0 };
	struct job *jobs;
	size_t i;

	if (o->files.n == 1 && read_header(o->files.v[0], &h, &elf) && !elf) {
		if (o->json)
			usage("no --json of a .bin:", o->files.v[0]);
		return inspect_flash(o->files.v[0]);
	}
	if (o->files.n == 1 && is_elf(o->files.v[0])) {
		if (!read_info(o->files.v[0], &info))
			fail(EXIT_NOEXEC, "%s: an ELF file, but not a catchpit "
			     "image", o->files.v[0]);
	} else {
		read_jobs(o, &jobs);
		for (i = 0; i < o->files.n; i++) {
			job_compile(&jobs[i]);
			make_info(&jobs[i], &info);
		}
	}
	progress_done();
	print_info(&info, o->json);
	return 0;
}

static int do_symbolize(struct options *o)
{
	if (!o->files.n)
		usage("no file given", NULL);
	o->symbolize.files = &o->files;
	return symbolize(&o->symbolize);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int bit;
		int (*run)(struct options *o);
	} commands[] = {
		{ "build", BUILD, do_build }, { "compile", COMPILE, do_compile },
		{ "run", RUN, do_run }, { "inspect", INSPECT, do_inspect },
		{ "symbolize", SYMBOLIZE, do_symbolize },
		{ "flash", FLASH, do_flash },
	};
	struct options o = { .set = { .level = "-O2" },
			     .run = { .accel = "tcg", .cpus = 1 } };
	size_t i;

	board(&o, "virt");
	if (argc < 2)
		usage("no command given", NULL);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help")) {
		fputs(usage_text, stdout);
		return 0;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		parse(&o, commands[i].bit, argc - 2, argv + 2);
		check_cpu(&o.set);
		return commands[i].run(&o);
	}
	usage("no such command:", argv[1]);
}
