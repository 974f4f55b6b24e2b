/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interpreter of a small stack machine, by one switch, that runs a sieve of
 * Eratosthenes: what script languages do in wasm.  A jump table, and a branch
 * that is hard to foresee, for each instruction.
 */
#define LIMIT	400
#define STACK	16

enum op {
	PUSH, LOAD, STORE, GET, SET, ADD, MULTIPLY, XOR, SHIFT, LESS, UNLESS,
	JUMP, CALL, RETURN, HALT
};

struct insn {
	unsigned char op;
	short x;
};

struct machine {
	unsigned memory[LIMIT], local[4], stack[STACK], calls[STACK];
};

static struct machine vm;

/* Locals: 0 candidate, 1 its multiple, 2 how many primes, 3 their checksum. */
static const struct insn program[] = {
	/*  0 */ { PUSH, 2 }, { STORE, 0 },
	/*  2 */ { LOAD, 0 }, { PUSH, LIMIT }, { LESS, 0 }, { UNLESS, 16 },
	/*  6 */ { LOAD, 0 }, { GET, 0 }, { UNLESS, 10 }, { JUMP, 11 },
	/* 10 */ { CALL, 17 },
	/* 11 */ { LOAD, 0 }, { PUSH, 1 }, { ADD, 0 }, { STORE, 0 }, { JUMP, 2 },
	/* 16 */ { HALT, 0 },
	/* 17 */ { LOAD, 2 }, { PUSH, 1 }, { ADD, 0 }, { STORE, 2 },
	/* 21 */ { LOAD, 3 }, { PUSH, 33 }, { MULTIPLY, 0 }, { LOAD, 0 },
	/* 25 */ { PUSH, 3 }, { SHIFT, 0 }, { XOR, 0 }, { STORE, 3 },
	/* 29 */ { LOAD, 0 }, { LOAD, 0 }, { ADD, 0 }, { STORE, 1 },
	/* 33 */ { LOAD, 1 }, { PUSH, LIMIT }, { LESS, 0 }, { UNLESS, 45 },
	/* 37 */ { LOAD, 1 }, { PUSH, 1 }, { SET, 0 }, { LOAD, 1 },
	/* 41 */ { LOAD, 0 }, { ADD, 0 }, { STORE, 1 }, { JUMP, 33 },
	/* 45 */ { RETURN, 0 },
};

static void run(struct machine *m)
{
	unsigned *top = m->stack, *back = m->calls;

	for (const struct insn *at = program;; at++) {
		switch ((enum op)at->op) {
		case PUSH:
			*top++ = (unsigned)at->x;
			break;
		case LOAD:
			*top++ = m->local[at->x];
			break;
		case STORE:
			m->local[at->x] = *--top;
			break;
		case GET:
			top[-1] = m->memory[top[-1] % LIMIT];
			break;
		case SET:
			top -= 2;
			m->memory[top[0] % LIMIT] = top[1];
			break;
		case ADD:
			top--;
			top[-1] += top[0];
			break;
		case MULTIPLY:
			top--;
			top[-1] *= top[0];
			break;
		case XOR:
			top--;
			top[-1] ^= top[0];
			break;
		case SHIFT:
			top--;
			top[-1] <<= top[0] & 31;
			break;
		case LESS:
			top--;
			top[-1] = top[-1] < top[0];
			break;
		case UNLESS:
			if (!*--top)
				at = program + at->x - 1;
			break;
		case JUMP:
			at = program + at->x - 1;
			break;
		case CALL:
			*back++ = (unsigned)(at - program);
			at = program + at->x - 1;
			break;
		case RETURN:
			at = program + *--back;
			break;
		case HALT:
			return;
		}
	}
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		for (int i = 0; i < LIMIT; i++)
			vm.memory[i] = 0;
		vm.local[2] = 0;
		vm.local[3] = round;
		run(&vm);
		sum = sum * 31 + vm.local[3] + vm.local[2];
	}
	return sum;
}
