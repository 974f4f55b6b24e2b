/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) of a message of 4096 bytes, whose head is the digest of
 * the round before: 32-bit rotations, xors and adds, most of it in registers.
 */
#define SIZE 4096u

static unsigned char message[SIZE];

static const unsigned k256[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static unsigned ror(unsigned x, int n)
{
	return x >> n | x << (32 - n);
}

static unsigned load(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	       (unsigned)p[2] << 8 | p[3];
}

static void store(unsigned char *p, unsigned x)
{
	p[0] = (unsigned char)(x >> 24);
	p[1] = (unsigned char)(x >> 16);
	p[2] = (unsigned char)(x >> 8);
	p[3] = (unsigned char)x;
}

static void schedule(unsigned w[64], const unsigned char *block)
{
	for (int i = 0; i < 16; i++)
		w[i] = load(block + 4 * i);
	for (int i = 16; i < 64; i++) {
		unsigned x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + (ror(x, 7) ^ ror(x, 18) ^ x >> 3) +
		       w[i - 7] + (ror(y, 17) ^ ror(y, 19) ^ y >> 10);
	}
}

static void absorb(unsigned h[8], const unsigned char *block)
{
	unsigned w[64], s[8];

	schedule(w, block);
	for (int i = 0; i < 8; i++)
		s[i] = h[i];
	for (int i = 0; i < 64; i++) {
		unsigned e = s[4], a = s[0];
		unsigned t1 = s[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) +
			      ((e & s[5]) ^ (~e & s[6])) + k256[i] + w[i];
		unsigned t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
			      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));

		for (int j = 7; j > 0; j--)
			s[j] = s[j - 1];
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

/* The digest of all of `message', whose size is a multiple of a block. */
static void digest(unsigned h[8])
{
	static const unsigned start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	unsigned char last[64];

	for (int i = 0; i < 8; i++)
		h[i] = start[i];
	for (unsigned at = 0; at < SIZE; at += 64)
		absorb(h, message + at);
	for (int i = 0; i < 64; i++)
		last[i] = i == 0 ? 0x80 : 0;
	store(last + 60, SIZE * 8);
	absorb(h, last);
}

unsigned kernel(unsigned n)
{
	unsigned h[8] = { 0 };

	for (unsigned i = 0; i < SIZE; i++)
		message[i] = (unsigned char)(i * 7 + 3);
	for (unsigned round = 0; round < n; round++) {
		digest(h);
		for (int i = 0; i < 8; i++)
			store(message + 4 * i, h[i]);
	}
	return h[0] ^ h[7];
}
