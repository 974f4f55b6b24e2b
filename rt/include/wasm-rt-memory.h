/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses to linear memory, in the place of those of wasm2c's prelude: part of
 * wasm-rt-wrap.h, which defines where memory 0 is held (CPIT_LOCALS).
 */
#ifndef CPIT_WASM_RT_MEMORY_H
#define CPIT_WASM_RT_MEMORY_H

typedef uint16_t __attribute__((may_alias)) CPIT_ALIGNED cpit_u16;
typedef uint32_t __attribute__((may_alias)) CPIT_ALIGNED cpit_u32;
typedef uint64_t __attribute__((may_alias)) CPIT_ALIGNED cpit_u64;
typedef int16_t __attribute__((may_alias)) CPIT_ALIGNED cpit_s16;
typedef int32_t __attribute__((may_alias)) CPIT_ALIGNED cpit_s32;
typedef float __attribute__((may_alias)) CPIT_ALIGNED cpit_f32;
typedef double __attribute__((may_alias)) CPIT_ALIGNED cpit_f64;
typedef uint8_t cpit_u8;
typedef int8_t cpit_s8;

/*
 * Accesses are typed, so that each is one instruction with either compiler
 * (the CPU, or M-mode, does misaligned ones); upstream's memcpy becomes up to
 * 20 on riscv64.  The empty asm takes the value as its input: a load whose
 * result is unused still happens (K23-10), and before all that comes after.  A
 * store is never dropped and never moved past that asm, and no load comes before
 * it, even where the compiler sees that it is elsewhere: it may trap.  clang
 * does all that for a volatile one; gcc would compute its address apart, and may
 * put one that is not volatile where its value is computed, before the loads in
 * between.  In checked mode it is the check before it that traps, and a load is
 * no more than a load.
 */
/*
 * A module with a signal word (-DCPIT_WATCHED): memory changes under its feet,
 * so that a load may not be taken out of a loop (WRK-07).
 */
#ifdef CPIT_WATCHED
#define CPIT_LOADED const volatile
#else
#define CPIT_LOADED const
#endif
/*
 * Where a function has many accesses gcc takes to calling them, at twice the
 * time of a whole program in checked mode.  -Os may, and -O0 would make a slot
 * on the stack for each.
 */
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define CPIT_ACCESS static inline __attribute__((always_inline))
#else
#define CPIT_ACCESS static inline
#endif
#define CPIT_REG "r"
#if CPIT_CHECKED
#define CPIT_KEEP(reg, v) ((void)0)
#define CPIT_PUT(insn, reg, at, v) ((at) = (v), CPIT_ORDER())
#else
#define CPIT_KEEP(reg, v) __asm__ volatile("" : : reg(v))
#ifdef __clang__
#define CPIT_PUT(insn, reg, at, v)					\
	(*(volatile __typeof__(at) *)&(at) = (v), CPIT_ORDER())
#else
#define CPIT_PUT(insn, reg, at, v)					\
	__asm__ volatile(insn : "=m"(at) : reg(v) CPIT_CLOBBERS)
#endif
#endif
/*
 * Some loads gcc gets as an instruction (CPIT_GETS).  By segment all: one of its
 * own from an address that it knows, of 2 GiB or more, is without the segment
 * (movabs).  Else those of 16 bits, on x86_64: gcc takes a load and the empty asm
 * for two instructions, and leaves loops alone that it unrolls with one (dct in
 * mode zero: a fifth fewer instructions); of other sizes what it knows of its own
 * load is worth more.  What it does not see is told: unsigned bytes and halves are
 * no more than CPIT_LARGEST.
 */
