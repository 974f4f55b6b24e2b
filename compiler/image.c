/* SPDX-License-Identifier: Apache-2.0 */
/* The image of one or more modules. */
#include "flash.h"
#include "stages.h"
#include <catchpit/module.h>
#include <catchpit/wasi_list.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two modules of one name are refused: their descriptors would clash. */
static void distinct_names(struct job *jobs, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			if (!strcmp(jobs[i].name, jobs[k].name))
				fail(EXIT_USAGE, "%s and %s would both be "
				     "module '%s'", jobs[k].path, jobs[i].path,
				     jobs[i].name);
}

static bool is_named(const char *s, size_t len, const char *name)
{
	return len == strlen(name) && !memcmp(s, name, len);
}

/* The signature of a function that images have, or NULL. */
static const char *supplied(const struct entity *e)
{
#define PAIR(name, sig) { #name, sig },
	static const struct {
		const char *name, *sig;
	} fns[] = { CPIT_WASI_FUNCTIONS(PAIR) };
	size_t i;

	if (!is_named(e->module, e->module_len, "wasi_snapshot_preview1"))
		return NULL;
	for (i = 0; i < sizeof(fns) / sizeof(fns[0]); i++)
		if (is_named(e->field, e->field_len, fns[i].name))
			return fns[i].sig;
	return NULL;
}

/* Nobody else can supply it later: such an image would never start. */
static void check_imports(const struct job *j)
{
	uint32_t i;

	for (i = 0; i < j->mod.nimports; i++) {
		const struct entity *e = entity_of(&j->mod,
						   j->mod.imports[i].kind,
						   j->mod.imports[i].index);
		struct text module = { 0 }, field = { 0 };
		const char *sig = supplied(e);

		if (sig && e->kind == CPIT_FUNC &&
		    !strcmp(sig, signature(&j->mod, e)))
			continue;
		add_encoded(&module, e->module, e->module_len);
		add_encoded(&field, e->field, e->field_len);
		fail(EXIT_NOEXEC, "%s: import %.200s %.200s is %s: an image "
		     "has WASI preview1", j->path, module.s, field.s,
		     sig ? "of another type" : "missing");
	}
}

/* Does any of the modules import that function of preview1? */
static bool imports_wasi(const struct job *jobs, size_t n, const char *name)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++)
		for (k = 0; k < jobs[i].mod.nimported_funcs; k++) {
			const struct entity *e = &jobs[i].mod.funcs[k];

			if (!strcmp(e->module, "wasi_snapshot_preview1") &&
			    !strcmp(e->field, name))
				return true;
		}
	return false;
}

/* The list of what they import, and whether there are to be files (board.h). */
static void add_wasi(struct text *t, const struct job *jobs, size_t n)
{
#define NAME(name, sig) #name,
	static const char *const names[] = { CPIT_WASI_FUNCTIONS(NAME) };
	bool files = false, input = false;
	size_t i;

	add(t, "\nconst struct cpit_wasi_function *const "
	    "cpit_image_wasi[] = {\n");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!imports_wasi(jobs, n, names[i]))
			continue;
		add(t, "\t&cpit_wasi_fn_%s,\n", names[i]);
		files |= begins(names[i], "path_") ||
			 !strcmp(names[i], "fd_readdir") ||
			 !strcmp(names[i], "fd_prestat_get");
		input |= !strcmp(names[i], "fd_read") ||
			 !strcmp(names[i], "poll_oneoff");
	}
	add(t, "\t0\n};\n\nextern const struct cpit_board_files "
	    "cpit_board_files;\nconst struct cpit_board_files *const "
	    "cpit_image_files = %s;\n", files ? "&cpit_board_files" : "0");
	add(t, "extern const struct cpit_board_input cpit_board_input;\n"
	    "const struct cpit_board_input *const cpit_image_input = %s;\n",
	    input ? "&cpit_board_input" : "0");
}

/* In a string of assembler in one of C: any path, as TMPDIR is the user's. */
static void add_incbin(struct text *t, const char *path)
{
	add(t, ".incbin \\\"");
	for (; *path; path++)
		add(t, isalnum((unsigned char)*path) || strchr("/._-", *path) ?
		    "%c" : "\\\\%03o", (unsigned char)*path);
	add(t, "\\\"\\n");
}

/* The archive as it is, between two symbols; aligned for nothing. */
static void add_archive(struct text *t, const struct text *archive)
{
	add(t, "\n__asm__(\".section .rodata.archive,\\\"a\\\"\\n\"\n"
	    "\t\".globl cpit_image_archive, cpit_image_archive_end\\n\"\n"
	    "\t\"cpit_image_archive:\\n\"\n");
	if (archive->len) {
		char *path = work_path("archive.cpio");

		write_text(path, archive);
		add(t, "\t\"");
		add_incbin(t, path);
		add(t, "\"\n");
	}
	add(t, "\t\"cpit_image_archive_end:\\n.previous\");\n");
}

