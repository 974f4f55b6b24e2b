/* SPDX-License-Identifier: Apache-2.0 */
/* Types of values, functions, tables, memories, globals and tags. */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#include <catchpit/module.h>

/*
 * A type nobody will see, as it belongs to a module that is refused.  exnref
 * has the letter 'x'; but for results of exports no import or export has one
 * (REFUSE_EXNREF_BOUNDARY).
 */
#define LETTER_REFUSED '?'

static bool refuse_heaptype(struct parser *p, int byte, const uint8_t *at)
{
	switch (byte) {
	case 0x68: case 0x75:			/* cont, nocont */
		parse_refuse_at(p, REFUSE_STACK_SWITCHING, at);
		return true;
	case 0x6a: case 0x6b: case 0x6c: case 0x6d: case 0x6e:
	case 0x71: case 0x72: case 0x73: case 0x74:
		parse_refuse_at(p, REFUSE_GC, at);	/* any, eq, none .. */
		return true;
	default:
		return false;
	}
}

void parse_heaptype(struct parser *p)
{
	const uint8_t *at = p->r.p;
	int64_t type = reader_s33(&p->r);
	int byte = type < 0 && type >= -64 ? (int)(type + 0x80) : 0;

	if (type >= 0)
		parse_refuse_at(p, REFUSE_FUNC_REFS, at);
	else if (p->r.p - at != 1)
		parse_fail(p, at, "unknown heap type");	/* padded LEB128 */
	else if (byte == 0x69)
		p->features |= FEAT_EXCEPTIONS;
	else if (byte == 0x70 || byte == 0x6f)
		p->features |= FEAT_REF_TYPES;
	else if (!refuse_heaptype(p, byte, at))
		parse_fail(p, at, "unknown heap type");
}

static char refuse_valtype(struct parser *p, uint8_t byte, const uint8_t *at)
{
	if (byte == 0x63 || byte == 0x64) {	/* (ref null $t), (ref $t) */
		parse_refuse_at(p, REFUSE_FUNC_REFS, at);
		parse_heaptype(p);
	} else if (!refuse_heaptype(p, byte, at)) {
		parse_fail(p, at, "unknown value type 0x%02x", byte);
	}
	return LETTER_REFUSED;
}

char parse_valtype(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint8_t byte = reader_u8(&p->r);

	switch (byte) {
	case 0x7f: return 'i';
	case 0x7e: return 'I';
	case 0x7d: return 'f';
	case 0x7c: return 'F';
	case 0x7b:
		p->features |= FEAT_SIMD;
		return 'v';
	case 0x70:
		p->features |= FEAT_REF_TYPES;
		return 'r';
	case 0x6f:
		p->features |= FEAT_REF_TYPES;
		return 'e';
	case 0x69:
		p->features |= FEAT_EXCEPTIONS;
		return 'x';
	default:
		return refuse_valtype(p, byte, at);
	}
}

char parse_reftype(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t features = p->features;
	char letter = parse_valtype(p);

	if (strchr("iIfFv", letter))
		parse_fail(p, at, "not a reference type");
	if (letter == 'r')
		p->features = features;	/* MVP has tables of funcref */
	return letter;
}

/* --------------------------------------------------------- function types */

static char *parse_valtypes(struct parser *p, uint32_t *n)
{
	const uint8_t *at = p->r.p;
	char *letters;
	uint32_t i;

	*n = reader_count(&p->r, 1);
	if (*n > PARSE_MAX_PARAMS) {
		parse_fail(p, at, "%u parameters or results, at most %d", *n,
			   PARSE_MAX_PARAMS);
		return NULL;
	}
	letters = calloc(*n + 1, 1);
	if (!letters) {
		parse_oom(p);
		return NULL;
	}
	for (i = 0; i < *n; i++)
		letters[i] = parse_valtype(p);
	return letters;
}

static void parse_type(struct parser *p, struct functype *t)
{
	const uint8_t *at = p->r.p;
	uint8_t form = reader_u8(&p->r);
	uint32_t n;

	switch (form) {
	case 0x60:
		break;
	case 0x4e: case 0x4f: case 0x50: case 0x5e: case 0x5f:
		parse_refuse_at(p, REFUSE_GC, at);	/* rec, sub .. */
		parse_stop(p);
		return;
	case 0x5d:
		parse_refuse_at(p, REFUSE_STACK_SWITCHING, at);
		parse_stop(p);
		return;
	default:
		parse_fail(p, at, "unknown form 0x%02x of a type", form);
		return;
	}
	t->params = parse_valtypes(p, &n);
	t->results = parse_valtypes(p, &n);
	if (n > 1)
		p->features |= FEAT_MULTI_VALUE;
}

bool parse_type_section(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t i, n = reader_count(&p->r, 1);

	if (n > PARSE_MAX_ITEMS)
		return parse_fail(p, at, "%u types, at most %d", n,
				  PARSE_MAX_ITEMS);
	p->m->types = calloc(n ? n : 1, sizeof(*p->m->types));
	if (!p->m->types)
		return parse_oom(p);
	p->m->ntypes = n;
	for (i = 0; i < n && parse_ok(p); i++)
		parse_type(p, &p->m->types[i]);
	return parse_ok(p);
}

