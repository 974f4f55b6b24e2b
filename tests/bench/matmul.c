/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integer matrix multiply, 40 by 40: the plain triple loop.  Regular loads
 * from three arrays, one store in forty, a multiply each time round.
 */
#define N 40

static unsigned a[N][N], b[N][N], c[N][N];

static void fill(unsigned m[N][N], unsigned seed)
{
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			seed = seed * 1664525u + 1013904223u;
			m[i][j] = seed >> 16;
		}
	}
}

static void multiply(void)
{
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			unsigned sum = 0;

			for (int k = 0; k < N; k++)
				sum += a[i][k] * b[k][j];
			c[i][j] = sum;
		}
	}
}

/* The product becomes the left factor, rotated so that it does not decay. */
static void feed_back(void)
{
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			a[i][j] = (c[i][j] << 7 | c[i][j] >> 25) + 1;
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	fill(a, 1);
	fill(b, 2);
	for (unsigned round = 0; round < n; round++) {
		multiply();
		feed_back();
		sum = sum * 31 + c[round % N][(round * 7) % N];
	}
	return sum;
}
