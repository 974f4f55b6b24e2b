/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, and functions of them. */
#include "gen.h"
#include <string.h>

enum { FUEL_AT_START = 60, DEPTH = 4 };

static unsigned loops;			/* around this place */
unsigned labels, plain;

/* ------------------------------------------------------------ statements */

static void loop(void (*body)(unsigned), unsigned depth)
{
	unsigned outer, i = counter(loops);

	put(0x41), put_s(1 + rnd(6));
	put(0x21), put_u(i);
	put(0x03), put(NO_RESULT);
	outer = plain, plain = 0;
	loops++, labels++;
	body(depth);
	loops--, labels--;
	plain = outer;
	put(0x20), put_u(i);
	put(0x41), put_s(1);
	put(0x6b);
	put(0x22), put_u(i);
	put(0x0d), put_u(0);
	put(0x0b);
}

static void branch_table(unsigned depth)
{
	unsigned i, n = 1 + rnd(4), targets = rnd(8);

	for (i = 0; i < n; i++)
		put(0x02), put(NO_RESULT);
	expr('i', depth);
	put(0x0e), put_u(targets);
	for (i = 0; i <= targets; i++)
		put_u(rnd(n));
	for (i = n; i-- > 0; ) {
		put(0x0b);
		labels += i, plain += i;
		statements(depth);
		labels -= i, plain -= i;
	}
}

static void try(unsigned depth)
{
	put(0x06), put(NO_RESULT);
	labels++, plain++;
	statements(depth);
	if (!rnd(3)) {
		expr('i', depth);
		put(0x08), put(0);
	}
	put(0x07), put(0);
	put_set('i');
	statements(depth);
	put(0x19);
	if (rnd(3))
		statements(depth);
	else
		put(0x09), put(0);
	labels--, plain--;
	put(0x0b);
}

/* What was left on the stack before is there behind it. */
static void try_across(unsigned depth)
{
	char letter = letters[rnd(5)];

	expr(letter, depth);
	expr('v', depth);
	try(depth);
	expr('v', depth);
	put_op(0xfd, 0x6e);		/* i8x16.add */
	put_set('v');
	put_set(letter);
}

static void throw_sometimes(unsigned depth)
{
	expr('i', depth);
	put(0x04), put(NO_RESULT);
	put(0x08), put(1);
	put(0x0b);
}

static void dropped(unsigned depth)
{
	expr(letters[rnd(use.simd ? 5 : 4)], depth);
	put(0x1a);
}

static void set_global(unsigned depth)
{
	char letter = "iIfF"[rnd(4)];

	expr(letter, depth);
	put(0x24), put_u(global_of(letter));
}

static void set_local(unsigned depth)
{
	char letter = letters[rnd(use.simd ? 5 : 4)];

	expr(letter, depth);
	put_set(letter);
}

static void conditional(unsigned depth)
{
	expr('i', depth);
	put(0x04), put(NO_RESULT);
	labels++, plain++;
	statements(depth);
	if (labels > 1 && !rnd(4))
		put(0x0c), put_u(0);
	labels--, plain--;
	put(0x0b);
}

static void results(unsigned depth)
{
	const char *s = strchr(types[type_of(current)], ':');

	while (*++s)
		expr(*s, depth);
}

/* Out of some blocks, or of all; some functions make no tail call. */
static void jump(unsigned depth)
{
	unsigned to_label = rnd(plain + 1);

	if (current % 3 && rnd(2)) {
		tail_call(depth);
		return;
	}
	expr('i', depth);
	put(0x04), put(NO_RESULT);
	if (to_label) {
		put(0x0c), put_u(to_label);
	} else {
		results(0);
		put(0x0f);
	}
	put(0x0b);
}

static void structured(unsigned depth)
{
	if (use.blocks && rnd(2)) {
		block(depth);
		return;
	}
	switch (rnd(use.exceptions ? 5 : 3)) {
	case 0:
		branch_table(depth);
		break;
	case 1:
		if (loops < LOOPS)
			loop(statements, depth);
		break;
	case 2:
		conditional(depth);
		break;
	case 3:
		throw_sometimes(depth);
		break;
	default:
		if (use.across)
			try_across(depth);
		else
			try(depth);
	}
}

static void statement(unsigned depth)
{
	if (use.jumps && !rnd(5))
		jump(depth);
	switch (rnd(14)) {
	case 0: case 1: case 2:
		store(depth);
		break;
	case 3: case 4:
		set_global(depth);
		break;
	case 5: case 6:
		set_local(depth);
		break;
	case 7:
		dropped(depth);
		break;
	case 8:
		bulk(depth);
		break;
	case 9:
		if (use.fixed)
			call(0, depth);
		else
			table(depth);
		break;
	case 10:
		call(0, depth);
		break;
	case 11:
		if (use.tail_calls && !(use.jumps && current % 3 == 0))
			tail_call(depth);
		break;
	default:
		if (depth)
			structured(depth - 1);
	}
}