uint32_t parse_func_type(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t type = reader_u32(&p->r);

	if (type >= p->m->ntypes) {
		parse_fail(p, at, "type %u of %u is out of range", type,
			   p->m->ntypes);
		return 0;
	}
	return type;
}

/* ------------------------------------------ tables, memories, globals, tags */

/* `flags' as in the binary: 1 a maximum, 4 64-bit. */
static void parse_limits(struct parser *p, struct limits *l, uint8_t flags)
{
	struct reader *r = &p->r;
	const uint8_t *at = r->p;

	l->has_max = flags & 1;
	l->is64 = flags & 4;
	l->min = l->is64 ? reader_u64(r) : reader_u32(r);
	if (l->has_max)
		l->max = l->is64 ? reader_u64(r) : reader_u32(r);
	if (l->has_max && l->min > l->max)
		parse_fail(p, at, "the minimum exceeds the maximum");
}

void parse_table_type(struct parser *p, struct entity *e)
{
	const uint8_t *at;
	uint8_t flags;

	e->letter = parse_reftype(p);
	at = p->r.p;
	flags = reader_u8(&p->r);
	if (flags & ~5) {
		parse_fail(p, at, "malformed limits flags 0x%02x", flags);
		return;
	}
	parse_limits(p, &e->lim, flags);
	if (e->lim.is64)
		parse_refuse(p, REFUSE_TABLE64, "table %u", p->m->ntables);
	if (e->letter == 'x')
		parse_refuse(p, REFUSE_EXNREF_TABLE, "table %u",
			     p->m->ntables);
	if (p->m->ntables)
		p->features |= FEAT_REF_TYPES;
}

static void parse_page_size(struct parser *p, struct limits *l)
{
	const uint8_t *at = p->r.p;
	uint32_t log2 = reader_u32(&p->r);

	if (log2 != 0 && log2 != 16)
		parse_fail(p, at, "page size 2^%u is neither 1 nor 65536",
			   log2);
	l->page_size = log2 ? 65536 : 1;
	p->features |= FEAT_CUSTOM_PAGE;
}

void parse_memory_type(struct parser *p, struct entity *e)
{
	const uint8_t *at = p->r.p;
	uint8_t flags = reader_u8(&p->r);
	struct limits *l = &e->lim;
	uint64_t most;

	if (flags & ~15) {
		parse_fail(p, at, "malformed limits flags 0x%02x", flags);
		return;
	}
	l->shared = flags & 2;
	if (l->shared)
		p->features |= FEAT_THREADS;
	if (p->m->nmemories)
		p->features |= FEAT_MULTI_MEMORY;
	parse_limits(p, l, flags);
	l->page_size = 65536;
	if (flags & 8)
		parse_page_size(p, l);

	if (l->is64)
		p->features |= FEAT_MEMORY64;
	most = l->is64 ? PARSE_MAX_PAGES64 : PARSE_MAX_PAGES;
	if (l->page_size == 65536 && (l->min > most || l->max > most))
		parse_fail(p, at, "more than %llu pages",
			   (unsigned long long)most);
	if (l->shared && !l->has_max)
		parse_fail(p, at, "a shared memory needs a maximum");
}

void parse_global_type(struct parser *p, struct entity *e)
{
	const uint8_t *at;
	uint8_t mut;

	e->letter = parse_valtype(p);
	at = p->r.p;
	mut = reader_u8(&p->r);
	if (mut > 1)
		parse_fail(p, at, "malformed mutability 0x%02x", mut);
	e->is_mutable = mut;
}

uint64_t parse_struct_size(const char *letters)
{
	uint64_t size = 0, each, align;

	for (; *letters; letters++) {
		switch (*letters) {
		case 'i': case 'f':	each = align = 4;	break;
		case 'v':		each = align = 16;	break;
		case 'r':		each = 32, align = 8;	break;
		case 'x':		each = 288, align = 16;	break;
		default:		each = align = 8;	break;
		}
		size = (size + align - 1) / align * align + each;
	}
	return size;
}

void parse_tag_type(struct parser *p, struct entity *e)
{
	const uint8_t *at = p->r.p;
	uint8_t attribute = reader_u8(&p->r);

	if (attribute != 0)
		parse_fail(p, at, "unknown tag attribute 0x%02x", attribute);
	e->type = parse_func_type(p);
	p->features |= FEAT_EXCEPTIONS;
	if (parse_ok(p) && parse_struct_size(p->m->types[e->type].params) >
			   PARSE_MAX_PAYLOAD)
		parse_refuse(p, REFUSE_PAYLOAD, "tag %u", p->m->ntags);
}

void parse_extern(struct parser *p, struct entity *e)
{
	const uint8_t *at = p->r.p;

	e->kind = reader_u8(&p->r);
	switch (e->kind) {
	case CPIT_FUNC:
		e->type = parse_func_type(p);
		break;
	case CPIT_TABLE:
		parse_table_type(p, e);
		break;
	case CPIT_MEMORY:
		parse_memory_type(p, e);
		break;
	case CPIT_GLOBAL:
		parse_global_type(p, e);
		break;
	case CPIT_TAG:
		parse_tag_type(p, e);
		break;
	default:
		parse_fail(p, at, "unknown kind 0x%02x of import", e->kind);
	}
}
