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

struct chains {
	struct chain *v;
	size_t n;
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
	char *line, *end;

	for (line = code; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		brace(&c, &out, line);
	}
	add(&out, "%s", line);
	free(c.v);
	free(code);
	return out.s;
}
