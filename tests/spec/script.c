/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"
#include "value.h"
#include <catchpit/trap.h>
#include <stdlib.h>
#include <string.h>

/* Features of the proposals that wat2wasm does not have on by itself. */
#define EH	"--enable-exceptions"
#define MM	"--enable-multi-memory"
#define EC	"--enable-extended-const"
#define TC	"--enable-tail-call"
#define M64	"--enable-memory64"
#define REFS	"--enable-function-references"
#define RELAXED	"--enable-relaxed-simd"

static const struct {
	const char *folder, *features;
} proposals[] = {
	{ "own/", EH " " MM " " EC " " TC " " M64 " --enable-threads" },
	{ "proposals/annotations/", "--enable-annotations" },
	{ "proposals/custom-page-sizes/",
	  "--enable-custom-page-sizes " MM " " M64 },
	{ "proposals/exception-handling/", EH " " TC },
	{ "proposals/extended-const/", EC },
	{ "proposals/function-references/", REFS " " TC },
	{ "proposals/gc/", "--enable-gc " REFS " " TC " " EC },
	{ "proposals/multi-memory/", MM },
	{ "proposals/relaxed-simd/", RELAXED },
	{ "proposals/tail-call/", TC },
	{ "proposals/threads/", "--enable-threads" },
	{ "proposals/wasm-3.0/", "--enable-annotations " EH " " MM " " EC " "
	  TC " " M64 " " RELAXED },
};

struct name {
	char *id;		/* "$M" */
	uint32_t value;
};

struct names {
	struct name *v;
	size_t n;
};

struct reader {
	struct script *s;
	const char *features;
	struct names slots, definitions;
	uint32_t nslots, last;		/* the newest instance and module ... */
	uint32_t definition;
	unsigned line;
	bool links;		/* a module of it may be asked for by name */
};

static _Noreturn void bad(const struct reader *r, const char *why)
{
	fail(EXIT_TOOL, "%s:%u: %s", r->s->name, r->line, why);
}

static void name_add(struct names *names, const struct node *id, uint32_t value)
{
	NEXT(names->v, names->n) = (struct name){ node_text(id), value };
}

/* The newest of that name. */
static uint32_t name_find(const struct reader *r, const struct names *names,
			  const struct node *id)
{
	size_t i = names->n;

	while (i-- > 0)
		if (is_atom(id, names->v[i].id))
			return names->v[i].value;
	bad(r, "no module of that name");
}

/* ------------------------------------------------------------- bytes */

static void put_u8(struct reader *r, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	add_bytes(&r->s->commands, &byte, 1);
}

static void put_u32(struct reader *r, uint32_t v)
{
	add_bytes(&r->s->commands, &v, 4);
}

static void put_op(struct reader *r, enum spec_op op)
{
	put_u8(r, op);
	put_u32(r, r->line);
	r->s->checks += op != SPEC_MODULE && op != SPEC_REGISTER;
}

static void put_name(struct reader *r, const struct node *n)
{
	struct text t = { 0 };
	size_t i;

	if (!n || n->kind != NODE_STRING)
		bad(r, "a name is missing");
	add_string(&t, n);
	for (i = 0; i < t.len; i++) {
		if (t.s[i])
			put_u8(r, (uint8_t)t.s[i]);
		else
			add_bytes(&r->s->commands, "\300\200", 2);
	}
	put_u8(r, 0);
	free(t.s);
}

/* ----------------------------------------------------------- modules */

/* "(module $M definition binary ...": what follows `module'. */
struct head {
	const struct node *id, *body;
	bool definition, instance, binary, quote;
};

static struct head module_head(const struct node *n)
{
	struct head h = { 0 };
	const struct node *c = n->child->next;

	for (; c && c->kind == NODE_ATOM; c = c->next) {
		if (is_id(c) && !h.id)
			h.id = c;
		else if (is_atom(c, "definition"))
			h.definition = true;
		else if (is_atom(c, "instance"))
			h.instance = true;
		else if (is_atom(c, "binary"))
			h.binary = true;
		else if (is_atom(c, "quote"))
			h.quote = true;
		else
			break;
	}
	h.body = c;
	return h;
}

/* The module a form stands for, as an index into the script's. */
static uint32_t module_of(struct reader *r, const struct node *n,
			  enum purpose purpose)
{
	struct script *s = r->s;
	struct head h = module_head(n);
	struct text t = { 0 };
	const struct node *c;
	bool alone;

