/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Searches 8 KiB of text: for words, by Horspool's skip table; and for
 * patterns with . * ^ $ and sets, by backtracking.  Bytes, and recursion that
 * is shallow.
 */
#define SIZE 8192u

static char text[SIZE + 1];

static unsigned length(const char *s)
{
	unsigned n = 0;

	while (s[n])
		n++;
	return n;
}

static unsigned count_word(const char *word)
{
	unsigned char skip[256];
	unsigned n = length(word), count = 0;

	for (int i = 0; i < 256; i++)
		skip[i] = (unsigned char)n;
	for (unsigned i = 0; i + 1 < n; i++)
		skip[(unsigned char)word[i]] = (unsigned char)(n - 1 - i);
	for (unsigned at = 0; at + n <= SIZE;) {
		unsigned i = n;

		while (i > 0 && text[at + i - 1] == word[i - 1])
			i--;
		count += i == 0;
		at += skip[(unsigned char)text[at + n - 1]];
	}
	return count;
}

/* Behind one element of a pattern: a character, ".", or "[a-z_]". */
static const char *behind(const char *p)
{
	if (*p == '[')
		while (*p != ']')
			p++;
	return p + 1;
}

static int is_one(const char *p, char c)
{
	if (c == '\0')
		return 0;
	if (*p == '.')
		return c != '\n';
	if (*p != '[')
		return *p == c;
	for (p++; *p != ']'; p++) {
		if (p[1] == '-' && p[2] != ']') {
			if (c >= p[0] && c <= p[2])
				return 1;
			p += 2;
		} else if (*p == c) {
			return 1;
		}
	}
	return 0;
}

/* Where a match that begins at s ends, or NULL. */
static const char *match(const char *p, const char *s)
{
	while (*p) {
		const char *next = behind(p), *from = s, *end;

		if (*p == '$' && !p[1])
			return *s == '\n' || !*s ? s : (const char *)0;
		if (*next != '*') {
			if (!is_one(p, *s))
				return (const char *)0;
			s++;
			p = next;
			continue;
		}
		while (is_one(p, *s))
			s++;
		for (;; s--) {
			end = match(next + 1, s);
			if (end || s == from)
				return end;
		}
	}
	return s;
}

static unsigned count_matches(const char *p)
{
	unsigned count = 0;

	for (const char *s = text; *s;) {
		const char *end = (const char *)0;

		if (*p != '^')
			end = match(p, s);
		else if (s == text || s[-1] == '\n')
			end = match(p + 1, s);
		count += end ? 1 : 0;
		s = end && end > s ? end : s + 1;
	}
	return count;
}

static void make_text(unsigned seed)
{
	static const char *const piece[] = {
		"drain ", "pit ", "catch ", "the ", "main_pipe", " = 14;\n",
		"water(", "level)", " flows\n", "0x7f ", "grate ", "overflows ",
		"a ", "valve_2 ", "-> ", "to\n",
	};
	const char *p = "";

	for (unsigned at = 0; at < SIZE; at++) {
		while (*p == '\0') {
			seed = seed * 1664525u + 1013904223u;
			p = piece[seed >> 28];
		}
		text[at] = *p++;
	}
}

unsigned kernel(unsigned n)
{
	static const char *const words[] = { "overflow", "valve_2 the", "pit" };
	static const char *const patterns[] = {
		"[a-z_]*_[0-9a-z]*", "0x[0-9a-f]*", "^the .*pipe", "f.*s$",
	};
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		make_text(round);
		for (int i = 0; i < 3; i++)
			sum = sum * 31 + count_word(words[i]);
		for (int i = 0; i < 4; i++)
			sum = sum * 31 + count_matches(patterns[i]);
	}
	return sum;
}
