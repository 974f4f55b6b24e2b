/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what the compiler made: function ranges, trap sites, calls of imports,
 * the largest frame.  Every trap's record is checked to point at a trap
 * instruction (K23-06); what does not add up stops the build, never the board.
 */
#include "elffile.h"
#include "prologue.h"
#include "stages.h"
#include <catchpit/module.h>
#include <catchpit/trap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* merged.o, while it is read. */
struct merged {
	struct job *j;
	struct elffile file;
	size_t text_index;		/* section number */
	const uint8_t *text;
	uint64_t text_size;
};

static _Noreturn void bad(const struct merged *r, const char *what)
{
	fail(EXIT_TOOL, "%s: the compiled object is not as expected: %s",
	     r->j->path, what);
}

static void find_text(struct merged *r)
{
	char *name = format("wasm_text_%s", r->j->name);
	Elf_Scn *scn = elffile_section(&r->file, name);
	Elf_Data *data = elf_getdata(scn, NULL);

	if (!data || !data->d_buf)
		bad(r, "no text");
	r->text_index = elf_ndxscn(scn);
	r->text = data->d_buf;
	r->text_size = data->d_size;
	free(name);
}

/* ------------------------------------------------------------ functions */

/*
 * The wasm function a C symbol is, parts split off by gcc and versions for
 * tail calls included.
 */
static uint32_t function_index(const struct merged *r, const char *name)
{
	char *end;
	unsigned long n;

	if (begins(name, "wasm_tailcall_"))
		name += 14;
	if (!begins(name, "w2c_m_f"))
		return CPIT_NO_FUNC;
	n = strtoul(name + 7, &end, 10);
	if (end == name + 7 || (*end && *end != '.') || n >= r->j->mod.nfuncs)
		return CPIT_NO_FUNC;
	return (uint32_t)n;
}

static int by_start(const void *a, const void *b)
{
	const struct native_func *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	/* Of two names for one place the wasm function wins: it sorts first. */
	return x->index < y->index ? -1 : x->index > y->index;
}

/*
 * Where the C library's helpers begin.  They may be relaxed by the final link,
 * so that nothing is known of what lies behind but that it is not wasm.
 */
static uint64_t helpers_at(struct merged *r)
{
	size_t i;

	for (i = 0; i < r->file.nsymbols; i++) {
		const char *name;
		GElf_Sym s = elffile_symbol(&r->file, i, &name);

		if (s.st_shndx == r->text_index && !strcmp(name, "cpit_helpers"))
			return s.st_value;
	}
	bad(r, "no cpit_helpers");
}

/* None goes on into the next function, behind one that ends in a trap. */
static void read_prologues(const struct merged *r)
{
	struct object *o = &r->j->obj;
	size_t i;

	for (i = 0; i < o->nfuncs && o->funcs[i].start < o->helpers; i++) {
		struct native_func *f = &o->funcs[i];
		uint64_t start = f->start;
		uint64_t end = i + 1 < o->nfuncs ? o->funcs[i + 1].start
						 : r->text_size;

		read_prologue(r->j->set->arch->machine, r->text + start,
			      end - start, f);
		/* A backtrace would not find its caller (calls.c, K23-14). */
		if (f->index != CPIT_NO_FUNC && f->prologue == UINT16_MAX &&
		    !(f->flags & CPIT_FUNC_LEAF))
			fail(EXIT_TOOL, "%s: function #%u calls, but the "
			     "compiler gave it no frame", r->j->path, f->index);
	}
}

static void read_functions(struct merged *r)
{
	struct object *o = &r->j->obj;
	size_t i, n = 0;

	o->helpers = helpers_at(r);
	for (i = 0; i < r->file.nsymbols; i++) {
		struct native_func f = { 0 };
		const char *name;
		GElf_Sym s = elffile_symbol(&r->file, i, &name);

		if (s.st_shndx != r->text_index || s.st_value >= o->helpers ||
		    GELF_ST_TYPE(s.st_info) != STT_FUNC)
			continue;
		f.start = (uint32_t)s.st_value;
		f.index = function_index(r, name);
		NEXT(o->funcs, o->nfuncs) = f;
	}
	if (o->helpers < r->text_size)
		NEXT(o->funcs, o->nfuncs) = (struct native_func){
			(uint32_t)o->helpers, CPIT_NO_FUNC, UINT16_MAX, 0 };
	qsort(o->funcs, o->nfuncs, sizeof(*o->funcs), by_start);
	for (i = 0; i < o->nfuncs; i++)
		if (!n || o->funcs[i].start != o->funcs[n - 1].start)
			o->funcs[n++] = o->funcs[i];
	o->nfuncs = n;
	o->text_size = (uint32_t)r->text_size;
	read_prologues(r);
}

/* ----------------------------------------------------- trap sites, exits */

enum { RECORD = 16 };		/* wasm-rt.h: .8byte pc, .8byte kind */

