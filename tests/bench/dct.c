/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A picture of 64 by 64, as JPEG would have it: an integer cosine transform of
 * each 8 by 8 block, quantized, in zigzag order, runs and sizes coded into
 * bits; and then read and undone.  Multiplies, shifts, small arrays.
 */
#define SIDE	64
#define BYTES	(SIDE * SIDE * 2)

static unsigned char picture[SIDE][SIDE], again[SIDE][SIDE];
static unsigned char coded[BYTES];
static unsigned at, held, nheld;	/* the next byte, and bits not yet there */

/* cos((2x + 1) u pi / 16) / 2, and 1/sqrt(8) for u = 0, times 8192. */
static const short cosine[8][8] = {
	{ 2896, 2896, 2896, 2896, 2896, 2896, 2896, 2896 },
	{ 4017, 3406, 2276, 799, -799, -2276, -3406, -4017 },
	{ 3784, 1567, -1567, -3784, -3784, -1567, 1567, 3784 },
	{ 3406, -799, -4017, -2276, 2276, 4017, 799, -3406 },
	{ 2896, -2896, -2896, 2896, 2896, -2896, -2896, 2896 },
	{ 2276, -4017, 799, 3406, -3406, -799, 4017, -2276 },
	{ 1567, -3784, 3784, -1567, -1567, 3784, -3784, 1567 },
	{ 799, -2276, 3406, -4017, 4017, -3406, 2276, -799 },
};

static unsigned char zigzag[64];

static void make_zigzag(void)
{
	int x = 0, y = 0;

	for (int i = 0; i < 64; i++) {
		zigzag[i] = (unsigned char)(y * 8 + x);
		if ((x + y) % 2 == 0) {
			if (x == 7)
				y++;
			else if (x++, y > 0)
				y--;
		} else {
			if (y == 7)
				x++;
			else if (y++, x > 0)
				x--;
		}
	}
}

/* Rows, then columns; forward has u in the rows of `cosine', inverse x. */
static void transform(int *block, int inverse)
{
	int half[64];

	for (int i = 0; i < 64; i++) {
		int sum = 4096;

		for (int k = 0; k < 8; k++)
			sum += block[(i & 56) + k] *
			       (inverse ? cosine[k][i & 7] : cosine[i & 7][k]);
		half[i] = sum >> 13;
	}
	for (int i = 0; i < 64; i++) {
		int sum = 4096;

		for (int k = 0; k < 8; k++)
			sum += half[k * 8 + (i & 7)] *
			       (inverse ? cosine[k][i >> 3] : cosine[i >> 3][k]);
		block[i] = sum >> 13;
	}
}

static int step(int i)
{
	return 8 + 2 * ((i >> 3) + (i & 7));
}

static void put(unsigned value, unsigned bits)
{
	held = held << bits | (value & ((1u << bits) - 1));
	for (nheld += bits; nheld >= 8; nheld -= 8)
		coded[at++ % BYTES] = (unsigned char)(held >> (nheld - 8));
}

static unsigned get(unsigned bits)
{
	for (; nheld < bits; nheld += 8)
		held = held << 8 | coded[at++ % BYTES];
	nheld -= bits;
	return held >> nheld & ((1u << bits) - 1);
}

/* Pairs of a run of zeros and a size, then so many bits; size 0 ends. */
static void encode(const int *block)
{
	unsigned run = 0;

	for (int i = 0; i < 64; i++) {
		int v = block[zigzag[i]];
		unsigned size = 0, magnitude = (unsigned)(v < 0 ? -v : v);

		if (v == 0) {
			run++;
			continue;
		}
		while (magnitude >> size)
			size++;
		put(run, 6);
		put(size, 4);
		put((unsigned)(v < 0 ? v - 1 : v), size);
		run = 0;
	}
	put(0, 10);
}

static void decode(int *block)
{
	unsigned i = 0;

	for (int k = 0; k < 64; k++)
		block[k] = 0;
	for (;;) {
		unsigned run = get(6), size = get(4), v;

		i += run;
		if (size == 0 || i >= 64)
			return;
		v = get(size);
		block[zigzag[i++]] = v >> (size - 1) ? (int)v
						      : (int)v + 1 - (1 << size);
	}
}

static void pack(int row, int column)
{
	int block[64];

	for (int i = 0; i < 64; i++)
		block[i] = picture[row + (i >> 3)][column + (i & 7)] - 128;
	transform(block, 0);
	for (int i = 0; i < 64; i++)
		block[i] /= step(i);
	encode(block);
}

static void unpack(int row, int column)
{
	int block[64];

	decode(block);
	for (int i = 0; i < 64; i++)
		block[i] *= step(i);
	transform(block, 1);
	for (int i = 0; i < 64; i++) {
		int v = block[i] + 128;

		again[row + (i >> 3)][column + (i & 7)] =
			(unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

static void each_block(void (*what)(int row, int column))
{
	at = nheld = 0;
	for (int row = 0; row < SIDE; row += 8)
		for (int column = 0; column < SIDE; column += 8)
			what(row, column);
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	make_zigzag();
	for (unsigned round = 0; round < n; round++) {
		for (int i = 0; i < SIDE; i++)
			for (int j = 0; j < SIDE; j++)
				picture[i][j] = (unsigned char)
					(i * j / 8 + (i ^ j) + (int)round);
		each_block(pack);
		put(0, 7);
		sum = sum * 31 + at;
		each_block(unpack);
		for (int i = 0; i < SIDE; i++)
			sum = sum * 31 + again[i][(i * 5) % SIDE];
	}
	return sum;
}
