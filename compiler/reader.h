/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded reader for the WebAssembly binary format.
 *
 * The first failure sticks: from then on every read returns 0 and nothing is
 * left, so that callers may read a whole structure and look once.  A loop over
 * a count from the input still has to test reader_ok(), or a count of 2^32
 * would spin.
 */
#ifndef CPIT_COMPILER_READER_H
#define CPIT_COMPILER_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *base;	/* start of the file, for offsets */
	const uint8_t *p, *end;	/* what is left */
	const char *error;	/* NULL, or why the first read failed ... */
	size_t error_at;	/* ... and at which offset in the file */
};

void reader_init(struct reader *r, const uint8_t *bytes, size_t size);

/* Keeps the first failure only.  Always false. */
bool reader_fail(struct reader *r, const uint8_t *at, const char *why);

static inline bool reader_ok(const struct reader *r)
{
	return !r->error;
}

static inline size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->p);
}

static inline size_t reader_offset(const struct reader *r)
{
	return (size_t)(r->p - r->base);
}

uint8_t reader_u8(struct reader *r);
uint32_t reader_u32(struct reader *r);	/* LEB128 from here on */
uint64_t reader_u64(struct reader *r);
int32_t reader_s32(struct reader *r);
int64_t reader_s33(struct reader *r);
int64_t reader_s64(struct reader *r);

/* The next n bytes, which stay in place; NULL when there are fewer. */
const uint8_t *reader_bytes(struct reader *r, size_t n);

/* A u32 count of things that take `each' bytes or more, which must be left. */
uint32_t reader_count(struct reader *r, size_t each);

/* A length and as much UTF-8: its first byte, not NUL-terminated, or NULL. */
const char *reader_name(struct reader *r, size_t *len);

#endif
