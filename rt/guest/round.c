/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounding for module text where the ISA has no instruction.  picolibc's, as
 * Debian's riscv64 package has it, goes wrong: ceil(0x1.fffffffffffffp+51)
 * loses a carry, trunc(0x1.2p90) low bits (the suite's float_misc.wast and
 * simd_f64x2_rounding.wast); and it has no roundeven, which simde asks for.
 *
 * Wasm runs in the default rounding mode.  A number from 2^52 (2^23) on is an
 * integer; adding zero to it keeps it, and makes a NaN quiet.
 */
#include <stdint.h>

#define ROUNDING(type, suffix, integer, limit)				\
	type trunc##suffix(type x);					\
	type floor##suffix(type x);					\
	type ceil##suffix(type x);					\
	type nearbyint##suffix(type x);					\
	type roundeven##suffix(type x);					\
	type trunc##suffix(type x)					\
	{								\
		if (!(__builtin_fabs##suffix(x) < (limit)))		\
			return x + 0;					\
		return __builtin_copysign##suffix((type)(integer)x, x);	\
	}								\
	type floor##suffix(type x)					\
	{								\
		type t = trunc##suffix(x);				\
									\
		return t > x ? t - 1 : t;				\
	}								\
	type ceil##suffix(type x)					\
	{								\
		type t = trunc##suffix(x);				\
									\
		/* Zero's sign is x's. */				\
		return __builtin_copysign##suffix(t < x ? t + 1 : t, x); \
	}								\
	type nearbyint##suffix(type x)					\
	{								\
		type a = __builtin_fabs##suffix(x);			\
									\
		if (!(a < (limit)))					\
			return x + 0;					\
		return __builtin_copysign##suffix(a + (limit) - (limit), x); \
	}								\
	type roundeven##suffix(type x)					\
	{								\
		return nearbyint##suffix(x);				\
	}

ROUNDING(double, , int64_t, 0x1p52)
ROUNDING(float, f, int32_t, 0x1p23f)
