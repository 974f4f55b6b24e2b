/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The name section.  Names serve reports only, so what is wrong with them
 * never makes a module wrong: a malformed section counts as absent.
 */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

enum { SUBSECTION_MODULE = 0, SUBSECTION_FUNCTIONS = 1 };

/* The first name given stands; one with a NUL in it ends there. */
static void set_name(struct reader *r, char **name)
{
	size_t len;
	const char *s = reader_name(r, &len);

	if (!s || *name)
		return;
	*name = strndup(s, len);
	if (!*name)
		reader_fail(r, r->p, "out of memory");
}

static void read_functions(struct module *m, struct reader *r)
{
	uint32_t index, n = reader_count(r, 2);
	char *unused = "";

	while (reader_ok(r) && n--) {
		index = reader_u32(r);
		set_name(r, index < m->nfuncs ? &m->funcs[index].name
					      : &unused);
	}
}

static void read_subsection(struct module *m, struct reader *r)
{
	const uint8_t *section_end = r->end;
	uint8_t id = reader_u8(r);
	uint32_t size = reader_u32(r);

	if (size > reader_left(r)) {
		reader_fail(r, r->p, "truncated");
		return;
	}
	r->end = r->p + size;
	if (id == SUBSECTION_MODULE)
		set_name(r, &m->name);
	else if (id == SUBSECTION_FUNCTIONS)
		read_functions(m, r);
	else
		reader_bytes(r, size);
	if (reader_left(r))
		reader_fail(r, r->p, "trailing bytes");
	if (reader_ok(r))
		r->end = section_end;
}

void parse_name_section(struct module *m, const uint8_t *bytes, size_t size)
{
	struct reader r;
	uint32_t i;

	reader_init(&r, bytes, size);
	while (reader_left(&r))
		read_subsection(m, &r);
	if (reader_ok(&r))
		return;
	free(m->name);
	m->name = NULL;
	for (i = 0; i < m->nfuncs; i++) {
		free(m->funcs[i].name);
		m->funcs[i].name = NULL;
	}
}
