/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions for wasm2c's output: the one in flight lives in the run, a try
 * block is a setjmp, a throw a longjmp to the innermost try of the same
 * activation.  Without one it traps: an exception never crosses host frames.
 */
#ifndef WASM_RT_EXCEPTIONS_H_
#define WASM_RT_EXCEPTIONS_H_

#include "wasm-rt.h"

/*
 * C11 7.13.2.1: only what changes between the two must be volatile.  Wasm's locals
 * may, and wasm2c says so; operands below a try block cannot within it.
 */
#define WASM_RT_UNWIND_TARGET jmp_buf
#define wasm_rt_try(target) setjmp(target)

#define CPIT_RUN (CPIT_VM(instance)->run)

#define wasm_rt_get_unwind_target() (CPIT_RUN->unwind_target)
#define wasm_rt_set_unwind_target(t) ((void)(CPIT_RUN->unwind_target = (t)))
#define wasm_rt_exception_tag() (CPIT_RUN->exc_tag)
#define wasm_rt_exception_size() (CPIT_RUN->exc_size)
#define wasm_rt_exception() ((void *)CPIT_RUN->exc_data)

/* A tag is an address: the instance has a byte for each, behind wasm2c's struct. */
#define CPIT_TAG_OF_US(n) \
	((wasm_rt_tag_t)((const char *)(instance + 1) + (n)))

/* Payloads over 256 bytes are refused by the compiler. */
#define wasm_rt_load_exception(tag, size, values)			\
	do {								\
		CPIT_RUN->exc_tag = (tag);				\
		CPIT_RUN->exc_size = (uint32_t)(size);			\
		if (size)						\
			wasm_rt_memcpy(CPIT_RUN->exc_data, values, size); \
	} while (0)

#define wasm_rt_throw()							\
	do {								\
		if (!CPIT_RUN->unwind_target)				\
			wasm_rt_trap(CPIT_TRAP_UNCAUGHT_EXCEPTION);	\
		longjmp(*CPIT_RUN->unwind_target, 1);			\
	} while (0)

typedef struct {
	wasm_rt_tag_t tag;
	uint32_t size;
	uint8_t data[CPIT_EXCEPTION_SIZE] __attribute__((aligned(16)));
} wasm_rt_exnref_t;

#define wasm_rt_exnref_null_value ((wasm_rt_exnref_t){ 0 })

#endif
