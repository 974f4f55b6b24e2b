/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor (struct cpit_module) as C, and the finished module.o: one
 * global symbol, cpit_module_<name>, and an info section for `inspect'.
 */
#include "stages.h"
#include <catchpit/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function's name: from the name section, else what it is exported as. */
const char *function_name(const struct module *m, uint32_t index)
{
	uint32_t i;

	if (m->funcs[index].name)
		return m->funcs[index].name;
	for (i = 0; i < m->nexports; i++)
		if (m->exports[i].kind == CPIT_FUNC &&
		    m->exports[i].index == index)
			return m->exports[i].name;
	return "";
}

/* Offset of each function's name in `names', 0 for none. */
static uint32_t *add_names(struct text *t, const struct module *m)
{
	uint32_t *at = xmalloc((m->nfuncs + 1) * sizeof(*at)), i, next = 1;

	add(t, "static const char names[] =\n\t\"\\0\"\n");
	for (i = 0; i < m->nfuncs; i++) {
		const char *name = function_name(m, i);

		if (!*name)
			continue;
		at[i] = next;
		next += (uint32_t)strlen(name) + 1;
		add(t, "\t");
		add_literal(t, name, strlen(name));
		add(t, " \"\\0\"\n");
	}
	add(t, "\t\"\";\n\n");
	return at;
}

static void add_functions(struct text *t, const struct job *j,
			  const uint32_t *name_at)
{
	size_t i;

	add(t, "static const struct cpit_func funcs[] = {\n");
	for (i = 0; i < j->obj.nfuncs; i++) {
		const struct native_func *f = &j->obj.funcs[i];
		bool wasm = f->index != CPIT_NO_FUNC;

		add(t, "\t{ %u, %uu, %u, %u, %u },\n", f->start, f->index,
		    wasm ? name_at[f->index] : 0, f->prologue, f->flags);
	}
	add(t, "\t{ 0 }\n};\n\n");
}

static void add_sites(struct text *t, const struct object *o)
{
	size_t i;

	add(t, "static const uint32_t site_pc[] = {");
	for (i = 0; i < o->nsites; i++)
		add(t, "%s%u,", i % 8 ? " " : "\n\t", o->sites[i].pc);
	add(t, "\n\t0\n};\n\nstatic const uint8_t site_kind[] = {");
	for (i = 0; i < o->nsites; i++)
		add(t, "%s%u,", i % 16 ? " " : "\n\t", o->sites[i].kind);
	add(t, "\n\t0\n};\n\nstatic const struct cpit_exit exits[] = {\n");
	for (i = 0; i < o->nexits; i++)
		add(t, "\t{ %u, %u },\n", o->exits[i].pc, o->exits[i].import);
	add(t, "\t{ 0 }\n};\n\n");
}

/* Where the core dump finds what the module defines (rt/coredump.c). */
static void add_places(struct text *t, const char *name, char letter,
		       const struct entity *e, uint32_t n)
{
	uint32_t i;

	add(t, "static const uint32_t %s[] = {\n", name);
	for (i = 0; i < n; i++)
		if (!e[i].imported)
			add(t, "\toffsetof(w2c_m, w2c_%c%u),\n", letter, i);
	add(t, "\t0\n};\n\n");
}

static uint32_t count_defined(const struct entity *e, uint32_t n)
{
	uint32_t i, defined = 0;

	for (i = 0; i < n; i++)
		defined += !e[i].imported;
	return defined;
}

static void add_state(struct text *t, const struct module *m)
{
	uint32_t i;

	add_places(t, "memory_at", 'm', m->memories, m->nmemories);
	add_places(t, "global_at", 'g', m->globals, m->nglobals);
	add(t, "static const char global_types[] = \"");
	for (i = 0; i < m->nglobals; i++)
		if (!m->globals[i].imported)
			add(t, "%c", m->globals[i].letter);
	add(t, "\";\n\n");
}

