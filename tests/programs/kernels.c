/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels of the kind that CoreMark and Embench are made of: lists, matrices,
 * state machines, checksums, filters, roots, codes, sorting.  Prints a checksum
 * of each, which depends on nothing but the number of rounds.
 *
 *	kernels [ROUNDS]
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(array)	(sizeof(array) / sizeof((array)[0]))

static uint32_t seed;

static uint32_t rnd(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static uint32_t mix(uint32_t sum, uint64_t v)
{
	return (sum << 5 | sum >> 27) ^ (uint32_t)v ^ (uint32_t)(v >> 32);
}

static uint32_t bits(double v)
{
	uint64_t u;

	memcpy(&u, &v, sizeof(u));
	return mix(0, u);
}

/* A list that is looked through, reversed, and sorted by merging. */
struct item {
	struct item *next;
	uint32_t key, value;
};

static struct item *merge(struct item *a, struct item *b)
{
	struct item *head = NULL, **end = &head;

	while (a && b) {
		struct item **least = a->key <= b->key ? &a : &b;

		*end = *least;
		*least = (*least)->next;
		end = &(*end)->next;
	}
	*end = a ? a : b;
	return head;
}

static struct item *sort_list(struct item *list, unsigned n)
{
	struct item *half = list, *rest;

	if (n < 2)
		return list;
	for (unsigned i = 1; i < n / 2; i++)
		half = half->next;
	rest = half->next;
	half->next = NULL;
	return merge(sort_list(list, n / 2), sort_list(rest, n - n / 2));
}

static uint32_t list(void)
{
	static struct item items[500];
	struct item *l = NULL, *i;
	uint32_t sum = 0;

	for (unsigned k = 0; k < N(items); k++) {
		items[k] = (struct item){ l, rnd() % 200, k };
		l = &items[k];
	}
	for (l = sort_list(l, N(items)), i = l; i; i = i->next)
		sum = mix(sum, i->key * i->value);
	return sum;
}

static uint32_t matrix(void)
{
	static int16_t a[24][24], b[24][24];
	uint32_t sum = 0;

	for (unsigned i = 0; i < 24 * 24; i++) {
		a[i / 24][i % 24] = (int16_t)rnd();
		b[i / 24][i % 24] = (int16_t)(rnd() & 0xff);
	}
	for (unsigned i = 0; i < 24; i++)
		for (unsigned k = 0; k < 24; k++) {
			int32_t v = 0;

			for (unsigned l = 0; l < 24; l++)
				v += (a[i][l] >> 2) * b[l][k] % 1021;
			sum = mix(sum, (uint32_t)v);
		}
	return sum;
}

/* Is it a number, and of which kind?  A state and a class choose the next. */
static uint32_t machine(void)
{
	enum { START, SIGN, INT, POINT, FRACTION, EXP, EXP_SIGN, POWER, BAD };
	static const char *const text[] = { "5012", "+122", "-35.54e+3",
		".1234500", "T0.3e-1F", "1e", "-110.700", "+0.64400e4" };
	uint32_t count[9] = { 0 }, sum = 0;

	for (unsigned i = 0; i < 200; i++) {
		const char *p = text[rnd() % N(text)];
		int s = START;

		for (; *p && s != BAD; p++) {
			int digit = *p >= '0' && *p <= '9';

			switch (s) {
			case START:
				s = digit ? INT : *p == '.' ? POINT
				    : *p == '+' || *p == '-' ? SIGN : BAD;
				break;
			case SIGN:
				s = digit ? INT : *p == '.' ? POINT : BAD;
				break;
			case INT:
				s = digit ? INT : *p == '.' ? POINT
				    : *p == 'e' ? EXP : BAD;
				break;
			case POINT:
			case FRACTION:
				s = digit ? FRACTION : *p == 'e' ? EXP : BAD;
				break;
			case EXP:
				s = digit ? POWER : *p == '+' || *p == '-'
				    ? EXP_SIGN : BAD;
				break;
			default:
				s = digit ? POWER : BAD;
			}
		}
		count[s]++;
	}
	for (unsigned i = 0; i < N(count); i++)
		sum = mix(sum, count[i]);
	return sum;
}

static uint32_t checksums(void)
{
	uint32_t crc = ~0u, adler = 1, b = 0;
	uint16_t ccitt = 0xffff;

	for (unsigned i = 0; i < 4096; i++) {
		uint8_t byte = (uint8_t)rnd();

		crc ^= byte;
		ccitt ^= (uint16_t)(byte << 8);
		for (int k = 0; k < 8; k++) {
			crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
			ccitt = (uint16_t)(ccitt << 1 ^
					   (0x1021 & -(ccitt >> 15)));
		}
		adler = (adler + byte) % 65521;
		b = (b + adler) % 65521;
	}
	return mix(mix(crc, ccitt), b << 16 | adler);
}

/* Montgomery's multiplication, to raise to a power modulo a 64-bit prime. */
static uint64_t reduce(unsigned __int128 t, uint64_t m, uint64_t inverse)
{
	return (uint64_t)((t + (unsigned __int128)((uint64_t)t * inverse) * m)
			  >> 64);
}

static uint32_t powers(void)
{
	const uint64_t m = 0x1fffffffffffffffu;
	uint64_t inverse = 1, x, r;
	uint32_t sum = 0;

	for (int i = 0; i < 6; i++)
		inverse *= 2 - m * inverse;
	for (int n = 0; n < 20; n++) {
		x = r = rnd();
		for (int i = 0; i < 60; i++)
			r = reduce((unsigned __int128)r * (i & 1 ? x : r), m,
				   -inverse) % m;
		sum = mix(sum, r);
	}
	return sum;
}

/* MD5's rounds, with constants out of the generator. */
static uint32_t digest(void)
{
	static const uint8_t turn[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 },
		{ 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	uint32_t h[4] = { 1, 2, 3, 4 }, k[64];

	for (unsigned i = 0; i < 64; i++)
		k[i] = rnd() << 8 ^ rnd();
	for (int block = 0; block < 40; block++) {
		uint32_t a = h[0], b = h[1], c = h[2], d = h[3], f, t, w[16];

		for (unsigned i = 0; i < 16; i++)
			w[i] = rnd();
		for (unsigned i = 0; i < 64; i++) {
			unsigned r = turn[i / 16][i % 4];
			unsigned g = i < 16 ? i : i < 32 ? 5 * i + 1
				     : i < 48 ? 3 * i + 5 : 7 * i;

			f = i < 16 ? (b & c) | (~b & d)
			    : i < 32 ? (d & b) | (~d & c)
			    : i < 48 ? b ^ c ^ d : c ^ (b | ~d);
			t = a + f + k[i] + w[g % 16];
			a = d, d = c, c = b;
			b += t << r | t >> (32 - r);
		}
		h[0] += a, h[1] += b, h[2] += c, h[3] += d;
	}
	return h[0] ^ h[1] ^ h[2] ^ h[3];
}

/* Lengths of Huffman's code for 64 symbols. */
static uint32_t huffman(void)
{
	uint32_t weight[128], parent[128] = { 0 }, sum = 0;
	unsigned n = 64;

	for (unsigned i = 0; i < n; i++)
		weight[i] = 1 + rnd() % (1 + i * i);
	for (; n < 127; n++) {
		unsigned pair[2] = { 0, 0 };

		for (int k = 0; k < 2; k++) {
			uint32_t least = ~0u;

			for (unsigned i = 0; i < n; i++)
				if (!parent[i] && weight[i] < least) {
					least = weight[i];
					pair[k] = i;
				}
			parent[pair[k]] = n;
		}
		weight[n] = weight[pair[0]] + weight[pair[1]];
	}
	for (unsigned i = 0; i < 64; i++)
		for (unsigned p = i; parent[p]; p = parent[p])
			sum = mix(sum, i + weight[i]);
	return sum;
}

/* The inverse of a matrix, and the roots of cubics by Newton's method. */
static uint32_t inverse(void)
{
	double m[8][16];
	uint32_t sum = 0;

	for (unsigned i = 0; i < 8; i++)
		for (unsigned k = 0; k < 16; k++)
			m[i][k] = k < 8 ? (rnd() % 1000) / 7.0 + 400 * (i == k)
					: k - 8 == i;
	for (unsigned i = 0; i < 8; i++)
		for (unsigned r = 0; r < 8; r++) {
			double by = m[r][i] / m[i][i];

			for (unsigned k = 0; k < 16 && r != i; k++)
				m[r][k] -= by * m[i][k];
		}
	for (unsigned i = 0; i < 8; i++)
		for (unsigned k = 8; k < 16; k++)
			sum = mix(sum, bits(m[i][k] / m[i][i]));
	return sum;
}

static uint32_t roots(void)
{
	uint32_t sum = 0;

	for (int n = 0; n < 100; n++) {
		double a = rnd() % 50 - 25.0, b = rnd() % 90 + 1.0, x = 100.0;
		float y = (float)sqrt(b);

		for (int i = 0; i < 30; i++)
			x -= (((x + a) * x + b) * x - 7) /
			     ((3 * x + 2 * a) * x + b + 0.5);
		sum = mix(sum, bits(x) ^ bits(y * 1.1f));
	}
	return sum;
}

/* A filter over 16-bit samples, and a peak. */
static uint32_t filter(void)
{
	static int16_t in[600];
	int16_t tap[32];
	int32_t peak = 0;
	uint32_t sum = 0;

	for (unsigned i = 0; i < N(in); i++)
		in[i] = (int16_t)rnd();
	for (unsigned i = 0; i < N(tap); i++)
		tap[i] = (int16_t)(rnd() % 2001 - 1000);
	for (unsigned i = 0; i + N(tap) <= N(in); i++) {
		int64_t v = 0;

		for (unsigned k = 0; k < N(tap); k++)
			v += in[i + k] * tap[k];
		v >>= 15;
		peak = v > peak ? (int32_t)v : peak;
		sum = mix(sum, (uint32_t)v);
	}
	return mix(sum, (uint32_t)peak);
}

/* A small matcher: c . * ^ $ */
static int match_here(const char *re, const char *s)
{
	if (!re[0])
		return 1;
	if (re[1] == '*') {
		do
			if (match_here(re + 2, s))
				return 1;
		while (*s && (*s++ == re[0] || re[0] == '.'));
		return 0;
	}
	if (re[0] == '$' && !re[1])
		return !*s;
	return *s && (re[0] == '.' || re[0] == *s) && match_here(re + 1, s + 1);
}

static uint32_t matcher(void)
{
	static const char *const re[] = { "a*b", "^ab*c.a", "c.*c.*a$", "bb*a" };
	uint32_t sum = 0;
	char s[64];

	for (int n = 0; n < 40; n++) {
		for (unsigned i = 0; i < 63; i++)
			s[i] = (char)('a' + rnd() % 3);
		s[63] = '\0';
		for (unsigned i = 0; i < N(re); i++) {
			const char *p = s;

			if (re[i][0] == '^') {
				sum = mix(sum, (uint32_t)match_here(re[i] + 1, s));
				continue;
			}
			while (*p && !match_here(re[i], p))
				p++;
			sum = mix(sum, (uint32_t)(p - s));
		}
	}
	return sum;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Primes by a sieve, sorted out of order by the C library. */
static uint32_t primes(void)
{
	static uint8_t composite[8000];
	static uint32_t found[1100];
	uint32_t n = 0, sum = 0;

	memset(composite, 0, sizeof(composite));
	for (uint32_t i = 2; i < N(composite); i++) {
		if (composite[i])
			continue;
		found[n++] = i * 2654435761u;
		for (uint32_t k = i * i; k < N(composite); k += i)
			composite[k] = 1;
	}
	qsort(found, n, sizeof(found[0]), by_value);
	for (uint32_t i = 0; i < n; i++)
		sum = mix(sum, found[i]);
	return sum;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		uint32_t (*run)(void);
	} kernel[] = {
		{ "list", list }, { "matrix", matrix }, { "machine", machine },
		{ "checksums", checksums }, { "powers", powers },
		{ "digest", digest }, { "huffman", huffman },
		{ "inverse", inverse }, { "roots", roots },
		{ "filter", filter }, { "matcher", matcher },
		{ "primes", primes },
	};
	int rounds = argc > 1 ? atoi(argv[1]) : 1;

	for (unsigned i = 0; i < N(kernel); i++) {
		uint32_t sum = 0;

		seed = i;
		for (int n = 0; n < rounds; n++)
			sum = mix(sum, kernel[i].run());
		printf("%-10s %08x\n", kernel[i].name, (unsigned)sum);
	}
	return 0;
}