void statements(unsigned depth)
{
	unsigned n = rnd(3) + (depth == DEPTH ? 3 : 0);

	while (n--)
		statement(depth);
}

/* ------------------------------------------------------------- functions */

/* Recursion of functions of chance ends here, in each engine at one place. */
static void burn(void)
{
	put(0x23), put_u(FUEL);
	put(0x45);
	put(0x04), put(NO_RESULT);
	put(0x00), put(0x0b);
	put(0x23), put_u(FUEL);
	put(0x41), put_s(1);
	put(0x6b);
	put(0x24), put_u(FUEL);
}

/* Half as much again and a page: in checked mode it does not fit where it is. */
static void grow(void)
{
	bool wide = use.memory64;

	put(0x3f), put(0);
	put(wide ? 0x42 : 0x41), put_s(1);
	put(wide ? 0x88 : 0x76);
	put(wide ? 0x42 : 0x41), put_s(1);
	put(wide ? 0x7c : 0x6a);
	put(0x40), put(0);
	if (wide)
		put(0xa7);
}

static void call_entry(bool tail, unsigned entry, unsigned type)
{
	put(0x41), put_s(entry);
	put(tail ? 0x13 : 0x11), put_u(type), put(0);
}

static void own(unsigned func)
{
	put_u(0);
	switch (func) {
	case GROW:
		grow();
		break;
	case ROUND:		/* as DEEP, through the table */
		put(0x41), put_s(77);
		put(0x24), put_u(1);
		put(0x20), put_u(0);
		call_entry(false, 1, TYPE_ROUND);
		put(0x41), put_s(1);
		put(0x6a);
		break;
	case THROUGH:
		if (use.tail_calls && rnd(2))
			put(0x12), put_u(GROW);
		else
			call_entry(use.tail_calls, 0, TYPE_TO_I);
		break;
	case FAIL:
		put(0x10), put_u(GROW);
		if (use.exceptions)
			put(0x08), put(0);
		break;
	case LIMIT:
		put(0x41), put_s(FUEL_AT_START);
		put(0x24), put_u(FUEL);
		break;
	case DEEP:		/* for ever; what it stores, it stores at once */
		put(0x41), put_s(77);
		put(0x24), put_u(1);
		put(0x10), put_u(DEEP);
		put(0x41), put_s(1);
		put(0x6a);
		break;
	default:
		put(0x10), put_u(LIMIT);
		put(0x41), put_s(5);
		put(0x24), put_u(1);
		put(0x10), put_u(TYPE_TO_L);
		put(0x1a);
	}
}

/* Something by which the memory grows, of which this function sees nothing. */
static void way(void)
{
	unsigned what = rnd(5);

	if (!what) {
		put(0x41), put_s(GROW_WORD);
		put(0x10), put_u(0);
		return;
	}
	if (what < 3)
		put(0x10), put_u(what == 1 ? GROW : THROUGH);
	else
		call_entry(false, 0, TYPE_TO_I);
	put_set('i');
}

static void move(unsigned depth)
{
	store(depth);
	way();
	if (rnd(2)) {
		while (!load('i', depth))
			;
		put_set('i');
	}
	store(depth);
}

/* What is thrown comes from a function that has grown it, or from here. */
static void move_in_try(unsigned depth)
{
	put(0x06), put(NO_RESULT);
	labels++;
	move(depth);
	if (rnd(2))
		put(0x10), put_u(FAIL);
	else
		put(0x41), put_s(1);
	put(0x08), put(0);
	put(0x07), put(0);
	put_set('i');
	store(depth);
	put(0x19);
	store(depth);
	labels--;
	put(0x0b);
}

static void moves(void)
{
	unsigned n = 3;

	while (n--)
		switch (rnd(use.exceptions ? 3 : 2)) {
		case 0:
			move(0);
			break;
		case 1:
			loop(move, 0);
			break;
		default:
			move_in_try(0);
		}
}

void put_function(unsigned i)
{
	current = IMPORTS + i;
	loops = labels = plain = 0;
	if (current >= LIMIT && current < MOVE) {
		own(current);
		put(0x0b);
		return;
	}
	put_locals();
	if (current >= MOVE) {
		moves();
		put(0x0b);
		return;
	}
	burn();
	statements(DEPTH);
	results(DEPTH);
	put(0x0b);
}
