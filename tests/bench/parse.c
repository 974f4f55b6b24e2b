/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads nested records of text, {name:123,list:[1,2,{..}],word:"quoted"}, one
 * byte at a time.  Each state is a function, called through a table: one
 * indirect call a byte, as in many a protocol driver.
 */
#define SIZE 8192u
#define DEPTH 16u

enum state { BETWEEN, NAME, NUMBER, QUOTED, ESCAPED, STATES };

struct reader {
	unsigned depth, deepest, names, numbers, strings, errors;
	unsigned value, sum;
	unsigned char open[DEPTH];	/* the bracket of each level */
};

static unsigned char text[SIZE];

static enum state begin(struct reader *r, unsigned char c)
{
	r->value = c;
	if (c >= '0' && c <= '9') {
		r->value = c - '0';
		return NUMBER;
	}
	if (c >= 'a' && c <= 'z')
		return NAME;
	return BETWEEN;
}

static void enter(struct reader *r, unsigned char c)
{
	if (r->depth == DEPTH) {
		r->errors++;
		return;
	}
	r->open[r->depth++] = c;
	if (r->depth > r->deepest)
		r->deepest = r->depth;
}

static void leave(struct reader *r, unsigned char c)
{
	/* In ASCII a closing bracket is its opening one plus two. */
	if (r->depth == 0 || r->open[--r->depth] + 2 != c)
		r->errors++;
}

static enum state between(struct reader *r, unsigned char c)
{
	switch (c) {
	case '{': case '[':
		enter(r, c);
		return BETWEEN;
	case '}': case ']':
		leave(r, c);
		return BETWEEN;
	case '"':
		r->value = 0;
		return QUOTED;
	case ',': case ':': case ' ': case '\n':
		return BETWEEN;
	default:
		return begin(r, c);
	}
}

static enum state name(struct reader *r, unsigned char c)
{
	if (c >= 'a' && c <= 'z') {
		r->value = r->value * 31 + c;
		return NAME;
	}
	r->names++;
	r->sum = r->sum * 33 + r->value;
	return between(r, c);
}

static enum state number(struct reader *r, unsigned char c)
{
	if (c >= '0' && c <= '9') {
		r->value = r->value * 10 + (c - '0');
		return NUMBER;
	}
	r->numbers++;
	r->sum += r->value;
	return between(r, c);
}

static enum state quoted(struct reader *r, unsigned char c)
{
	if (c == '\\')
		return ESCAPED;
	if (c != '"') {
		r->value = (r->value ^ c) * 16777619u;
		return QUOTED;
	}
	r->strings++;
	r->sum ^= r->value;
	return BETWEEN;
}

static enum state escaped(struct reader *r, unsigned char c)
{
	r->value += c;
	return QUOTED;
}

static enum state (*const handler[STATES])(struct reader *, unsigned char) = {
	[BETWEEN] = between,
	[NAME] = name,
	[NUMBER] = number,
	[QUOTED] = quoted,
	[ESCAPED] = escaped,
};

/* Well-formed but for what the random choice of brackets gets wrong. */
static void make_text(unsigned seed)
{
	static const char *const piece[] = {
		"{", "level:", "[", "}", "17,", "\"grate\",", "]", "rate:",
		"40961,", "\"a \\\"b\\\" c\",", "pump:", "{", "8,", "}", "\n",
		"overflow:",
	};
	const char *p = "";

	for (unsigned at = 0; at < SIZE; at++) {
		while (*p == '\0') {
			seed = seed * 1664525u + 1013904223u;
			p = piece[seed >> 28];
		}
		text[at] = (unsigned char)*p++;
	}
}

static unsigned parse(void)
{
	struct reader r = { 0 };
	enum state state = BETWEEN;

	for (unsigned i = 0; i < SIZE; i++)
		state = handler[state](&r, text[i]);
	return r.sum ^ r.names ^ r.numbers << 6 ^ r.strings << 12 ^
	       r.errors << 18 ^ r.deepest << 26 ^ (unsigned)state;
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		make_text(round);
		sum = sum * 31 + parse();
	}
	return sum;
}
