/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hook B: included after wasm2c's own prelude, in its -impl.h's place.  It
 * replaces what the prelude gets wrong for us or makes slow, name by name; a name
 * that is gone upstream stops the build here rather than changing a meaning.
 */
#ifndef CPIT_WASM_RT_WRAP_H
#define CPIT_WASM_RT_WRAP_H

#if !defined(TRAP) || !defined(UNREACHABLE) || !defined(RANGE_CHECK) || \
	!defined(FUNC_PROLOGUE) || !defined(FUNC_EPILOGUE) ||		\
	!defined(CALL_INDIRECT) || !defined(CHECK_CALL_INDIRECT) ||	\
	!defined(DO_CALL_INDIRECT) || !defined(MEMCHECK_DEFAULT32) ||	\
	!defined(MEM_ADDR) || !defined(LOAD_DATA)
#error "wasm2c's prelude lacks a macro that catchpit overrides: unknown version"
#endif

/* A function of the prelude that is overridden below has to exist. */
#define CPIT_EXISTS(name) \
	_Static_assert(sizeof(&name) == sizeof(void *), #name)

/* ------------------------------------------------------------- the stack */

/* A rethrow's copy of the payload: in a loop, alloca() would never give back. */
#undef alloca
#define alloca(n) ((void)(n), (void *)(uint8_t[256]){ 0 })

#if CPIT_CHECKED
/*
 * No guard page to rely on.  The limit leaves room for the largest frame and a
 * thunk's, so a function that calls none begins with CPIT_LEAF instead (repair.c).
 */
#define CPIT_CHECK_STACK						\
	do {								\
		if (UNLIKELY(cpit_guest_sp <				\
			     CPIT_VM(instance)->run->guest_limit))	\
			TRAP(EXHAUSTION);				\
	} while (0)
#else
#define CPIT_CHECK_STACK do { } while (0)
#endif

#ifndef CPIT_SIGNED
#define CPIT_SIGNED 0
#endif
/* What is taken off the size that is kept, of a memory that always has as much. */
#define CPIT_SLACK(least) (CPIT_CHECKED && (least) >= 64 ? 64u : 0u)
#if defined(CPIT_MEMORY0) && !defined(CPIT_AT_ZERO)
#if CPIT_CHECKED
#ifdef CPIT_TEST_LEAST		/* negative control */
#undef CPIT_LEAST
#define CPIT_LEAST (2 * 65536)
#endif
/* The compiler is told that it is no less than at the start. */
static inline u64 cpit_room_of(const wasm_rt_memory_t *m)
{
	u64 room = m->size - CPIT_SLACK(CPIT_LEAST);

	if (room < CPIT_LEAST - CPIT_SLACK(CPIT_LEAST))
		__builtin_unreachable();
	return room;
}
#else
#define cpit_room_of(m) (m)->size
#endif
#define CPIT_LOCALS							\
	u8 *cpit_data = CPIT_MEMORY0->data;				\
	u64 cpit_room = cpit_room_of(CPIT_MEMORY0)
#define CPIT_AGAIN							\
	(void)(cpit_data = CPIT_MEMORY0->data,				\
	       cpit_room = cpit_room_of(CPIT_MEMORY0))
#else
#define CPIT_LOCALS
#define CPIT_AGAIN ((void)0)
#endif

/*
 * Once memory 0 is made, and at each entry of the host's.  Nothing else of the
 * store can change it behind the module's back: it is alone there (instance.c).
 */
#if CPIT_GS && defined(CPIT_SOLE_MEMORY0)
#define CPIT_BY_SEGMENT
#define CPIT_SET_BASE(instance) CPIT_SEGMENT_BASE((instance)->w2c_m0.data)
#else
#define CPIT_SET_BASE(instance) ((void)0)
#endif

#undef FUNC_PROLOGUE
#define FUNC_PROLOGUE CPIT_FRAMED; CPIT_CHECK_STACK; CPIT_LOCALS
#define CPIT_LEAF CPIT_FRAMED; CPIT_LOCALS

#if defined(CPIT_MEMORY0) && CPIT_SIGNED
/* Its addresses have 31 bits (CPIT_ADDRESS). */
#undef wasm_rt_allocate_memory
#define wasm_rt_allocate_memory(m, pages, max, is64, page_size)		\
	CPIT_RT_VOID(cpit_rt_memory_new(CPIT_VM(instance), m, pages,	\
		(m) == CPIT_MEMORY0 && (max) > 32768 ? 32768 : (max),	\
		page_size))
#endif

/* --------------------------------------------------------- call_indirect */

/* One kind per failure (KAN-02); upstream has one for all three. */
#undef CALL_INDIRECT
#undef CHECK_CALL_INDIRECT
#define CHECK_CALL_INDIRECT(table, ft, x)				\
	((void)(LIKELY((x) < (table).size) ||				\
		(wasm_rt_trap(CPIT_TRAP_CALL_UNDEFINED), 0)),		\
	 (void)(LIKELY((table).data[x].func_type == (ft)) ||		\
		(CPIT_CHECK_TYPE(ft, &(table).data[x]), 0)))
#define CALL_INDIRECT(table, t, ft, x, ...)				\
	(CHECK_CALL_INDIRECT(table, ft, x),				\
	 ((t)(table).data[x].func)(__VA_ARGS__))
/* The same type of another module, or a null, which has none. */
#define CPIT_CHECK_TYPE(ft, ref)					\
	((void)((ref)->func != 0 ||					\
		(wasm_rt_trap(CPIT_TRAP_CALL_NULL), 0)),		\
	 (void)(__builtin_memcmp(ft, (ref)->func_type, 32) == 0 ||	\
		(wasm_rt_trap(CPIT_TRAP_CALL_SIGNATURE), 0)))

/* A table of constants (tables.c), which these macros take for any other. */
struct cpit_entry {
	wasm_rt_func_type_t func_type;
	wasm_rt_function_ptr_t func;
};
struct cpit_table {
	const struct cpit_entry *data;
	u32 size;
};
#define CPIT_FIXED_TABLE(n, entries)					\
	extern const struct cpit_entry cpit_entries##n[entries];	\
	static const struct cpit_table __attribute__((unused))		\
	cpit_table##n = { cpit_entries##n, entries };

/* ---------------------------------------------------------------- floats */

/*
 * The prelude's are functions of their own, which see to NaNs by hand.  A
 * conversion, a square root and a rounding make one quiet by themselves
 * (round.c, too), and all that fabs() looks at is the sign.
 */
#define CPIT_FLOATS(name)						\
	CPIT_EXISTS(wasm_##name);					\
	CPIT_EXISTS(wasm_##name##f);
CPIT_FLOATS(quiet) CPIT_FLOATS(fabs) CPIT_FLOATS(sqrt) CPIT_FLOATS(floor)
CPIT_FLOATS(ceil) CPIT_FLOATS(trunc) CPIT_FLOATS(nearbyint)
#define CPIT_UNKNOWN(type, x)						\
	__extension__({							\
		type x_ = (x);						\
		__asm__("" : "+" CPIT_FREG(x_));			\
		x_;							\
	})
#define wasm_quietf(x) (x)
/* Of a float that was made a double gcc knows that it is the same again. */
#define wasm_quiet(x) CPIT_UNKNOWN(f64, x)
/* And of a square, among others, that it is not negative; a NaN may be. */
#define wasm_fabs(x) __builtin_fabs(CPIT_UNKNOWN(f64, x))
#define wasm_fabsf(x) __builtin_fabsf(CPIT_UNKNOWN(f32, x))
#define copysign(x, y) __builtin_copysign(x, CPIT_UNKNOWN(f64, y))
#define copysignf(x, y) __builtin_copysignf(x, CPIT_UNKNOWN(f32, y))
#define wasm_sqrt(x) __builtin_sqrt(x)
#define wasm_sqrtf(x) __builtin_sqrtf(x)
#define wasm_floor(x) __builtin_floor(x)
#define wasm_floorf(x) __builtin_floorf(x)
#define wasm_ceil(x) __builtin_ceil(x)
#define wasm_ceilf(x) __builtin_ceilf(x)
#define wasm_trunc(x) __builtin_trunc(x)
#define wasm_truncf(x) __builtin_truncf(x)
#define wasm_nearbyint(x) __builtin_nearbyint(x)
#define wasm_nearbyintf(x) __builtin_nearbyintf(x)

#include "wasm-rt-memory.h"

/* ------------------------------------------------------- data segments */

/*
 * gcc keeps a second copy of a segment that it knows, to copy from: so it is not
 * told where `from' leads.
 */
CPIT_EXISTS(load_data);
static inline void cpit_load_data(void *to, const void *from, size_t n)
{
	__asm__("" : "+r"(from));
	load_data(to, from, n);
}
#define load_data cpit_load_data

/*
 * Out of line: a module may have segments by the ten thousand, all of them in one
 * function, and gcc takes for granted that riscv64's jumps reach its end.
 */
#if CPIT_SEGMENTS > 2		/* of two it would be more code */
static __attribute__((noinline, unused)) void
cpit_segment(const wasm_rt_memory_t *mem, u64 at, const u8 *from, u64 n)
{
	RANGE_CHECK(mem, at, n);
	load_data(MEM_ADDR(mem, at, n), from, n);
}
#undef LOAD_DATA
#define LOAD_DATA(m, at, from, n) cpit_segment(&(m), at, from, n)
#endif

/* ------------------------------------------------------------- tables */

/* Table bounds are a kind of their own; upstream says memory for both. */
#define CPIT_TABLE_RANGE(table, offset, len)				\
	do {								\
		if (UNLIKELY((u64)(offset) + (u64)(len) > (table)->size)) \
			wasm_rt_trap(CPIT_TRAP_TABLE_OOB);		\
	} while (0)

CPIT_EXISTS(funcref_table_init);
CPIT_EXISTS(externref_table_init);

static inline void cpit_funcref_table_init(
	wasm_rt_funcref_table_t *dest, const wasm_elem_segment_expr_t *src,
	u32 src_size, u32 dest_addr, u32 src_addr, u32 n, void *instance)
{
	if (UNLIKELY((u64)src_addr + n > src_size))
		wasm_rt_trap(CPIT_TRAP_TABLE_OOB);
	CPIT_TABLE_RANGE(dest, dest_addr, n);
	for (u32 i = 0; i < n; i++) {
		const wasm_elem_segment_expr_t *e = &src[src_addr + i];
		wasm_rt_funcref_t *ref = &dest->data[dest_addr + i];
		char *where = (char *)instance + e->module_offset;

		switch (e->expr_type) {
		case RefFunc:
			*ref = (wasm_rt_funcref_t){ e->type, e->func,
						    e->func_tailcallee, where };
			break;
		case RefNull:
			*ref = wasm_rt_funcref_null_value;
			break;
		case GlobalGet:
			*ref = **(wasm_rt_funcref_t **)(void *)where;
			break;
		}
	}
}

static inline void cpit_externref_table_init(wasm_rt_externref_table_t *dest,
					     u32 src_size, u32 dest_addr,
					     u32 src_addr, u32 n)
{
	if (UNLIKELY((u64)src_addr + n > src_size))
		wasm_rt_trap(CPIT_TRAP_TABLE_OOB);
	CPIT_TABLE_RANGE(dest, dest_addr, n);
	for (u32 i = 0; i < n; i++)
		dest->data[dest_addr + i] = wasm_rt_externref_null_value;
}

#define CPIT_TABLE_OPS(t)						\
	CPIT_EXISTS(t##_table_get);					\
	CPIT_EXISTS(t##_table_set);					\
	CPIT_EXISTS(t##_table_fill);					\
	CPIT_EXISTS(t##_table_copy);					\
	static inline wasm_rt_##t##_t cpit_##t##_table_get(		\
		const wasm_rt_##t##_table_t *table, u32 i)		\
	{								\
		CPIT_TABLE_RANGE(table, i, 1);				\
		return table->data[i];					\
	}								\
	static inline void cpit_##t##_table_set(			\
		const wasm_rt_##t##_table_t *table, u32 i,		\
		const wasm_rt_##t##_t val)				\
	{								\
		CPIT_TABLE_RANGE(table, i, 1);				\
		table->data[i] = val;					\
	}								\
	static inline void cpit_##t##_table_fill(			\
		const wasm_rt_##t##_table_t *table, u32 d,		\
		const wasm_rt_##t##_t val, u32 n)			\
	{								\
		CPIT_TABLE_RANGE(table, d, n);				\
		for (u32 i = 0; i < n; i++)				\
			table->data[d + i] = val;			\
	}								\
	static inline void cpit_##t##_table_copy(			\
		const wasm_rt_##t##_table_t *dest,			\
		const wasm_rt_##t##_table_t *src, u32 d, u32 s, u32 n)	\
	{								\
		CPIT_TABLE_RANGE(dest, d, n);				\
		CPIT_TABLE_RANGE(src, s, n);				\
		memmove(dest->data + d, src->data + s,			\
			n * sizeof(wasm_rt_##t##_t));			\
	}

CPIT_TABLE_OPS(funcref)
CPIT_TABLE_OPS(externref)

#define funcref_table_init(...) \
	(CPIT_ORDER(), cpit_funcref_table_init(__VA_ARGS__), CPIT_ORDER())
#define funcref_table_get cpit_funcref_table_get
#define funcref_table_set(...) \
	(CPIT_ORDER(), cpit_funcref_table_set(__VA_ARGS__), CPIT_ORDER())
#define funcref_table_fill(...) \
	(CPIT_ORDER(), cpit_funcref_table_fill(__VA_ARGS__), CPIT_ORDER())
#define funcref_table_copy(...) \
	(CPIT_ORDER(), cpit_funcref_table_copy(__VA_ARGS__), CPIT_ORDER())
#define externref_table_init(...) \
	(CPIT_ORDER(), cpit_externref_table_init(__VA_ARGS__), CPIT_ORDER())
#define externref_table_get cpit_externref_table_get
#define externref_table_set(...) \
	(CPIT_ORDER(), cpit_externref_table_set(__VA_ARGS__), CPIT_ORDER())
#define externref_table_fill(...) \
	(CPIT_ORDER(), cpit_externref_table_fill(__VA_ARGS__), CPIT_ORDER())
#define externref_table_copy(...) \
	(CPIT_ORDER(), cpit_externref_table_copy(__VA_ARGS__), CPIT_ORDER())

#ifdef SIMDE_WASM_SIMD128_H
#include "wasm-rt-simd.h"
#endif

/*
 * The prelude's rounding helpers and bulk operations are static, so an object
 * that uses none of them would not compile under -Werror=unused-function.
 */
#pragma GCC diagnostic ignored "-Wunused-function"

#endif
