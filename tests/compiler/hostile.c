/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile KIND N: to stdout, a valid module with too much of something: N of it.
 * It exports "f", of type i32 -> i32.  ("nops" is not valid, of which wasm2c tells
 * when it has read them all.)
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buf {
	uint8_t *b;
	size_t n, size;
};

static void put(struct buf *t, unsigned b)
{
	if (t->n == t->size) {
		t->size = t->size ? 2 * t->size : 4096;
		t->b = realloc(t->b, t->size);
		if (!t->b)
			abort();
	}
	t->b[t->n++] = (uint8_t)b;
}

static void number(struct buf *t, uint64_t v)
{
	for (; v > 127; v >>= 7)
		put(t, (unsigned)(v & 127) | 128);
	put(t, (unsigned)v);
}

static void bytes(struct buf *t, const char *s, size_t n)
{
	while (n--)
		put(t, (uint8_t)*s++);
}
#define BYTES(t, s) bytes(t, s, sizeof(s) - 1)

static void section(struct buf *t, unsigned id, const struct buf *s)
{
	put(t, id);
	number(t, s->n);
	bytes(t, (const char *)s->b, s->n);
}

/* N times what begins, something in the middle, N times what ends. */
static void nest(struct buf *t, unsigned n, const char *open, size_t nopen,
		 const char *close, size_t nclose)
{
	unsigned i;

	for (i = 0; i < n; i++)
		bytes(t, open, nopen);
	for (i = 0; i < n; i++)
		bytes(t, close, nclose);
}
#define NEST(t, n, open, close)						\
	nest(t, n, open, sizeof(open) - 1, close, sizeof(close) - 1)

/* The body of f, but its end; true when it leaves a value. */
static void body(struct buf *t, const char *kind, unsigned n)
{
	unsigned i;

	if (!strcmp(kind, "locals")) {
		BYTES(t, "\1");
		number(t, n);
		put(t, 0x7e);
		for (i = 1; i <= n; i++) {
			put(t, 0x20), number(t, 1 + (uint64_t)i * 7 % n);
			BYTES(t, "\x42\1\x7c\x21"), number(t, i);
		}
		BYTES(t, "\x20"), number(t, n);
		put(t, 0xa7);
		return;
	}
	put(t, 0);
	if (!strcmp(kind, "nops"))
		NEST(t, n, "\1", ""), put(t, 0x6a);
	else if (!strcmp(kind, "far"))
		BYTES(t, "\3\x40"), NEST(t, n, "\x20\0\x41\7\x6c\x21\0", ""),
		BYTES(t, "\x20\0\x0d\0\x0b");
	else if (!strcmp(kind, "imports"))
		BYTES(t, "\x20\0\x10"), number(t, n - 1), BYTES(t, "\x21\0");
	else if (!strcmp(kind, "blocks"))
		NEST(t, n, "\2\x40", "\x20\0\x0d\0\x0b");
	else if (!strcmp(kind, "loops"))
		NEST(t, n, "\3\x40", "\x20\0\x0d\0\x0b");
	else if (!strcmp(kind, "ifs"))
		NEST(t, n, "\x20\0\4\x40", "\5\x01\x0b");
	else if (!strcmp(kind, "stack"))
		BYTES(t, "\x20\0"), NEST(t, n, "\x20\0", "\x20\0\x6c\x6a"), BYTES(t, "\x1a");
	else if (!strcmp(kind, "code"))
		NEST(t, n, "\x20\0\x41\7\x6a\x20\0\x6c\x21\0", "\x20\0\x41\7\x72\x21\0");
	else if (!strcmp(kind, "table")) {
		BYTES(t, "\2\x40\2\x40\2\x40\x20\0\x0e");
		number(t, n);
		for (i = 0; i <= n; i++)
			put(t, i % 3);
		BYTES(t, "\x0b\x41\1\x0f\x0b\x41\2\x0f\x0b");
	} else if (!strcmp(kind, "targets")) {
		NEST(t, n, "\2\x40", "");
		BYTES(t, "\x20\0\x0e");
		number(t, n - 1);
		for (i = 0; i < n; i++)
			number(t, i);
		NEST(t, n, "", "\x0b\x20\0\x41\3\x6a\x21\0");
	}
	BYTES(t, "\x20\0");
}

/* Type 0 is f's; the others have its parameter and 14 of two types. */
static void types(struct buf *t, unsigned n)
{
	unsigned i, k;

	number(t, n);
	BYTES(t, "\x60\1\x7f\1\x7f");
	for (i = 1; i < n; i++) {
		BYTES(t, "\x60\x0f\x7f");
		for (k = 0; k < 14; k++)
			put(t, 0x7f - (i >> k & 1));
		put(t, 0);
	}
}

/* A memory for them; and a segment of any bytes, or so many in its second page. */
static void memory(struct buf *t, unsigned n)
{
	put(t, 1);
	put(t, 0);
	number(t, n / 65536 + 3);
}

static void segments(struct buf *t, unsigned n)
{
	unsigned i;

	number(t, n);
	for (i = 0; i < n; i++) {
		BYTES(t, "\0\x41");
		number(t, 0x10000 + i);
		BYTES(t, "\x0b\2xy");
	}
}

static void data(struct buf *t, unsigned n)
{
	unsigned i;

	BYTES(t, "\1\0\x41\0\x0b");
	number(t, n);
	for (i = 0; i < n; i++)
		put(t, i * 2654435761u >> 24);
}

int main(int argc, char **argv)
{
	struct buf out = { 0 }, s = { 0 }, f = { 0 };
	unsigned n, i, funcs = 1, imports = 0;
	bool one, many;

	if (argc != 3)
		return 2;
	n = (unsigned)strtoul(argv[2], NULL, 0);
	one = !strcmp(argv[1], "data");
	many = !strcmp(argv[1], "segments");
	if (!strcmp(argv[1], "functions"))
		funcs = n;
	if (!strcmp(argv[1], "imports"))
		imports = n;
	BYTES(&out, "\0asm\1\0\0\0");
	types(&s, strcmp(argv[1], "types") ? 1 : n);
	section(&out, 1, &s);
	s.n = 0;
	number(&s, imports);
	for (i = 0; i < imports; i++)
		BYTES(&s, "\1h\1i\0\0");
	section(&out, 2, &s);
	s.n = 0;
	number(&s, funcs);
	for (i = 0; i < funcs; i++)
		put(&s, 0);
	section(&out, 3, &s);

	s.n = 0;
	if (one || many) {
		memory(&s, n);
		section(&out, 5, &s);
	}
	s.n = 0;
	BYTES(&s, "\1\1f\0");
	number(&s, imports);
	section(&out, 7, &s);
	body(&f, argv[1], n);
	put(&f, 0x0b);
	s.n = 0;
	number(&s, funcs);
	for (i = 0; i < funcs; i++) {
		number(&s, f.n);
		bytes(&s, (const char *)f.b, f.n);
	}
	section(&out, 10, &s);
	s.n = 0;
	if (one || many) {
		(one ? data : segments)(&s, n);
		section(&out, 11, &s);
	}
	return fwrite(out.b, 1, out.n, stdout) != out.n;
}
