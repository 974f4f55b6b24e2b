/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions, which leave a value, calls among them; blocks that leave some. */
#include "gen.h"
#include "ops.h"
#include <string.h>

/* ----------------------------------------------------------------- calls */

static void arguments(unsigned type, unsigned depth)
{
	const char *s;

	for (s = types[type]; *s != ':'; s++)
		expr(*s, depth ? depth - 1 : 0);
}

/* Puts down what a call leaves; the first result may be kept, as `letter'. */
static void results(unsigned type, char letter)
{
	const char *s = strchr(types[type], ':') + 1;
	size_t n = strlen(s);

	while (n-- > (letter ? 1 : 0))
		put_set(s[n]);
}

bool call(char letter, unsigned depth)
{
	bool indirect = !rnd(3);
	unsigned func = rnd(IMPORTS + FUNCS), type;

	type = !indirect ? type_of(func) : use.fixed && rnd(8) ?
		type_of(entries[rnd(TABLES)][rnd(ENTRIES)]) : rnd(TYPES);
	if (letter && strchr(types[type], ':')[1] != letter)
		return false;
	arguments(type, depth);
	if (indirect) {
		unsigned in = entry_of(type, depth);

		put(0x11), put_u(type), put_u(in);
	} else {
		put(0x10), put_u(func);
	}
	results(type, letter);
	return true;
}

static bool same_results(unsigned func)
{
	return !strcmp(strchr(types[type_of(func)], ':'),
		       strchr(types[type_of(current)], ':'));
}

void tail_call(unsigned depth)
{
	unsigned func, n = use.jumps ? 9 : 1;

	do
		func = IMPORTS + rnd(FUNCS);
	while (!same_results(func) && --n);
	if (!n)
		return;
	expr('i', depth);
	put(0x04), put(NO_RESULT);
	arguments(type_of(func), depth);
	if (rnd(2)) {
		put(0x12), put_u(func);
	} else {
		unsigned in = entry_of(type_of(func), depth);

		put(0x13), put_u(type_of(func)), put_u(in);
	}
	put(0x0b);
}

/* ---------------------------------------------------------------- blocks */

static void values(const char *s, unsigned depth)
{
	for (; *s && *s != ':'; s++)
		expr(*s, depth);
}

static void put_parameters(unsigned type)
{
	size_t n = strcspn(types[type], ":");

	while (n-- > 0)
		put_set(types[type][n]);
}

/* A block, loop or if, with the parameters and results of a function. */
void block(unsigned depth)
{
	unsigned type = rnd(TYPES), outer = plain, kind = 2 + rnd(3);
	const char *left = strchr(types[type], ':') + 1;

	values(types[type], depth);
	if (kind == 4)
		expr('i', depth);
	put((uint8_t)kind), put_u(type);
	plain = 0, labels++;
	put_parameters(type);
	statements(depth);
	values(left, depth);
	if (kind != 3) {	/* with a branch to a loop its parameters would go */
		expr('i', depth);
		if (rnd(3))
			put(0x0d), put_u(0);
		else
			put(0x0e), put_u(1), put_u(0), put_u(0);
	}
	if (kind == 4) {
		put(0x05);
		put_parameters(type);
		values(left, depth);
	}
	plain = outer, labels--;
	put(0x0b);
	results(type, 0);
}

/* ----------------------------------------------------------- expressions */

/* The NaN that all machines have in place of each. */
static void canonical(char letter, char lanes)
{
	unsigned tmp = spare(letter);
	bool narrow = lanes == 'f';
	uint64_t lane = narrow ? 0x7fc000007fc00000 : 0x7ff8000000000000;
	const uint8_t *bits = (const uint8_t *)&lane;

	put(0x22), put_u(tmp);
	if (letter == 'v') {
		put_op(SIMD, 12);
		put_bytes(bits, 8);
		put_bytes(bits, 8);
	} else {
		put(narrow ? 0x43 : 0x44);
		put_bytes(bits, narrow ? 4 : 8);
	}
	put(0x20), put_u(tmp);
	put(0x20), put_u(tmp);
	if (letter == 'v') {
		put_op(SIMD, narrow ? 65 : 71);
		put_op(SIMD, 82);
	} else {
		put(narrow ? 0x5b : 0x61);
		put(0x1b);
	}
}

static bool operation(char letter, unsigned depth)
{
	const struct ops *o = &PICK(ops);
	const char *s;

	if ((o->prefix == SIMD && !use.simd) || strchr(o->sig, ':')[1] != letter)
		return false;
	for (s = o->sig; *s != ':'; s++)
		expr(*s, depth - 1);
	put_op(o->prefix, o->first + rnd(o->last - o->first + 1u));
	if (o->nan)
		canonical(letter, o->nan);
	return true;
}

static void choice(char letter, unsigned depth)
{
	unsigned outer;

	expr(letter, depth - 1);
	if (rnd(2)) {
		expr(letter, depth - 1);
		expr('i', depth - 1);
		put(0x1b);
		return;
	}
	put(0x21), put_u(local(letter, 0));
	expr('i', depth - 1);
	put(0x04), put(type_byte(letter));
	outer = plain, plain = 0;
	labels++;
	statements(depth - 1);
	expr(letter, depth - 1);
	put(0x05);
	put_get(letter);
	labels--;
	plain = outer;
	put(0x0b);
}

static bool special(char letter, unsigned depth)
{
	unsigned i = rnd(7);

	if (!rnd(4) && global_of(letter)) {
		put(0x23), put_u(global_of(letter));
		return true;
	}
	if (use.atomics && rnd(2) && atomics[i].type == letter) {
		atomic(i, depth - 1);
		return true;
	}
	if (letter != address_type() || rnd(6))
		return false;
	expr(letter, 0);
	put(use.memory64 ? 0x42 : 0x41), put_s(3);
	put(use.memory64 ? 0x83 : 0x71);
	put(0x40), put(0);
	return true;
}

void expr(char letter, unsigned depth)
{
	if (!depth || !rnd(6)) {
		if (rnd(2))
			put_const(letter);
		else
			put_get(letter);
		return;
	}
	for (;;)
		switch (rnd(10)) {
		case 0:
			choice(letter, depth);
			return;
		case 1:
			if (call(letter, depth - 1))
				return;
			break;
		case 2:
			if (special(letter, depth))
				return;
			break;
		case 3: case 4: case 5:
			if (load(letter, depth - 1))
				return;
			break;
		default:
			if (operation(letter, depth))
				return;
		}
}
