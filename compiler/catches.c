/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A catch_all behind other catches.  wasm2c 1.0.39 writes no braces for it:
 *
 *	if (wasm_rt_exception_tag() == &w2c_m_e0) {
 *	  ...
 *	} else first statement;
 *	all others;
 * }
 *
 * so only its first statement is left out where another catch was taken, and one
 * without any is no C.  It ends where the indentation becomes less than the test's.
 *
 * A try_table's own label stands before its catches, which a branch to it would
 * run: it belongs behind them.
 *
 *	} else {
 *	  wasm_rt_set_unwind_target(var_T1_outer_target);
 *	  var_T1:;
 *
 * And what a try keeps, the target around it, is made volatile: gcc would have each of
 * these variables meet, after each call, at each setjmp.  Of 500 it took 490 MB.
 */
#include "stages.h"
#include <stdlib.h>
#include <string.h>

static const char test[] = "if (wasm_rt_exception_tag() == ";
static const char otherwise[] = "} else ";
static const char around[] = "WASM_RT_UNWIND_TARGET *";

struct chain {			/* of tests, by their indentation */
	size_t indent;
	bool braced;		/* a brace of ours is open */
};

struct label {			/* of a try_table, and where it belongs */
	size_t indent;
	const char *line;
};

struct chains {
	struct chain *v;
	size_t n;
	struct label *labels;
	size_t nlabels;
};

static void open_chain(struct chains *c, size_t indent)
{
	NEXT(c->v, c->n) = (struct chain){ .indent = indent };
}

static void leave_chains(struct chains *c, struct text *out, size_t indent)
{
	while (c->n && indent < c->v[c->n - 1].indent)
		if (c->v[--c->n].braced)
			add(out, "%*s}\n", (int)c->v[c->n].indent, "");
}

static void add_line(struct text *out, const char *line, size_t indent)
{
	const char *text = line + indent;

	if (begins(text, around))
		add(out, "%*s%svolatile %s\n", (int)indent, "", around,
		    text + strlen(around));
	else
		add(out, "%s\n", line);
}

/* "var_T1:;" in the second half of its try_table: behind both, two levels out. */
static bool take_label(struct chains *c, const char *before, const char *line,
		       size_t indent)
{
	static const char outer[] = "wasm_rt_set_unwind_target(";
	const char *text = line + indent;
	size_t len = strcspn(text, ":");

	before += strspn(before, " ");
	if (!begins(text, "var_T") || strcmp(text + len, ":;") ||
	    !begins(before, outer))
		return false;
	before += strlen(outer);
	if (strncmp(before, text, len) || strcmp(before + len, "_outer_target);"))
		return false;
	NEXT(c->labels, c->nlabels) = (struct label){ indent - 4, line };
	return true;
}

static void put_label(struct chains *c, struct text *out, const char *text,
		      size_t indent)
{
	if (!c->nlabels || indent != c->labels[c->nlabels - 1].indent ||
	    strcmp(text, "}"))
		return;
	add(out, "%s\n", c->labels[--c->nlabels].line);
}

/* One line, without its newline. */
static void brace(struct chains *c, struct text *out, const char *line)
{
	size_t indent = strspn(line, " ");
	const char *text = line + indent;
	struct chain *last;

	if (*text && *text != '#')
		leave_chains(c, out, indent);
	if (begins(text, test))
		open_chain(c, indent);
	last = c->n ? &c->v[c->n - 1] : NULL;
	if (!last || indent != last->indent || last->braced ||
	    !begins(text, otherwise) || begins(text + strlen(otherwise), test)) {
		add_line(out, line, indent);
		return;
	}
	text += strlen(otherwise);
	add(out, "%*s} else {\n", (int)indent, "");
	last->braced = true;
	if (!strcmp(text, "}"))
		leave_chains(c, out, last->indent - 1);
	add(out, "%*s%s\n", (int)indent, "", text);
}

char *mend_tries(char *code)
{
	struct chains c = { 0 };
	struct text out = { 0 };
	char *line, *end, *before = "";

	for (line = code; (end = strchr(line, '\n')); line = end + 1) {
		size_t indent = strspn(line, " ");

		*end = '\0';
		if (!take_label(&c, before, line, indent)) {
			brace(&c, &out, line);
			put_label(&c, &out, line + indent, indent);
		}
		before = line;
	}
	add(&out, "%s", line);
	free(c.v);
	free(c.labels);
	free(code);
	return out.s;
}
