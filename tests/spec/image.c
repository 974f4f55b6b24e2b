/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"
#include "pool.h"
#include "target.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SCRIPTS_PER_IMAGE = 24,
	MODULES_PER_IMAGE = 160,
	TIMEOUT = 300		/* seconds of one boot */
};

struct image {
	size_t first, n;	/* scripts */
};

static struct {
	const struct combination *c;
	const struct script *scripts;
	struct image *images;
	size_t n;
} running;

unsigned arch_of(const char *board)
{
	const struct board *b = find_board(board);
	unsigned a = 0;

	while (b && a < ARCHES && strcmp(b->arch->name, arch_names[a]))
		a++;
	if (!b || a == ARCHES)
		fail(EXIT_USAGE, "no such board: %s", board);
	return a;
}

/* In their order, so that neighbours share what they have in common. */
static void divide(size_t n)
{
	struct image *im = NULL;
	size_t i, nmods = 0;

	for (i = 0; i < n; i++) {
		const struct script *s = &running.scripts[i];

		if (!s->checks && !s->commands.s[0])
			continue;
		if (!im || im->n == SCRIPTS_PER_IMAGE ||
		    nmods + s->nmodules > MODULES_PER_IMAGE) {
			im = &NEXT(running.images, running.n);
			*im = (struct image){ .first = i };
			nmods = 0;
		}
		im->n = i + 1 - im->first;
		nmods += s->nmodules;
	}
}

static bool is_first(const struct image *im, const struct spec_module *m,
		     size_t script, size_t module)
{
	size_t i, k;

	for (i = im->first; i <= script; i++)
		for (k = 0; k < running.scripts[i].nmodules; k++) {
			if (i == script && k == module)
				return true;
			if (running.scripts[i].modules[k] == m)
				return false;
		}
	return true;
}

/* The table of board.h, in assembly: any assembler takes it for any ISA. */
static void write_table(const struct image *im, unsigned arch,
			const char *base, struct list *objects)
{
	struct text scripts = { 0 }, all = { 0 }, t = { 0 };
	size_t i, k;

	for (i = 0; i < im->n; i++) {
		const struct script *s = &running.scripts[im->first + i];
		char *blob = format("%s.%zu", base, i);

		write_text(blob, &s->commands);
		add(&scripts, "\t.8byte name%zu, commands%zu, modules%zu\n", i,
		    i, i);
		add(&t, "name%zu:\t.asciz \"%s\"\n"
			"commands%zu:\t.incbin \"%s\"\n\t.balign 8\n"
			"modules%zu:\n", i, s->name, i, blob, i);
		for (k = 0; k < s->nmodules; k++) {
			const struct spec_module *m = s->modules[k];

			if (m->purpose != TO_RUN || m->compiled[arch] != BUILT) {
				add(&t, "\t.8byte 0\n");
				continue;
			}
			add(&t, "\t.8byte cpit_module_m%016llx\n",
			    (unsigned long long)m->hash);
			if (!is_first(im, m, im->first + i, k))
				continue;
			add(&all, "\t.8byte cpit_module_m%016llx\n",
			    (unsigned long long)m->hash);
			push(objects, "%s", module_path(running.c->dir, m,
				format("%s.o", arch_names[arch])));
		}
		free(blob);
	}
	add(&t, "\t.globl spec_scripts, spec_modules\n\t.balign 8\n"
		"spec_scripts:\n%s\t.8byte 0, 0, 0\n"
		"spec_modules:\n%s\t.8byte 0\n", scripts.s, all.s ? all.s : "");
	scripts.len = 0;
	add(&scripts, "\t.section .rodata\n%s", t.s);
	write_text(format("%s.s", base), &scripts);
}

/* Links image `im' as BASE.elf; make's own words are in BASE.log. */
static bool link_image(const struct image *im, const char *board,
		       const char *base)
{
	struct list cmd = { 0 }, objects = { 0 };
	unsigned arch = arch_of(board);
	struct text t = { 0 };
	size_t i;

	push(&objects, "%s/%s/spectest.o", running.c->dir, arch_names[arch]);
	write_table(im, arch, base, &objects);
	for (i = 0; i < objects.n; i++)
		add(&t, "%s\n", objects.v[i]);
	add(&t, "%s.s\n", base);
	write_text(format("%s.objects", base), &t);
	push_all(&cmd, (const char *const[]){ "make", "-s", "test-image",
		"TEST_DIR=spec", NULL });
	push(&cmd, "BOARD=%s", board);
	push(&cmd, "MODULE=@%s.objects", base);
	push(&cmd, "OUT=%s.elf", base);
	return !run_logged(&cmd, format("%s.log", base));
}

/* How many scripts of the image came to their end, by its output. */
static size_t count_scripts(const char *output)
{
	const char *p = output;
	size_t n = 0;

	for (; p; p = strchr(p, '\n'), p += p != NULL)
		n += !strncmp(p, "script ", 7);
	return n;
}

static int boot(const char *base, const char *board, size_t from,
		const char *log)
{
	struct list cmd = { 0 };

	push(&cmd, "%s/build/catchpit", home());
	push(&cmd, "run");
	push(&cmd, "%s.elf", base);
	push_all(&cmd, (const char *const[]){ "--board", board, "--cpus",
		NULL });
	push(&cmd, "%u", running.c->cpus);
	push(&cmd, "--timeout");
	push(&cmd, "%u", TIMEOUT);
	push(&cmd, "--set");
	push(&cmd, "from=%zu", from);
	return run_logged(&cmd, log);
}

/* The last line of an output: what the machine had to say at its end. */
static char *last_line(const char *s)
{
	size_t len = strlen(s);
	const char *p;

	while (len && s[len - 1] == '\n')
		len--;
	for (p = s + len; p > s && p[-1] != '\n'; p--)
		;
	return format("%.*s", (int)(s + len - p), p);
}

/* Boots until all scripts were run: the one that ends the machine is skipped. */
static void run_image(const struct image *im, const char *board,
		      const char *base, struct text *out)
{
	size_t from = 0;
	char *log = format("%s.boot", base);

	while (from < im->n) {
		int status = boot(base, board, from, log);
		char *said = read_file(log, NULL);

		add(out, "%s", said);
		if (out->len && out->s[out->len - 1] != '\n')
			add(out, "\n");
		from += count_scripts(said);
		if (from >= im->n && !status)
			break;
		if (from < im->n)
			add(out, "died %s: status %d: %s\n",
			    running.scripts[im->first + from].name, status,
			    last_line(said));
		from++;
		free(said);
	}
}

static void run_one(size_t k)
{
	const struct image *im = &running.images[k / running.c->nboards];
	const char *board = running.c->boards[k % running.c->nboards];
	char *base = format("%s/%s-%zu", running.c->dir, board,
			    k / running.c->nboards);
	struct text out = { 0 };
	size_t i;

	add(&out, "%s", "");
	if (link_image(im, board, base)) {
		run_image(im, board, base, &out);
	} else {
		char *said = read_file(format("%s.log", base), NULL);

		for (i = 0; i < im->n; i++)
			add(&out, "died %s: does not link: %s\n",
			    running.scripts[im->first + i].name,
			    first_line(said));
	}
	write_text(format("%s.out", base), &out);
	unlink(format("%s.elf", base));
}

size_t images_run(const struct combination *c, const struct script *scripts,
		  size_t n)
{
	running.c = c;
	running.scripts = scripts;
	divide(n);
	run_pool(running.n * c->nboards, c->jobs, run_one, "images");
	return running.n;
}
