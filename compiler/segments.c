/* SPDX-License-Identifier: Apache-2.0 */
/* Constant expressions, element and data segments. */
#include "parse.h"

#include <stdlib.h>

static void const_global_get(struct parser *p, const uint8_t *at)
{
	uint32_t index = reader_u32(&p->r);

	if (index >= p->m->nglobals)
		parse_fail(p, at, "global %u of %u is out of range", index,
			   p->m->nglobals);
	else if (!p->m->globals[index].imported)
		parse_refuse_at(p, REFUSE_CONST_GLOBAL, at);
}

/* One instruction but `end' and `i32.const'. */
static void const_instr(struct parser *p, uint8_t op, const uint8_t *at)
{
	switch (op) {
	case 0x23:
		const_global_get(p, at);
		break;
	case 0x42:
		reader_s64(&p->r);
		break;
	case 0x43:
		reader_bytes(&p->r, 4);
		break;
	case 0x44:
		reader_bytes(&p->r, 8);
		break;
	case 0x6a: case 0x6b: case 0x6c: case 0x7c: case 0x7d: case 0x7e:
		p->features |= FEAT_EXTENDED_CONST;	/* add, sub, mul */
		break;
	case 0xd0:
		parse_heaptype(p);
		break;
	case 0xd2:
		p->features |= FEAT_REF_TYPES;
		reader_u32(&p->r);
		break;
	case 0xfb:
		parse_refuse_at(p, REFUSE_GC, at);
		parse_stop(p);
		break;
	case 0xfd:
		p->features |= FEAT_SIMD;
		if (reader_u32(&p->r) == 12) {
			reader_bytes(&p->r, 16);
			break;
		}
		/* fall through */
	default:
		parse_fail(p, at, "opcode 0x%02x in a constant expression",
			   op);
	}
}

/* Notes in *global, which may be NULL, a value known at compile time. */
void parse_const_expr(struct parser *p, struct entity *global)
{
	uint32_t n, value = 0;
	bool is_i32 = false;

	for (n = 0; parse_ok(p); n++) {
		const uint8_t *at = p->r.p;
		uint8_t op = reader_u8(&p->r);

		if (op == 0x0b)
			break;
		if (op == 0x41) {
			value = (uint32_t)reader_s32(&p->r);
			is_i32 = true;
		} else {
			const_instr(p, op, at);
		}
	}
	if (global && n == 1 && is_i32 && global->letter == 'i') {
		global->has_const = true;
		global->const_i32 = value;
	}
}

/* ---------------------------------------------------------------- elements */

enum {				/* bits of an element segment's flags */
	ELEM_NOT_ACTIVE = 1,
	ELEM_EXPLICIT = 2,	/* has a table index, or is declarative */
	ELEM_EXPRS = 4
};

static char parse_elem_type(struct parser *p, uint32_t flags)
{
	const uint8_t *at = p->r.p;
	char letter = 'r';

	if (flags & ELEM_EXPRS) {
		letter = parse_reftype(p);
		if (letter == 'x')
			parse_refuse_at(p, REFUSE_EXNREF_TABLE, at);
	} else if (reader_u8(&p->r) != 0) {
		parse_fail(p, at, "unknown kind of element");
	}
	return letter;
}

static void parse_elem_expr(struct parser *p, char letter)
{
	const uint8_t *at = p->r.p;

	if (letter == 'e' && reader_left(&p->r) && *at == 0x23)
		parse_refuse_at(p, REFUSE_EXTERN_ELEMENT, at);
	parse_const_expr(p, NULL);
}

static bool parse_elem(struct parser *p, struct elements *e)
{
	const uint8_t *at = p->r.p;
	uint32_t n, table = 0, flags = reader_u32(&p->r);
	bool active = !(flags & ELEM_NOT_ACTIVE);
	struct entity offset = { .letter = 'i' };
	char letter = 'r';

	if (flags > 7)
		return parse_fail(p, at, "unknown element segment flags %u",
				  flags);
	if (active && (flags & ELEM_EXPLICIT))
		table = reader_u32(&p->r);
	if (table)
		p->features |= FEAT_REF_TYPES;
	if (active)
		parse_const_expr(p, &offset);
	else if (flags & ELEM_EXPLICIT)
		p->features |= FEAT_REF_TYPES;
	else
		p->features |= FEAT_BULK;
	if (flags & (ELEM_NOT_ACTIVE | ELEM_EXPLICIT))
		letter = parse_elem_type(p, flags);

	n = reader_count(&p->r, 1);
	*e = (struct elements){
		active && table < p->m->ntables, offset.has_const, !(flags & ELEM_EXPRS), table,
		offset.const_i32, n, p->r.p };
	for (; n && parse_ok(p); n--) {
		if (flags & ELEM_EXPRS)
			parse_elem_expr(p, letter);
		else
			reader_u32(&p->r);
	}
	return parse_ok(p);
}

bool parse_element_section(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t i, n = reader_count(&p->r, 2);
	struct elements *e;

	if (n > PARSE_MAX_ITEMS)
		return parse_fail(p, at, "%u segments, at most %d", n,
				  PARSE_MAX_ITEMS);
	e = calloc(n + 1, sizeof(*e));
	if (!e)
		return parse_oom(p);
	p->m->elems = e;
	p->m->nelem = n;
	for (i = 0; i < n && parse_elem(p, &e[i]); i++)
		;
	return parse_ok(p);
}

/* -------------------------------------------------------------------- data */

bool parse_data_count_section(struct parser *p)
{
	p->has_data_count = true;
	p->data_count = reader_u32(&p->r);
	p->features |= FEAT_BULK;
	return parse_ok(p);
}

static bool parse_data(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t flags = reader_u32(&p->r);

	if (flags > 2)
		return parse_fail(p, at, "unknown data segment flags %u",
				  flags);
	if (flags == 1)
		p->features |= FEAT_BULK;
	if (flags == 2 && reader_u32(&p->r))
		p->features |= FEAT_MULTI_MEMORY;
	if (flags != 1)
		parse_const_expr(p, NULL);
	reader_bytes(&p->r, reader_u32(&p->r));
	return parse_ok(p);
}

bool parse_data_section(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t n = reader_count(&p->r, 2);

	if (n > PARSE_MAX_ITEMS)
		return parse_fail(p, at, "%u segments, at most %d", n,
				  PARSE_MAX_ITEMS);
	if (p->has_data_count && n != p->data_count)
		return parse_fail(p, at, "%u segments, but the data count is "
				  "%u", n, p->data_count);
	p->m->ndata = n;
	while (n-- && parse_data(p))
		;
	return parse_ok(p);
}
