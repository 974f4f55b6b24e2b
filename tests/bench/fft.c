/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signal of 512 samples, single precision: windowed, into frequencies by a
 * radix-2 FFT, filtered there, and back.  Float multiply and add on pairs that
 * lie apart.  -ffp-contract=off, as the checksum is of bits.
 */
#define BITS	9
#define N	(1 << BITS)

static float re[N], im[N], turn_re[N / 2], turn_im[N / 2];

/* cos and sin of k/N turns, by repeated rotation in double precision. */
static void make_turns(void)
{
	/* cos and sin of 1/512 turn */
	const double c = 0.99992470183914450, s = 0.01227153828571992;
	double x = 1.0, y = 0.0;

	for (int k = 0; k < N / 2; k++) {
		double t = x * c - y * s;

		turn_re[k] = (float)x;
		turn_im[k] = (float)y;
		y = x * s + y * c;
		x = t;
	}
}

static unsigned reversed(unsigned i)
{
	unsigned r = 0;

	for (int b = 0; b < BITS; b++)
		r |= (i >> b & 1) << (BITS - 1 - b);
	return r;
}

static void swap(float *a, float *b)
{
	float t = *a;

	*a = *b;
	*b = t;
}

static void butterflies(int half, float sign)
{
	int step = N / 2 / half;

	for (int base = 0; base < N; base += 2 * half) {
		for (int k = 0; k < half; k++) {
			int p = base + k, q = p + half;
			float c = turn_re[k * step], s = sign * turn_im[k * step];
			float x = re[q] * c - im[q] * s;
			float y = re[q] * s + im[q] * c;

			re[q] = re[p] - x;
			im[q] = im[p] - y;
			re[p] += x;
			im[p] += y;
		}
	}
}

static void transform(float sign)
{
	for (unsigned i = 0; i < N; i++) {
		unsigned r = reversed(i);

		if (i < r) {
			swap(&re[i], &re[r]);
			swap(&im[i], &im[r]);
		}
	}
	for (int half = 1; half < N; half *= 2)
		butterflies(half, sign);
}

static void filter(void)
{
	for (int i = 0; i < N; i++) {
		int f = i < N / 2 ? i : N - i;
		float gain = 16.0f / (float)(f + 16) / (float)N;

		re[i] *= gain;
		im[i] *= gain;
	}
}

static unsigned bits(float value)
{
	union {
		float value;
		unsigned bits;
	} u = { value };

	return u.bits;
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0, seed = 99;

	make_turns();
	for (unsigned round = 0; round < n; round++) {
		for (int i = 0; i < N; i++) {
			seed = seed * 1664525u + 1013904223u;
			re[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
			im[i] = 0.0f;
		}
		transform(-1.0f);
		filter();
		transform(1.0f);
		for (int i = 0; i < N; i += 7)
			sum = sum * 31 + bits(re[i]);
	}
	return sum;
}
