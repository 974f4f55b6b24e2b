/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tail calls in wasm2c's C.  A function that makes one has a second version,
 * void wasm_tailcall_F(instance_ptr, tail_call_stack, next), which leaves the
 * next callee and its arguments to a loop in F.  Five things are wrong there
 * in 1.0.39, and mended here line by line; a line that is not as expected
 * leaves an error of the C compiler, not a wrong program:
 *
 *  - the instance of a callee in the same module is not set;
 *  - results are left where the operand stack was, not at its bottom, from
 *    where `goto var_Bfunc' returns them;
 *  - a second version drops the results of an indirect callee that has no
 *    second version;
 *  - a second version has no prologue, hence no check of the stack;
 *  - its declarations are shuffled: those of the operand stack come between
 *    the first local and its type, "u32   u32 var_i0;" and "var_l0 = 0;".
 */
#include "stages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * "var_i3 = REST" becomes "var_i0 = REST", and "var_i3 = tmp.i1;" "var_i1 =
 * tmp.i1;".  False if `line' does not assign to the operand stack.
 */
static bool move_result(struct text *out, const char *line, size_t indent,
			char *to, size_t tolen)
{
	const char *var = line + indent, *rest;

	if (!begins(var, "var_") || var[4] == 'p' || var[4] == 'l')
		return false;
	rest = var + 5 + strspn(var + 5, "0123456789");
	if (rest == var + 5 || !begins(rest, " = "))
		return false;
	if (begins(rest, " = tmp."))
		snprintf(to, tolen, "var_%.*s",
			 (int)strcspn(rest + 7, ";"), rest + 7);
	else
		snprintf(to, tolen, "var_%c0", var[4]);
	add(out, "%.*s%s%s\n", (int)indent, line, to, rest);
	return true;
}

/* A call through a table of a function that has no second version. */
static bool indirect_call(struct tail_scan *s, struct text *out,
			  const char *line, size_t indent)
{
	char var[32];

	if (!strstr(line, " = CALL_INDIRECT("))
		return false;
	if (begins(line + indent, "struct ")) {
		add(out, "%s\n", line);
		s->results = true;
		strcpy(var, "tmp");
	} else if (!move_result(out, line, indent, var, sizeof(var))) {
		return false;
	}
	if (s->second)
		add(out, "%.*swasm_rt_memcpy(tail_call_stack, &%s, "
		    "sizeof(%s));\n", (int)indent, line, var, var);
	return true;
}

/* A declaration that was parted: its type, or what the type belongs to. */
static bool parted(struct tail_scan *s, struct text *out, const char *line,
		   size_t indent)
{
	const char *gap = strstr(line + indent, "   ");

	if (s->type && !indent) {
		add(out, "  %s %s\n", s->type, line);
		free(s->type);
		s->type = NULL;
		return true;
	}
	if (!s->second || !gap)
		return false;
	s->type = format("%.*s", (int)(gap - line - (int)indent), line + indent);
	add(out, "%s\n", gap + 1);
	return true;
}

bool tail_line(struct tail_scan *s, struct text *out, const char *line)
{
	size_t indent = strspn(line, " ");
	const char *c = line + indent;
	char var[32];

	if (parted(s, out, line, indent))
		return true;
	if (!indent && *c != '#')	/* "#if", behind a call, is in a function */
		s->second = begins(c, "void wasm_tailcall_w2c_m_f");
	if (s->results && move_result(out, line, indent, var, sizeof(var)))
		return true;
	if (s->indirect && indirect_call(s, out, line, indent))
		return true;
	if (*c == '}')
		s->results = s->indirect = false;
	if (strstr(c, ".func_tailcallee.fn) {"))
		s->indirect = true;
	if (!strcmp(c, "wasm_rt_memcpy(&tmp, tail_call_stack, sizeof(tmp));"))
		s->results = true;
	if (!strcmp(c, "void *instance_ptr_storage;"))
		add(out, "%.*svoid *instance_ptr_storage = instance;\n",
		    (int)indent, line);
	else if (s->second && !strcmp(c, "w2c_m* instance = *instance_ptr;"))
		add(out, "%s\n  FUNC_PROLOGUE;\n", line);
	else
		return false;
	return true;
}
