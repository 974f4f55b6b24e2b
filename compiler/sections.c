/* SPDX-License-Identifier: Apache-2.0 */
/* The sections from imports to the start function; types and code are apart. */
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <catchpit/module.h>

/* ------------------------------------------------------------ index spaces */

static struct entity **space_of(struct module *m, uint8_t kind, uint32_t **n)
{
	switch (kind) {
	case CPIT_FUNC:
		*n = &m->nfuncs;
		return &m->funcs;
	case CPIT_TABLE:
		*n = &m->ntables;
		return &m->tables;
	case CPIT_MEMORY:
		*n = &m->nmemories;
		return &m->memories;
	case CPIT_GLOBAL:
		*n = &m->nglobals;
		return &m->globals;
	case CPIT_TAG:
		*n = &m->ntags;
		return &m->tags;
	default:
		return NULL;
	}
}

static struct entity *entities_of(struct module *m, uint8_t kind, uint32_t *n)
{
	uint32_t *count;
	struct entity **space = space_of(m, kind, &count);

	*n = space ? *count : 0;
	return space ? *space : NULL;
}

struct entity *entity_of(const struct module *m, uint8_t kind, uint32_t index)
{
	uint32_t *n;

	return &(*space_of((struct module *)m, kind, &n))[index];
}

void *parse_grow(struct parser *p, void *array, uint32_t n, size_t size)
{
	void *bigger;

	if (n >= PARSE_MAX_ITEMS) {
		parse_fail(p, p->r.p, "more than %d entries", PARSE_MAX_ITEMS);
		return NULL;
	}
	if (n & (n - 1))
		return array;
	bigger = realloc(array, (n ? 2 * (size_t)n : 1) * size);
	if (!bigger)
		parse_oom(p);
	return bigger;
}

/* Appends *e to the index space of its kind, which owns its names from now. */
static bool add_entity(struct parser *p, struct entity *e)
{
	uint32_t *n;
	struct entity **space = space_of(p->m, e->kind, &n);
	struct entity *bigger = parse_grow(p, *space, *n, sizeof(*e));

	if (!bigger)
		return false;
	*space = bigger;
	bigger[(*n)++] = *e;
	e->module = e->field = NULL;
	return true;
}

/* ----------------------------------------------------------------- imports */

static char *copy_name(struct parser *p, size_t *len)
{
	const char *s = reader_name(&p->r, len);
	char *copy;

	if (!s)
		return NULL;
	copy = malloc(*len + 1);
	if (!copy) {
		parse_oom(p);
		return NULL;
	}
	memcpy(copy, s, *len);
	copy[*len] = '\0';
	return copy;
}

/* Of a result a host can see that it is null; there is no more to see. */
static void refuse_exnref(struct parser *p, const struct entity *e,
			  const char *what, uint32_t n)
{
	const struct functype *t;

	if (!parse_ok(p))
		return;
	if (e->kind == CPIT_FUNC) {
		t = &p->m->types[e->type];
		if (strchr(t->params, 'x') ||
		    (e->imported && strchr(t->results, 'x')))
			parse_refuse(p, REFUSE_EXNREF_BOUNDARY, "%s %u", what,
				     n);
	} else if (e->kind == CPIT_GLOBAL && e->letter == 'x') {
		parse_refuse(p, REFUSE_EXNREF_BOUNDARY, "%s %u", what, n);
	}
}

static void add_import(struct parser *p, struct entity *e)
{
	struct module *m = p->m;
	void *bigger = parse_grow(p, m->imports, m->nimports, sizeof(*m->imports));
	uint32_t n;

	if (!bigger)
		return;
	m->imports = bigger;
	if (!add_entity(p, e))
		return;
	entities_of(m, e->kind, &n);
	m->imports[m->nimports].kind = e->kind;
	m->imports[m->nimports++].index = n - 1;
	if (e->kind == CPIT_FUNC)
		m->nimported_funcs++;
}

static bool parse_import(struct parser *p)
{
	struct entity e = { .imported = true };

	e.module = copy_name(p, &e.module_len);
	e.field = copy_name(p, &e.field_len);
	parse_extern(p, &e);
	refuse_exnref(p, &e, "import", p->m->nimports);
	if (parse_ok(p))
		add_import(p, &e);
	free(e.module);
	free(e.field);
	return parse_ok(p);
}

bool parse_import_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 4);

	while (n-- && parse_import(p))
		;
	return parse_ok(p);
}

/* ------------------------------------- functions, tables, memories, tags */

bool parse_function_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 1);

	for (p->nbodies_due = n; n && parse_ok(p); n--) {
		struct entity e = { .kind = CPIT_FUNC };

		e.type = parse_func_type(p);
		if (parse_ok(p))
			add_entity(p, &e);
	}
	return parse_ok(p);
}

