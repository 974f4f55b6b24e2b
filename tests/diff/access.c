/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and tables: what lies at an end, and beyond it. */
#include "gen.h"
#include "ops.h"

/* ---------------------------------------------------------------- memory */

char address_type(void)
{
	return use.memory64 ? 'I' : 'i';
}

/* Mostly inside, often at an end. */
static void address(unsigned depth)
{
	static const int32_t ends[] = {
		65536 - 16, 65536 - 8, 65536 - 4, 65535, 65536, -1, -8, 0x7fffffff,
		131072 - 4, 196608 - 1,
	};

	if (depth && !rnd(3)) {
		expr(address_type(), depth - 1);
		if (!rnd(10))
			return;
		put(use.memory64 ? 0x42 : 0x41);
		put_s(0xfff8);
		put(use.memory64 ? 0x83 : 0x71);
		return;
	}
	put(use.memory64 ? 0x42 : 0x41);
	put_s(rnd(12) ? (int32_t)rnd(200) : PICK(ends));
}

static void put_offset(unsigned log2)
{
	static const uint32_t offsets[] = {
		1, 8, 16, 65528, 65535, 65536, 0x7fffffff, 0xfffffff8, 0xffffffff,
	};

	put_u(log2);
	put_u(rnd(12) ? rnd(32) : PICK(offsets));
}

void put_op(uint8_t prefix, unsigned code)
{
	if (prefix) {
		put(prefix);
		put_u(code);
	} else {
		put((uint8_t)code);
	}
}

static void put_access(const struct access *a)
{
	put_op(a->prefix, a->code);
	put_offset(rnd(a->log2 + 1u));
	if (a->lanes)
		put((uint8_t)rnd(a->lanes));
}

bool load(char letter, unsigned depth)
{
	const struct access *a = &PICK(loads);

	if (a->type != letter)
		return false;
	address(depth);
	if (a->lanes)
		expr('v', depth);
	put_access(a);
	return true;
}

void store(unsigned depth)
{
	const struct access *a;

	do
		a = &PICK(stores);
	while (a->prefix && !use.simd);
	address(depth);
	expr(a->type, depth);
	put_access(a);
}

/* A load, an exchange of some kind, or a compare-and-swap. */
void atomic(unsigned i, unsigned depth)
{
	unsigned group = rnd(8);

	address(depth);
	if (group)
		expr(atomics[i].type, depth);
	if (group == 7)
		expr(atomics[i].type, depth);
	put(0xfe);
	put_u((group ? 0x17 + 7 * group : 0x10) + i);
	put_offset(atomics[i].log2);
}

void bulk(unsigned depth)
{
	unsigned what = rnd(10);

	if (!what) {
		put_op(0xfc, 9);
		put_u(1);
		return;
	}
	address(depth);
	if (what < 4)
		address(depth);
	else if (what < 7 || !rnd(4))
		expr('i', depth);
	else
		put(0x41), put_s(rnd(9));
	put(what >= 7 || !use.memory64 ? 0x41 : 0x42);
	put_s(rnd(what < 7 ? 40 : 14));
	if (what < 4)
		put_op(0xfc, 10), put(0), put(0);
	else if (what < 7)
		put_op(0xfc, 11), put(0);
	else
		put_op(0xfc, 8), put(1), put(0);
}

/* ---------------------------------------------------------------- tables */

void entry(unsigned depth)
{
	if (depth && !rnd(4)) {
		expr('i', depth - 1);
		return;
	}
	put(0x41);
	put_s(2 + rnd(rnd(8) ? 6 : 12));
}

/* Mostly one that holds a function of that type, where there is one; its table. */
unsigned entry_of(unsigned type, unsigned depth)
{
	unsigned all = use.fixed ? TABLES * ENTRIES : ENTRIES, i, n, func;

	if ((!use.jumps && !use.fixed) || !rnd(8)) {
		entry(depth);
		return use.fixed ? rnd(TABLES) : 0;
	}
	i = rnd(all);
	for (n = 0; n < all; n++, i = (i + 1) % all) {
		func = entries[i / ENTRIES][i % ENTRIES];
		if (func && type_of(func) == type)
			break;
	}
	put(0x41), put_s(2 + i % ENTRIES);
	return i / ENTRIES;
}

static void reference(void)
{
	put(rnd(3) ? 0xd2 : 0xd0);
	if (to->b[to->n - 1] == 0xd2)
		put_u(IMPORTS + rnd(FUNCS));
	else
		put(0x70);
}

void table(unsigned depth)
{
	unsigned what = rnd(6);

	entry(depth);
	if (what == 0) {
		reference();
		put(0x26), put(0);
	} else if (what == 1) {
		put(0x25), put(0);
		put(0xd1);
		put_set('i');
	} else if (what == 2) {
		reference();
		entry(depth);
		put_op(0xfc, 17), put(0);
	} else {
		put(0x41), put_s(rnd(12));
		put(0x41), put_s(rnd(5));
		put_op(0xfc, what == 3 ? 12 : 14);
		put(what == 3), put(0);
	}
}
