/* SPDX-License-Identifier: Apache-2.0 */
/* The code section: locals, and instructions as deep as they are nested. */
#include "parse.h"

static void parse_locals(struct parser *p)
{
	const uint8_t *start = p->r.p;
	uint32_t n = reader_count(&p->r, 2);
	uint64_t sum = 0;

	while (parse_ok(p) && n--) {
		const uint8_t *at = p->r.p;

		sum += reader_u32(&p->r);
		if (sum > PARSE_MAX_LOCALS)
			parse_fail(p, at, "%llu locals, at most %d",
				   (unsigned long long)sum, PARSE_MAX_LOCALS);
		parse_valtype(p);
	}
	p->locals += sum;
	if (p->locals > PARSE_MAX_ALL_LOCALS)
		parse_refuse_at(p, REFUSE_LOCALS, start);
}

/*
 * Only the depth is kept, not what was opened: a body whose `else' or
 * `delegate' matches nothing passes here and fails in wasm2c.
 */
static void parse_body(struct parser *p)
{
	int64_t depth = 1;

	p->tries = 0;
	parse_locals(p);
	while (depth && parse_ok(p)) {
		const uint8_t *at = p->r.p;

		depth += parse_instr(p);
		if (depth > 1 + PARSE_MAX_NESTING)
			parse_refuse_at(p, REFUSE_NESTING, at);
	}
	if (reader_left(&p->r))
		parse_fail(p, p->r.p, "bytes after the end of the body");
}

static bool parse_function(struct parser *p)
{
	const uint8_t *at = p->r.p;
	const uint8_t *section_end = p->r.end;
	uint32_t size = reader_u32(&p->r);

	if (size > reader_left(&p->r))
		parse_fail(p, at, "the body's size %u exceeds the section",
			   size);
	if (!parse_ok(p))
		return false;
	p->r.end = p->r.p + size;
	parse_body(p);
	if (!parse_ok(p))
		return false;		/* nothing is left, nor shall be */
	p->r.end = section_end;
	return true;
}

bool parse_code_section(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t n = reader_count(&p->r, 1);

	if (parse_ok(p) && n != p->nbodies_due)
		return parse_fail(p, at, "%u bodies for %u functions", n,
				  p->nbodies_due);
	p->nbodies_due = 0;
	p->in_function = true;
	p->function = p->m->nimported_funcs;
	for (; n && parse_function(p); n--)
		p->function++;
	if (!parse_ok(p))
		return false;
	p->in_function = false;
	if (p->needs_data_count && !p->has_data_count)
		parse_fail(p, p->r.p, "memory.init or data.drop without a "
			   "data count section");
	return parse_ok(p);
}
