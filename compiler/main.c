/* SPDX-License-Identifier: Apache-2.0 */
/* catchpit: the commands. */
#include "elffile.h"
#include "options.h"
#include <catchpit/module.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_elf(const char *path)
{
	return elffile_type(path) != ET_NONE;
}

/*
 * Before anything is made: an output that is a directory, or has none to be in,
 * would be told when all is done, and its companion in place; and none is to take
 * the place of what it was made of.
 */
static void check_output(const struct options *o, const char *path)
{
	const char *name = strrchr(path, '/');
	char *folder = name ? format("%.*s", (int)(name - path) + 1, path)
			    : xstrdup(*path ? "." : "");
	struct stat in, out;
	size_t i;

	if (!stat(path, &out) && S_ISDIR(out.st_mode))
		fail(EXIT_TOOL, "%s: %s", path, strerror(EISDIR));
	if (!is_special(path) && access(folder, W_OK | X_OK))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	free(folder);
	for (i = 0; !stat(path, &out) && i < o->files.n; i++)
		if (!is_special(path) && !stat(o->files.v[i], &in) &&
		    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			usage("the output is also an input:", path);
}

static void read_jobs(struct options *o, struct job **jobs)
{
	size_t i;

	check_cpu(&o->set);
	if (o->set.sbi && !o->set.board->sbi)
		usage("no --boot sbi on board", o->set.board->name);
	if (!o->files.n)
		usage("no file given", NULL);
	if (o->unknown)
		usage("--set: no such setting:", o->unknown);
	if (o->last >= o->files.n)
		usage("--order names a module that is not given", NULL);
	if (o->files.n > 1 && o->set.memory == MEMORY_ZERO && o->set.board &&
	    o->set.board->process)
		usage("--memory zero is for one module on board",
		      o->set.board->name);
	*jobs = xmalloc(o->files.n * sizeof(**jobs));
	for (i = 0; i < o->files.n; i++)
		job_read(&(*jobs)[i], o->files.v[i], &o->set);
}

static int do_build(struct options *o)
{
	struct job *jobs;
	const char *elf, *bin = NULL;

	if (!o->output)
		usage("build needs -o FILE", NULL);
	check_output(o, o->output);
	if (o->set.board->flash && !is_special(o->output)) {
		bin = flash_path(o->output);
		check_output(o, bin);
	}
	read_jobs(o, &jobs);
	options_pack(o, "dir");
	elf = make_image(jobs, o->files.n, &o->set, &o->config,
			 &o->dirs.archive, o->output);
	prepare(elf, o->output);
	if (bin)
		make_flash(elf, &o->set, bin);
	deliver_all();
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
	check_output(o, o->output);
	if (path)
		check_output(o, path);
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
	prepare(format("%s/module.o", jobs->dir), o->output);
	prepare(work_path("header"), path);
	deliver_all();
	progress_done();
	return 0;
}

/* What comes after --: arguments of the invoked function, or of the guest. */
static void run_arguments(struct options *o, const struct text *info)
{
	bool differ;
	char *sig;
	int i;

	if (!o->invoke) {
		for (i = 0; i < o->nargs; i++)
			options_set(o, "arg", o->args[i]);
		return;
	}
	sig = info_signature(info, o->invoke, &differ);
	if (!sig)
		fail(EXIT_USAGE, "%s: no exported function '%s'",
		     o->files.v[0], o->invoke);
	if (differ)
		fail(EXIT_USAGE, "%s: --invoke: '%s' is not of one type in "
		     "all modules", o->files.v[0], o->invoke);
	add_values(&o->config, sig, o->args, o->nargs);
	free(sig);
}

/* An image that is there is as it was built. */
static void must_make_nothing(const struct options *o)
{
	if (o->makes)
		fail(EXIT_USAGE, "%s is built: it cannot have %s any more",
		     o->files.v[0], o->makes);
}

/* What would be ignored. */
static void check_run(const struct options *o)
{
	check_accel(o->set.board, o->run.accel);
	if (o->qemu.n && !o->set.board->qemu)
		usage("--qemu: there is none on board", o->set.board->name);
	if (o->run.writeback && !o->dirs.hosts.n)
		usage("--writeback needs --dir", NULL);
	if (o->run.writeback)
		dirs_apart(&o->dirs);
	if (o->run.coredump)
		check_output(o, o->run.coredump);
}

/* A .bin: nobody but itself knows what is in it. */
static bool is_flash(const struct options *o)
{
	struct cpit_image_header h;
	bool elf;

	return o->files.n == 1 && read_header(o->files.v[0], &h, &elf) && !elf;
}

static void must_run_from_flash(const struct options *o)
{
	if (o->invoke)
		usage("--invoke needs the ELF file, not", o->files.v[0]);
	if (!o->set.board->flash)
		usage("nothing to flash on board", o->set.board->name);
}

/* --order, of an image that is there: it would leave out what it has not. */
static void must_have(const struct options *o, const struct text *info)
{
	const char *p = info->s;
	unsigned n = 1;

	while ((p = strstr(p, "\nmodule ")))
		n++, p++;
	if (o->last >= n)
		usage("--order names a module that is not in", o->files.v[0]);
}

/* Another machine would run what is no code of its own, and never end. */
static void must_fit(const struct board *b, const char *path,
		     const struct text *info)
{
	struct cpit_image_header h;
	bool elf, fits;

	if (info->len)
		fits = read_header(path, &h, &elf) != !!b->process &&
		       strstr(info->s, format("\nisa %s\n", b->arch->name));
	else
		fits = flash_fits(path, b->arch->name);
	if (!fits)
		not_for(path, b);
}

/* The board that it was built for, unless the command line says which. */
static void choose_board(struct options *o)
{
	const struct board *b = NULL;

	if (!o->boarded && o->files.n == 1)
		b = image_board(o->files.v[0]);
	if (b)
		options_board(o, b->name);
}

static void must_be_image(const char *elf, struct text *info)
{
	if (!read_info(elf, info))
		fail(EXIT_NOEXEC, "%s: an ELF file, but not a catchpit image",
		     elf);
}

static int do_run(struct options *o)
{
	struct text info = { 0 }, none = { 0 };
	const char *elf = o->files.n ? o->files.v[0] : "";
	const char tty[] = { (char)('0' + isatty(0) + 2 * isatty(1) +
				    4 * isatty(2)), '\0' };
	struct job *jobs = NULL;
	size_t i;

	choose_board(o);
	check_run(o);
	for (i = 1; i < o->files.n; i++)
		if (access(o->files.v[i], F_OK) && errno == ENOENT)
			fail(EXIT_NOENT, "%s: %s; arguments come after --",
			     o->files.v[i], strerror(errno));
	if (is_flash(o)) {
		must_run_from_flash(o);
		must_make_nothing(o);
		must_fit(o->set.board, elf, &none);
		run_arguments(o, &none);
	} else if (o->files.n != 1 || !is_elf(elf)) {
		read_jobs(o, &jobs);
		for (i = 0; o->invoke && i < o->files.n; i++)
			make_info(&jobs[i], &info);
		run_arguments(o, &info);
	} else {
		must_be_image(elf, &info);
		if (elffile_type(elf) == ET_REL)
			fail(EXIT_NOEXEC, "%s: an object for a kernel; images "
			     "are made by 'catchpit build'", elf);
		must_make_nothing(o);
		must_fit(o->set.board, elf, &info);
		must_have(o, &info);
		run_arguments(o, &info);
	}
	options_pack(o, "mount");
	if (o->run.writeback)
		options_set(o, "writeback", "1");
	o->run.dirs = &o->dirs;
	options_set(o, "frame", "1");
	options_set(o, "tty", tty);
	o->run.config = o->config;
	o->run.qemu = &o->qemu;
	o->run.name = o->files.v[0];
	free(settings_line(&o->config));	/* it fails where they are too long */
	if (jobs)
		elf = make_image(jobs, o->files.n, &o->set, &none, &none,
				 elf);
	return run_image(elf, o->set.board, &o->run);
}

/* An image that was linked by hand. */
static int do_flash(struct options *o)
{
	if (o->files.n != 1)
		usage("flash takes one ELF file", NULL);
	choose_board(o);
	flash_elf(o->files.v[0], &o->set);
	return 0;
}

static int do_inspect(struct options *o)
{
	struct text info = { 0 };
	struct job *jobs;
	size_t i;

	if (is_flash(o)) {
		if (o->json)
			usage("no --json of a .bin:", o->files.v[0]);
		must_make_nothing(o);
		return inspect_flash(o->files.v[0]);
	}
	if (o->files.n == 1 && is_elf(o->files.v[0])) {
		must_be_image(o->files.v[0], &info);
		must_make_nothing(o);
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

/* A descriptor that is closed would be the next file's or pipe's. */
static void open_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 3);
	close(fd);
}

/* What was printed may still be on its way, and find no room there. */
static int printed(int status)
{
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE)
		fail(EXIT_TOOL, "stdout: %s", strerror(errno));
	return status;
}

static int help(void)
{
	options_help();
	return printed(0);
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
	struct options o;
	size_t i;

	open_streams();
	signal(SIGXFSZ, SIG_IGN);	/* an error like others (ulimit -f) */
	options_init(&o);
	if (argc < 2)
		usage("no command given", NULL);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") ||
	    !strcmp(argv[1], "-h"))
		return help();
	if (!strcmp(argv[1], "--version")) {
		printf("catchpit, abi %u\n", CPIT_ABI);
		return printed(0);
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		if (!options_parse(&o, commands[i].bit, argc - 2, argv + 2))
			return help();
		return printed(commands[i].run(&o));
	}
	usage("no such command:", argv[1]);
}
