/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounding for module text where the ISA has no instruction.  picolibc's floor
 * and ceil lose a carry: ceil(0x1.fffffffffffffp+51) is 0x1.fffff00000000p+51 there
 * (the suite's float_misc.wast).  It has no roundeven, which simde asks for.
 */

double floor(double x);
double ceil(double x);
double roundeven(double x);
float roundevenf(float x);

/* trunc() keeps the sign of zero, and one more or less is exact below 2^52. */
double floor(double x)
{
	double t = __builtin_trunc(x);

	return t > x ? t - 1 : t;
}

double ceil(double x)
{
	double t = __builtin_trunc(x);

	return t < x ? t + 1 : t;
}

/* Wasm runs in the default rounding mode, to nearest, ties to even. */
double roundeven(double x)
{
	return __builtin_nearbyint(x);
}

float roundevenf(float x)
{
	return __builtin_nearbyintf(x);
}
