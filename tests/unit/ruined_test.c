/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/backtrace.c again: no stack, however ruined, makes it read elsewhere, run
 * on for ever or name what is not there (K23-14).  Each word of a stack is
 * replaced in turn, then all of them; ASan watches its edges.
 */
#include "frames.h"

enum { DEPTH = 8 };

static const uintptr_t *evil_values(size_t *n)
{
	const uintptr_t low = store.stack.low, high = store.stack.high;
	static uintptr_t v[64];
	size_t i = 0;
	unsigned k;

	v[i++] = 0;
	v[i++] = UINTPTR_MAX;
	v[i++] = (uintptr_t)1 << 63;
	v[i++] = (uintptr_t)&act;
	v[i++] = at_a(G);
	v[i++] = at_a(0);
	v[i++] = at_a(GUEST_TEXT);
	v[i++] = at_b(0);
	v[i++] = HOST;
	for (k = 0; k <= 16; k += 8) {
		v[i++] = k;
		v[i++] = UINTPTR_MAX - 7 - k;
		v[i++] = low - k;
		v[i++] = low + k;
		v[i++] = high - k;
		v[i++] = high + k;
	}
	for (k = 1; k < 8; k++)
		v[i++] = fp_of(&store, 3) + k;
	for (k = 0; k <= DEPTH; k++)		/* itself, loops, a short cut */
		v[i++] = fp_of(&store, (int)k);
	*n = i;
	return v;
}

/* Each word of each frame by each value, and each register of the fault. */
static void test_ruined(void)
{
	uintptr_t ra[DEPTH];
	size_t n, i, k;
	const uintptr_t *evil = evil_values(&n);

	for (k = 0; k < DEPTH; k++)
		ra[k] = k == DEPTH - 1 ? HOST : at_a(G + 0x20);
	guest_enter(&act, &store, &out);
	for (i = 0; i < n; i++) {
		for (k = 0; k < DEPTH * FRAME / 8; k++) {
			struct cpit_fault f = fault_at(at_a(H + 0x20));

			frames(&store, ra, DEPTH);
			poke(fp_of(&store, 0) - 16 + k * 8, evil[i]);
			claim(&f);
			is_frame(0, f.pc);
			CHECK(out.nframes <= DEPTH + 1);
		}
		for (k = 0; k < 3 * 16; k++) {
			struct cpit_fault f = fault_at(at_a(
				k / 16 == 0 ? H + 0x20 : k / 16 == 1 ? H : LEAF) +
				k % 16);

			frames(&store, ra, DEPTH);
			f.fp = evil[i];
			claim(&f);
			is_frame(0, f.pc);
			f.sp = evil[(i + k) % n];
			f.ra = evil[(i * 7 + k) % n];
			claim(&f);
			is_frame(0, f.pc);
		}
	}
	guest_leave(&act);
}

/* Stacks of arbitrary words, most of which look like something. */
static void test_random(void)
{
	uintptr_t *words = (uintptr_t *)(void *)store.stack.map;
	uint64_t seed = 5;
	size_t n, i, k;
	const uintptr_t *evil = evil_values(&n);
	unsigned deepest = 0;

	guest_enter(&act, &store, &out);
	for (i = 0; i < 20000; i++) {
		struct cpit_fault f = fault_at(at_a(0) + i % GUEST_TEXT);

		for (k = 0; k < 128; k++) {
			uint64_t r = check_random(&seed) >> 16, which = r % 64;
			uintptr_t fp = store.stack.low +
				       (k + 2 + r / 64 % 4 * 2) * 8;

			words[k] = which == 0 ? evil[r / 64 % n] :
				   which == 1 ? check_random(&seed) :
				   which == 2 ? fp - 8 :
				   k % 2 ? at_a(0) + r / 64 % GUEST_TEXT : fp;
		}
		f.fp = store.stack.low + check_random(&seed) % 16 * 8;
		f.sp = store.stack.low + check_random(&seed) % 128 * 8;
		f.ra = words[i % 128];
		claim(&f);
		if (out.nframes > deepest)
			deepest = out.nframes;
	}
	CHECK_MSG(deepest > 20, "at most %u frames: too little found", deepest);
	guest_leave(&act);
}

int main(void)
{
	frames_begin();
	test_ruined();
	test_random();
	return frames_end();
}
