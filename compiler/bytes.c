/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data segments as strings: of wasm2c's lists of numbers a C compiler makes a
 * tree, at more than a second for each MB of the module's.
 */
#include "stages.h"
#include <stdlib.h>
#include <string.h>

/* "  0xeb, 0x80, 0x7c, " */
static void add_line(struct bytes *b, const char *line)
{
	const char *p = line;
	char *end, octal[4];

	add(&b->text, "\n\t\"");
	for (; p += strspn(p, " ,"), *p; p = end, b->n++) {
		unsigned long v = strtoul(p, &end, 16);

		if (end == p || v > 255)
			fail(EXIT_TOOL, "unknown version of wasm2c: '%s' in a "
			     "data segment", line);
		octal[0] = '\\';
		octal[1] = (char)('0' + (v >> 6));
		octal[2] = (char)('0' + (v >> 3 & 7));
		octal[3] = (char)('0' + (v & 7));
		add_bytes(&b->text, octal, sizeof(octal));
	}
	add(&b->text, "\"");
}

bool bytes_line(struct text *out, struct bytes *b, const char *line)
{
	const char *type = begins(line, "static ") ? line + 7 : line;

	if (!b->name) {
		if (!begins(type, "const u8 data_segment_data_"))
			return false;
		b->name = format("%.*s", (int)strcspn(line, "["), line);
		b->n = b->text.len = 0;
	} else if (strcmp(line, "};")) {
		add_line(b, line);
	} else {
		/* As long as that: no NUL behind it. */
		add(out, "%s[%zu] = \"\"", b->name, b->n ? b->n : 1);
		add_bytes(out, b->text.s, b->text.len);
		add(out, ";\n");
		free(b->name);
		b->name = NULL;
	}
	return true;
}
