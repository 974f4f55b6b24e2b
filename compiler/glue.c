/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glue.c of a module: export thunks with one C signature for all, and the import
 * and export tables of the descriptor; imports.c has the way out.
 */
#include "stages.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>

void add_literal(struct text *t, const char *s, size_t len)
{
	size_t i;

	add(t, "\"");
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!c)		/* C strings: NUL as no UTF-8 has it */
			add(t, "\\300\\200");
		else if (c < ' ' || c > '~' || c == '"' || c == '\\' ||
			 c == '?')
			add(t, "\\%03o", c);
		else
			add(t, "%c", c);
	}
	add(t, "\"");
}

char *signature(const struct module *m, const struct entity *e)
{
	switch (e->kind) {
	case CPIT_FUNC:
	case CPIT_TAG:
		return format("%s:%s", m->types[e->type].params,
			      m->types[e->type].results);
	case CPIT_GLOBAL:
		return format("%c%s", e->letter, e->is_mutable ? "m" : "");
	case CPIT_TABLE:
		return format("%c", e->letter);
	default:
		return format("%s%s", e->lim.shared ? "s" : "",
			      e->lim.is64 ? "6" : "");
	}
}

const char *value_member(char letter)
{
	switch (letter) {
	case 'i': return "i32";
	case 'I': return "i64";
	case 'f': return "f32";
	case 'F': return "f64";
	case 'v': return "v128";
	case 'r': return "funcref";
	default: return "externref";
	}
}

/* ------------------------------------------------------------- imports */

static void add_type(struct text *t, const struct module *m,
		     const struct entity *e)
{
	char *sig = signature(m, e);
	bool limits = e->kind == CPIT_TABLE || e->kind == CPIT_MEMORY;

	add(t, "{ %u, ", e->kind);
	add_literal(t, sig, strlen(sig));
	if (limits)
		add(t, ", %lluu, %lluu, %d, %u }",
		    (unsigned long long)e->lim.min,
		    (unsigned long long)e->lim.max, e->lim.has_max,
		    e->kind == CPIT_MEMORY ? e->lim.page_size : 0);
	else
		add(t, ", 0, 0, 0, 0 }");
	free(sig);
}

static void add_import_table(struct text *t, const struct module *m)
{
	uint32_t i;

	add(t, "const struct cpit_import_decl cpit_imports[] = {\n");
	for (i = 0; i < m->nimports; i++) {
		const struct entity *e = entity_of(m, m->imports[i].kind,
						   m->imports[i].index);

		add(t, "\t{ ");
		add_literal(t, e->module, e->module_len);
		add(t, ", ");
		add_literal(t, e->field, e->field_len);
		add(t, ", ");
		add_type(t, m, e);
		add(t, " },\n");
	}
	add(t, "\t{ 0 }\n};\n\n");
}

/* ------------------------------------------------------------- exports */

static void add_arguments(struct text *t, const struct functype *f)
{
	const char *p;

	for (p = f->params; *p; p++) {
		int n = (int)(p - f->params);

		if (*p == 'v')
			add(t, ", cpit_v128(&v[%d])", n);
		else
			add(t, ", v[%d].%s", n, value_member(*p));
	}
}

static void add_result(struct text *t, char letter, int n, const char *from)
{
	if (letter == 'v')
		add(t, "\t__builtin_memcpy(v[%d].v128, &%s, 16);\n", n, from);
	else if (letter == 'x')
		add(t, "\tv[%d].externref = (void *)(uintptr_t)%s.tag;\n", n,
		    from);
	else
		add(t, "\tv[%d].%s = %s;\n", n, value_member(letter), from);
}

#define ENTER "\tCPIT_BACK();\n\tCPIT_SET_BASE((w2c_m *)s);\n"