#define CPIT_LARGEST(at) ((__typeof__(at))-1)
#ifdef CPIT_BY_SEGMENT
#define CPIT_GETS(at) true
#else
#define CPIT_GETS(at) (sizeof(at) == 2)
#endif
#if defined(CPIT_GET_i32_load) && !defined(__clang__) && !CPIT_CHECKED
#define CPIT_GET(name, reg, r, at)					\
	do {								\
		if (CPIT_GETS(at)) {					\
			__asm__ volatile(CPIT_GET_##name		\
					 : "=" reg(r) : "m"(at));	\
			if (sizeof(at) < 4 && CPIT_LARGEST(at) > 0 &&	\
			    (r) > CPIT_LARGEST(at))			\
				__builtin_unreachable();		\
		} else {						\
			(r) = (__typeof__(r))(at);			\
			CPIT_KEEP(reg, r);				\
		}							\
	} while (0)
#else
#define CPIT_GET(name, reg, r, at)					\
	do {								\
		(r) = (__typeof__(r))(at);				\
		CPIT_KEEP(reg, r);					\
	} while (0)
#endif

/*
 * An address in a 64-bit memory (repair.c).  One that wraps around becomes one
 * that no memory has, as far from alignment as it was.
 */
#define CPIT_ADDRESS64(base, offset)					\
	(UNLIKELY((base) > UINT64_MAX - (offset))			\
		 ? ((base) + (offset)) | (UINT64_MAX - 15)		\
		 : (base) + (offset))

/*
 * Bounds are compared as signed numbers: an address has 33 bits, and what is
 * subtracted from the size of an empty memory leaves a negative one.  Not so
 * where it is no more than CPIT_LEAST, which memory 0 always has: one comparison,
 * or none where the compiler knows how large the base can be.
 *
 * Most accesses end within 64 bytes of their base, and have one bound for all: what
 * is kept of memory 0's size is 64 less (CPIT_SLACK), and only a base beyond that is
 * compared once more, with the size less where the access ends (CPIT_MOST).
 *
 * Where memory 0 is.  A store may write anywhere, for all that the compiler
 * knows, so both are locals of each function: in guard mode they never change,
 * in checked mode CPIT_AGAIN comes behind each call (repair.c).  CPIT_MEMORY0
 * is defined where the module has a memory 0 of its own.
 *
 * With CPIT_AT_ZERO memory 0, imported or not, begins at address 0: its address
 * is the machine's.  Not a pointer until it is whole: none is null.
 *
 * With CPIT_BY_SEGMENT (--base gs) it begins where a segment does, if it is the
 * only one (CPIT_SOLE_MEMORY0): no register holds its base, none is loaded again.
 */
#ifdef CPIT_BY_SEGMENT
#define CPIT_WHERE CPIT_SEGMENT
#else
#define CPIT_WHERE
#endif
#ifdef CPIT_AT_ZERO
#define CPIT_AT(mem)							\
	((mem) == CPIT_MEMORY0 ? 0 : (mem)->data), 0, 0,			\
	(CPIT_SIGNED && (mem) == CPIT_MEMORY0)
#define CPIT_PLACE(data, addr) (void *)((uintptr_t)(data) + (addr))
#elif defined(CPIT_BY_SEGMENT)
#define CPIT_PLACE(data, addr)						\
	((void)(data), (CPIT_SEGMENT void *)(uintptr_t)(addr))
#else
#define CPIT_PLACE(data, addr) (void *)&(data)[addr]
#endif
#ifdef CPIT_AT_ZERO
#elif !defined(CPIT_MEMORY0)
#define CPIT_AT(mem) (mem)->data, (mem)->size, 0, 0
#else
#define CPIT_AT(mem)							\
	((mem) == CPIT_MEMORY0 ? cpit_data : (mem)->data),		\
	((mem) == CPIT_MEMORY0 ? cpit_room : (mem)->size),		\
	((mem) == CPIT_MEMORY0 ? CPIT_LEAST : 0),			\
	(CPIT_SIGNED && (mem) == CPIT_MEMORY0)
#endif

