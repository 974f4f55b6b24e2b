/* SPDX-License-Identifier: Apache-2.0 */
/* The file header and the sequence of sections. */
#include "parse.h"

#include <catchpit/load.h>
#include <string.h>

enum { HEADER_SIZE = 8 };

static const struct {
	const char *name;
	uint8_t order;		/* 0: anywhere, any number of times */
	bool (*parse)(struct parser *p);
} sections[SECTION_COUNT] = {
	[SECTION_CUSTOM] = { "custom section", 0, NULL },
	[SECTION_TYPE] = { "type section", 1, parse_type_section },
	[SECTION_IMPORT] = { "import section", 2, parse_import_section },
	[SECTION_FUNCTION] = { "function section", 3,
		parse_function_section },
	[SECTION_TABLE] = { "table section", 4, parse_table_section },
	[SECTION_MEMORY] = { "memory section", 5, parse_memory_section },
	[SECTION_TAG] = { "tag section", 6, parse_tag_section },
	[SECTION_GLOBAL] = { "global section", 7, parse_global_section },
	[SECTION_EXPORT] = { "export section", 8, parse_export_section },
	[SECTION_START] = { "start section", 9, parse_start_section },
	[SECTION_ELEMENT] = { "element section", 10, parse_element_section },
	[SECTION_DATA_COUNT] = { "data count section", 11,
		parse_data_count_section },
	[SECTION_CODE] = { "code section", 12, parse_code_section },
	[SECTION_DATA] = { "data section", 13, parse_data_section },
};

/* ------------------------------------------------------------------ header */

static bool starts(const struct module *m, const char *s, size_t len)
{
	return m->size >= len && !memcmp(m->bytes, s, len);
}

/* Past white space and line comments there is "(module". */
static bool is_text_format(const struct module *m)
{
	const uint8_t *p = m->bytes, *end = p + m->size;

	while (p < end && (strchr(" \t\r\n", *p) || *p == ';')) {
		if (*p == ';')
			while (p < end && *p != '\n')
				p++;
		else
			p++;
	}
	return end - p >= 7 && !memcmp(p, "(module", 7);
}

static const char *looks_like(const struct module *m)
{
	if (starts(m, "\177ELF", 4))
		return "an ELF file";
	if (starts(m, "#!", 2))
		return "a script";
	if (starts(m, "\x1f\x8b", 2))
		return "gzip data";
	if (starts(m, "!<arch>\n", 8))
		return "an archive";
	if (starts(m, "BC\xc0\xde", 4))
		return "LLVM bitcode";
	if (starts(m, CPIT_CONTAINER_MAGIC, 4))
		return "a module for a kernel's cpit_load(); images are made "
		       "of the .wasm";
	if (is_text_format(m))
		return "WebAssembly text, which wat2wasm turns into a module";
	return NULL;
}

static bool check_magic(struct parser *p)
{
	const struct module *m = p->m;
	const char *like;

	if (!m->size)
		return parse_fail(p, NULL, "empty file, not WebAssembly");
	if (starts(m, "\0asm", m->size < 4 ? m->size : 4))
		return true;
	like = looks_like(m);
	if (like)
		return parse_fail(p, NULL, "not WebAssembly but %s", like);
	return parse_fail(p, NULL, "not WebAssembly: it does not start with "
			  "the bytes 00 61 73 6d");
}

static bool check_header(struct parser *p)
{
	const uint8_t *v = p->m->bytes + 4;

	if (!check_magic(p))
		return false;
	if (p->m->size < HEADER_SIZE)
		return parse_fail(p, NULL, "not WebAssembly: %zu bytes, "
				  "but a header has %d", p->m->size,
				  HEADER_SIZE);
	p->r.p += HEADER_SIZE;
	if (v[0] == 0x0d && !v[1] && v[2] == 1 && !v[3])
		return parse_fail(p, NULL, "is a component, not a module");
	if (v[0] != 1 || v[1] || v[2] || v[3])
		return parse_fail(p, NULL, "WebAssembly version %u, but only 1 "
				  "is known", v[0] | v[1] << 8 | v[2] << 16 |
				  (unsigned)v[3] << 24);
	return true;
}

