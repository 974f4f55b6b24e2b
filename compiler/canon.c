/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical copy.
 *
 * What wasm2c 1.0.39 makes of it, run with -n M (seen over some 1700 modules
 * of the official suite and of the fuzzer): function 3 is w2c_M_f3, exported
 * or not; export 3 is w2c_M_x3, for a function a wrapper of its own that calls
 * w2c_M_f<n> or, re-exporting an import, w2c_h_i<n>; import 3 is w2c_h_i3 for
 * every kind, whatever name the name section gives it.  Tables, memories and
 * globals are members w2c_t3, w2c_m3, w2c_g3 of struct w2c_M, or pointers
 * w2c_h_i3 there when imported; a tag is w2c_M_e3.  Segments are named too, as
 * wasm2c would call element segments e3, our name for tags: s3 and d3 come out
 * as elem_segment_exprs_w2c_M_s3 and data_segment_data_w2c_M_d3.  Types have
 * no names here, so wasm2c numbers them: w2c_M_t3, no member and no clash.
 */
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <catchpit/module.h>

struct buffer {
	uint8_t *p;
	size_t len, room;
	bool failed;
};

static void put(struct buffer *b, const void *bytes, size_t n)
{
	size_t room = b->room ? b->room : 256;
	uint8_t *bigger;

	if (b->failed || !n)
		return;
	while (room - b->len < n)
		room *= 2;
	if (room != b->room) {
		bigger = realloc(b->p, room);
		if (!bigger) {
			b->failed = true;
			return;
		}
		b->p = bigger;
		b->room = room;
	}
	memcpy(b->p + b->len, bytes, n);
	b->len += n;
}

static void put_u8(struct buffer *b, uint8_t byte)
{
	put(b, &byte, 1);
}

static void put_u32(struct buffer *b, uint32_t n)
{
	for (; n >= 0x80; n >>= 7)
		put_u8(b, (uint8_t)(n | 0x80));
	put_u8(b, (uint8_t)n);
}

static void put_name(struct buffer *b, const char *s)
{
	size_t n = strlen(s);

	put_u32(b, (uint32_t)n);
	put(b, s, n);
}

/* "f3" */
static void put_numbered(struct buffer *b, char letter, uint32_t n)
{
	char s[16];

	snprintf(s, sizeof(s), "%c%u", letter, n);
	put_name(b, s);
}

/* Moves what is in `body' behind an id and its length. */
static void put_section(struct buffer *out, uint8_t id, struct buffer *body)
{
	put_u8(out, id);
	put_u32(out, (uint32_t)body->len);
	put(out, body->p, body->len);
	out->failed |= body->failed;
	free(body->p);
	memset(body, 0, sizeof(*body));
}

/* `p' is at the start of the original, which was read once without error. */
static void put_imports(struct buffer *out, struct parser *p)
{
	struct buffer body = { 0 };
	uint32_t i, n = reader_u32(&p->r);
	size_t len;

	put_u32(&body, n);
	for (i = 0; i < n && parse_ok(p); i++) {
		struct entity e = { 0 };
		const uint8_t *type;

		reader_name(&p->r, &len);
		reader_name(&p->r, &len);
		type = p->r.p;
		parse_extern(p, &e);
		put_name(&body, "h");
		put_numbered(&body, 'i', i);
		put(&body, type, (size_t)(p->r.p - type));
	}
	put_section(out, SECTION_IMPORT, &body);
}

/* One function's code, `*t' the first tail call in it or later. */
static void put_body(struct buffer *out, const struct module *m,
		     const uint8_t *from, const uint8_t *end,
		     const struct tail_call **t)
{
	for (; *t < m->tails + m->ntails && m->bytes + (*t)->at < end; ++*t) {
		const uint8_t *at = m->bytes + (*t)->at;
		size_t len = (*t)->end - (*t)->at;

		put(out, from, (size_t)(at - from));
		if ((*t)->stays) {
			put(out, at, len);
		} else {
			put_u8(out, 0x10);		/* call ... */
			put(out, at + 1, len - 1);
			put_u8(out, 0x0f);		/* ... return */
		}
		from = at + len;
	}
	put(out, from, (size_t)(end - from));
}

static void put_code(struct buffer *out, const struct module *m,
		     struct reader r)
{
	struct buffer section = { 0 };
	const struct tail_call *t = m->tails;
	uint32_t n = reader_u32(&r);

	put_u32(&section, n);
	while (n-- && reader_ok(&r)) {
		struct buffer body = { 0 };
		uint32_t size = reader_u32(&r);
		const uint8_t *from = reader_bytes(&r, size);

		if (!from)
			break;
		put_body(&body, m, from, from + size, &t);
		put_u32(&section, (uint32_t)body.len);
		put(&section, body.p, body.len);
		section.failed |= body.failed;
		free(body.p);
	}
	put_section(out, SECTION_CODE, &section);
}

static void put_exports(struct buffer *out, const struct module *m)
{
	struct buffer body = { 0 };
	uint32_t i;

	put_u32(&body, m->nexports);
	for (i = 0; i < m->nexports; i++) {
		put_numbered(&body, 'x', i);
		put_u8(&body, m->exports[i].kind);
		put_u32(&body, m->exports[i].index);
	}
	put_section(out, SECTION_EXPORT, &body);
}

static void put_name_map(struct buffer *names, uint8_t subsection,
			 char letter, uint32_t n)
{
	struct buffer map = { 0 };
	uint32_t i;

	if (!n)
		return;
	put_u32(&map, n);
	for (i = 0; i < n; i++) {
		put_u32(&map, i);
		put_numbered(&map, letter, i);
	}
	put_section(names, subsection, &map);
}

static void put_names(struct buffer *out, const struct module *m)
{
	struct buffer names = { 0 };

	put_name(&names, "name");
	put_name_map(&names, 1, 'f', m->nfuncs);
	put_name_map(&names, 5, 't', m->ntables);
	put_name_map(&names, 6, 'm', m->nmemories);
	put_name_map(&names, 7, 'g', m->nglobals);
	put_name_map(&names, 8, 's', m->nelem);
	put_name_map(&names, 9, 'd', m->ndata);
	put_name_map(&names, 11, 'e', m->ntags);
	put_section(out, SECTION_CUSTOM, &names);
}

bool module_canonical(const struct module *m, uint8_t **out, size_t *outlen)
{
	/* Only read here: the parser is for the types of imports. */
	struct parser p = { .m = (struct module *)m, .err = "" };
	struct buffer b = { 0 };
	struct section s;
	struct reader r;

	reader_init(&r, m->bytes, m->size);
	put(&b, reader_bytes(&r, 8), 8);
	while (parse_next_section(&r, &s)) {
		if (s.id == SECTION_IMPORT) {
			p.r = r;
			p.r.p = s.body;
			p.r.end = s.end;
			put_imports(&b, &p);
		} else if (s.id == SECTION_EXPORT) {
			put_exports(&b, m);
		} else if (s.id == SECTION_CODE && m->ntails) {
			p.r = r;
			p.r.p = s.body;
			p.r.end = s.end;
			put_code(&b, m, p.r);
		} else if (s.id != SECTION_CUSTOM) {
			put(&b, s.start, (size_t)(s.end - s.start));
		}
	}
	put_names(&b, m);
	if (b.failed) {
		free(b.p);
		return false;
	}
	*out = b.p;
	*outlen = b.len;
	return true;
}
