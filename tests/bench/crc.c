/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC-32 of 16 KiB, by one table a byte at a time and by four tables a word at
 * a time; both must agree.  Loads whose addresses come from loads.
 */
#define SIZE 16384u

static unsigned table[4][256];
static union {
	unsigned char byte[SIZE];
	unsigned word[SIZE / 4];
} data;

static void make_tables(void)
{
	for (unsigned i = 0; i < 256; i++) {
		unsigned c = i;

		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
		table[0][i] = c;
	}
	for (unsigned i = 0; i < 256; i++)
		for (int t = 1; t < 4; t++)
			table[t][i] = table[t - 1][i] >> 8 ^
				      table[0][table[t - 1][i] & 255];
}

static unsigned by_bytes(void)
{
	unsigned c = ~0u;

	for (unsigned i = 0; i < SIZE; i++)
		c = c >> 8 ^ table[0][(c ^ data.byte[i]) & 255];
	return ~c;
}

/* Little-endian, as wasm is. */
static unsigned by_words(void)
{
	unsigned c = ~0u;

	for (unsigned i = 0; i < SIZE / 4; i++) {
		c ^= data.word[i];
		c = table[3][c & 255] ^ table[2][c >> 8 & 255] ^
		    table[1][c >> 16 & 255] ^ table[0][c >> 24];
	}
	return ~c;
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	make_tables();
	for (unsigned i = 0; i < SIZE; i++)
		data.byte[i] = (unsigned char)(i * i >> 3);
	for (unsigned round = 0; round < n; round++) {
		unsigned c = by_bytes();

		sum = sum * 31 + (c == by_words() ? c : 0);
		data.word[round % (SIZE / 4)] ^= c;
	}
	return sum;
}