	add(&t, "%s", "");
	if (h.binary || h.quote) {
		for (c = h.body; c; c = c->next)
			if (c->kind == NODE_STRING)
				add_string(&t, c);
	} else if (h.definition) {
		add(&t, "(module ");
		if (h.body)
			add_bytes(&t, h.body->s,
				  (size_t)(n->s + n->len - h.body->s));
		else
			add(&t, ")");
	} else {
		add_bytes(&t, n->s, n->len);
	}
	alone = !r->links && !h.binary && purpose == TO_RUN &&
		!memmem(t.s, t.len, "(import", 7);
	NEXT(s->modules, s->nmodules) = module_add(t.s, t.len, h.binary, purpose,
						   r->features, alone);
	return (uint32_t)s->nmodules - 1;
}

static void instantiate(struct reader *r, uint32_t module,
			const struct node *id)
{
	if (r->nslots == SPEC_SLOTS)
		bad(r, "too many instances");
	put_op(r, SPEC_MODULE);
	put_u32(r, module);
	put_u32(r, r->nslots);
	r->last = r->nslots++;
	if (id)
		name_add(&r->slots, id, r->last);
}

static void read_module(struct reader *r, const struct node *n)
{
	struct head h = module_head(n);
	const struct node *of;
	uint32_t m;

	if (h.instance) {
		of = n->child->next->next;
		if (is_id(of) && is_id(of->next)) {
			m = name_find(r, &r->definitions, of->next);
			instantiate(r, m, of);
		} else {
			instantiate(r, r->definition, is_id(of) ? of : NULL);
		}
		return;
	}
	m = module_of(r, n, TO_RUN);
	r->definition = m;
	if (h.id)
		name_add(&r->definitions, h.id, m);
	if (!h.definition)
		instantiate(r, m, h.id);
}

static void read_register(struct reader *r, const struct node *n)
{
	const struct node *name = n->child->next;

	put_op(r, SPEC_REGISTER);
	put_u32(r, is_id(name->next) ? name_find(r, &r->slots, name->next)
				     : r->last);
	put_name(r, name);
}

/* ----------------------------------------------------------- actions */

static unsigned length(const struct node *n)
{
	unsigned count = 0;

	for (; n; n = n->next)
		count++;
	return count;
}

static void put_action(struct reader *r, const struct node *n)
{
	const struct node *c = n ? n->child->next : NULL, *a;

	put_u8(r, is_list(n, "get"));
	put_u32(r, is_id(c) ? name_find(r, &r->slots, c) : r->last);
	if (is_id(c))
		c = c->next;
	put_name(r, c);
	put_u8(r, length(c->next));
	for (a = c->next; a; a = a->next) {
		struct spec_value v = { 0 };

		if (!parse_value(a, &v))
			v.letter = '#';		/* no parameter has it */
		add_bytes(&r->s->commands, &v, sizeof(v));
	}
}

static void put_pattern(struct reader *r, const struct node *n)
{
	struct spec_pattern p;

	if (!parse_pattern(n, &p))
		p.letter = '#';			/* no result has it */
	add_bytes(&r->s->commands, &p, sizeof(p));
}

static void read_return(struct reader *r, const struct node *n)
{
	const struct node *action = n->child->next, *c, *e;

	put_op(r, SPEC_RETURN);
	put_action(r, action);
	put_u8(r, length(action->next));
	for (c = action->next; c; c = c->next) {
		if (!is_list(c, "either")) {
			put_u8(r, 1);
			put_pattern(r, c);
			continue;
		}
		put_u8(r, length(c->child->next));
		for (e = c->child->next; e; e = e->next)
			put_pattern(r, e);
	}
}

/* Texts that are not those of cpit_trap_text(), whose numbers 1 to 12 are. */
static const struct {
	const char *text;
	enum cpit_trap trap;
} other_texts[] = {
	{ "indirect call", CPIT_TRAP_CALL_SIGNATURE },
	{ "uninitialized element 2", CPIT_TRAP_CALL_NULL },
	{ "null function reference", CPIT_TRAP_NULL_REF },
	{ "null structure reference", CPIT_TRAP_NULL_REF },
	{ "null array reference", CPIT_TRAP_NULL_REF },
	{ "null i31 reference", CPIT_TRAP_NULL_REF },
	{ "out of bounds array access", CPIT_TRAP_NONE },	/* gc */
	{ "cast failure", CPIT_TRAP_NONE },
	{ "cast", CPIT_TRAP_NONE },
};

