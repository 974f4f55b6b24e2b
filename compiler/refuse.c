/* SPDX-License-Identifier: Apache-2.0 */
/* What a refused module is told: one line, path first (KAN-11). */
#include "parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(PARSE_MAX_NESTING == 4000, "the text of REFUSE_NESTING");
_Static_assert(PARSE_MAX_TRIES == 1000, "the text of REFUSE_TRIES");
_Static_assert(PARSE_MAX_ALL_LOCALS == 4000000, "the text of REFUSE_LOCALS");
_Static_assert(PARSE_MAX_PAYLOAD == 256, "the text of REFUSE_PAYLOAD");
_Static_assert(PARSE_MAX_TAIL == 1024, "the text of REFUSE_TAIL_ARGUMENTS");

#define NO_WASM2C "wasm2c 1.0.39 cannot compile it"

static const struct {
	const char *feature, *reason;
} refusals[] = {
	[REFUSE_TABLE64] = { "a 64-bit table is",
		"wasm2c 1.0.39 cuts table.grow to 32 bits" },
	[REFUSE_TAIL_ARGUMENTS] = { "a tail call with more than 1024 bytes of "
		"arguments or results is", NO_WASM2C },
	[REFUSE_WAIT_NOTIFY] = { "atomic wait or notify is", NO_WASM2C },
	[REFUSE_GC] = { "garbage collection is", NO_WASM2C },
	[REFUSE_FUNC_REFS] = { "a typed function reference is", NO_WASM2C },
	[REFUSE_RELAXED_SIMD] = { "relaxed SIMD is", NO_WASM2C },
	[REFUSE_WIDE_ARITHMETIC] = { "wide arithmetic is", NO_WASM2C },
	[REFUSE_STACK_SWITCHING] = { "stack switching is", NO_WASM2C },
	[REFUSE_EXNREF_TABLE] = { "a table of exnref is",
		"wasm2c 1.0.39 has no operations for it" },
	[REFUSE_EXNREF_BOUNDARY] = { "exnref in an import or export, but for results, is",
		"no host value can hold one" },
	[REFUSE_EXTERN_ELEMENT] = { "an element segment of externref, but for "
		"nulls, is", "wasm2c 1.0.39 makes each element null" },
	[REFUSE_PAYLOAD] = { "an exception with more than 256 bytes is",
		"no exnref of wasm2c 1.0.39 can hold it" },
	[REFUSE_CONST_GLOBAL] = { "a constant expression that reads one of "
		"the module's own globals is", NO_WASM2C },
	[REFUSE_NESTING] = { "nesting of more than 4000 blocks is",
		"the time a C compiler takes grows with their square" },
	[REFUSE_TRIES] = { "a function of more than 1000 try blocks is",
		"the time gcc takes grows with their square" },
	[REFUSE_LOCALS] = { "a module of more than 4000000 locals is",
		"too much C for gcc" },
};

/* " in function 3 at byte 0x4e" or " at byte 0x4e" */
static void append_where(const struct parser *p, size_t offset, char *s,
			 size_t len)
{
	size_t n = strlen(s);

	if (p->in_function)
		snprintf(s + n, len - n, " in function %u at byte 0x%zx",
			 p->function, offset);
	else
		snprintf(s + n, len - n, " at byte 0x%zx", offset);
}

static void report(struct parser *p, const char *text)
{
	snprintf(p->err, p->errlen, "%s: %s%s%s", p->m->path,
		 p->section ? p->section : "", p->section ? ": " : "", text);
}

bool parse_fail(struct parser *p, const uint8_t *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!parse_ok(p))
		return false;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text) - 64, fmt, ap);
	va_end(ap);
	if (at)
		append_where(p, (size_t)(at - p->r.base), text, sizeof(text));
	report(p, text);
	return parse_stop(p);
}

bool parse_oom(struct parser *p)
{
	return parse_fail(p, NULL, "out of memory");
}

bool parse_refuse(struct parser *p, enum refusal why, const char *fmt, ...)
{
	char where[64];
	va_list ap;

	if (!parse_ok(p) || p->refused[0])
		return false;
	va_start(ap, fmt);
	vsnprintf(where, sizeof(where), fmt, ap);
	va_end(ap);
	snprintf(p->refused, sizeof(p->refused),
		 "%s not supported: %s (%s)", refusals[why].feature,
		 refusals[why].reason, where);
	return false;
}

bool parse_refuse_at(struct parser *p, enum refusal why, const uint8_t *at)
{
	char where[64] = "";
	size_t offset = (size_t)(at - p->r.base);

	if (!p->in_function)
		snprintf(where, sizeof(where), " in %s", p->section);
	append_where(p, offset, where, sizeof(where));
	return parse_refuse(p, why, "%s", where + 1);
}

bool parse_stop(struct parser *p)
{
	return reader_fail(&p->r, p->r.p, "");
}

/* Names of the guest's were quoted before they got here; a path was not. */
void parse_one_line(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

bool parse_verdict(struct parser *p)
{
	char text[256];

	if (parse_ok(p) && !p->refused[0])
		return true;
	if (!parse_ok(p) && p->r.error[0]) {
		snprintf(text, sizeof(text) - 64, "%s", p->r.error);
		append_where(p, p->r.error_at, text, sizeof(text));
		report(p, text);
	} else if (!p->err[0]) {
		snprintf(p->err, p->errlen, "%s: %s", p->m->path, p->refused);
	}
	parse_one_line(p->err);
	return false;
}