static void add_export_func(struct text *t, const struct module *m, uint32_t n,
			    const struct functype *f)
{
	uint32_t index = m->exports[n].index;
	/* wasm2c's own wrapper is for tables: no address of the function (depth.c). */
	char *name = m->funcs[index].imported ? format("w2c_m_x%u", n)
					      : format("w2c_m_f%u", index);
	char *result = result_type(f);
	const char *r;

	add(t, "static void call_x%u(void *s, union cpit_value *v)\n{\n\t", n);
	if (f->results[0])
		add(t, "%s r;\n\n" ENTER "\tr = ", result);
	else
		add(t, "(void)v;\n" ENTER "\t");
	add(t, "%s(s", name);
	add_arguments(t, f);
	add(t, ");\n\tCPIT_OUT();\n");
	if (f->results[0] && !f->results[1]) {
		add_result(t, f->results[0], 0, "r");
	} else {
		for (r = f->results; *r; r++) {
			int i = (int)(r - f->results);
			char *from = format("r.%c%d", multi_letter(*r), i);

			add_result(t, *r, i, from);
			free(from);
		}
	}
	add(t, "}\n\n");
	free(name);
	free(result);
}

static void add_export(struct text *t, const struct module *m, uint32_t n)
{
	const struct export *x = &m->exports[n];
	const struct entity *e = entity_of(m, x->kind, x->index);
	uint32_t i;

	if (x->kind == CPIT_FUNC) {
		add_export_func(t, m, n, &m->types[e->type]);
		return;
	}
	add(t, "static void *get_x%u(void *s)\n{\n\t", n);
	if (x->kind != CPIT_TAG) {
		add(t, "return w2c_m_x%u(s);\n}\n\n", n);
		return;
	}
	for (i = 0; e->imported && i < m->nimports; i++)
		if (m->imports[i].kind == CPIT_TAG &&
		    m->imports[i].index == x->index)
			add(t, "return CPIT_SLOT(s, %u)->object;\n", i);
	if (!e->imported)
		add(t, "w2c_m *instance = s;\n\n"
			"\treturn (void *)(uintptr_t)CPIT_TAG_OF_US(%u);\n",
		    x->index);
	add(t, "}\n\n");
}

static void add_export_table(struct text *t, const struct module *m)
{
	uint32_t i;

	add(t, "const struct cpit_export cpit_exports[] = {\n");
	for (i = 0; i < m->nexports; i++) {
		const struct export *x = &m->exports[i];
		const struct entity *e = entity_of(m, x->kind, x->index);

		add(t, "\t{ ");
		add_literal(t, x->name, x->name_len);
		add(t, ", ");
		add_type(t, m, e);
		if (x->kind != CPIT_FUNC)
			add(t, ", 0, 0, get_x%u },\n", i);
		else
			add(t, ", call_x%u, (void (*)(void))w2c_m_x%u, 0 },\n",
			    i, i);
	}
	add(t, "\t{ 0 }\n};\n\n");
}

/* ------------------------------------------------------------- words */

static const char *const word_names[] = {
	[CPIT_WORD_SIGNAL] = "__instance_signal",
	[CPIT_WORD_TERMINATED] = "__instance_terminated",
};

const struct export *word_export(const struct module *m, unsigned word)
{
	size_t len = strlen(word_names[word]);
	uint32_t i;

	for (i = 0; i < m->nexports; i++)
		if (m->exports[i].name_len == len &&
		    !memcmp(m->exports[i].name, word_names[word], len))
			return &m->exports[i];
	return NULL;
}

void stage_glue(struct job *j)
{
	const struct module *m = &j->mod;
	struct text t = { 0 };
	uint32_t i;

	add(&t, "#include \"m-impl.h\"\n\n");
	if (m->features & FEAT_SIMD)
		add(&t, "static inline v128 cpit_v128(const union cpit_value *v)"
			"\n{\n\tv128 x;\n\t__builtin_memcpy(&x, v, 16);\n"
			"\treturn x;\n}\n\n");
	add_imports(&t, j);
	add_fixed_tables(&t, j);
	for (i = 0; i < m->nexports; i++)
		add_export(&t, m, i);
	add_import_table(&t, m);
	add_export_table(&t, m);
	add_memory0(&t, j);
	add(&t, "void cpit_instantiate_m(void *s, union cpit_value *v)\n{\n"
		"\t(void)v;\n\tCPIT_BACK();\n\twasm2c_m_instantiate(s%s);\n"
		"\tCPIT_OUT();\n}\n\n"
		"void cpit_destroy_m(void *s)\n{\n\twasm2c_m_free(s);\n}\n",
	    m->nimports ? ", s" : "");
	write_text(format("%s/glue.c", j->dir), &t);
	free(t.s);
}
