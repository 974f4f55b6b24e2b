/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h for embedders: the descriptor, and for each exported function a typed
 * entry point that calls it under the catch.
 */
#include "stages.h"
#include <catchpit/module.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *plain_type(char letter)
{
	switch (letter) {
	case 'i': return "uint32_t ";
	case 'I': return "uint64_t ";
	case 'f': return "float ";
	case 'F': return "double ";
	case 'r': return "struct cpit_funcref ";
	case 'e': return "void *";
	}
	return NULL;		/* no C type every kernel has */
}

static bool plain(const char *letters)
{
	for (; *letters; letters++)
		if (!plain_type(*letters))
			return false;
	return true;
}

/*
 * Exports whose names are no C identifiers have no typed entry point, nor has what
 * would be a type of C's or POSIX's own: t of size.wasm.
 */
static bool identifier(const struct export *x)
{
	size_t i, n = x->name_len;

	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)x->name[i]) && x->name[i] != '_')
			return false;
	if (!n || x->name[n - 1] != 't')
		return n;
	return n > 1 && x->name[n - 2] != '_';
}

/* Before names that would be none, or one of C's own or of the library's. */
static const char *prefix(const char *name)
{
	if (!strncasecmp(name, "cpit", 4) && (!name[4] || name[4] == '_'))
		return "m";
	return isdigit((unsigned char)name[0]) || *name == '_' ? "m" : "";
}

/* Of any bytes, for a comment: a slash might end it. */
static void add_nameless(struct text *t, const struct export *x, uint32_t n)
{
	struct text name = { 0 };
	size_t i;

	add_encoded(&name, x->name, x->name_len);
	add(t, "/* No function for exports[%u], ", n);
	for (i = 0; i < name.len; i++)
		add(t, name.s[i] == '/' ? "%%2f" : "%c", name.s[i]);
	add(t, ": cpit_call(). */\n\n");
	free(name.s);
}

static void add_entry(struct text *t, const struct job *j, uint32_t n)
{
	const struct export *x = &j->mod.exports[n];
	const struct functype *f;
	size_t np, nr, i;

	if (x->kind != CPIT_FUNC)
		return;
	f = &j->mod.types[j->mod.funcs[x->index].type];
	np = strlen(f->params);
	nr = strlen(f->results);
	if (!identifier(x) || !plain(f->params) || !plain(f->results)) {
		add_nameless(t, x, n);
		return;
	}
	add(t, "/* Returns as cpit_call(); results are set if it returned. */\n"
	       "static inline int %s%s_%s(struct cpit_instance *inst",
	    prefix(j->name), j->name, x->name);
	for (i = 0; i < np; i++)
		add(t, ", %sp%zu", plain_type(f->params[i]), i);
	for (i = 0; i < nr; i++)
		add(t, ", %s*r%zu", plain_type(f->results[i]), i);
	add(t, ",\n\t\tstruct cpit_outcome *out)\n{\n"
	       "\tunion cpit_value v[%zu];\n\tint err;\n\n",
	    np > nr ? np : nr ? nr : 1);
	for (i = 0; i < np; i++)
		add(t, "\tv[%zu].%s = p%zu;\n", i, value_member(f->params[i]),
		    i);
	add(t, "\terr = cpit_call(inst, &cpit_module_%s.exports[%u], v, out);\n"
	       "\tif (err || out->end != CPIT_RETURNED)\n\t\treturn err;\n",
	    j->name, n);
	for (i = 0; i < nr; i++)
		add(t, "\t*r%zu = v[%zu].%s;\n", i, i,
		    value_member(f->results[i]));
	add(t, "\treturn 0;\n}\n\n");
}

void make_header(const struct job *j, struct text *t)
{
	uint32_t i;

	add(t, "/* Made by catchpit from module %s. */\n"
	       "#ifndef CPIT_MODULE_%s_H\n#define CPIT_MODULE_%s_H\n\n"
	       "#include <catchpit/call.h>\n#include <catchpit/module.h>\n\n"
	       "extern const struct cpit_module cpit_module_%s;\n\n",
	    j->name, j->name, j->name, j->name);
	for (i = 0; i < j->mod.nexports; i++)
		add_entry(t, j, i);
	add(t, "#endif\n");
}
