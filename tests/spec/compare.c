/* SPDX-License-Identifier: Apache-2.0 */
/* Values on the board: from a script's bytes, compared, and printed. */
#include "board.h"
#include "boards/board.h"
#include <string.h>

/* Host references are addresses in here: any will do that is not NULL. */
static char references[1];

void spec_value_set(union cpit_value *v, const struct spec_value *from)
{
	uint32_t ref;

	memset(v, 0, sizeof(*v));
	if (from->letter == 'e') {
		memcpy(&ref, from->bits, sizeof(ref));
		v->externref = ref ? references + ref : NULL;
	} else if (from->letter != 'r') {
		memcpy(v->v128, from->bits, sizeof(v->v128));
	}
}

static bool lane_fits(uint8_t mode, unsigned width, const uint8_t *is,
		      const uint8_t *want)
{
	uint64_t bits = 0, sign = (uint64_t)1 << (width * 8 - 1);
	uint64_t quiet = width == 4 ? 0x7fc00000 : (uint64_t)0x7ff8 << 48;

	if (mode == SPEC_EXACT)
		return !memcmp(is, want, width);
	memcpy(&bits, is, width);
	bits &= ~sign;
	return mode == SPEC_CANONICAL ? bits == quiet : (bits & quiet) == quiet;
}

static bool reference_fits(char letter, const union cpit_value *v,
			   const struct spec_pattern *p)
{
	bool null = letter == 'r' ? !v->funcref.func : !v->externref;
	uint32_t ref;

	if (p->mode[0] == SPEC_NOT_NULL)
		return !null;
	memcpy(&ref, p->bits, sizeof(ref));
	return ref ? v->externref == references + ref : null;
}

static bool fits(char letter, const union cpit_value *v,
		 const struct spec_pattern *p)
{
	unsigned size = letter == 'v' ? 16 : p->width, i;
	bool is_ref = strchr("rex", letter);

	if (p->letter != letter && !(p->letter == '?' && is_ref))
		return false;
	if (is_ref)
		return reference_fits(letter, v, p);
	for (i = 0; i * p->width < size; i++)
		if (!lane_fits(p->mode[i], p->width, v->v128 + i * p->width,
			       p->bits + i * p->width))
			return false;
	return true;
}

bool spec_value_fits(char letter, const union cpit_value *v,
		     const struct spec_pattern *p, unsigned n)
{
	while (n--)
		if (fits(letter, v, p++))
			return true;
	return false;
}

void spec_value_print(char letter, const union cpit_value *v)
{
	size_t n = letter == 'v' ? 16 : letter == 'i' || letter == 'f' ? 4 : 8;

	cpit_console_write(CPIT_OUT, &letter, 1);
	cpit_console_print(CPIT_OUT, " ");
	while (n--) {
		cpit_console_number(CPIT_OUT, v->v128[n] >> 4, 16);
		cpit_console_number(CPIT_OUT, v->v128[n] & 15, 16);
	}
}
