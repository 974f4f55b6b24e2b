/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What simde gets wrong (0.7.4, as Debian 12 has it; the suite's simd_f32x4,
 * simd_f64x2, simd_*_rounding and simd_i16x8_q15mulr_sat_s.wast), lane by lane:
 * the sign of zero in min, max and abs, and in nearest by clang, which has no
 * roundeven; NaNs in min and max on riscv64, and the one product that saturates
 * on x86_64.
 */
#ifndef CPIT_WASM_RT_SIMD_H
#define CPIT_WASM_RT_SIMD_H

#define CPIT_LANES(name, type, lanes, op)				\
	static inline v128 cpit_##name(v128 a, v128 b)			\
	{								\
		type x[lanes], y[lanes];				\
									\
		CPIT_EXISTS(simde_wasm_##name);				\
		__builtin_memcpy(x, &a, sizeof(x));			\
		__builtin_memcpy(y, &b, sizeof(y));			\
		for (unsigned i = 0; i < lanes; i++)			\
			x[i] = op(x[i], y[i]);				\
		__builtin_memcpy(&a, x, sizeof(x));			\
		return a;						\
	}

static inline int16_t cpit_q15(int16_t a, int16_t b)
{
	int32_t p = ((int32_t)a * b + 0x4000) >> 15;

	return (int16_t)(p > INT16_MAX ? INT16_MAX : p);
}

CPIT_LANES(f32x4_min, f32, 4, FMIN)
CPIT_LANES(f32x4_max, f32, 4, FMAX)
CPIT_LANES(f64x2_min, f64, 2, FMIN)
CPIT_LANES(f64x2_max, f64, 2, FMAX)
CPIT_LANES(i16x8_q15mulr_sat, int16_t, 8, cpit_q15)

#define CPIT_LANES_OF_ONE(name, type, lanes, op)				\
	static inline v128 cpit_##name(v128 a)				\
	{								\
		type x[lanes];						\
									\
		CPIT_EXISTS(simde_wasm_##name);				\
		__builtin_memcpy(x, &a, sizeof(x));			\
		for (unsigned i = 0; i < lanes; i++)			\
			x[i] = op(x[i]);				\
		__builtin_memcpy(&a, x, sizeof(x));			\
		return a;						\
	}

CPIT_LANES_OF_ONE(f32x4_nearest, f32, 4, nearbyintf)
CPIT_LANES_OF_ONE(f64x2_nearest, f64, 2, nearbyint)

/* gcc takes a promotion and demotion away, for all that it is told of NaNs. */
static inline v128 cpit_f32x4_demote_f64x2_zero(v128 a)
{
	CPIT_EXISTS(simde_wasm_f32x4_demote_f64x2_zero);
	__asm__("" : "+m"(a));
	return simde_wasm_f32x4_demote_f64x2_zero(a);
}

static inline v128 cpit_f32x4_abs(v128 a)
{
	CPIT_EXISTS(simde_wasm_f32x4_abs);
	return simde_wasm_v128_and(a, simde_wasm_i32x4_splat(INT32_MAX));
}

static inline v128 cpit_f64x2_abs(v128 a)
{
	CPIT_EXISTS(simde_wasm_f64x2_abs);
	return simde_wasm_v128_and(a, simde_wasm_i64x2_splat(INT64_MAX));
}

#ifndef __SSSE3__
/* Without branches: of 16 each, gcc took the square of what a function has. */
static inline v128 cpit_i8x16_swizzle(v128 a, v128 b)
{
	uint8_t x[16], y[16];

	CPIT_EXISTS(simde_wasm_i8x16_swizzle);
	__builtin_memcpy(x, &a, sizeof(x));
	__builtin_memcpy(y, &b, sizeof(y));
	for (unsigned i = 0; i < 16; i++)
		y[i] = (uint8_t)(x[y[i] & 15] & -(y[i] < 16));
	__builtin_memcpy(&a, y, sizeof(y));
	return a;
}
#define simde_wasm_i8x16_swizzle cpit_i8x16_swizzle
#endif

/* A variable that gcc must not take apart (compiler/vectors.c). */
#ifdef __clang__
#define CPIT_IN_MEMORY(v)
#else
#define CPIT_IN_MEMORY(v) __asm__ volatile("" : : "r"(&(v)) : "memory")
#endif

#define simde_wasm_f32x4_min cpit_f32x4_min
#define simde_wasm_f32x4_max cpit_f32x4_max
#define simde_wasm_f32x4_abs cpit_f32x4_abs
#define simde_wasm_f32x4_demote_f64x2_zero cpit_f32x4_demote_f64x2_zero
#define simde_wasm_f32x4_nearest cpit_f32x4_nearest
#define simde_wasm_f64x2_min cpit_f64x2_min
#define simde_wasm_f64x2_max cpit_f64x2_max
#define simde_wasm_f64x2_abs cpit_f64x2_abs
#define simde_wasm_f64x2_nearest cpit_f64x2_nearest
#define simde_wasm_i16x8_q15mulr_sat cpit_i16x8_q15mulr_sat

#endif