/* Memory 0 for the prelude's own functions, those of vectors (repair.c). */
#ifdef CPIT_AT_ZERO
#define CPIT_LOCAL0 (&(wasm_rt_memory_t){ 0 })
#else
#define CPIT_LOCAL0							\
	(&(wasm_rt_memory_t){ .data = cpit_data,			\
			      .size = cpit_room + CPIT_SLACK(CPIT_LEAST) })
#endif

/*
 * The two parts of a 32-bit address, as repair.c has them.  riscv64 keeps 32
 * bits sign-extended in a register, and to extend them by zeros takes two
 * instructions.  A memory 0 that never has more than 2 GiB (CPIT_SIGNED) does
 * without.  An address that should have been beyond is below then: in guard
 * mode in what is reserved there, in mode zero in the top 2 GiB, which are empty, if
 * no offset is added; in checked mode, as an unsigned number, it is beyond
 * every size.
 */
#define CPIT_ADDRESS(base, offset) base, offset
#define CPIT_FROM(is_signed, base, offset)				\
	((is_signed) ? (u64)(s64)(s32)(base) + (offset) : (u64)(base) + (offset))

#ifdef CPIT_TEST_SIGNED		/* negative control: any offset, on any ISA */
#undef CPIT_SIGNED
#define CPIT_SIGNED 1
#define CPIT_IS_SIGNED(offset, least, type) true
#define CPIT_CHECK(room, least, is_signed, base, end) ((void)(room))
#elif CPIT_CHECKED
#define CPIT_IS_SIGNED(offset, least, type) \
	((offset) + sizeof(type) <= (least))
#define CPIT_MOST(room, least, end) ((room) + (CPIT_SLACK(least) - (end)))
#define CPIT_CHECK(room, least, is_signed, base, end)			\
	do {								\
		u64 at_ = (is_signed) ? (u64)(s64)(s32)(base)		\
				      : (u64)(base);			\
									\
		if (((end) > CPIT_SLACK(least) || UNLIKELY(at_ > (room))) && \
		    ((is_signed) || (end) <= (least)			\
			? UNLIKELY(at_ > CPIT_MOST(room, least, end))	\
			: UNLIKELY((s64)at_ >				\
				   (s64)CPIT_MOST(room, least, end))))	\
			TRAP(OOB);					\
	} while (0)
#else
#define CPIT_IS_SIGNED(offset, least, type) ((offset) == 0)
#define CPIT_CHECK(room, least, is_signed, base, end) ((void)(room))
#endif

#define CPIT_LOAD(name, type, result, reg)				\
	CPIT_EXISTS(name);						\
	CPIT_EXISTS(name##_default32);					\
	CPIT_ACCESS result cpit_##name##_default32(			\
		const u8 *data, u64 room, u64 least, bool is_signed,	\
		u32 base, u64 offset)					\
	{								\
		is_signed &= CPIT_IS_SIGNED(offset, least, type);	\
		CPIT_CHECK(room, least, is_signed, base,		\
			   (offset) + sizeof(type));			\
		result r;						\
		CPIT_GET(name, reg, r, *(CPIT_LOADED CPIT_WHERE type *)	\
			CPIT_PLACE(data, CPIT_FROM(is_signed, base,	\
						   offset)));		\
		return r;						\
	}								\
	CPIT_ACCESS result cpit_##name(				\
		const wasm_rt_memory_t *mem, u64 addr)			\
	{								\
		RANGE_CHECK(mem, addr, sizeof(type))			\
		result r = (result)*(CPIT_LOADED type *)(const void *)	\
			&mem->data[addr];				\
		CPIT_KEEP(reg, r);					\
		return r;						\
	}