static void add_module(struct text *t, const struct job *j)
{
	const struct object *o = &j->obj;

	add(t, "extern const char cpit_text_start[], cpit_text_end[];\n"
	       "extern const struct cpit_import_decl cpit_imports[];\n"
	       "extern const struct cpit_export cpit_exports[];\n"
	       "void cpit_instantiate_m(void *s, union cpit_value *v);\n"
	       "void cpit_destroy_m(void *s);\n"
	       "void *cpit_memory0(void *s);\n\n"
	       "const struct cpit_module cpit_module_%s = {\n"
	       "\t.abi = CPIT_ABI,\n\t.name = ", j->name);
	add_literal(t, j->name, strlen(j->name));
	add(t, ",\n\t.text_start = cpit_text_start,\n"
	       "\t.text_end = cpit_text_end,\n"
	       "\t.funcs = funcs,\n\t.nfuncs = %zu,\n\t.names = names,\n"
	       "\t.site_pc = site_pc,\n\t.site_kind = site_kind,\n"
	       "\t.nsites = %zu,\n\t.exits = exits,\n\t.nexits = %zu,\n"
	       "\t.max_frame = %u,\n\t.checked = %d,\n"
	       "\t.zero = %d,\n\t.at_zero = %d,\n\t.by_segment = %d,\n",
	    o->nfuncs, o->nsites, o->nexits, o->func.size + o->step.size,
	    j->set->memory == MEMORY_CHECKED, j->set->memory == MEMORY_ZERO,
	    is_at_zero(j), is_by_segment(j));
	add(t, "\t.state_size = CPIT_STATE_SIZE,\n"
	       "\t.instantiate = cpit_instantiate_m,\n"
	       "\t.destroy = cpit_destroy_m,\n"
	       "\t.imports = cpit_imports,\n\t.nimports = %u,\n"
	       "\t.exports = cpit_exports,\n\t.nexports = %u,\n",
	    j->mod.nimports, j->mod.nexports);
	add(t, "\t.memory_at = memory_at,\n\t.global_at = global_at,\n"
	       "\t.global_types = global_types,\n"
	       "\t.nmemories = %u,\n\t.nglobals = %u,\n",
	    count_defined(j->mod.memories, j->mod.nmemories),
	    count_defined(j->mod.globals, j->mod.nglobals));
}

/* WRK-01: nothing is looked up by name at run time. */
static void add_words(struct text *t, const struct job *j)
{
	const struct module *m = &j->mod;
	unsigned i;

	for (i = 0; i < CPIT_WORDS; i++) {
		const struct export *x = word_export(m, i);

		if (x)
			add(t, "\t.word[%u] = &cpit_exports[%u],\n", i,
			    (unsigned)(x - m->exports));
	}
	if (has_memory0(j))
		add(t, "\t.memory0 = cpit_memory0,\n");
	add(t, "};\n");
}

static void compile_descriptor(struct job *j)
{
	struct list cmd = { 0 };
	struct text t = { 0 };
	uint32_t *name_at;

	/* The state's size, without the whole prelude a second time; tags. */
	add(&t, "#include <catchpit/module.h>\n#include \"m.h\"\n\n"
		"enum { CPIT_STATE_SIZE = sizeof(w2c_m) + %u };\n\n",
	    j->mod.ntags);
	name_at = add_names(&t, &j->mod);
	add_functions(&t, j, name_at);
	add_sites(&t, &j->obj);
	add_state(&t, &j->mod);
	add_module(&t, j);
	add_words(&t, j);
	write_text(format("%s/desc.c", j->dir), &t);
	free(t.s);
	free(name_at);

	push_compiler(&cmd, j->set);
	push(&cmd, "-I%s", j->dir);
	if (j->mod.features & FEAT_SIMD) {
		push(&cmd, "-I%s/simde", j->dir);
		push(&cmd, "-include");
		push(&cmd, "simde/wasm/simd128.h");
		push(&cmd, "-DWASM_RT_SIMD_TYPE_DEFINED");
		push(&cmd, "-Dv128=simde_v128_t");
	}
	push(&cmd, "-c");
	push(&cmd, "%s/desc.c", j->dir);
	push(&cmd, "-o");
	push(&cmd, "%s/desc.o", j->dir);
	must_run(&cmd, j->path);
}

/* One object whose only global is the descriptor. */
static void finish(struct job *j)
{
	const struct arch *a = j->set->arch;
	struct list ld = { 0 }, oc = { 0 };
	struct text info = { 0 };

	push(&ld, "%s", a->ld);
	push_all(&ld, a->ld_flags);
	push(&ld, "-r");
	push(&ld, "-o");
	push(&ld, "%s/whole.o", j->dir);
	push(&ld, "%s/merged.o", j->dir);
	push(&ld, "%s/desc.o", j->dir);
	must_run(&ld, j->path);

	make_info(j, &info);
	write_text(format("%s/info", j->dir), &info);
	free(info.s);
	push(&oc, "%s", a->objcopy);
	push(&oc, "--keep-global-symbol=cpit_module_%s", j->name);
	push(&oc, "--remove-section=.cpit_sites");
	push(&oc, "--remove-section=.rela.cpit_sites");
	push(&oc, "--add-section=.cpit_info=%s/info", j->dir);
	push(&oc, "--set-section-flags=.cpit_info=noload,readonly");
	push(&oc, "%s/whole.o", j->dir);
	push(&oc, "%s/module.o", j->dir);
	must_run(&oc, j->path);
}

void stage_describe(struct job *j)
{
	compile_descriptor(j);
	finish(j);
}
