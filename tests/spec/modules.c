/* SPDX-License-Identifier: Apache-2.0 */
#include "modules.h"
#include "pool.h"
#include "wabt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *const arch_names[ARCHES] = { "riscv64", "x86_64" };
struct spec_module **modules;
size_t nmodules;

/* What a worker finds out; in memory that it shares with us. */
struct result {
	uint8_t assembled, compiled[ARCHES];
};

static struct {
	const char *dir;
	unsigned arches;
	const struct list *options;
	bool guard, refuse;
	struct result *results;
} making;

/* FNV-1a */
static uint64_t hash(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len--)
		h = (h ^ *p++) * 0x100000001b3;
	return h;
}

struct spec_module *module_add(char *source, size_t len, bool binary,
			       enum purpose purpose, const char *features,
			       bool alone)
{
	const uint8_t kind[] = { binary, (uint8_t)purpose, alone };
	struct spec_module *m;
	uint64_t h;
	size_t i;

	h = hash(0xcbf29ce484222325, kind, sizeof(kind));
	h = hash(h, features, strlen(features) + 1);
	h = hash(h, source, len);
	for (i = 0; i < nmodules; i++) {
		if (modules[i]->hash == h) {
			free(source);
			return modules[i];
		}
	}
	m = xmalloc(sizeof(*m));
	*m = (struct spec_module){ .hash = h, .purpose = purpose,
				   .features = features, .binary = binary,
				   .alone = alone, .source = source, .len = len };
	NEXT(modules, nmodules) = m;
	return m;
}

char *module_path(const char *dir, const struct spec_module *m,
		  const char *suffix)
{
	return format("%s/m%016llx.%s", dir, (unsigned long long)m->hash,
		      suffix);
}

/* ------------------------------------------------------------- a worker */

static void push_words(struct list *cmd, const char *words)
{
	char *copy = xstrdup(words), *save, *w;

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		push(cmd, "%s", w);
	free(copy);
}

/* Some have nothing to do with wabt.js: their verdicts have to be the same. */
static bool is_sample(const struct spec_module *m)
{
	return m->hash % 128 == 0;
}

static enum verdict assemble(const struct spec_module *m)
{
	char *wat = module_path(making.dir, m, "wat");
	char *log = module_path(making.dir, m, "wat.log");
	struct list cmd = { 0 };
	int status;

	write_file(wat, m->source, m->len);
	push(&cmd, "%s/node_modules/wabt/bin/wat2wasm", home());
	push_words(&cmd, m->features);
	if (m->purpose == TO_REFUSE_BINARY)
		push(&cmd, "--no-check");
	push(&cmd, "%s", wat);
	push(&cmd, "-o");
	push(&cmd, "%s", module_path(making.dir, m, "wasm"));
	status = is_sample(m) ? run_logged(&cmd, log) : wabt_run(&cmd, log);
	return !status ? BUILT : status == 1 ? REFUSED : BROKEN;
}

/* Refused is status 126, one line, and no output. */
static enum verdict compile(const struct spec_module *m, unsigned arch)
{
	char *object = module_path(making.dir, m,
				   format("%s.o", arch_names[arch]));
	char *log = module_path(making.dir, m,
				format("%s.log", arch_names[arch]));
	char *header = xstrdup(object), *said, *newline;
	struct list cmd = { 0 };
	int status;

	header[strlen(header) - 1] = 'h';
	unlink(object);
	unlink(header);
	push(&cmd, "%s/build/catchpit", home());
	push(&cmd, "compile");
	push(&cmd, "%s", module_path(making.dir, m, "wasm"));
	push(&cmd, "-o");
	push(&cmd, "%s", object);
	push(&cmd, "--arch");
	push(&cmd, "%s", arch_names[arch]);
	push_all(&cmd, (const char *const *)making.options->v);
	if (m->alone && making.guard && !strcmp(arch_names[arch], "x86_64"))
		push_all(&cmd, (const char *const[]){ "--base", "gs", NULL });
	status = run_logged(&cmd, log);
	if (!status)
		return BUILT;
	said = read_file(log, NULL);
	newline = strchr(said, '\n');
	if (status != EXIT_NOEXEC || !newline || newline[1] ||
	    !access(object, F_OK) || !access(header, F_OK))
		return BROKEN;
	return REFUSED;
}