#define CPIT_STORE(name, type, value, insn, reg)				\
	CPIT_EXISTS(name);						\
	CPIT_EXISTS(name##_default32);					\
	CPIT_ACCESS void cpit_##name##_default32(			\
		u8 *data, u64 room, u64 least, bool is_signed,		\
		u32 base, u64 offset, value v)				\
	{								\
		is_signed &= CPIT_IS_SIGNED(offset, least, type);	\
		CPIT_CHECK(room, least, is_signed, base,		\
			   (offset) + sizeof(type));			\
		CPIT_PUT(insn, reg, *(CPIT_WHERE type *)CPIT_PLACE(	\
			data, CPIT_FROM(is_signed, base, offset)),	\
			(type)v);					\
	}								\
	CPIT_ACCESS void cpit_##name(					\
		const wasm_rt_memory_t *mem, u64 addr, value v)		\
	{								\
		RANGE_CHECK(mem, addr, sizeof(type))			\
		CPIT_PUT(insn, reg, *(type *)(void *)&mem->data[addr],	\
			 (type)v);					\
	}

CPIT_LOAD(i32_load, cpit_u32, u32, CPIT_REG)
CPIT_LOAD(i64_load, cpit_u64, u64, CPIT_REG)
CPIT_LOAD(f32_load, cpit_f32, f32, CPIT_FREG)
CPIT_LOAD(f64_load, cpit_f64, f64, CPIT_FREG)
CPIT_LOAD(i32_load8_s, cpit_s8, s32, CPIT_REG)
CPIT_LOAD(i64_load8_s, cpit_s8, s64, CPIT_REG)
CPIT_LOAD(i32_load8_u, cpit_u8, u32, CPIT_REG)
CPIT_LOAD(i64_load8_u, cpit_u8, u64, CPIT_REG)
CPIT_LOAD(i32_load16_s, cpit_s16, s32, CPIT_REG)
CPIT_LOAD(i64_load16_s, cpit_s16, s64, CPIT_REG)
CPIT_LOAD(i32_load16_u, cpit_u16, u32, CPIT_REG)
CPIT_LOAD(i64_load16_u, cpit_u16, u64, CPIT_REG)
CPIT_LOAD(i64_load32_s, cpit_s32, s64, CPIT_REG)
CPIT_LOAD(i64_load32_u, cpit_u32, u64, CPIT_REG)
CPIT_STORE(i32_store, cpit_u32, u32, CPIT_PUT32, CPIT_IREG)
CPIT_STORE(i64_store, cpit_u64, u64, CPIT_PUT64, CPIT_IREG)
CPIT_STORE(f32_store, cpit_f32, f32, CPIT_PUTF32, CPIT_FREG)
CPIT_STORE(f64_store, cpit_f64, f64, CPIT_PUTF64, CPIT_FREG)
CPIT_STORE(i32_store8, cpit_u8, u32, CPIT_PUT8, CPIT_IREG)
CPIT_STORE(i32_store16, cpit_u16, u32, CPIT_PUT16, CPIT_IREG)
CPIT_STORE(i64_store8, cpit_u8, u64, CPIT_PUT8, CPIT_IREG)
CPIT_STORE(i64_store16, cpit_u16, u64, CPIT_PUT16, CPIT_IREG)
CPIT_STORE(i64_store32, cpit_u32, u64, CPIT_PUT32, CPIT_IREG)

#define i32_load cpit_i32_load
#define i32_load_default32(mem, addr) \
	cpit_i32_load_default32(CPIT_AT(mem), addr)
#define i64_load cpit_i64_load
#define i64_load_default32(mem, addr) \
	cpit_i64_load_default32(CPIT_AT(mem), addr)
#define f32_load cpit_f32_load
#define f32_load_default32(mem, addr) \
	cpit_f32_load_default32(CPIT_AT(mem), addr)
#define f64_load cpit_f64_load
#define f64_load_default32(mem, addr) \
	cpit_f64_load_default32(CPIT_AT(mem), addr)
#define i32_load8_s cpit_i32_load8_s
#define i32_load8_s_default32(mem, addr) \
	cpit_i32_load8_s_default32(CPIT_AT(mem), addr)
#define i64_load8_s cpit_i64_load8_s
#define i64_load8_s_default32(mem, addr) \
	cpit_i64_load8_s_default32(CPIT_AT(mem), addr)
