/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number's text without the underscores; false when it does not fit. */
static bool plain(const struct node *n, char *s, size_t len)
{
	size_t i, k = 0;

	if (!n || n->kind != NODE_ATOM || n->len >= len)
		return false;
	for (i = 0; i < n->len; i++)
		if (n->s[i] != '_')
			s[k++] = n->s[i];
	s[k] = '\0';
	return true;
}

static bool parse_int(const struct node *n, unsigned width, uint8_t *bits)
{
	char s[128], *end;
	uint64_t v;
	bool minus;

	if (!plain(n, s, sizeof(s)))
		return false;
	minus = s[0] == '-';
	errno = 0;
	/* Not base 0: a leading zero is no octal number here. */
	v = strtoull(s + (minus || s[0] == '+'), &end,
		     strstr(s, "0x") ? 16 : 10);
	if (errno || *end)
		return false;
	if (minus)
		v = -v;
	memcpy(bits, &v, width);
	return true;
}

static void put_nan(bool minus, uint64_t payload, unsigned width, uint8_t *bits)
{
	uint64_t v = width == 4 ? (uint64_t)0xff << 23 : (uint64_t)0x7ff << 52;

	v |= payload | (uint64_t)minus << (width * 8 - 1);
	memcpy(bits, &v, width);
}

/* "nan", "-nan:0x123", "nan:canonical" */
static bool parse_nan(const char *s, unsigned width, uint8_t *mode,
		      uint8_t *bits)
{
	uint64_t quiet = (uint64_t)1 << (width == 4 ? 22 : 51);
	bool minus = *s == '-';
	char *end;

	s += minus || *s == '+';
	if (!strcmp(s, "nan:canonical"))
		*mode = SPEC_CANONICAL;
	else if (!strcmp(s, "nan:arithmetic"))
		*mode = SPEC_ARITHMETIC;
	else if (!strncmp(s, "nan:0x", 6))
		quiet = strtoull(s + 6, &end, 16);
	else if (strcmp(s, "nan"))
		return false;
	put_nan(minus, quiet, width, bits);
	return true;
}

static bool parse_float(const struct node *n, unsigned width, uint8_t *mode,
			uint8_t *bits)
{
	char s[1024], *end;
	double d;
	float f;

	if (!plain(n, s, sizeof(s)))
		return false;
	if (strstr(s, "nan"))
		return parse_nan(s, width, mode, bits);
	/* Not through double: that would round twice. */
	if (width == 4) {
		f = strtof(s, &end);
		memcpy(bits, &f, 4);
	} else {
		d = strtod(s, &end);
		memcpy(bits, &d, 8);
	}
	return !*end;
}

static bool parse_lanes(const struct node *n, char type, unsigned width,
			unsigned lanes, struct spec_pattern *p)
{
	unsigned i;

	p->width = (uint8_t)width;
	for (i = 0; i < lanes; i++, n = n->next) {
		uint8_t *bits = p->bits + i * width;

		if (!n || !(type == 'f' ? parse_float(n, width, &p->mode[i], bits)
					: parse_int(n, width, bits)))
			return false;
	}
	return !n;
}

/* "i8x16" and its lanes */
static bool parse_v128(const struct node *shape, struct spec_pattern *p)
{
	char s[16], *end;
	unsigned long width, lanes;

	if (!plain(shape, s, sizeof(s)))
		return false;
	width = strtoul(s + 1, &end, 10) / 8;
	lanes = *end == 'x' ? strtoul(end + 1, NULL, 10) : 0;
	return width && width * lanes == 16 &&
	       parse_lanes(shape->next, s[0], (unsigned)width, (unsigned)lanes,
			   p);
}

/* A host reference n is n + 1: 0 is null. */
static bool parse_host(const struct node *n, struct spec_pattern *p)
{
	uint32_t v;

	p->letter = 'e';
	if (!n) {
		p->mode[0] = SPEC_NOT_NULL;
		return true;
	}
	if (!parse_int(n, 4, p->bits))
		return false;
	memcpy(&v, p->bits, 4);
	v++;
	memcpy(p->bits, &v, 4);
	return true;
}

static uint8_t null_letter(const struct node *type)
{
	if (is_atom(type, "func") || is_atom(type, "funcref"))
		return 'r';
	if (is_atom(type, "extern") || is_atom(type, "externref"))
		return 'e';
	if (is_atom(type, "exn") || is_atom(type, "exnref"))
		return 'x';
	return '?';
}

bool parse_pattern(const struct node *n, struct spec_pattern *p)
{
	memset(p, 0, sizeof(*p));
	if (!n || n->kind != NODE_LIST || !n->child)
		return false;
	if (is_list(n, "i32.const"))
		return p->letter = 'i', parse_lanes(n->child->next, 'i', 4, 1, p);
	if (is_list(n, "i64.const"))
		return p->letter = 'I', parse_lanes(n->child->next, 'i', 8, 1, p);
	if (is_list(n, "f32.const"))
		return p->letter = 'f', parse_lanes(n->child->next, 'f', 4, 1, p);
	if (is_list(n, "f64.const"))
		return p->letter = 'F', parse_lanes(n->child->next, 'f', 8, 1, p);
	if (is_list(n, "v128.const"))
		return p->letter = 'v', parse_v128(n->child->next, p);
	p->width = 4;
	if (is_list(n, "ref.extern") || is_list(n, "ref.host"))
		return parse_host(n->child->next, p);
	if (is_list(n, "ref.func")) {
		p->letter = 'r';
		p->mode[0] = SPEC_NOT_NULL;
		return true;
	}
	if (is_list(n, "ref.exn")) {
		p->letter = 'x';
		p->mode[0] = SPEC_NOT_NULL;
		return true;
	}
	p->letter = null_letter(n->child->next);
	return is_list(n, "ref.null");
}

bool parse_value(const struct node *n, struct spec_value *v)
{
	struct spec_pattern p;
	unsigned i;

	if (!parse_pattern(n, &p))
		return false;
	for (i = 0; i < sizeof(p.mode); i++)
		if (p.mode[i] != SPEC_EXACT)
			return false;
	v->letter = p.letter;
	memcpy(v->bits, p.bits, sizeof(v->bits));
	return true;
}