/* ---------------------------------------------------------------- sections */

bool parse_next_section(struct reader *r, struct section *s)
{
	uint32_t size;

	if (!reader_left(r))
		return false;
	s->start = r->p;
	s->id = reader_u8(r);
	size = reader_u32(r);
	s->body = r->p;
	if (size > reader_left(r))
		reader_fail(r, s->start, "longer than the file");
	if (!reader_ok(r))
		return false;
	r->p += size;
	s->end = r->p;
	return true;
}

static bool check_order(struct parser *p, const struct section *s,
			const struct section *last)
{
	uint8_t order = sections[s->id].order;

	if (order && last->start && order == sections[last->id].order)
		return parse_fail(p, s->start, "is there twice");
	if (order && last->start && order < sections[last->id].order)
		return parse_fail(p, s->start, "after the %s: wrong order",
				  sections[last->id].name);
	return true;
}

/* Notes where the names are; their contents may refer to any section. */
static void read_custom(struct parser *p, const struct section *s)
{
	struct reader file = p->r;
	const char *name;
	size_t len;

	p->r.p = s->body;
	p->r.end = s->end;
	name = reader_name(&p->r, &len);
	if (!parse_ok(p))
		return;
	if (len == 4 && !memcmp(name, "name", 4) && !p->names) {
		p->names = p->r.p;
		p->names_end = s->end;
	}
	p->r = file;
}

/*
 * The frame of the file first: ids, sizes, order.  Then a file that was cut
 * off is said to be that, whatever its sections hold.
 */
static bool check_sections(struct parser *p)
{
	struct reader file = p->r;
	struct section s, last = { 0 };

	for (;;) {
		p->section = NULL;
		if (!reader_left(&p->r))
			break;
		if (*p->r.p >= SECTION_COUNT)
			return parse_fail(p, p->r.p, "unknown section id %u",
					  *p->r.p);
		p->section = sections[*p->r.p].name;
		if (!parse_next_section(&p->r, &s) ||
		    !check_order(p, &s, &last))
			return false;
		if (s.id == SECTION_CUSTOM)
			read_custom(p, &s);
		else
			last = s;
		if (!parse_ok(p))
			return false;
	}
	p->r = file;
	return true;
}

static bool parse_section(struct parser *p, const struct section *s)
{
	struct reader file = p->r;

	p->section = sections[s->id].name;
	p->r.p = s->body;
	p->r.end = s->end;
	if (!sections[s->id].parse(p))
		return false;
	if (reader_left(&p->r))
		return parse_fail(p, p->r.p, "bytes after its last entry");
	if (s->id == SECTION_CODE) {
		p->m->code_at = (size_t)(s->body - p->m->bytes);
		p->m->code_size = (size_t)(s->end - s->body);
	}
	p->r = file;
	p->section = NULL;
	return true;
}

static bool parse_sections(struct parser *p)
{
	struct section s;

	while (parse_next_section(&p->r, &s))
		if (s.id != SECTION_CUSTOM && !parse_section(p, &s))
			return false;
	if (p->nbodies_due)
		return parse_fail(p, NULL, "code section: missing, for %u "
				  "functions", p->nbodies_due);
	if (p->has_data_count && p->data_count != p->m->ndata)
		return parse_fail(p, NULL, "data section: missing, but the "
				  "data count is %u", p->data_count);
	return parse_ok(p);
}

bool parse_all(struct module *m, char *err, size_t errlen)
{
	struct parser p = { .m = m, .err = err, .errlen = errlen };

	err[0] = '\0';
	reader_init(&p.r, m->bytes, m->size);
	if (check_header(&p) && check_sections(&p) && parse_sections(&p) &&
	    !p.refused[0] && p.names)
		parse_name_section(m, p.names,
				   (size_t)(p.names_end - p.names));
	m->features = p.features;
	if (parse_ok(&p) && !p.refused[0] && !parse_settle_tail_calls(m))
		parse_oom(&p);
	return parse_verdict(&p);
}