#define i32_load8_u cpit_i32_load8_u
#define i32_load8_u_default32(mem, addr) \
	cpit_i32_load8_u_default32(CPIT_AT(mem), addr)
#define i64_load8_u cpit_i64_load8_u
#define i64_load8_u_default32(mem, addr) \
	cpit_i64_load8_u_default32(CPIT_AT(mem), addr)
#define i32_load16_s cpit_i32_load16_s
#define i32_load16_s_default32(mem, addr) \
	cpit_i32_load16_s_default32(CPIT_AT(mem), addr)
#define i64_load16_s cpit_i64_load16_s
#define i64_load16_s_default32(mem, addr) \
	cpit_i64_load16_s_default32(CPIT_AT(mem), addr)
#define i32_load16_u cpit_i32_load16_u
#define i32_load16_u_default32(mem, addr) \
	cpit_i32_load16_u_default32(CPIT_AT(mem), addr)
#define i64_load16_u cpit_i64_load16_u
#define i64_load16_u_default32(mem, addr) \
	cpit_i64_load16_u_default32(CPIT_AT(mem), addr)
#define i64_load32_s cpit_i64_load32_s
#define i64_load32_s_default32(mem, addr) \
	cpit_i64_load32_s_default32(CPIT_AT(mem), addr)
#define i64_load32_u cpit_i64_load32_u
#define i64_load32_u_default32(mem, addr) \
	cpit_i64_load32_u_default32(CPIT_AT(mem), addr)
#define i32_store cpit_i32_store
#define i32_store_default32(mem, addr, v) \
	cpit_i32_store_default32(CPIT_AT(mem), addr, v)
#define i64_store cpit_i64_store
#define i64_store_default32(mem, addr, v) \
	cpit_i64_store_default32(CPIT_AT(mem), addr, v)
#define f32_store cpit_f32_store
#define f32_store_default32(mem, addr, v) \
	cpit_f32_store_default32(CPIT_AT(mem), addr, v)
#define f64_store cpit_f64_store
#define f64_store_default32(mem, addr, v) \
	cpit_f64_store_default32(CPIT_AT(mem), addr, v)
#define i32_store8 cpit_i32_store8
#define i32_store8_default32(mem, addr, v) \
	cpit_i32_store8_default32(CPIT_AT(mem), addr, v)
#define i32_store16 cpit_i32_store16
#define i32_store16_default32(mem, addr, v) \
	cpit_i32_store16_default32(CPIT_AT(mem), addr, v)
#define i64_store8 cpit_i64_store8
#define i64_store8_default32(mem, addr, v) \
	cpit_i64_store8_default32(CPIT_AT(mem), addr, v)
#define i64_store16 cpit_i64_store16
#define i64_store16_default32(mem, addr, v) \
	cpit_i64_store16_default32(CPIT_AT(mem), addr, v)
#define i64_store32 cpit_i64_store32
#define i64_store32_default32(mem, addr, v) \
	cpit_i64_store32_default32(CPIT_AT(mem), addr, v)

/* Not atomic, hence may be misaligned, on shared memory too; upstream's may not. */
#define i32_load_shared cpit_i32_load
#define i32_load_shared_default32(mem, addr) \
	cpit_i32_load_default32(CPIT_AT(mem), addr)
#define i64_load_shared cpit_i64_load
#define i64_load_shared_default32(mem, addr) \
	cpit_i64_load_default32(CPIT_AT(mem), addr)
#define f32_load_shared cpit_f32_load
#define f32_load_shared_default32(mem, addr) \
	cpit_f32_load_default32(CPIT_AT(mem), addr)
#define f64_load_shared cpit_f64_load
#define f64_load_shared_default32(mem, addr) \
	cpit_f64_load_default32(CPIT_AT(mem), addr)
#define i32_load8_s_shared cpit_i32_load8_s
#define i32_load8_s_shared_default32(mem, addr) \
	cpit_i32_load8_s_default32(CPIT_AT(mem), addr)
