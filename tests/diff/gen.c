/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen SEED         a valid module that likes to trap, to stdout
 * gen -m SEED      one whose memory moves, in checked mode
 * gen -b SEED N    N random bytes, for wasm-opt --translate-to-fuzz
 *
 * The same for a seed on each machine.  Which features are used is the seed's.
 */
#include "gen.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buf *to;		/* where put() goes */
struct features use;
unsigned entries[TABLES][ENTRIES];

static uint64_t state;

uint32_t rnd(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((state >> 33) * n) >> 31);
}

void put(uint8_t b)
{
	if (to->n == to->size) {
		to->size = to->size ? 2 * to->size : 256;
		to->b = realloc(to->b, to->size);
		if (!to->b)
			abort();
	}
	to->b[to->n++] = b;
}

void put_u(uint64_t v)
{
	for (; v > 127; v >>= 7)
		put((uint8_t)(v | 128));
	put((uint8_t)v);
}

void put_s(int64_t v)
{
	for (; v < -64 || v > 63; v >>= 7)
		put((uint8_t)(v | 128));
	put((uint8_t)(v & 127));
}

void put_bytes(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n--)
		put(*b++);
}

static void put_name(const char *s)
{
	put_u(strlen(s));
	put_bytes(s, strlen(s));
}

uint8_t type_byte(char letter)
{
	switch (letter) {
	case 'i': return 0x7f;
	case 'I': return 0x7e;
	case 'f': return 0x7d;
	case 'F': return 0x7c;
	default: return 0x7b;
	}
}

/* ------------------------------------------------------------- sections */

static void put_section(uint8_t id, struct buf *from, struct buf *out)
{
	to = out;
	put(id);
	put_u(from->n);
	put_bytes(from->b, from->n);
	from->n = 0;
}

static void put_types(void)
{
	unsigned i, n = TYPES + use.moves;

	put_u(n);
	for (i = 0; i < n; i++) {
		const char *s = types[i], *colon = strchr(s, ':');

		put(0x60);
		put_u((size_t)(colon - s));
		for (; s < colon; s++)
			put(type_byte(*s));
		put_u(strlen(++s));
		for (; *s; s++)
			put(type_byte(*s));
	}
}

static const char table_type[] = "\x70\1\x0a\x0c", second_type[] = "\x70\0\x0b";

static void put_memory(void)
{
	put((uint8_t)(1 | use.shared << 1 | use.memory64 << 2));
	put_u(1);
	/* GROW makes it move five times in checked mode. */
	put_u(use.moves ? 26 : 3);
}

static void put_imports(void)
{
	put_u(IMPORTS + use.imported_table + use.imported_memory);
	put_name("fuzzing-support");
	put_name("log-i32");
	put(0);
	put_u(TYPE_I);
	put_name("fuzzing-support");
	put_name("log-i64");
	put(0);
	put_u(TYPE_L);
	if (use.imported_table) {
		put_name("env");
		put_name("table");
		put(1);
		put_bytes(table_type, strlen(table_type));
	}
	if (use.imported_memory) {
		put_name("env");
		put_name("memory");
		put(2);
		put_memory();
	}
}

static void put_globals(void)
{
	static const char own[] = "iiIfF";
	const char *l;

	put_u(GLOBALS);
	for (l = own; *l; l++) {
		put(type_byte(*l));
		put(1);
		put_const(*l);
		put(0x0b);
	}
}

static void put_export(const char *name, unsigned kind, unsigned index)
{
	put_name(name);
	put((uint8_t)kind);
	put_u(index);
}

static void put_exports(void)
{
	static char name[16];
	unsigned i;

	put_u(1 + 1 + 1 + FUNCS + GLOBALS + (use.moves ? 2 + MOVES : 0));
	put_export("memory", 2, 0);
	for (i = 0; use.moves && i < MOVES; i++) {
		snprintf(name, sizeof(name), "move_%u", i);
		put_export(name, 0, MOVE + i);
	}
	if (use.moves) {
		put_export("round", 0, ROUND);
		put_export("grow", 0, GROW);
	}
	put_export("hangLimitInitializer", 0, LIMIT);
	put_export("deep", 0, DEEP);
	for (i = 0; i < FUNCS; i++) {
		snprintf(name, sizeof(name), "func_%u", i);
		put_export(name, 0, IMPORTS + i);
	}
	for (i = 0; i < GLOBALS; i++) {
		snprintf(name, sizeof(name), "global_%u", i);
		put_export(name, 3, i);
	}
}

/* Functions, at entry 2 + `at' of a table. */
static void put_functions(unsigned in, unsigned at, unsigned n)
{
	put_u(n);
	for (; n--; at++) {
		entries[in][at] = IMPORTS + rnd(FUNCS);
		put_u(entries[in][at]);
	}
}

/* Of the second table, which no instruction but a call looks at: one over the other. */
static void put_second(void)
{
	unsigned at = rnd(5);

	put_bytes("\2\1\x41\2\x0b\0", 6);
	put_functions(1, 0, 5 + rnd(4));
	put_bytes("\2\1\x41", 3);
	put_s(2 + at);
	put_bytes("\x0b\0", 2);
	put_functions(1, at, rnd(4));
}

