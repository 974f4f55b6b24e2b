/* SPDX-License-Identifier: Apache-2.0 */
/* The module reader inside functions: immediates, refusals, limits. */
#include "module_check.h"

/* ------------------------------------------------------------ instructions */

/*
 * One instruction, or a few that belong together, in a function of their own.
 * A misread immediate shows as a body that does not end where it should.
 */
static const struct {
	const char *text;
	unsigned features;
} instrs[] = {
	{ "00 01 02 40 0b 03 7f 0b 04 00 05 0b", FEAT_MULTI_VALUE },
	{ "0c 00 0d 81 00 0e 02 00 01 02 0e 00 00 0f", 0 },
	{ "10 00 11 80 01 00", 0 },
	{ "11 00 01", FEAT_REF_TYPES },
	{ "12 80 00 13 80 00 00", FEAT_TAIL_CALL },
	{ "13 00 01", FEAT_TAIL_CALL | FEAT_REF_TYPES },
	{ "1a 1b 20 00 21 00 22 80 01 23 00 24 00", 0 },
	{ "1c 01 7f", FEAT_REF_TYPES },
	{ "25 00 26 00", FEAT_REF_TYPES },
	{ "28 02 00 3e 00 ff ff ff ff 0f 3f 00 40 00", 0 },
	{ "28 42 01 00 37 43 02 80 01", FEAT_MULTI_MEMORY },
	{ "3f 01", FEAT_MULTI_MEMORY },
	{ "41 7f 41 80 80 80 80 78", 0 },
	{ "42 80 80 80 80 80 80 80 80 80 7f", 0 },
	{ "43 0b 0b 0b 0b 44 0b 0b 0b 0b 0b 0b 0b 0b", 0 },
	{ "45 6a 92 a0 bf", 0 },
	{ "c0 c4", FEAT_SIGN_EXT },
	{ "d0 70 d1 d2 00", FEAT_REF_TYPES },
	{ "d0 69", FEAT_EXCEPTIONS },
	{ "06 40 07 00 09 00 19 0b 06 40 18 00 08 00", FEAT_EXCEPTIONS },
	{ "1f 40 04 00 00 00 01 00 00 02 00 03 00 0b 0a", FEAT_EXCEPTIONS },
	{ "fc 00 fc 07 fc 87 00", FEAT_SAT_TRUNC },
	{ "fc 0a 00 00 fc 0b 00 fc 0c 00 00 fc 0d 00 fc 0e 00 00",
	  FEAT_BULK },
	{ "fc 0a 01 00", FEAT_BULK | FEAT_MULTI_MEMORY },
	{ "fc 0f 00 fc 10 00 fc 11 00", FEAT_REF_TYPES },
	{ "fd 00 04 00 fd 0b 04 00 fd 0e fd 0f fd 14", FEAT_SIMD },
	{ "fd 0c 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", FEAT_SIMD },
	{ "fd 0d 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", FEAT_SIMD },
	{ "fd 15 0b fd 22 00 fd 23 fd 53 fd 54 00 00 0b fd 5b 00 00 00",
	  FEAT_SIMD },
	{ "fd 5c 03 00 fd 5d 03 00 fd 5e fd 80 01 fd ff 01", FEAT_SIMD },
	{ "fd 99 01 fd 9b 01 fd a1 01 fd a7 01 fd b1 01 fd b5 01 fd ba 01",
	  FEAT_SIMD },
	{ "fe 03 00 fe 10 02 00 fe 4e 00 00", FEAT_THREADS },
};

static const struct {
	const char *text, *why;
} bad_instrs[] = {
	{ "14 00", "a typed function reference is not supported: wasm2c "
	  "1.0.39 cannot compile it (in function 0 at byte 0x17)" },
	{ "15 00", "a typed function reference" },
	{ "d4", "a typed function reference" },
	{ "d5 00", "a typed function reference" },
	{ "d6 00", "a typed function reference" },
	{ "d0 00", "a typed function reference" },
	{ "02 64 70 0b", "a typed function reference" },
	{ "d3", "garbage collection" },
	{ "d0 71", "garbage collection" },
	{ "fb 00 00", "garbage collection" },
	{ "e0 00", "stack switching" },
	{ "e6 00", "stack switching" },
	{ "fe 00 02 00", "atomic wait or notify" },
	{ "fe 01 02 00", "atomic wait or notify" },
	{ "fe 02 03 00", "atomic wait or notify" },
	{ "fd 80 02", "relaxed SIMD" },
	{ "fd 93 02", "relaxed SIMD" },
	{ "fc 13", "wide arithmetic" },
	{ "fc 16", "wide arithmetic" },
	{ "27", "code section: unknown opcode 0x27 in function 0 at byte "
	  "0x17" },
	{ "16", "unknown opcode 0x16" }, { "1d", "unknown opcode 0x1d" },
	{ "c5", "unknown opcode 0xc5" }, { "cf", "unknown opcode 0xcf" },
	{ "d7", "unknown opcode 0xd7" }, { "fa", "unknown opcode 0xfa" },
	{ "ff", "unknown opcode 0xff" },
	{ "fc 12 00", "unknown opcode 0xfc 0x12" },
	{ "fc 17", "unknown opcode 0xfc 0x17" },
	{ "fd 9a 01", "unknown opcode 0xfd 0x9a" },
	{ "fd b4 01", "unknown opcode 0xfd 0xb4" },
	{ "fd ee 01", "unknown opcode 0xfd 0xee" },
	{ "fd 94 02", "unknown opcode 0xfd 0x114" },
	{ "fe 04", "unknown opcode 0xfe 0x04" },
	{ "fe 4f", "unknown opcode 0xfe 0x4f" },
	{ "28 80 01 00", "malformed alignment" },
	{ "02 ff 7f", "malformed block type" },
	{ "1f 40 01 04 00 0b", "unknown kind 0x04 of catch" },
	{ "0e 7f 00", "count exceeds" },
	{ "41 80 80 80 80 08", "LEB128 integer too large in function 0" },
	{ "41 80 80 80 80 80 00", "LEB128 integer too long" },
	{ "0b", "bytes after the end of the body in function 0" },
	{ "02 40", "truncated in function 0" },
	{ "fc 08 00 00", "without a data count section" },
	{ "fc 09 00", "without a data count section" },
};

