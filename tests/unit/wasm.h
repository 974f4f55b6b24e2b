/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small modules for tests, written as text: hex bytes, and 'characters' in
 * quotes, so that "02 'hi'" is 02 68 69.  White space is for the eye.
 */
#ifndef CPIT_TESTS_WASM_H
#define CPIT_TESTS_WASM_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct wasm {
	uint8_t b[16384];
	size_t n;
};

static inline void wasm_bytes(struct wasm *w, const char *text)
{
	while (*text) {
		char hex[3] = { text[0], text[1], '\0' };

		assert(w->n < sizeof(w->b));
		if (*text == '\'') {
			for (text++; *text != '\''; text++)
				w->b[w->n++] = (uint8_t)*text;
			text++;
		} else if (strchr(" \t\n", *text)) {
			text++;
		} else {
			w->b[w->n++] = (uint8_t)strtoul(hex, NULL, 16);
			text += 2;
		}
	}
}

/* Bytes in front of which their number is put, as for a body or a section. */
static inline void wasm_sized(struct wasm *w, const char *text)
{
	struct wasm inner = { .n = 0 };

	wasm_bytes(&inner, text);
	assert(inner.n < 0x4000 && w->n + inner.n + 2 < sizeof(w->b));
	if (inner.n >= 0x80)
		w->b[w->n++] = (uint8_t)(inner.n | 0x80);
	w->b[w->n++] = (uint8_t)(inner.n >= 0x80 ? inner.n >> 7 : inner.n);
	memcpy(w->b + w->n, inner.b, inner.n);
	w->n += inner.n;
}

static inline void wasm_begin(struct wasm *w)
{
	w->n = 0;
	wasm_bytes(w, "00 'asm' 01 00 00 00");
}

static inline void wasm_section(struct wasm *w, uint8_t id, const char *text)
{
	w->b[w->n++] = id;
	wasm_sized(w, text);
}

/* A module of one function [] -> []; `body' is its locals and instructions. */
static inline void wasm_function(struct wasm *w, const char *body)
{
	struct wasm sized = { .n = 0 };
	size_t i;

	wasm_section(w, 1, "01 60 00 00");
	wasm_section(w, 3, "01 00");
	wasm_sized(&sized, body);
	w->b[w->n++] = 10;
	assert(sized.n + 1 < 0x80);
	w->b[w->n++] = (uint8_t)(sized.n + 1);
	w->b[w->n++] = 1;
	for (i = 0; i < sized.n; i++)
		w->b[w->n++] = sized.b[i];
}

#endif
