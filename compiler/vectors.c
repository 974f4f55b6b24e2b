/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors in wasm2c's output: their accesses to memory; across try blocks. */
#include "stages.h"
#include <string.h>

/*
 * A vector's access to a memory 0 of 32 bits: wasm2c has what moves part of a
 * vector checked in every mode, "v128_load32_splat(&instance->w2c_m0, ".  All of
 * them find it where the function's locals say, CPIT_LOCAL0.
 */
const char *vector_access(struct text *t, const char *line)
{
	static const char memory[] = "(&instance->w2c_m0, (u64)(var_i";
	static const char fast[] = "_default32";
	const char *at = strstr(line, memory);

	if (!at || !strstr(line, "var_o"))
		return line;
	t->len = 0;
	add(t, "%.*s", (int)(at - line), line);
	if (!strstr(line, fast))
		add(t, "%s", fast);
	add(t, "(CPIT_LOCAL0, %s", at + strlen("(&instance->w2c_m0, "));
	return t->s;
}

/*
 * Vectors in shared memory: "v128_load_shared_default32(" and the like, which
 * the prelude does not have.  They are not atomic: the plain ones do.
 */
void vectors_shared(char *line)
{
	static const char word[] = "_shared";
	char *at = strstr(line, word), *after = at ? at + strlen(word) : NULL;

	if (at && strstr(line, "var_o") &&
	    (*after == '(' || begins(after, "_default32(")))
		memmove(at, after, strlen(after) + 1);
}

/* Whether the function has a try block, of which `line' is one. */
static bool has_try(const char *line)
{
	const char *end = strstr(line, "\n}\n");

	return end && memmem(line, (size_t)(end - line), "wasm_rt_try(",
			     strlen("wasm_rt_try("));
}

/*
 * gcc 12 gives up on a function where a vector on wasm2c's operand stack lives
 * across a setjmp ("internal compiler error: in tree_vec_extract") unless it is
 * in memory.  "  v128 var_o0, var_o1;", a declaration of one line or more.
 */
void vectors_in_memory(struct text *locals, struct text *out, const char *line,
		       const char *next)
{
	const char *name = line;

	if (!locals->len && !(begins(line, "  v128 var_o") && has_try(next)))
		return;
	while ((name = strstr(name, "var_o"))) {
		size_t len = strcspn(name, ",;");

		add(locals, "  CPIT_IN_MEMORY(%.*s);\n", (int)len, name);
		name += len;
	}
	if (!strchr(line, ';'))
		return;
	add(out, "%s", locals->s);
	locals->len = 0;
}