static bool parse_table(struct parser *p)
{
	struct reader *r = &p->r;
	struct entity e = { .kind = CPIT_TABLE };
	const uint8_t *at = r->p;
	bool has_init = reader_left(r) && *r->p == 0x40;

	if (has_init) {
		reader_u8(r);
		if (reader_u8(r) != 0)
			return parse_fail(p, at, "malformed table");
		parse_refuse(p, REFUSE_FUNC_REFS,
			     "initial value of table %u", p->m->ntables);
	}
	parse_table_type(p, &e);
	if (has_init)
		parse_const_expr(p, NULL);
	return parse_ok(p) && add_entity(p, &e);
}

bool parse_table_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 3);

	while (n-- && parse_table(p))
		;
	return parse_ok(p);
}

bool parse_memory_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 2);

	for (; n && parse_ok(p); n--) {
		struct entity e = { .kind = CPIT_MEMORY };

		parse_memory_type(p, &e);
		if (parse_ok(p))
			add_entity(p, &e);
	}
	return parse_ok(p);
}

bool parse_tag_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 2);

	for (; n && parse_ok(p); n--) {
		struct entity e = { .kind = CPIT_TAG };

		parse_tag_type(p, &e);
		if (parse_ok(p))
			add_entity(p, &e);
	}
	return parse_ok(p);
}

bool parse_global_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 3);

	for (; n && parse_ok(p); n--) {
		struct entity e = { .kind = CPIT_GLOBAL };

		parse_global_type(p, &e);
		parse_const_expr(p, &e);
		if (parse_ok(p))
			add_entity(p, &e);
	}
	return parse_ok(p);
}

/* ----------------------------------------------------------- exports, start */

static bool parse_export(struct parser *p)
{
	struct module *m = p->m;
	struct export x = { 0 };
	struct export *bigger;
	const struct entity *space;
	const uint8_t *at;
	uint32_t n;

	bigger = parse_grow(p, m->exports, m->nexports, sizeof(x));
	if (!bigger)
		return false;
	m->exports = bigger;
	x.name = copy_name(p, &x.name_len);
	if (!x.name)
		return false;
	m->exports[m->nexports++] = x;

	at = p->r.p;
	x.kind = reader_u8(&p->r);
	x.index = reader_u32(&p->r);
	if (x.kind > CPIT_TAG)
		return parse_fail(p, at, "unknown kind 0x%02x of export",
				  x.kind);
	space = entities_of(m, x.kind, &n);
	if (x.index >= n)
		return parse_fail(p, at, "index %u of %u is out of range",
				  x.index, n);
	refuse_exnref(p, &space[x.index], "export", m->nexports - 1);
	m->exports[m->nexports - 1] = x;
	return parse_ok(p);
}

static int compare_exports(const void *a, const void *b)
{
	const struct export *x = *(const struct export *const *)a;
	const struct export *y = *(const struct export *const *)b;
	size_t len = x->name_len < y->name_len ? x->name_len : y->name_len;
	int c = memcmp(x->name, y->name, len);

	if (c)
		return c;
	return (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

/* At most 40 characters of a guest's name, fit for a terminal. */
static const char *quoted(const struct export *x, char s[64])
{
	size_t i, n = 0;

	for (i = 0; i < x->name_len && n < 40; i++) {
		unsigned char c = (unsigned char)x->name[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			n += (size_t)snprintf(s + n, 4, "\\%02x", c);
		else
			s[n++] = (char)c;
	}
	s[n] = '\0';
	if (i < x->name_len)
		strcpy(s + n, "...");
	return s;
}

static bool check_duplicates(struct parser *p)
{
	struct module *m = p->m;
	const struct export **sorted;
	char name[64];
	uint32_t i;

	sorted = calloc(m->nexports, sizeof(*sorted));
	if (!sorted)
		return parse_oom(p);
	for (i = 0; i < m->nexports; i++)
		sorted[i] = &m->exports[i];
	qsort(sorted, m->nexports, sizeof(*sorted), compare_exports);
	for (i = 1; i < m->nexports; i++)
		if (!compare_exports(&sorted[i - 1], &sorted[i]))
			break;
	if (i < m->nexports)
		parse_fail(p, p->r.p, "duplicate export name \"%s\"",
			   quoted(sorted[i], name));
	free(sorted);
	return parse_ok(p);
}

bool parse_export_section(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 3);

	while (n-- && parse_export(p))
		;
	return parse_ok(p) && (p->m->nexports < 2 || check_duplicates(p));
}

bool parse_start_section(struct parser *p)
{
	const uint8_t *at = p->r.p;

	p->m->start = reader_u32(&p->r);
	p->m->has_start = true;
	if (p->m->start >= p->m->nfuncs)
		parse_fail(p, at, "function %u of %u is out of range",
			   p->m->start, p->m->nfuncs);
	return parse_ok(p);
}