/* Sites, or exits. */
static int by_pc(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static void check_site(struct merged *r, uint64_t pc, uint64_t kind)
{
	const struct arch *a = r->j->set->arch;

	if (pc >= r->text_size || r->text_size - pc < a->trap_len ||
	    memcmp(r->text + pc, a->trap, a->trap_len))
		bad(r, "a trap record does not point at a trap instruction");
	if (kind == CPIT_TRAP_NONE || kind >= CPIT_TRAP_INTERNAL)
		bad(r, "a trap record of no kind");
}

static void add_record(struct merged *r, uint64_t pc, uint64_t kind)
{
	struct object *o = &r->j->obj;

	if (kind < CPIT_SITE_EXIT) {
		check_site(r, pc, kind);
		o->sites[o->nsites++] = (struct site){ (uint32_t)pc,
						       (uint8_t)kind };
		return;
	}
	if (pc >= r->text_size || kind - CPIT_SITE_EXIT >= r->j->mod.nimports)
		bad(r, "a record of a call of no import");
	o->exits[o->nexits++] = (struct cpit_exit){
		(uint32_t)pc, (uint32_t)(kind - CPIT_SITE_EXIT) };
}

static void read_records(struct merged *r)
{
	struct object *o = &r->j->obj;
	Elf_Scn *scn = elffile_section(&r->file, ".cpit_sites");
	Elf_Data *data, *relocs;
	size_t n, i;

	if (!scn)
		return;		/* a module that neither traps nor imports */
	data = elf_getdata(scn, NULL);
	relocs = elf_getdata(elffile_section(&r->file, ".rela.cpit_sites"),
			     NULL);
	if (data && !data->d_size)
		return;
	n = data ? data->d_size / RECORD : 0;
	if (!relocs || data->d_size % RECORD ||
	    relocs->d_size / sizeof(Elf64_Rela) != n)
		bad(r, "records and their relocations differ in number");
	o->sites = xmalloc(n * sizeof(*o->sites));
	o->exits = xmalloc(n * sizeof(*o->exits));
	for (i = 0; i < n; i++) {
		GElf_Rela rela;
		GElf_Sym s;
		const char *name;
		uint64_t kind, pc;

		if (!gelf_getrela(relocs, (int)i, &rela) ||
		    rela.r_offset % RECORD || rela.r_offset >= data->d_size ||
		    GELF_R_TYPE(rela.r_info) != r->j->set->arch->abs64)
			bad(r, "a relocation of a record");
		s = elffile_symbol(&r->file, GELF_R_SYM(rela.r_info), &name);
		if (s.st_shndx != r->text_index)
			bad(r, "a record outside of module text");
		memcpy(&kind, (char *)data->d_buf + rela.r_offset + 8, 8);
		pc = s.st_value + (uint64_t)rela.r_addend;
		add_record(r, pc, kind);
	}
	qsort(o->sites, o->nsites, sizeof(*o->sites), by_pc);
	qsort(o->exits, o->nexits, sizeof(*o->exits), by_pc);
	for (i = 1; i < o->nsites; i++)
		if (o->sites[i].pc == o->sites[i - 1].pc)
			bad(r, "two trap records for one place");
	for (i = 1; i < o->nexits; i++)
		if (o->exits[i].pc == o->exits[i - 1].pc)
			bad(r, "two import records for one place");
}

/* --------------------------------------------------------------- frames */

int frame_by_name(const void *a, const void *b)
{
	return strcmp(((const struct frame *)a)->name,
		      ((const struct frame *)b)->name);
}

/* Of the static functions that each file has again, the largest. */
static void sort_frames(struct object *o)
{
	size_t i, n = 0;

	if (o->nframes)
		qsort(o->frames, o->nframes, sizeof(*o->frames), frame_by_name);
	for (i = 0; i < o->nframes; i++) {
		struct frame *last = n ? &o->frames[n - 1] : NULL;

		if (!last || frame_by_name(last, &o->frames[i]))
			o->frames[n++] = o->frames[i];
		else if (o->frames[i].size > last->size)
			last->size = o->frames[i].size;
	}
	o->nframes = n;
}

/*
 * A thunk, or wasm2c's function of an export or import.  It looks at no limit, and
 * what it calls may be a leaf: the limit leaves room for one of each.
 */
bool is_step(const char *name)
{
	return begins(name, "call_x") || begins(name, "w2c_m_x") ||
	       begins(name, "w2c_h_i");
}

/* One .su file: "file:line:col:function <tab> bytes <tab> qualifiers". */
static void read_usage(struct job *j, const char *path)
{
	struct object *o = &j->obj;
	struct frame frame, *largest;
	char *text, *line, *save;

	if (access(path, F_OK))
		return;		/* clang writes none for no function */
	text = read_file(path, NULL);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *tab = strchr(line, '\t'), *name;
		unsigned long n;

		if (!tab)
			continue;
		*tab = '\0';
		n = strtoul(tab + 1, NULL, 10);
		if (strstr(tab + 1, "dynamic") && !strstr(tab + 1, "bounded"))
			fail(EXIT_TOOL, "%s: function %s has a stack frame of "
			     "unknown size", j->path, line);
		if (n > UINT32_MAX / 4)
			fail(EXIT_NOEXEC, "%s: function %s needs a stack frame "
			     "of %lu bytes", j->path, line, n);
		name = strrchr(line, ':');
		name = name ? name + 1 : line;
		frame = (struct frame){ xstrdup(name), (uint32_t)n };
		NEXT(o->frames, o->nframes) = frame;
		largest = is_step(name) ? &o->step : &o->func;
		if (n > largest->size)
			*largest = frame;
	}
	free(text);
}

static void read_frames(struct job *j)
{
	unsigned i;

	for (i = 0; i < j->outputs; i++)
		read_usage(j, format("%s/out/m_%u.su", j->dir, i));
	read_usage(j, format("%s/out/glue.su", j->dir));
	sort_frames(&j->obj);
}

void stage_object(struct job *j)
{
	struct merged r = { .j = j };
	char *path = format("%s/merged.o", j->dir);

	if (!elffile_open(&r.file, path))
		bad(&r, "not an ELF file");
	find_text(&r);
	read_functions(&r);
	read_records(&r);
	elffile_close(&r.file);
	free(path);
	read_frames(j);
}