static unsigned trap_of(const struct reader *r, const struct node *n)
{
	struct text t = { 0 };
	unsigned k;
	size_t i;

	if (!n || n->kind != NODE_STRING)
		bad(r, "the trap's text is missing");
	add_string(&t, n);
	for (k = 1; k < CPIT_TRAP_COUNT; k++)
		if (cpit_trap_text(k) && !strcmp(t.s, cpit_trap_text(k)))
			return k;
	for (i = 0; i < sizeof(other_texts) / sizeof(other_texts[0]); i++)
		if (!strcmp(t.s, other_texts[i].text))
			return other_texts[i].trap;
	bad(r, "no trap kind has this text");
}

static void read_trap(struct reader *r, const struct node *n)
{
	const struct node *what = n->child->next;
	unsigned kind = is_list(n, "assert_exception")
				? CPIT_TRAP_UNCAUGHT_EXCEPTION
				: trap_of(r, what->next);

	if (is_list(what, "module")) {
		uint32_t m = module_of(r, what, TO_RUN);

		put_op(r, SPEC_UNINSTANTIABLE);
		put_u8(r, kind);
		put_u32(r, m);
	} else {
		put_op(r, SPEC_TRAP);
		put_u8(r, kind);
		put_action(r, what);
	}
}

static void read_unlinkable(struct reader *r, const struct node *n)
{
	uint32_t m = module_of(r, n->child->next, TO_RUN);

	put_op(r, SPEC_UNLINKABLE);
	put_u32(r, m);
}

/* What is invalid is invalid as a binary; a quoted text need not assemble. */
static void read_refusal(struct reader *r, const struct node *n)
{
	const struct node *what = n->child->next;
	struct head h = module_head(what);
	enum purpose p = is_list(n, "assert_invalid") && !h.quote
				 ? TO_REFUSE_BINARY : TO_REFUSE_TEXT;
	struct script *s = r->s;
	uint32_t m = module_of(r, what, p);

	NEXT(s->refusals, s->nrefusals) = (struct refusal){ r->line,
							    s->modules[m] };
}

static void read_action(struct reader *r, const struct node *n)
{
	put_op(r, SPEC_ACTION);
	put_action(r, n);
}

static const struct {
	const char *head;
	void (*read)(struct reader *r, const struct node *n);
} commands[] = {
	{ "module", read_module },
	{ "register", read_register },
	{ "invoke", read_action },
	{ "get", read_action },
	{ "assert_return", read_return },
	{ "assert_trap", read_trap },
	{ "assert_exhaustion", read_trap },
	{ "assert_exception", read_trap },
	{ "assert_unlinkable", read_unlinkable },
	{ "assert_invalid", read_refusal },
	{ "assert_malformed", read_refusal },
};

/* False when it is no command: a field of a module without brackets. */
static bool read_command(struct reader *r, const struct node *n)
{
	size_t i;

	r->line = n->line;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!is_list(n, commands[i].head))
			continue;
		if (!n->child->next && i)
			bad(r, "an empty command");
		commands[i].read(r, n);
		return true;
	}
	return false;
}

static const char *features_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(proposals) / sizeof(proposals[0]); i++)
		if (begins(name, proposals[i].folder))
			return proposals[i].features;
	return "";
}

void script_read(struct script *s, const char *dir, const char *name)
{
	struct reader r = { .s = s, .features = features_of(name) };
	char *path = format("%s/%s", begins(name, "own/") ? "tests/spec" : dir,
			    name);
	size_t len;
	char *text = read_file(path, &len);
	struct node *top, *n;

	memset(s, 0, sizeof(*s));
	s->name = xstrdup(name);
	top = lex(text, len, &r.line);
	if (!top)
		bad(&r, "brackets or quotes do not match");
	for (n = top; n; n = n->next)
		r.links |= is_list(n, "register");
	for (n = top; n; n = n->next) {
		struct node whole = { .kind = NODE_LIST };

		if (read_command(&r, n))
			continue;
		/* The fields of one module make up the whole script. */
		if (n != top)
			bad(&r, "no such command");
		whole.child = top;
		whole.s = text;
		whole.len = len;
		instantiate(&r, module_of(&r, &whole, TO_RUN), NULL);
		break;
	}
	put_u8(&r, 0);
	lex_free();
	free(text);
	free(path);
}
