/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runner tells an image to do: a stream of bytes for each script.
 *
 *	command	op, line (u32), and by op:
 *	  MODULE	module (u32), slot (u32)
 *	  REGISTER	slot (u32), name
 *	  ACTION	action; it must return
 *	  RETURN	action, results: their number, for each the number of
 *			patterns of which one must fit, and these
 *	  TRAP		kind, action
 *	  UNLINKABLE	module (u32)
 *	  UNINSTANTIABLE kind, module (u32)
 *	action	0 invoke or 1 get, slot (u32), name, number of values, values
 *	name	bytes and a NUL; a NUL in it is 0xc0 0x80 (add_literal)
 *
 * A slot holds an instance, a module is an index into the script's table.
 * Numbers are little-endian.
 */
#ifndef CPIT_SPEC_FORMAT_H
#define CPIT_SPEC_FORMAT_H

#include <stdint.h>

enum spec_op {
	SPEC_MODULE = 1,
	SPEC_REGISTER,
	SPEC_ACTION,
	SPEC_RETURN,
	SPEC_TRAP,
	SPEC_UNLINKABLE,
	SPEC_UNINSTANTIABLE,
};

enum { SPEC_SLOTS = 2048 };

/*
 * A value: its signature letter and bits.  A reference is 0 for null, n + 1
 * for the host's n.
 */
struct spec_value {
	uint8_t letter;
	uint8_t bits[16];
};

enum spec_mode {
	SPEC_EXACT,
	SPEC_CANONICAL,		/* a canonical NaN of either sign */
	SPEC_ARITHMETIC,	/* a quiet NaN */
	SPEC_NOT_NULL,		/* any reference but null */
};

/* What a result must be, lane by lane; letter '?' is any reference type. */
struct spec_pattern {
	uint8_t letter, width;	/* width: bytes of a lane */
	uint8_t mode[16];	/* of each lane */
	uint8_t bits[16];
};

#endif
