/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setjmp as clang lowers it with -mllvm -wasm-enable-sjlj: longjmp throws, and
 * the function that called setjmp catches.  sjlj.c is what that calls.
 */
#ifndef TESTS_PROGRAMS_SETJMP_H
#define TESTS_PROGRAMS_SETJMP_H

typedef struct {
	unsigned id;		/* which setjmp it was, of all that ever were */
} jmp_buf[1];

int setjmp(jmp_buf buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf buf, int value);

#endif