/* Its words; its numbers come with the .bin. */
static void add_statement(struct text *t, const struct job *jobs, size_t n,
			  const struct settings *set)
{
	struct text s = { 0 };
	char *path = work_path("statement");

	make_statement(&s, jobs, n, set);
	write_text(path, &s);
	add(t, "\n__asm__(\".section .statement,\\\"a\\\"\\n\\t.balign 8\\n\"\n"
	    "\t\"");
	add_incbin(t, path);
	add(t, ".previous\");\n");
	free(s.s);
}

static void write_image_source(struct job *jobs, size_t n,
			       const struct settings *set,
			       const struct text *config,
			       const struct text *archive, const char *path)
{
	struct text t = { 0 };
	size_t i;

	add(&t, "#include <catchpit/module.h>\n"
	    "#include <catchpit/wasi.h>\n\n");
	for (i = 0; i < n; i++)
		add(&t, "extern const struct cpit_module cpit_module_%s;\n",
		    jobs[i].name);
	add(&t, "\nconst struct cpit_module *const cpit_image_modules[] = {\n");
	for (i = 0; i < n; i++)
		add(&t, "\t&cpit_module_%s,\n", jobs[i].name);
	add(&t, "\t0\n};\n\nconst char cpit_image_config[] =\n\t");
	add_literal(&t, "", 0);
	for (i = 0; i < config->len; i += strlen(config->s + i) + 1) {
		add(&t, "\n\t");
		add_literal(&t, config->s + i, strlen(config->s + i));
		add(&t, " \"\\0\"");
	}
	add(&t, ";\n");
	add_wasi(&t, jobs, n);
	add(&t, "\nextern const struct cpit_board_tasks cpit_board_tasks;\n"
	    "const struct cpit_board_tasks *const cpit_image_tasks = %s;\n",
	    n > 1 ? "&cpit_board_tasks" : "0");
	add_archive(&t, archive);
	if (set->board->flash)
		add_statement(&t, jobs, n, set);
	write_text(path, &t);
	free(t.s);
}

static void push_linker(struct list *ld, const struct settings *set)
{
	if (set->board->process) {
		push_all(ld, set->board->process);
		push(ld, runs_anywhere(set) ? "-static-pie" : "-static");
		if (!runs_anywhere(set))
			push(ld, "-no-pie");
	} else {
		push_arch(ld, set->arch->gcc);
		if (set->arch->link)
			push_all(ld, set->arch->link);
		push_all(ld, (const char *const[]){ "-nostdlib", "-static",
			"-Wl,--no-warn-rwx-segments",
			"-Wl,-z,max-page-size=4096", NULL });
		push(ld, "-T%s", built(set, set->sbi ? "image-sbi.lds"
						     : "image.lds"));
		if (set->sbi)
			push(ld, "%s", built(set, "boot-sbi.o"));
	}
	push(ld, "-Wl,--build-id=none");
	push(ld, "-Wl,--gc-sections");
}

char *make_image(struct job *jobs, size_t n, const struct settings *set,
		 const struct text *config, const struct text *archive,
		 const char *elf)
{
	struct list cc = { 0 }, ld = { 0 };
	char *source = work_path("image.c"), *object = work_path("image.o");
	char *out = work_path("app.elf");
	struct settings plain = *set;
	size_t i;

	distinct_names(jobs, n);
	for (i = 0; i < n; i++)
		check_imports(&jobs[i]);
	for (i = 0; i < n; i++)
		job_compile(&jobs[i]);
	write_image_source(jobs, n, set, config, archive, source);
	plain.clang = false;
	push_compiler(&cc, &plain);
	push_all(&cc, (const char *const[]){ "-c", source, "-o", object,
					     NULL });
	must_run(&cc, elf);

	push_linker(&ld, set);
	push(&ld, "-o");
	push(&ld, "%s", out);
	push(&ld, "%s", object);
	for (i = 0; i < n; i++)
		push(&ld, "%s/module.o", jobs[i].dir);
	push(&ld, "-Wl,--start-group");
	push(&ld, "%s", built(set, "libboard.a"));
	push(&ld, "%s", built(set, "libcatchpit-sched.a"));
	push(&ld, "%s", built(set, "libcatchpit-wasi.a"));
	push(&ld, "%s", built(set, "libcatchpit.a"));
	if (!strcmp(set->level, "-Os") && set->arch->small_libc)
		push(&ld, "%s", set->arch->small_libc);
	push_all(&ld, (const char *const[]){ "-lc", "-lgcc", "-Wl,--end-group",
					     NULL });
	progress("linking %s", elf);
	must_run(&ld, elf);
	progress_done();
	return out;
}
