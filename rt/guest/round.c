/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor() and ceil() for module text.  picolibc's lose a carry where they round
 * away from zero into the next power of two: its ceil(0x1.fffffffffffffp+51)
 * is 0x1.fffff00000000p+51 (the suite's float_misc.wast).
 */

double floor(double x);
double ceil(double x);

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
