/* SPDX-License-Identifier: Apache-2.0 */
/* A generator of modules: sections are gen.c's, functions begin in body.c. */
#ifndef CPIT_DIFF_GEN_H
#define CPIT_DIFF_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *b;
	size_t n, size;
};

struct features {
	bool simd, exceptions, tail_calls, atomics, memory64, shared;
	bool imported_table, imported_memory, moves, jumps, across;
	bool fixed, blocks;
};

enum {
	/* Function indices: imports, FUNCS of chance, OWN with a purpose. */
	IMPORTS = 2, FUNCS = 20, LIMIT = IMPORTS + FUNCS, DEEP, START, OWN = 3,
	/* With use.moves; the first two are in the table, at 0 and 1. */
	GROW = START + 1, ROUND, THROUGH, FAIL, MOVE, MOVES = 4, OWN_MOVES = 4 + MOVES,
	GROW_WORD = 0x67726f77,	/* logged: the host calls GROW (board.c) */
	/* Globals: what is left of the fuel, then "iIfF". */
	FUEL = 0, GLOBALS = 5,
	LOOPS = 3,		/* around each other */
	ENTRIES = 8,		/* at most, from table entry 2 on */
	TABLES = 2,		/* the second with use.fixed */
	NO_RESULT = 0x40	/* of a block */
};
/* The first is also tag 0's, the next tag 1's. */
enum {
	TYPE_I, TYPE_NONE, TYPE_L, TYPE_TO_I, TYPE_TO_L, TYPES = 10,
	TYPE_ROUND = TYPES	/* which no function of chance calls */
};

extern struct buf *to;			/* where put() goes */
extern struct features use;
extern unsigned current;		/* function index */
extern unsigned labels;			/* around this place, not the body's */
extern unsigned plain;			/* the inner ones that a branch may leave by */
extern unsigned entries[TABLES][ENTRIES];	/* functions */
extern const char *const types[TYPES + 1];
extern const char letters[];		/* "iIfFv": i32 i64 f32 f64 v128 */

/* gen.c */
uint32_t rnd(uint32_t n);		/* 0 .. n-1 */
#define PICK(a) ((a)[rnd(sizeof(a) / sizeof((a)[0]))])
void put(uint8_t b);
void put_u(uint64_t v);
void put_s(int64_t v);
void put_bytes(const void *p, size_t n);
uint8_t type_byte(char letter);

/* values.c */
unsigned type_of(unsigned func);	/* index of its type */
void put_const(char letter);
void put_locals(void);
unsigned local(char letter, unsigned n);
unsigned spare(char letter);		/* a local for what may be a NaN */
unsigned counter(unsigned n);		/* a local for a loop */
unsigned global_of(char letter);	/* 0: none */
void put_get(char letter);		/* some local of that type */
void put_set(char letter);

/* access.c; `depth': how deep expressions in it may be */
char address_type(void);
void put_op(uint8_t prefix, unsigned code);
bool load(char letter, unsigned depth);	/* false: not of that type */
void store(unsigned depth);
void atomic(unsigned i, unsigned depth);
void bulk(unsigned depth);
void entry(unsigned depth);
unsigned entry_of(unsigned type, unsigned depth);	/* which table it is in */
void table(unsigned depth);

/* expr.c */
void expr(char letter, unsigned depth);
bool call(char letter, unsigned depth);	/* 0: what it leaves is put down */
void tail_call(unsigned depth);
void block(unsigned depth);

/* body.c */
void statements(unsigned depth);
void put_function(unsigned i);		/* without its size */

#endif