/* An active one that may lie beyond the table's end, and a passive one. */
static void put_elements(void)
{
	unsigned n = 6 + rnd(3);

	put_u(2 + use.moves + 2 * use.fixed);
	put_u(0);
	put(0x41);
	put_s(rnd(16) ? 2 : 6);
	put(0x0b);
	put_functions(0, 0, n);
	if (use.fixed)
		put_second();
	put_u(5);
	put(0x70);
	put_u(3);
	put_bytes("\xd2", 1);
	put_u(IMPORTS + rnd(FUNCS));
	put_bytes("\x0b\xd0\x70\x0b\xd2", 5);
	put_u(IMPORTS + rnd(FUNCS));
	put(0x0b);
	if (!use.moves)
		return;
	put_bytes("\0\x41\0\x0b\2", 5);
	put_u(GROW);
	put_u(ROUND);
}

static void put_data(void)
{
	unsigned i;

	put_u(2);
	put_u(0);
	put(use.memory64 ? 0x42 : 0x41);
	put_s(rnd(16) ? 65536 - 40 : 65536 - 10);
	put(0x0b);
	put_u(30);
	for (i = 0; i < 30; i++)
		put((uint8_t)rnd(256));
	put_u(1);
	put_u(20);
	for (i = 0; i < 20; i++)
		put((uint8_t)rnd(256));
}

static unsigned nfuncs(void)
{
	return FUNCS + OWN + (use.moves ? OWN_MOVES : 0);
}

static void put_code(struct buf *out)
{
	struct buf body = { 0 };
	unsigned i;

	put_u(nfuncs());
	for (i = 0; i < nfuncs(); i++) {
		to = &body;
		body.n = 0;
		put_function(i);
		to = out;
		put_u(body.n);
		put_bytes(body.b, body.n);
	}
}

static void put_module(struct buf *out)
{
	struct buf s = { 0 };
	unsigned i;

	to = out;
	put_bytes("\0asm\1\0\0\0", 8);
	to = &s, put_types(), put_section(1, &s, out);
	to = &s, put_imports(), put_section(2, &s, out);
	to = &s, put_u(nfuncs());
	for (i = 0; i < nfuncs(); i++)
		put_u(type_of(IMPORTS + i));
	put_section(3, &s, out);
	to = &s, put_u(!use.imported_table + use.fixed);
	if (!use.imported_table)
		put_bytes(table_type, strlen(table_type));
	if (use.fixed)
		put_bytes(second_type, sizeof(second_type) - 1);
	put_section(4, &s, out);
	to = &s, put_u(!use.imported_memory);
	if (!use.imported_memory)
		put_memory();
	put_section(5, &s, out);
	if (use.exceptions)
		to = &s, put_bytes("\2\0\0\0\1", 5), put_section(13, &s, out);
	to = &s, put_globals(), put_section(6, &s, out);
	to = &s, put_exports(), put_section(7, &s, out);
	if (!rnd(5))
		to = &s, put_u(START), put_section(8, &s, out);
	to = &s, put_elements(), put_section(9, &s, out);
	to = &s, put_u(2), put_section(12, &s, out);
	to = &s, put_code(&s), put_section(10, &s, out);
	to = &s, put_data(), put_section(11, &s, out);
}

static void seed_with(const char *text)
{
	state = strtoull(text, NULL, 0) * 0x9e3779b97f4a7c15u + 1;
	rnd(1);
	rnd(1);
}

/* Few of what has checked mode read where the memory is at each access. */
static void choose_moving(void)
{
	use.exceptions &= !rnd(2);
	use.tail_calls &= !rnd(2);
	use.memory64 &= !rnd(4);
	use.shared &= !use.memory64;
	use.imported_table = rnd(3) != 0;
	use.imported_memory = false;
}

int main(int argc, char **argv)
{
	struct buf out = { 0 };
	unsigned long n;

	if (argc == 4 && !strcmp(argv[1], "-b")) {
		seed_with(argv[2]);
		for (n = strtoul(argv[3], NULL, 0); n; n--)
			putchar((int)rnd(256));
		return 0;
	}
	use.moves = argc == 3 && !strcmp(argv[1], "-m");
	if (argc != 2 + use.moves)
		return 2;
	seed_with(argv[argc - 1]);
	use.simd = !rnd(3);
	use.exceptions = !rnd(3);
	use.tail_calls = !rnd(3);
	use.atomics = !rnd(3);
	use.memory64 = !rnd(4);
	use.shared = use.atomics && !rnd(2);
	/* By the seed itself: what others make stays as it was. */
	n = strtoul(argv[argc - 1], NULL, 0);
	use.imported_table = n % 5 == 3;
	use.imported_memory = n % 7 == 1 && !use.shared && !use.memory64;
	use.jumps = n % 11 == 10;
	use.tail_calls |= use.jumps;
	use.fixed = n % 6 == 4 && !use.jumps && !use.moves;
	use.blocks = n % 4 == 3 || use.fixed;
	use.tail_calls &= !use.fixed;
	use.across = n % 8 == 1 && !use.moves;
	use.simd |= use.across;
	use.exceptions |= use.across;
	use.memory64 &= !use.across;
	if (use.moves)
		choose_moving();
	put_module(&out);
	return fwrite(out.b, 1, out.n, stdout) != out.n;
}
