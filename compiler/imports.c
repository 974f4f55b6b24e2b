/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way out of a module: calls of imports, which each function has in itself,
 * and what wasm2c takes for imports where it needs an address.
 */
#include "stages.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>

/* The C type of a signature letter. */
static const char *c_type(char letter)
{
	switch (letter) {
	case 'i': return "u32";
	case 'I': return "u64";
	case 'f': return "f32";
	case 'F': return "f64";
	case 'v': return "v128";
	case 'r': return "wasm_rt_funcref_t";
	case 'x': return "wasm_rt_exnref_t";
	default: return "wasm_rt_externref_t";
	}
}

char multi_letter(char letter)
{
	const char *ours = "iIfFvrex", *theirs = "ijfdorex";

	return theirs[strchr(ours, letter) - ours];
}

char *result_type(const struct functype *f)
{
	struct text t = { 0 };
	const char *r;

	if (!f->results[0])
		return xstrdup("void");
	if (!f->results[1])
		return xstrdup(c_type(f->results[0]));
	add(&t, "struct wasm_multi_");
	for (r = f->results; *r; r++)
		add(&t, "%c", multi_letter(*r));
	return t.s;
}

static void add_params(struct text *t, const struct functype *f)
{
	const char *p;

	for (p = f->params; *p; p++)
		add(t, ", %s p%d", c_type(*p), (int)(p - f->params));
}

static void add_arguments(struct text *t, const struct functype *f)
{
	const char *p;

	for (p = f->params; *p; p++)
		add(t, ", p%d", (int)(p - f->params));
}

/*
 * A host call: the reserve is checked and the exit noted in the guest, the
 * function called with its native signature, and an end that it asked for
 * taken when it has returned (K23-11).
 */
static void add_exit(struct text *t, uint32_t n, const struct functype *f)
{
	char *result = result_type(f);
	bool none = !f->results[0];
	const char *p;

	add(t, "static CPIT_EXIT_INLINE %s cpit_i%u(w2c_m *instance", result, n);
	add_params(t, f);
	add(t, ")\n{\n\tstruct cpit_run *run = CPIT_VM(instance)->run;\n"
	       "\tconst struct cpit_slot *s = CPIT_SLOT(instance, %u);\n\n"
	       "\tCPIT_LEAVE_GUEST(run, CPIT_EXIT(%u));\n\tCPIT_OUT_TO(s);\n\t",
	    n, n);
	if (!none)
		add(t, "%s r = ", result);
	/* As in calls.c. */
	add(t, "((%s (*)(void *", strcmp(result, "u32") ? result : "s32");
	for (p = f->params; *p; p++)
		add(t, ", %s", c_type(*p));
	add(t, "))s->fn)(s->arg0");
	add_arguments(t, f);
	add(t, ");\n\tif (UNLIKELY(run->pending)) {\n"
	       "\t\tCPIT_OUT();\n\t\tcpit_rt_edge(CPIT_VM(instance));\n\t}\n"
	       "\tCPIT_BACK();\n%s}\n\n", none ? "" : "\treturn r;\n");
	free(result);
}

static const struct functype *func_type(const struct module *m, uint32_t n)
{
	return m->imports[n].kind == CPIT_FUNC
		? &m->types[m->funcs[m->imports[n].index].type] : NULL;
}

void add_exits(struct text *t, const struct module *m)
{
	uint32_t i;

	/* For size, once where it is called more than once. */
	add(t, "#ifdef __OPTIMIZE_SIZE__\n"
	       "#define CPIT_EXIT_INLINE\n"
	       "#else\n"
	       "#define CPIT_EXIT_INLINE inline __attribute__((always_inline))\n"
	       "#endif\n\n");
	for (i = 0; i < m->nimports; i++) {
		const struct functype *f = func_type(m, i);

		if (f)
			add_exit(t, i, f);
		else if (m->imports[i].kind == CPIT_TAG)
			/* For wasm2c it is a link-time constant. */
			add(t, "#define w2c_h_i%u ((wasm_rt_tag_t)"
			    "CPIT_SLOT(instance, %u)->object)\n", i, i);
	}
}

/*
 * "w2c_h_i3(instance->w2c_h_instance, ...)" becomes "cpit_i3(instance, ...)".
 * What is left of w2c_h_i3 is a reference to a function, which add_imports()
 * has to define.
 */
void exit_calls(char *line, const struct job *j)
{
	static const char call[] = "(instance->w2c_h_instance";
	char *at = line, *end;

	while ((at = strstr(at, "w2c_h_i"))) {
		unsigned long n = strtoul(at + 7, &end, 10);

		if (end == at + 7 || n >= j->mod.nimports ||
		    !func_type(&j->mod, (uint32_t)n)) {
			at += 7;
			continue;
		}
		if (!begins(end, call)) {
			j->thunk[n] = true;
			at = end;
			continue;
		}
		memcpy(at, "cpit_i", 6);
		memmove(at + 6, at + 7, (size_t)(end - at - 7));
		memcpy(end - 1, "(instance", 9);
		memmove(end + 8, end + strlen(call), strlen(end + strlen(call)) + 1);
		at = end;
	}
}

static const char *object_type(const struct entity *e)
{
	switch (e->kind) {
	case CPIT_MEMORY:
		return "wasm_rt_memory_t";
	case CPIT_TABLE:
		return e->letter == 'r' ? "wasm_rt_funcref_table_t"
					: "wasm_rt_externref_table_t";
	default:
		return c_type(e->letter);
	}
}

static void add_thunk(struct text *t, uint32_t n, const struct functype *f)
{
	char *result = result_type(f);

	add(t, "%s w2c_h_i%u(struct w2c_h *h", result, n);
	add_params(t, f);
	add(t, ")\n{\n\t%scpit_i%u((w2c_m *)(void *)h",
	    f->results[0] ? "return " : "", n);
	add_arguments(t, f);
	add(t, ");\n}\n\n");
	free(result);
}

void add_imports(struct text *t, const struct job *j)
{
	const struct module *m = &j->mod;
	uint32_t i;

	for (i = 0; i < m->nimports; i++) {
		const struct entity *e = entity_of(m, m->imports[i].kind,
						   m->imports[i].index);

		if (e->kind == CPIT_FUNC && j->thunk[i])
			add_thunk(t, i, func_type(m, i));
		else if (e->kind != CPIT_FUNC && e->kind != CPIT_TAG)
			add(t, "%s *w2c_h_i%u(struct w2c_h *h)\n{\n"
			       "\treturn CPIT_SLOT(h, %u)->object;\n}\n\n",
			    object_type(e), i, i);
	}
}
