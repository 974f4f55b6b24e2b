/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Mandelbrot set in 78 columns and 23 lines, and one line that says what
 * was computed.  The output depends on nothing but the arithmetic: the same
 * bytes wherever doubles are IEEE 754 and no multiply is fused with an add.
 */
#include <stdio.h>

#define COLUMNS	78
#define ROWS	23
#define SUBX	2		/* points a character: 2 across, 4 down, */
#define SUBY	4		/* as a cell is twice as high as it is wide */
#define POINTS	(SUBX * SUBY)
#define LIMIT	400		/* steps before a point counts as inside */

static const double left = -2.55, top = 1.1375, step = 0.025;

/* How many steps c = x + iy takes to leave the circle of radius 2. */
static int escape(double x, double y)
{
	double re = 0, im = 0;
	int n;

	for (n = 0; n < LIMIT; n++) {
		double re2 = re * re, im2 = im * im;

		if (re2 + im2 > 4)
			break;
		im = 2 * re * im + y;
		re = re2 - im2 + x;
	}
	return n;
}

/* Steps to shade: each tone takes half as many steps again as the last. */
static int tone(int steps)
{
	static const short above[] = { 4, 5, 7, 10, 15, 23, 35, 55 };
	int t = 0;

	while (t < 8 && steps >= above[t])
		t++;
	return t;
}

static unsigned mix(unsigned sum, unsigned value)
{
	return (sum ^ value) * 16777619u;	/* FNV-1a */
}

int main(void)
{
	static const char ramp[] = " .,:;=+*#@";
	unsigned sum = 2166136261u, inside = 0, steps = 0;

	for (int row = 0; row < ROWS; row++) {
		char line[COLUMNS + 1];

		for (int col = 0; col < COLUMNS; col++) {
			int shade = 0, in = 0;

			for (int p = 0; p < POINTS; p++) {
				int sx = col * SUBX + p % SUBX;
				int sy = row * SUBY + p / SUBX;
				int n = escape(left + step * sx,
					       top - step * sy);

				sum = mix(sum, (unsigned)n);
				steps += (unsigned)n;
				in += n == LIMIT;
				shade += tone(n);
			}
			inside += (unsigned)in;
			line[col] = in > POINTS / 2 ? '@'
				: ramp[(shade + POINTS / 2) / POINTS];
		}
		line[COLUMNS] = '\0';
		puts(line);
	}
	printf("%d points, %u inside, %u steps, checksum %08x\n",
	       COLUMNS * ROWS * POINTS, inside, steps, sum);
	return 0;
}
