/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clang 14 calls for setjmp and longjmp.  A function that calls setjmp has
 * a table of the calls it has made, from malloc and with room for `size' rows;
 * an id of 0 ends it.  When something was thrown it asks whether one of them is
 * meant: the row's label says where to go on, 0 that it is an older function's.
 */
#include <stdint.h>
#include <stdlib.h>

struct row {
	uint32_t id, label;
};

struct row *saveSetjmp(uint32_t *buf, uint32_t label, struct row *table,
		       uint32_t size);
uint32_t testSetjmp(uint32_t id, const struct row *table, uint32_t size);
void setTempRet0(uint32_t value);
uint32_t getTempRet0(void);
_Noreturn void __wasm_longjmp(void *buf, int value);

static uint32_t second;		/* result of a function that has two */

void setTempRet0(uint32_t value)
{
	second = value;
}

uint32_t getTempRet0(void)
{
	return second;
}

/* The table, which may have moved, and its size. */
struct row *saveSetjmp(uint32_t *buf, uint32_t label, struct row *table,
		       uint32_t size)
{
	static uint32_t ids;
	uint32_t i = 0;

	while (table[i].id)
		i++;
	if (i + 1 == size) {
		size *= 2;
		table = realloc(table, size * sizeof(*table));
		if (!table)
			abort();
	}
	*buf = ++ids;
	table[i] = (struct row){ ids, label };
	table[i + 1].id = 0;
	second = size;
	return table;
}

uint32_t testSetjmp(uint32_t id, const struct row *table, uint32_t size)
{
	(void)size;
	for (; table->id; table++)
		if (table->id == id)
			return table->label;
	return 0;
}

/* What is thrown: tag 1 is __c_longjmp, and clang reads these two of it. */
void __wasm_longjmp(void *buf, int value)
{
	static struct {
		void *buf;
		int value;
	} jump;

	jump.buf = buf;
	jump.value = value ? value : 1;
	__builtin_wasm_throw(1, &jump);
}
