/* SPDX-License-Identifier: Apache-2.0 */
/* Constants, locals, globals. */
#include "gen.h"
#include "ops.h"
#include <string.h>

enum { KEPT = 2 };	/* locals of each type, and one for what may be a NaN */

const char *const types[TYPES + 1] = {
	"i:", ":", "I:", ":i", ":I", "i:i", "If:I", "iI:Ii", "F:F", "ii:i",
	"f:i",
};
const char letters[] = "iIfFv";
unsigned current;

unsigned type_of(unsigned func)
{
	static const uint8_t own[] = { TYPE_NONE, TYPE_TO_I, TYPE_NONE, TYPE_TO_I,
				       TYPE_ROUND, TYPE_TO_I, TYPE_TO_I };

	if (func < IMPORTS)
		return func ? TYPE_L : TYPE_I;
	if (func >= MOVE)
		return TYPE_NONE;
	if (func >= LIMIT)
		return own[func - LIMIT];
	return func % TYPES;
}

/* --------------------------------------------------------------- leaves */

static const uint32_t words[] = {
	0, 1, 2, 7, 8, 31, 100, 65532, 65535, 65536, 0x7fffffff, 0x80000000,
	0xfffffff8, 0xffffffff, 0x4f000000, 0x7f800001, 0x3f800000,
};
static const uint64_t doubles[] = {
	0, 0x8000000000000000, 0x3ff0000000000000, 0x7ff0000000000000,
	0x7ff0000000000001, 0xfff8000000000000, 0x43e0000000000000, 0x41e0000000000000,
	0xc1e0000000200000, 0x41effffffff00000, 1, 0x3fe0000000000000, 0xbfefffffffffffff,
};
static const uint32_t floats[] = {
	0, 0x80000000, 0x3f800000, 0x7f800000, 0xff800000, 0x7f800001, 0x7fc00000,
	0x4f000000, 0x4effffff, 0xcf000001, 0x5f000000, 1, 0x3f000000, 0xbf7fffff,
};

static uint64_t any64(void)
{
	uint64_t high = PICK(words);

	return rnd(2) ? high << 32 | PICK(words) : (uint64_t)(int32_t)high;
}

void put_const(char letter)
{
	uint64_t d = PICK(doubles);
	uint32_t f = PICK(floats);

	switch (letter) {
	case 'i':
		put(0x41);
		put_s((int32_t)(rnd(4) ? PICK(words) : rnd(300)));
		break;
	case 'I':
		put(0x42);
		put_s((int64_t)any64());
		break;
	case 'f':
		put(0x43);
		put_bytes(&f, sizeof(f));
		break;
	case 'F':
		put(0x44);
		put_bytes(&d, sizeof(d));
		break;
	default:
		put(SIMD);
		put_u(12);
		put_bytes(&d, sizeof(d));
		put_bytes(&f, sizeof(f));
		put_bytes(&f, sizeof(f));
	}
}

/* ---------------------------------------------------------------- locals */

static unsigned nparams(unsigned func)
{
	const char *s = types[type_of(func)];

	return (unsigned)(strchr(s, ':') - s);
}

/* Of each type KEPT, and one more for what may be a NaN. */
unsigned local(char letter, unsigned n)
{
	unsigned i = (unsigned)(strchr(letters, letter) - letters);

	return nparams(current) + (KEPT + 1) * i + n;
}

unsigned spare(char letter)
{
	return local(letter, KEPT);
}

unsigned counter(unsigned n)
{
	return nparams(current) + (KEPT + 1) * (use.simd ? 5 : 4) + n;
}

void put_locals(void)
{
	const char *l;

	put_u(use.simd ? 6 : 5);
	for (l = letters; *l; l++)
		if (*l != 'v' || use.simd) {
			put_u(KEPT + 1);
			put(type_byte(*l));
		}
	put_u(LOOPS);
	put(0x7f);
}

void put_get(char letter)
{
	const char *s = types[type_of(current)];
	unsigned i, n = nparams(current);

	for (i = 0; i < n; i++)
		if (s[i] == letter && !rnd(2))
			break;
	put(0x20);
	put_u(i < n ? i : local(letter, rnd(KEPT)));
}

void put_set(char letter)
{
	put(0x21);
	put_u(local(letter, rnd(KEPT)));
}

/* The index of a global of that type, or none. */
unsigned global_of(char letter)
{
	const char *p = strchr("iIfF", letter);

	return p ? 1 + (unsigned)(p - "iIfF") : 0;
}
