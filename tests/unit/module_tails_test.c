/* SPDX-License-Identifier: Apache-2.0 */
/* Tail calls: which become calls in the canonical copy, which cannot be kept. */
#include "module_check.h"

/*
 * Types: 0 () -> (), 1 () -> i32.  Functions 0 to 5 and what becomes of their
 * tail calls: 0 has none; 1 calls 0; 2 calls 1, then the table; 3 calls 2 and
 * itself; 4 calls 1 after that lost its own; 5 calls 0, which is invalid.
 */
static void test_canonical_tails(void)
{
	static const uint8_t want[] =
		"\x0a\x28\6" "\2\0\x0b" "\5\0\x10\0\x0f\x0b"
		"\x0b\0\x10\x81\0\x0f\x41\0\x13\0\0\x0b"
		"\6\0\x12\2\x12\3\x0b" "\5\0\x10\1\x0f\x0b"
		"\4\0\x12\0\x0b";
	static const bool stays[] = { false, false, true, true, true, false,
				      true };
	char err[512];
	struct wasm w;
	struct module m;
	uint8_t *out;
	uint32_t i;
	size_t n;

	wasm_begin(&w);
	wasm_section(&w, 1, "02 60 00 00 60 00 01 7f");
	wasm_section(&w, 3, "06 00 00 00 00 00 01");
	wasm_section(&w, 4, "01 70 00 00");
	wasm_section(&w, 10, "06 02 00 0b  04 00 12 00 0b"
		     "0a 00 12 81 00 41 00 13 00 00 0b"
		     "06 00 12 02 12 03 0b  04 00 12 01 0b  04 00 12 00 0b");
	CHECK(parse(&m, &w, err));
	CHECK(m.ntails == 7);
	for (i = 0; i < m.ntails; i++)
		CHECK(m.tails[i].stays == stays[i]);
	CHECK(module_canonical(&m, &out, &n));
	CHECK(memmem(out, n, want, sizeof(want) - 1));
	free(out);
	module_free(&m);
}

/* What wasm2c's stack for arguments holds, to the byte. */
static void check_tail(const char *type, bool fits)
{
	char err[512] = "", types[256];
	struct module m;
	struct wasm w;

	snprintf(types, sizeof(types), "01 60 %s", type);
	wasm_begin(&w);
	wasm_section(&w, 1, types);
	wasm_section(&w, 3, "01 00");
	wasm_section(&w, 10, "01 04 00 12 00 0b");
	CHECK(parse(&m, &w, err) == fits);
	CHECK_MSG(fits == !err[0] && (fits || strstr(err, "1024 bytes")), "%s",
		  err);
	module_free(&m);
}

#define V8 "7b 7b 7b 7b 7b 7b 7b 7b"
#define R8 "70 70 70 70 70 70 70 70"
static void test_tail_sizes(void)
{
	check_tail("40" V8 V8 V8 V8 V8 V8 V8 V8 "00", true);
	check_tail("41" V8 V8 V8 V8 V8 V8 V8 V8 "7f 00", false);
	check_tail("00 20" R8 R8 R8 R8, true);
	check_tail("00 21 7f" R8 R8 R8 R8, false);
	check_tail("41" V8 V8 V8 V8 V8 V8 V8 "7b 7b 7b 7b 7b 7b 7b 7f 7e 00", true);
	check_tail("03 69 69 69 00", true);
	check_tail("04 69 69 69 69 00", false);
}

enum { LONG = 300000, MIDDLE = LONG / 3 };

static uint8_t *leb(uint8_t *to, uint32_t v)
{
	for (; v > 127; v >>= 7)
		*to++ = (uint8_t)(v | 128);
	*to++ = (uint8_t)v;
	return to;
}

/* A section's id and size, as five bytes, once its contents are there. */
static uint8_t *section(uint8_t *at, uint8_t id, const uint8_t *end)
{
	size_t i, size = (size_t)(end - at - 6);

	*at++ = id;
	for (i = 0; i < 5; i++, size >>= 7)
		*at++ = (uint8_t)((size & 127) | (i < 4) << 7);
	return at;
}

/* Each function calls the next one, in a try or not; the last one that, or nothing. */
static uint8_t *chain(uint8_t *to, uint32_t last, uint32_t in_try)
{
	uint8_t *at = to, *size;
	uint32_t i;

	to = leb(at + 6, LONG);
	memset(to, 0, LONG);		/* of type 0 */
	to += LONG;
	section(at, 3, to);
	at = to;
	to = leb(at + 6, LONG);
	for (i = 0; i < LONG; i++) {
		size = to++;
		*to++ = 0;
		if (i == in_try)
			memcpy(to, "\x06\x40", 2), to += 2;
		if (i < LONG - 1 || last < LONG) {
			*to++ = 0x12;
			to = leb(to, i < LONG - 1 ? i + 1 : last);
		}
		if (i == in_try)
			memcpy(to, "\x19\x0b", 2), to += 2;
		*to++ = 0x0b;
		*size = (uint8_t)(to - size - 1);
	}
	section(at, 10, to);
	return to;
}

/* The first `stay' of them stay. */
static void check_chain(uint32_t last, uint32_t in_try, uint32_t stay)
{
	uint8_t *bytes = malloc(16 * LONG), *end;
	char err[512] = "";
	struct module m;
	struct wasm w;
	uint32_t i;

	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 00 00");
	memcpy(bytes, w.b, w.n);
	end = chain(bytes + w.n, last, in_try);
	CHECK_MSG(module_parse(&m, "t.wasm", bytes, (size_t)(end - bytes), err,
			       sizeof(err)), "%s", err);
	CHECK(m.ntails == LONG - (last == LONG));
	for (i = 0; i < m.ntails && m.tails[i].stays == (i < stay); i++)
		;
	CHECK_MSG(i == m.ntails, "tail call %u is wrong", i);
	module_free(&m);
	free(bytes);
}

static void test_long_chains(void)
{
	check_chain(LONG, LONG, 0);
	check_chain(LONG - 1, LONG, LONG);
	check_chain(0, LONG, LONG);
	check_chain(MIDDLE, LONG, LONG);
	check_chain(LONG, MIDDLE, MIDDLE + 1);
}

int main(void)
{
	test_canonical_tails();
	test_long_chains();
	test_tail_sizes();
	return check_done();
}
