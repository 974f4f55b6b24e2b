/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

void reader_init(struct reader *r, const uint8_t *bytes, size_t size)
{
	r->base = bytes;
	r->p = bytes;
	r->end = bytes + size;
	r->error = NULL;
	r->error_at = 0;
}

bool reader_fail(struct reader *r, const uint8_t *at, const char *why)
{
	if (!r->error) {
		r->error = why;
		r->error_at = (size_t)(at - r->base);
	}
	r->p = r->end;
	return false;
}

uint8_t reader_u8(struct reader *r)
{
	if (r->p == r->end) {
		reader_fail(r, r->end, "truncated");
		return 0;
	}
	return *r->p++;
}

/*
 * The bits of the last byte that do not belong to the number: they must be 0,
 * or for a negative signed number 1.  `left' is how many of its 7 bits do.
 */
static bool excess_bits_wrong(uint8_t byte, unsigned left, bool is_signed)
{
	uint8_t mask;

	if (left >= 7)
		return false;
	if (is_signed)
		left--;			/* the sign is repeated above it */
	mask = 0x7f & ~((1u << left) - 1);
	byte &= mask;
	return byte && !(is_signed && byte == mask);
}

static uint64_t leb128(struct reader *r, unsigned bits, bool is_signed)
{
	const uint8_t *start = r->p;
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = reader_u8(r);
		if (!reader_ok(r))
			return 0;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) && shift + 7 >= bits) {
			reader_fail(r, start, "LEB128 integer too long");
			return 0;
		}
		if (excess_bits_wrong(byte, bits - shift, is_signed)) {
			reader_fail(r, start, "LEB128 integer too large");
			return 0;
		}
		shift += 7;
	} while (byte & 0x80);

	if (is_signed && (byte & 0x40) && shift < 64)
		value |= UINT64_MAX << shift;
	return value;
}

uint32_t reader_u32(struct reader *r)
{
	return (uint32_t)leb128(r, 32, false);
}

uint64_t reader_u64(struct reader *r)
{
	return leb128(r, 64, false);
}

int32_t reader_s32(struct reader *r)
{
	return (int32_t)leb128(r, 32, true);
}

int64_t reader_s33(struct reader *r)
{
	return (int64_t)leb128(r, 33, true);
}

int64_t reader_s64(struct reader *r)
{
	return (int64_t)leb128(r, 64, true);
}

const uint8_t *reader_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (n > reader_left(r)) {
		reader_fail(r, r->end, "truncated");
		return NULL;
	}
	r->p += n;
	return p;
}

uint32_t reader_count(struct reader *r, size_t each)
{
	const uint8_t *start = r->p;
	uint32_t n = reader_u32(r);

	if (n > reader_left(r) / each) {
		reader_fail(r, start, "count exceeds the bytes left");
		return 0;
	}
	return n;
}

/* How many bytes follow `lead', and the smallest code point they may make. */
static int utf8_follow(uint8_t lead, uint32_t *min)
{
	if (lead < 0x80)
		return 0;
	if ((lead & 0xe0) == 0xc0) {
		*min = 0x80;
		return 1;
	}
	if ((lead & 0xf0) == 0xe0) {
		*min = 0x800;
		return 2;
	}
	if ((lead & 0xf8) == 0xf0) {
		*min = 0x10000;
		return 3;
	}
	return -1;
}

static bool utf8_valid(const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;

	while (p < end) {
		uint8_t lead = *p++;
		uint32_t min = 0, c;
		int n = utf8_follow(lead, &min);

		if (n < 0 || end - p < n)
			return false;
		c = n ? lead & (0x3fu >> n) : lead;
		for (; n; n--, p++) {
			if ((*p & 0xc0) != 0x80)
				return false;
			c = c << 6 | (*p & 0x3f);
		}
		if (c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return false;
	}
	return true;
}

const char *reader_name(struct reader *r, size_t *len)
{
	const uint8_t *s;

	*len = reader_u32(r);
	s = reader_bytes(r, *len);
	if (s && !utf8_valid(s, *len)) {
		reader_fail(r, s, "malformed UTF-8 in a name");
		s = NULL;
	}
	if (!reader_ok(r)) {
		*len = 0;
		return NULL;
	}
	return (const char *)s;
}
