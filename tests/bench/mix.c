/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs for small machines are made of, in turn: a linked list that is
 * searched, reversed and merge-sorted by one of two orders, 16-bit matrices, a
 * scanner of numbers, and a 16-bit CRC over what each of them found.
 */
#define ITEMS	60
#define SIDE	12
#define TEXT	256

struct item {
	struct item *next;
	short key, value;
};

static struct item items[ITEMS];
static short left[SIDE][SIDE], right[SIDE][SIDE];
static int product[SIDE][SIDE];
static char text[TEXT];

static unsigned crc16(unsigned v, unsigned crc)
{
	for (int i = 0; i < 16; i++, v >>= 1)
		crc = (crc >> 1) ^ ((crc ^ v) & 1 ? 0xa001u : 0);
	return crc;
}

/* ------------------------------------------------------------- the list */

static int by_key(const struct item *a, const struct item *b)
{
	return a->key - b->key;
}

static int by_value(const struct item *a, const struct item *b)
{
	return (a->value & 0x7f) - (b->value & 0x7f);
}

static struct item *merged(struct item *a, struct item *b,
			   int (*order)(const struct item *,
					const struct item *))
{
	struct item *head = 0, **end = &head;

	while (a && b) {
		struct item **least = order(a, b) <= 0 ? &a : &b;

		*end = *least;
		end = &(*least)->next;
		*least = (*least)->next;
	}
	*end = a ? a : b;
	return head;
}

static struct item *sorted(struct item *list,
			   int (*order)(const struct item *,
					const struct item *))
{
	struct item *half[2] = { 0, 0 };

	if (!list || !list->next)
		return list;
	for (int i = 0; list; i ^= 1) {
		struct item *next = list->next;

		list->next = half[i];
		half[i] = list;
		list = next;
	}
	return merged(sorted(half[0], order), sorted(half[1], order), order);
}

static struct item *reversed(struct item *list)
{
	struct item *before = 0;

	while (list) {
		struct item *next = list->next;

		list->next = before;
		before = list;
		list = next;
	}
	return before;
}

static const struct item *find(const struct item *list, short key)
{
	while (list && list->key != key)
		list = list->next;
	return list;
}

static unsigned list_part(unsigned seed)
{
	struct item *list = 0;
	unsigned crc = seed;

	for (int i = 0; i < ITEMS; i++) {
		items[i].key = (short)((unsigned)i * 37u % ITEMS);
		items[i].value = (short)((unsigned)i * seed >> 2);
		items[i].next = list;
		list = &items[i];
	}
	for (short key = 0; key < ITEMS + 4; key += 3) {
		const struct item *found = find(list, key);

		list = reversed(list);
		crc = crc16(found ? (unsigned short)found->value : 1u, crc);
	}
	list = sorted(list, by_value);
	crc = crc16((unsigned short)list->value, crc);
	for (list = sorted(list, by_key); list; list = list->next)
		crc = crc16((unsigned short)list->value, crc);
	return crc;
}

/* --------------------------------------------------------- the matrices */

static unsigned matrix_part(unsigned seed)
{
	int sum = 0;

	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			left[i][j] = (short)(seed + (unsigned)(i * j));
			right[i][j] = (short)(i - j + (short)(seed >> 4));
		}
	}
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			int p = 0;

			for (int k = 0; k < SIDE; k++)
				p += (left[i][k] & 0xff) * (right[k][j] >> 2 & 0x7f);
			product[i][j] = p;
		}
	}
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++)
			sum += product[i][j] > 1000 * i ? product[i][j] : j;
	return crc16((unsigned)sum >> 16, (unsigned)sum & 0xffff);
}

/* ---------------------------------------------------------- the scanner */

enum state { START, SIGN, WHOLE, POINT, FRACTION, POWER, WRONG, STATES };

static int digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum state next_state(enum state s, char c)
{
	switch (s) {
	case START:
		if (c == '+' || c == '-')
			return SIGN;
		return digit(c) ? WHOLE : c == '.' ? POINT : WRONG;
	case SIGN:
		return digit(c) ? WHOLE : c == '.' ? POINT : WRONG;
	case WHOLE:
		return digit(c) ? WHOLE : c == '.' ? POINT
				: c == 'e' ? POWER : WRONG;
	case POINT:
	case FRACTION:
		return digit(c) ? FRACTION : c == 'e' ? POWER : WRONG;
	case POWER:
		return digit(c) ? POWER : WRONG;
	default:
		return WRONG;
	}
}

static unsigned text_part(unsigned seed)
{
	static const char *const piece[] = { "5012,", "-874.25,", "+.7e3,",
		"1e9,", "T0.3e-1F,", "110.700,", "-+12,", "0.e2," };
	unsigned ends[STATES] = { 0 }, crc = 0;
	enum state s = START;
	const char *p = "";

	for (int i = 0; i < TEXT; i++) {
		if (!*p) {
			seed = seed * 1664525u + 1013904223u;
			p = piece[seed >> 29];
		}
		text[i] = *p++;
	}
	for (int i = 0; i < TEXT; i++) {
		if (text[i] == ',') {
			ends[s]++;
			s = START;
		} else {
			s = next_state(s, text[i]);
		}
	}
	for (int i = 0; i < STATES; i++)
		crc = crc16(ends[i], crc);
	return crc;
}

unsigned kernel(unsigned n)
{
	unsigned crc = 0;

	for (unsigned round = 0; round < n; round++) {
		crc = crc16(list_part(round + 1), crc);
		crc = crc16(matrix_part(round), crc);
		crc = crc16(text_part(round), crc);
	}
	return crc;
}
