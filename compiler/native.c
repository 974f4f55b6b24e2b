/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cross compiler, and the merge: all of a module's text, and the helpers
 * of the C library that it calls, in one section.  So everything that can run
 * on the guest stack without a thunk in between is module text: a stack
 * overflow inside memset is told as one (SLG-01, SLG-07).
 */
#include "stages.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *built(const struct settings *set, const char *file)
{
	const char *of = set->board ? set->board->name : set->arch->name;
	/* A process above a memory at zero has a second set (board.mk, ALSO_B). */
	bool above = set->board && set->board->process && runs_anywhere(set);
	char *path = format("%s/build/%s%s/%s", home(), of,
			    above ? "-zero" : "", file);

	if (access(path, R_OK))
		fail(EXIT_TOOL, "%s is not there: 'make %s=%s' builds it",
		     path, set->board ? "BOARD" : "lib ARCH", of);
	return path;
}

/* One of an ISA, whatever the board: it is part of the module's text. */
char *guest_library(const struct settings *set)
{
	struct settings any = *set;

	any.board = NULL;
	return built(&any, "libguest.a");
}

static struct list compile_one(const struct job *j, const char *in)
{
	struct list cmd = { 0 };

	push_compiler(&cmd, j->set);
	push(&cmd, "-ffile-prefix-map=%s=.", j->dir);
	push(&cmd, "-I%s", j->dir);
	if (j->mod.features & FEAT_SIMD)
		push(&cmd, "-I%s/simde", j->dir);
	if (word_export(&j->mod, CPIT_WORD_SIGNAL))
		push(&cmd, "-DCPIT_WATCHED");
	push(&cmd, "-include");
	push(&cmd, "%s/m-refs.h", j->dir);
	push(&cmd, "-c");
	push(&cmd, "%s/%s.c", j->dir, in);
	push(&cmd, "-o");
	push(&cmd, "%s/out/%s.o", j->dir, in);
	return cmd;
}

/* simde alone out of the host's include folder, not the host's libc. */
void offer_simde(const struct job *j)
{
	char *dir = format("%s/simde", j->dir), *link;

	if (access(SIMDE "/wasm/simd128.h", R_OK))
		fail(EXIT_TOOL, "%s: SIMD needs libsimde-dev; 'make deps' "
		     "installs it", j->path);
	mkdir(dir, 0700);
	link = format("%s/simde", dir);
	if (symlink(SIMDE, link))
		fail(EXIT_TOOL, "%s: cannot be made", link);
	free(link);
	free(dir);
}

/* The module's own objects first: their offsets never move (object.c). */
static const char merge_script[] =
	"SECTIONS\n{\n"
	"\twasm_text_%s : {\n"
	"\t\tcpit_text_start = .;\n"
	"\t\t*/out/*.o(.text .text.*)\n"
	"\t\t. = ALIGN(16);\n"
	"\t\tcpit_helpers = .;\n"
	"\t\t*(.text .text.*)\n"
	"\t\t. = ALIGN(16);\n"
	"\t\tcpit_text_end = .;\n"
	"\t}\n"
	"\t.rodata : { *(.rodata .rodata.* .srodata .srodata.*) }\n"
	"\t.data.rel.ro : { *(.data.rel.ro .data.rel.ro.*) }\n"
	"\t.data : { *(.data .data.* .sdata .sdata.*) }\n"
	"\t.bss : { *(.bss .bss.* .sbss .sbss.* COMMON) }\n"
	"}\n";

static void merge(struct job *j)
{
	const struct arch *a = j->set->arch;
	struct text script = { 0 };
	struct list cmd = { 0 };
	unsigned i;

	add(&script, merge_script, j->name);
	write_text(format("%s/merge.lds", j->dir), &script);
	/* The driver knows where its libraries are. */
	push_arch(&cmd, a->gcc);
	push(&cmd, "-nostdlib");
	push(&cmd, "-r");
	push(&cmd, "-Wl,--no-gc-sections");	/* picolibc.specs asks */
	push(&cmd, "-T%s/merge.lds", j->dir);
	push(&cmd, "-o");
	push(&cmd, "%s/merged.o", j->dir);
	for (i = 0; i < j->outputs; i++)
		push(&cmd, "%s/out/m_%u.o", j->dir, i);
	push(&cmd, "%s/out/glue.o", j->dir);
	push(&cmd, "%s", guest_library(j->set));
	push(&cmd, "-lc");
	push(&cmd, "-lgcc");
	must_run(&cmd, j->path);
}

struct source {
	char *name;
	off_t size;
};

static struct source source(const struct job *j, char *name)
{
	char *path = format("%s/%s.c", j->dir, name);
	struct stat st = { 0 };

	stat(path, &st);
	free(path);
	return (struct source){ name, st.st_size };
}

static int by_size(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return (x->size < y->size) - (x->size > y->size);
}

void stage_native(struct job *j)
{
	struct source *all = xmalloc((j->outputs + 1) * sizeof(*all));
	struct list *cmds = xmalloc((j->outputs + 1) * sizeof(*cmds));
	unsigned i;

	mkdir(format("%s/out", j->dir), 0700);
	for (i = 0; i < j->outputs; i++)
		all[i] = source(j, format("m_%u", i));
	all[i] = source(j, xstrdup("glue"));
	/* The longest first: none of them is what all wait for in the end. */
	qsort(all, j->outputs + 1, sizeof(*all), by_size);
	for (i = 0; i <= j->outputs; i++) {
		cmds[i] = compile_one(j, all[i].name);
		free(all[i].name);
	}
	progress("%s: compiling %u files", j->path, j->outputs + 1);
	must_run_all(cmds, j->outputs + 1, j->path);
	progress("%s: linking", j->path);
	merge(j);
	free(cmds);
	free(all);
}