static void make_one(size_t i)
{
	struct spec_module *m = modules[i];
	struct result *r = &making.results[i];
	unsigned a;

	if (m->purpose != TO_RUN && !making.refuse)
		return;
	if (is_sample(m))
		wabt_leave();
	if (m->binary) {
		write_file(module_path(making.dir, m, "wasm"), m->source,
			   m->len);
		r->assembled = BUILT;
	} else if (!r->assembled) {
		r->assembled = (uint8_t)assemble(m);
	}
	if (r->assembled != BUILT)
		return;
	for (a = 0; a < ARCHES; a++) {
		bool wanted = m->purpose == TO_RUN ? making.arches >> a & 1 : !a;

		if (wanted && !r->compiled[a])
			r->compiled[a] = (uint8_t)compile(m, a);
	}
}

/* ------------------------------------------------------------------ all */

/* Results of an earlier run, with the same tools: the folder is theirs. */
static char *results_path(void)
{
	return format("%s/verdicts", making.dir);
}

static void recall(void)
{
	FILE *f = fopen(results_path(), "r");
	unsigned long long h;
	struct result r;
	size_t i;

	while (f && fscanf(f, "%llx %hhu %hhu %hhu\n", &h, &r.assembled,
			   &r.compiled[0], &r.compiled[1]) == 4)
		for (i = 0; i < nmodules; i++)
			if (modules[i]->hash == h)
				making.results[i] = r;
	if (f)
		fclose(f);
}

/* What broke is not remembered. */
static unsigned remembered(unsigned verdict)
{
	return verdict == BROKEN ? UNKNOWN : verdict;
}

static void remember(void)
{
	FILE *f = fopen(results_path(), "a");
	size_t i;

	for (i = 0; f && i < nmodules; i++) {
		const struct result *r = &making.results[i];

		fprintf(f, "%016llx %u %u %u\n",
			(unsigned long long)modules[i]->hash,
			remembered(r->assembled), remembered(r->compiled[0]),
			remembered(r->compiled[1]));
	}
	if (f)
		fclose(f);
}

void modules_make(const char *dir, unsigned arches, const struct list *options,
		  bool guard, bool refuse, unsigned jobs)
{
	size_t i;
	unsigned a;

	making.dir = dir;
	making.arches = arches;
	making.options = options;
	making.guard = guard;
	making.refuse = refuse;
	making.results = mmap(NULL, (nmodules + 1) * sizeof(struct result),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (making.results == MAP_FAILED)
		fail(EXIT_TOOL, "out of memory");
	recall();
	run_pool(nmodules, jobs, make_one, "modules");
	remember();
	for (i = 0; i < nmodules; i++) {
		modules[i]->assembled = making.results[i].assembled;
		for (a = 0; a < ARCHES; a++)
			modules[i]->compiled[a] = making.results[i].compiled[a];
	}
}

char *module_complaint(const char *dir, const struct spec_module *m)
{
	const char *log = m->assembled != BUILT ? "wat.log" : NULL;
	unsigned a;
	char *said;

	for (a = 0; !log && a < ARCHES; a++)
		if (m->compiled[a] == REFUSED || m->compiled[a] == BROKEN)
			log = format("%s.log", arch_names[a]);
	if (!log)
		return xstrdup("");
	log = module_path(dir, m, log);
	if (access(log, R_OK))
		return xstrdup("no reason was left");
	said = read_file(log, NULL);
	return xstrdup(first_line(said));
}