static void test_instructions(void)
{
	struct wasm w;
	char body[256];
	size_t i;

	for (i = 0; i < LEN(instrs); i++) {
		wasm_begin(&w);
		snprintf(body, sizeof(body), "00 %s 0b", instrs[i].text);
		wasm_function(&w, body);
		accepted(&w, body, instrs[i].features);
	}
	for (i = 0; i < LEN(bad_instrs); i++) {
		wasm_begin(&w);
		snprintf(body, sizeof(body), "00 %s 0b", bad_instrs[i].text);
		wasm_function(&w, body);
		refused(&w, bad_instrs[i].why);
	}
}

static void test_locals(void)
{
	struct wasm w;

	wasm_begin(&w);
	wasm_function(&w, "02 cf 86 03 7f 01 7e 0b");
	accepted(&w, "50000 locals", 0);
	wasm_begin(&w);
	wasm_function(&w, "02 cf 86 03 7f 02 7e 0b");
	refused(&w, "code section: 50001 locals, at most 50000 in function 0");
	wasm_begin(&w);
	wasm_function(&w, "02 ff ff ff ff 0f 7f ff ff ff ff 0f 7f 0b");
	refused(&w, "locals, at most 50000");
}

/* 80 functions of 50000 locals, and one of so many. */
static void all_locals(struct wasm *w, const char *last)
{
	unsigned i;

	wasm_begin(w);
	wasm_section(w, 1, "01 60 00 00");
	wasm_bytes(w, "03 52 51");
	for (i = 0; i < 81; i++)
		wasm_bytes(w, "00");
	wasm_bytes(w, "0a b6 04 51");		/* 566 bytes */
	for (i = 0; i < 80; i++)
		wasm_bytes(w, "06 01 d0 86 03 7e 0b");
	wasm_bytes(w, "04 01");
	wasm_bytes(w, last);
	wasm_bytes(w, "7e 0b");
}

static void test_all_locals(void)
{
	struct wasm w;

	all_locals(&w, "00");
	accepted(&w, "4000000 locals", 0);
	all_locals(&w, "01");
	refused(&w, "a module of more than 4000000 locals is not supported");
}

/* n blocks in each other; the body's size is padded to two bytes. */
static void nest(struct wasm *w, unsigned n)
{
	size_t size = 2 + 3 * n;		/* locals, blocks, ends, end */
	unsigned i;

	wasm_begin(w);
	wasm_bytes(w, "01 04 01 60 00 00  03 02 01 00  0a");
	w->b[w->n++] = (uint8_t)((size + 3) | 0x80);
	w->b[w->n++] = (uint8_t)((size + 3) >> 7);
	w->b[w->n++] = 1;
	w->b[w->n++] = (uint8_t)(size | 0x80);
	w->b[w->n++] = (uint8_t)(size >> 7);
	wasm_bytes(w, "00");
	for (i = 0; i < n; i++)
		wasm_bytes(w, "02 40");
	for (i = 0; i <= n; i++)
		wasm_bytes(w, "0b");
}

static void test_nesting(void)
{
	struct wasm w;

	nest(&w, 4000);
	accepted(&w, "4000 blocks", 0);
	nest(&w, 4001);
	refused(&w, "nesting of more than 4000 blocks is not supported: the "
		"time a C compiler takes grows with their square (in function 0 "
		"at byte 0x1f59)");
	w.n--;
	refused(&w, "longer than the file");
}

int main(void)
{
	test_instructions();
	test_locals();
	test_all_locals();
	test_nesting();
	return check_done();
}
