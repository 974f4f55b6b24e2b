/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hook A: the header wasm2c's output includes as "wasm-rt.h".  It fits wabt
 * 1.0.39; names are wabt's where generated code uses them, bodies are ours.
 *
 * This is the ABI between module text and runtime.  What a module can reach of
 * the runtime is struct cpit_vm and its imports, which lie directly below its
 * state:
 *
 *	| struct cpit_slot[] | struct cpit_vm | struct w2c_M (wasm2c's) |
 *	                                      ^ `instance' in generated code
 *
 * Changing a layout or meaning here means a new CPIT_ABI.
 */
#ifndef WASM_RT_H_
#define WASM_RT_H_

#include <arch/guest.h>		/* CPIT_UD, cpit_guest_sp */
#include <catchpit/module.h>
#include <catchpit/trap.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---------------------------------------------------- seen by the runtime */

/* Byte layout of a thrown exception: what an exnref holds by value. */
#define CPIT_EXCEPTION_SIZE 256
typedef const void *wasm_rt_tag_t;

struct cpit_place {
	uintptr_t pc, fp;	/* of a frame that is set up */
};

/*
 * What runs on one guest stack.  Generated code reads it at each import and,
 * in checked mode, in each prologue.
 */
struct cpit_run {
	uintptr_t guest_limit;	/* checked prologues trap below this sp */
	uintptr_t host_limit;	/* imports trap below this sp */
	struct cpit_place exit;	/* where wasm was left last; pc 0: it was not */
	uint32_t pending;	/* not 0: cpit_rt_edge() at an import's return */
	jmp_buf *unwind_target;	/* innermost try block, or NULL */
	wasm_rt_tag_t exc_tag;
	uint32_t exc_size;
	uint8_t exc_data[CPIT_EXCEPTION_SIZE] __attribute__((aligned(16)));
};

/* One resolved import. */
struct cpit_slot {
	void (*fn)(void);	/* function: native entry ... */
	void *arg0;		/* ... and its first argument */
	void *object;		/* table, memory, global, tag */
	struct cpit_caller caller;
};

struct cpit_vm {
	struct cpit_run *run;
	struct cpit_instance *instance;
};
_Static_assert(sizeof(struct cpit_vm) % 16 == 0, "state alignment");

#define CPIT_VM(state) ((struct cpit_vm *)(void *)(state) - 1)
/* Import n, function or not: the first is the nearest. */
#define CPIT_SLOT(state, n)						\
	((struct cpit_slot *)(void *)CPIT_VM(state) - 1 - (n))

/* A linear memory.  `data' never moves where it is `guarded'. */
typedef struct cpit_memory {
	uint8_t *data;
	uint64_t size;		/* bytes */
	uint64_t capacity;	/* bytes at `data', if not guarded */
	uint64_t pages, max_pages;
	uint32_t page_size;
	bool is64;		/* not used: 64-bit accesses are all checked */
	bool guarded;		/* reservation with guards */
} wasm_rt_memory_t;

typedef struct cpit_funcref wasm_rt_funcref_t;
typedef void *wasm_rt_externref_t;

typedef struct cpit_functable {
	wasm_rt_funcref_t *data;
	uint32_t max_size, size, capacity;
} wasm_rt_funcref_table_t;

typedef struct cpit_externtable {
	wasm_rt_externref_t *data;
	uint32_t max_size, size, capacity;
} wasm_rt_externref_table_t;

/*
 * Entry points of the runtime (memory.c, table.c).  Generated code reaches them
 * through the macros below, with the host reserve free and `exit.pc' set, as
 * for an import.  Those that can fail for want of memory do not return then.
 */
void cpit_rt_memory_new(struct cpit_vm *vm, wasm_rt_memory_t *m,
			uint64_t pages, uint64_t max, uint32_t page_size);
uint64_t cpit_rt_memory_grow(struct cpit_vm *vm, wasm_rt_memory_t *m,
			     uint64_t delta);
void cpit_rt_memory_free(wasm_rt_memory_t *m);
void cpit_rt_functable_new(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
			   uint32_t size, uint32_t max);
uint32_t cpit_rt_functable_grow(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
				uint32_t delta, wasm_rt_funcref_t init);
void cpit_rt_functable_free(wasm_rt_funcref_table_t *t);
void cpit_rt_externtable_new(struct cpit_vm *vm, wasm_rt_externref_table_t *t,
			     uint32_t size, uint32_t max);
uint32_t cpit_rt_externtable_grow(struct cpit_vm *vm,
				  wasm_rt_externref_table_t *t,
				  uint32_t delta, wasm_rt_externref_t init);
void cpit_rt_externtable_free(wasm_rt_externref_table_t *t);
/*
 * An import has returned with `pending' set: leaves the activation, or makes
 * up for the ticks that came meanwhile and returns.
 */
void cpit_rt_edge(struct cpit_vm *vm);
/*
 * The door, in mode zero: user pages can be touched while it is open, which it
 * is in module text and nowhere else.  Called by CPIT_DOOR_* of <arch/guest.h>.
 */
void cpit_rt_open(void);
void cpit_rt_close(void);

/* ---------------------------------------------- seen by generated code only */
#ifdef CPIT_GENERATED

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy(dest, src, n) __builtin_memcpy(dest, src, n)

/*
 * The prelude asks it in each square root and rounding.  gcc's own becomes a
 * call when it is told of signaling NaNs, and all float registers are spilled.
 */
#undef isnan
#define isnan(x) ((x) != (x))

/* -DCPIT_CHECKED=0|1 and -DCPIT_ZERO=0|1 choose the memory mode, -DCPIT_GS=1 the base. */
#define WASM_RT_MEMCHECK_GUARD_PAGES (!CPIT_CHECKED)
#define WASM_RT_MEMCHECK_BOUNDS_CHECK CPIT_CHECKED
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_STACK_DEPTH_COUNT 0
#define WASM_RT_C11_AVAILABLE 1
#define WABT_BIG_ENDIAN 0

/* The codes the prelude names, as our kinds; hook B splits the merged ones. */
#define WASM_RT_TRAP_OOB CPIT_TRAP_MEM_OOB
#define WASM_RT_TRAP_INT_OVERFLOW CPIT_TRAP_INT_OVERFLOW
#define WASM_RT_TRAP_DIV_BY_ZERO CPIT_TRAP_DIV_BY_ZERO
#define WASM_RT_TRAP_INVALID_CONVERSION CPIT_TRAP_BAD_CONVERSION
#define WASM_RT_TRAP_UNREACHABLE CPIT_TRAP_UNREACHABLE
#define WASM_RT_TRAP_NULL_REF CPIT_TRAP_NULL_REF
#define WASM_RT_TRAP_UNALIGNED CPIT_TRAP_UNALIGNED_ATOMIC
#define WASM_RT_TRAP_EXHAUSTION CPIT_TRAP_STACK_EXHAUSTED
#define WASM_RT_TRAP_UNCAUGHT_EXCEPTION CPIT_TRAP_UNCAUGHT_EXCEPTION

/*
 * A trap site: one undefined instruction, and a record {pc, kind} that the
 * compiler turns into the module's side table (K23-06).  The memory clobber
 * keeps what was stored before the trap visible after it (K23-10).
 */
#define wasm_rt_trap(kind)						\
	__extension__({							\
		__asm__ volatile("1:\t" CPIT_UD "\n\t"			\
				 ".pushsection .cpit_sites,\"\",@progbits\n\t" \
				 ".8byte 1b\n\t"			\
				 ".8byte %c0\n\t"			\
				 ".popsection"				\
				 : : "i"(kind) : "memory");		\
		__builtin_unreachable();				\
	})

/*
 * What was stored before is in memory, and nothing that comes after is: put
 * around each store that a trap may come next to (K23-10).
 */
#ifdef CPIT_TEST_NO_ORDER	/* negative control */
#define CPIT_CLOBBERS
#else
#define CPIT_CLOBBERS : "memory"
#endif
#define CPIT_ORDER() \
	__extension__({ __asm__ volatile("" : : CPIT_CLOBBERS); })

/*
 * Behind the load of a vector (repair.c).  In guard mode it is done even if
 * nobody uses it; where a word may change under its feet (-DCPIT_WATCHED) it is
 * done each time (WRK-07).
 */
#ifdef CPIT_WATCHED
#define CPIT_SEEN(where, v) __asm__ volatile("" : : where(v) : "memory")
#elif CPIT_CHECKED
#define CPIT_SEEN(where, v) ((void)0)
#else
#define CPIT_SEEN(where, v) __asm__ volatile("" : : where(v))
#endif

/*
 * The store of a vector, or of its lane (repair.c).  One that faults leaves
 * nothing behind (K23-10), and faults where it begins or at the end of memory.
 * Of halves the second is stored first, and before it the first is loaded.
 * Where it is one instruction it may be done in parts as well (Intel SDM vol. 3,
 * 8.1.1; QEMU does), so that all of it is loaded before.
 */
#ifdef CPIT_HALVES
typedef uint64_t __attribute__((may_alias)) cpit_half;
#define CPIT_STORE_V128(place, v)					\
	do {								\
		volatile cpit_half *to_ = (void *)(place);		\
		cpit_half half_[2];					\
		__builtin_memcpy(half_, &(v), sizeof(half_));		\
		(void)*to_;						\
		to_[1] = half_[1];					\
		to_[0] = half_[0];					\
	} while (0)
#define CPIT_STORE_LANE(type, func, place, v, lane)			\
	do {								\
		typedef type __attribute__((may_alias)) lane_;		\
		lane_ part_;						\
		func(&part_, v, lane);					\
		*(volatile lane_ *)(void *)(place) = part_;		\
	} while (0)
#else
#if CPIT_CHECKED
#define CPIT_STORE_V128(place, v) simde_wasm_v128_store(place, v)
#else
#define CPIT_STORE_V128(place, v)					\
	do {								\
		void *to_ = (place);					\
		__asm__ volatile("" : :					\
				 CPIT_FREG(simde_wasm_v128_load(to_)));	\
		simde_wasm_v128_store(to_, v);				\
	} while (0)
#endif
#define CPIT_STORE_LANE(type, func, place, v, lane) func(place, v, lane)
#endif

/*
 * An address in the function it is in: CPIT_EXIT(n) is the one where import n is
 * called, for which there is a record {pc, CPIT_SITE_EXIT + n}.
 */
#define CPIT_HERE(record)						\
	__extension__({							\
		uintptr_t pc_;						\
		__asm__ volatile("1:\t" CPIT_PC "\n\t" record : "=r"(pc_)); \
		pc_;							\
	})
#define CPIT_EXIT(n)		/* n: digits, as riscv64 has no %c above 2047 */ \
	CPIT_HERE(".pushsection .cpit_sites,\"\",@progbits\n\t"		\
		  ".8byte 1b\n\t"					\
		  ".8byte " CPIT_TEXT(CPIT_SITE_EXIT) "+" #n "\n\t"	\
		  ".popsection")
#define CPIT_TEXT(x) CPIT_TEXT_OF(x)
#define CPIT_TEXT_OF(x) #x

/*
 * Before anything that leaves module text: traps here, in the guest, unless
 * the host reserve is free, and notes where wasm was left (K23-14).
 */
#define CPIT_LEAVE_GUEST(run, here)					\
	(UNLIKELY(cpit_guest_sp < (run)->host_limit)			\
	     ? wasm_rt_trap(CPIT_TRAP_STACK_EXHAUSTED)			\
	     : (void)((run)->exit.fp =					\
			  (uintptr_t)__builtin_frame_address(0),	\
		      (run)->exit.pc = (here)))

typedef enum {
	WASM_RT_I32,
	WASM_RT_I64,
	WASM_RT_F32,
	WASM_RT_F64,
	WASM_RT_V128,
	WASM_RT_FUNCREF,
	WASM_RT_EXTERNREF,
	WASM_RT_EXNREF,
} wasm_rt_type_t;

typedef const char *wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct cpit_tailcallee wasm_rt_tailcallee_t;
typedef wasm_rt_memory_t wasm_rt_shared_memory_t;

#define wasm_rt_funcref_null_value ((wasm_rt_funcref_t){ 0 })
#define wasm_rt_externref_null_value ((wasm_rt_externref_t)0)

#define wasm_rt_is_initialized() 1

/* Host code in the middle of a function. */
#if CPIT_ZERO
#ifdef CPIT_TEST_DOOR_OPEN	/* negative controls */
#define CPIT_OUT() ((void)0)
#else
#define CPIT_OUT() CPIT_DOOR_CLOSE()
#endif
#ifdef CPIT_TEST_DOOR_SHUT
#define CPIT_BACK() ((void)0)
#else
#define CPIT_BACK() CPIT_DOOR_OPEN()
#endif
/* Not to another instance, which is entered with the door open. */
#define CPIT_OUT_TO(slot)						\
	do {								\
		if ((slot)->arg0 == &(slot)->caller)			\
			CPIT_OUT();					\
	} while (0)
#else
#define CPIT_OUT() ((void)0)
#define CPIT_BACK() ((void)0)
#define CPIT_OUT_TO(slot) ((void)0)
#endif

/*
 * `instance' is the parameter every generated function has.  Ticks that came
 * meanwhile are made up for, as after an import (SLG-12): a guest may spend nearly
 * all of its time here.
 */
#define CPIT_RT(call)							\
	__extension__({							\
		struct cpit_run *run_ = CPIT_VM(instance)->run;		\
		CPIT_LEAVE_GUEST(run_, CPIT_HERE(""));			\
		CPIT_OUT();						\
		__auto_type r_ = call;					\
		if (UNLIKELY(run_->pending))				\
			cpit_rt_edge(CPIT_VM(instance));		\
		CPIT_BACK();						\
		r_;							\
	})
#define CPIT_RT_VOID(call) ((void)CPIT_RT((call, 0)))

#define wasm_rt_allocate_memory(m, pages, max, is64, page_size)		\
	CPIT_RT_VOID(cpit_rt_memory_new(CPIT_VM(instance), m, pages, max, \
					page_size))
#define wasm_rt_grow_memory(m, delta)					\
	CPIT_RT(cpit_rt_memory_grow(CPIT_VM(instance), m, delta))
#define wasm_rt_free_memory(m) cpit_rt_memory_free(m)
#define wasm_rt_allocate_memory_shared wasm_rt_allocate_memory
#define wasm_rt_grow_memory_shared wasm_rt_grow_memory
#define wasm_rt_free_memory_shared wasm_rt_free_memory

#define wasm_rt_allocate_funcref_table(t, size, max)			\
	CPIT_RT_VOID(cpit_rt_functable_new(CPIT_VM(instance), t, size, max))
#define wasm_rt_grow_funcref_table(t, delta, init)			\
	CPIT_RT(cpit_rt_functable_grow(CPIT_VM(instance), t, delta, init))
#define wasm_rt_free_funcref_table(t) cpit_rt_functable_free(t)
#define wasm_rt_allocate_externref_table(t, size, max)			\
	CPIT_RT_VOID(cpit_rt_externtable_new(CPIT_VM(instance), t, size, max))
#define wasm_rt_grow_externref_table(t, delta, init)			\
	CPIT_RT(cpit_rt_externtable_grow(CPIT_VM(instance), t, delta, init))
#define wasm_rt_free_externref_table(t) cpit_rt_externtable_free(t)

#endif /* CPIT_GENERATED */
#endif
