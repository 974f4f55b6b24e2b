/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spec OPTION=VALUE... SCRIPT...
 *
 * Runs scripts of the official test suite on boards.  Options: suite, dir,
 * memory, cc, level, cpus, jobs, boards, gaps, expect, record, commit;
 * refusals=no leaves out what no board sees; some=yes says that scripts were
 * chosen by hand.
 */
#include "report.h"
#include "pool.h"
#include "wabt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct {
	const char *name, *value;
} options[] = {
	{ "suite", NULL }, { "dir", NULL }, { "memory", "guard" },
	{ "cc", "gcc" }, { "level", "-O1" }, { "cpus", "1" }, { "jobs", "2" },
	{ "boards", "virt" }, { "gaps", "/dev/null" }, { "expect", "" },
	{ "record", "" }, { "commit", "" }, { "refusals", "yes" },
	{ "some", "no" },
};

static const char **find_option(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strlen(options[i].name) == len &&
		    !memcmp(options[i].name, name, len))
			return &options[i].value;
	return NULL;
}

static const char *option(const char *name)
{
	const char *v = *find_option(name, strlen(name));

	return v ? v : "";
}

static struct list words(const char *s)
{
	char *copy = xstrdup(s), *save, *w;
	struct list l = { 0 };

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		push(&l, "%s", w);
	return l;
}

/* spectest.o for each ISA; its name is part of its symbol. */
static void make_spectest(const struct combination *c, unsigned arches,
			  const struct list *compile)
{
	char *wasm = format("%s/spectest.wasm", c->dir);
	struct list cmd = { 0 };
	unsigned a;

	push(&cmd, "%s/node_modules/wabt/bin/wat2wasm", home());
	push_all(&cmd, (const char *const[]){ "--enable-threads",
		"--enable-multi-memory", "tests/spec/spectest.wat", "-o", wasm,
		NULL });
	must_run(&cmd, "spectest.wat");
	for (a = 0; a < ARCHES; a++) {
		if (!(arches >> a & 1))
			continue;
		mkdir(format("%s/%s", c->dir, arch_names[a]), 0777);
		cmd = (struct list){ 0 };
		push(&cmd, "%s/build/catchpit", home());
		push_all(&cmd, (const char *const[]){ "compile", wasm, "-o",
			NULL });
		push(&cmd, "%s/%s/spectest.o", c->dir, arch_names[a]);
		push_all(&cmd, (const char *const[]){ "--arch", arch_names[a],
			NULL });
		push_all(&cmd, (const char *const *)compile->v);
		must_run(&cmd, "spectest.wasm");
	}
}

static void make_modules(const struct combination *c, bool refuse)
{
	struct list compile = { 0 };
	unsigned arches = 0;
	size_t b;

	for (b = 0; b < c->nboards; b++)
		arches |= 1u << arch_of(c->boards[b]);
	push_all(&compile, (const char *const[]){ "--memory", c->memory, "--cc",
		c->cc, c->level, NULL });
	wabt_start(c->dir, c->jobs);
	make_spectest(c, arches, &compile);
	modules_make(c->dir, arches, &compile, !strcmp(c->memory, "guard"),
		     refuse, c->jobs);
}

int main(int argc, char **argv)
{
	struct combination c;
	struct script *scripts;
	struct list boards;
	struct report r;
	bool good, refuse;
	size_t n;
	int i;

	if (wabt_called(argv[0]))
		return wabt_main(argv);
	for (i = 1; i < argc && strchr(argv[i], '='); i++) {
		size_t len = strcspn(argv[i], "=");
		const char **v = find_option(argv[i], len);

		if (!v)
			fail(EXIT_USAGE, "no such option: %s", argv[i]);
		*v = argv[i] + len + 1;
	}
	boards = words(option("boards"));
	c = (struct combination){
		.dir = option("dir"), .memory = option("memory"),
		.cc = option("cc"), .level = option("level"),
		.boards = (const char *const *)boards.v, .nboards = boards.n,
		.cpus = (unsigned)atoi(option("cpus")),
		.jobs = (unsigned)atoi(option("jobs")),
	};
	n = (size_t)(argc - i);
	scripts = xmalloc((n + 1) * sizeof(*scripts));
	for (n = 0; i < argc; i++)
		script_read(&scripts[n++], option("suite"), argv[i]);
	refuse = !strcmp(option("refusals"), "yes");
	make_modules(&c, refuse);
	report_init(&r, &c, scripts, n, option("gaps"));
	r.some = !strcmp(option("some"), "yes");
	if (refuse)
		report_refusals(&r);
	report_images(&r, images_run(&c, scripts, n));
	good = report_print(&r, *option("expect") ? option("expect") : NULL);
	if (*option("record"))
		report_record(&r, option("record"), option("commit"));
	return good ? 0 : 1;
}