#define i64_load8_s_shared cpit_i64_load8_s
#define i64_load8_s_shared_default32(mem, addr) \
	cpit_i64_load8_s_default32(CPIT_AT(mem), addr)
#define i32_load8_u_shared cpit_i32_load8_u
#define i32_load8_u_shared_default32(mem, addr) \
	cpit_i32_load8_u_default32(CPIT_AT(mem), addr)
#define i64_load8_u_shared cpit_i64_load8_u
#define i64_load8_u_shared_default32(mem, addr) \
	cpit_i64_load8_u_default32(CPIT_AT(mem), addr)
#define i32_load16_s_shared cpit_i32_load16_s
#define i32_load16_s_shared_default32(mem, addr) \
	cpit_i32_load16_s_default32(CPIT_AT(mem), addr)
#define i64_load16_s_shared cpit_i64_load16_s
#define i64_load16_s_shared_default32(mem, addr) \
	cpit_i64_load16_s_default32(CPIT_AT(mem), addr)
#define i32_load16_u_shared cpit_i32_load16_u
#define i32_load16_u_shared_default32(mem, addr) \
	cpit_i32_load16_u_default32(CPIT_AT(mem), addr)
#define i64_load16_u_shared cpit_i64_load16_u
#define i64_load16_u_shared_default32(mem, addr) \
	cpit_i64_load16_u_default32(CPIT_AT(mem), addr)
#define i64_load32_s_shared cpit_i64_load32_s
#define i64_load32_s_shared_default32(mem, addr) \
	cpit_i64_load32_s_default32(CPIT_AT(mem), addr)
#define i64_load32_u_shared cpit_i64_load32_u
#define i64_load32_u_shared_default32(mem, addr) \
	cpit_i64_load32_u_default32(CPIT_AT(mem), addr)
#define i32_store_shared cpit_i32_store
#define i32_store_shared_default32(mem, addr, v) \
	cpit_i32_store_default32(CPIT_AT(mem), addr, v)
#define i64_store_shared cpit_i64_store
#define i64_store_shared_default32(mem, addr, v) \
	cpit_i64_store_default32(CPIT_AT(mem), addr, v)
#define f32_store_shared cpit_f32_store
#define f32_store_shared_default32(mem, addr, v) \
	cpit_f32_store_default32(CPIT_AT(mem), addr, v)
#define f64_store_shared cpit_f64_store
#define f64_store_shared_default32(mem, addr, v) \
	cpit_f64_store_default32(CPIT_AT(mem), addr, v)
#define i32_store8_shared cpit_i32_store8
#define i32_store8_shared_default32(mem, addr, v) \
	cpit_i32_store8_default32(CPIT_AT(mem), addr, v)
#define i32_store16_shared cpit_i32_store16
#define i32_store16_shared_default32(mem, addr, v) \
	cpit_i32_store16_default32(CPIT_AT(mem), addr, v)
#define i64_store8_shared cpit_i64_store8
#define i64_store8_shared_default32(mem, addr, v) \
	cpit_i64_store8_default32(CPIT_AT(mem), addr, v)
#define i64_store16_shared cpit_i64_store16
#define i64_store16_shared_default32(mem, addr, v) \
	cpit_i64_store16_default32(CPIT_AT(mem), addr, v)
#define i64_store32_shared cpit_i64_store32
#define i64_store32_shared_default32(mem, addr, v) \
	cpit_i64_store32_default32(CPIT_AT(mem), addr, v)

/* Theirs are library calls, of which a compiler knows more than it should. */
#define memory_fill(...) \
	(CPIT_ORDER(), memory_fill(__VA_ARGS__), CPIT_ORDER())
#define memory_copy(...) \
	(CPIT_ORDER(), memory_copy(__VA_ARGS__), CPIT_ORDER())
#define memory_init(...) \
	(CPIT_ORDER(), memory_init(__VA_ARGS__), CPIT_ORDER())

#endif
