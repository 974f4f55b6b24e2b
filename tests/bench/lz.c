/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compressor in the manner of LZ77, and its inverse: byte loads at computed
 * places, short copies, branches that are hard to predict.
 *
 * A token is a byte: 0..127 says that so many bytes plus one follow as they
 * are; 128 + n says to copy n + MIN bytes from `distance' back, two bytes, low
 * first.
 */
#define SIZE	16384u
#define MIN	4u
#define MAX	(MIN + 127)
#define SLOTS	2048u
#define NEVER	0xffffffffu

static unsigned char text[SIZE], packed[SIZE + SIZE / 128 + 1], back[SIZE];
static unsigned newest[SLOTS];	/* where these four bytes were seen last */

/* Lines of a log: mostly the same words, with numbers in between. */
static void make_text(unsigned seed)
{
	static const char words[] =
		"pump on, pump off, level high, level low, valve open, "
		"valve shut, grate clear, grate full, rain, no rain; ";
	unsigned at = 0, from = 0;

	while (at < SIZE) {
		seed = seed * 1664525u + 1013904223u;
		if (seed >> 30 == 0)
			text[at++] = (unsigned char)('0' + (seed >> 8) % 10);
		else if (seed >> 30 == 1)
			from = (seed >> 8) % (sizeof(words) - 1);
		else
			for (int i = 0; i < 9 && at < SIZE; i++) {
				text[at++] = (unsigned char)words[from++];
				from %= sizeof(words) - 1;
			}
	}
}

static unsigned slot(unsigned at)
{
	unsigned four = text[at] | (unsigned)text[at + 1] << 8 |
			(unsigned)text[at + 2] << 16 |
			(unsigned)text[at + 3] << 24;

	return four * 2654435761u >> 21;
}

static unsigned match_length(unsigned from, unsigned at)
{
	unsigned n = 0;

	while (n < MAX && at + n < SIZE && text[from + n] == text[at + n])
		n++;
	return n;
}

static unsigned put_plain(unsigned out, unsigned from, unsigned to)
{
	while (from < to) {
		unsigned n = to - from < 128 ? to - from : 128;

		packed[out++] = (unsigned char)(n - 1);
		for (; n > 0; n--)
			packed[out++] = text[from++];
	}
	return out;
}

static unsigned compress(void)
{
	unsigned at = 0, plain = 0, out = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		newest[i] = NEVER;
	while (at + MIN <= SIZE) {
		unsigned s = slot(at), from = newest[s], n = 0;

		newest[s] = at;
		if (from != NEVER)
			n = match_length(from, at);
		if (n < MIN) {
			at++;
			continue;
		}
		out = put_plain(out, plain, at);
		packed[out++] = (unsigned char)(128 + n - MIN);
		packed[out++] = (unsigned char)(at - from);
		packed[out++] = (unsigned char)((at - from) >> 8);
		plain = at += n;
	}
	return put_plain(out, plain, SIZE);
}

static void expand(unsigned length)
{
	unsigned at = 0, in = 0;

	while (in < length) {
		unsigned token = packed[in++];

		if (token < 128) {
			for (unsigned n = token + 1; n > 0; n--)
				back[at++] = packed[in++];
			continue;
		}
		unsigned from = at - packed[in] - packed[in + 1] * 256u;

		in += 2;
		for (unsigned n = token - 128 + MIN; n > 0; n--)
			back[at++] = back[from++];
	}
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		make_text(round);
		unsigned length = compress();

		expand(length);
		for (unsigned i = 0; i < SIZE; i++)
			sum += text[i] != back[i];
		for (unsigned i = 0; i < length; i++)
			sum = sum * 31 + packed[i];
	}
	return sum;
}
