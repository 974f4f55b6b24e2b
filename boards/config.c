/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"
#include <string.h>

/*
 * The command line: words separated by blanks, %xx for a byte that is blank, a
 * percent sign, a comma or not ASCII.  Kept as strings that end with NUL, the
 * last one empty.
 */
static char boot[16384];

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

void cpit_config_init(void)
{
	const char *s = cpit_board.cmdline;
	size_t n = 0;

	for (; *s && n < sizeof(boot) - 2; s++) {
		if (*s == ' ') {
			if (n && boot[n - 1])
				boot[n++] = '\0';
		} else if (*s == '%' && s[1] && s[2]) {
			boot[n++] = (char)(digit(s[1]) << 4 | digit(s[2]));
			s += 2;
		} else {
			boot[n++] = *s;
		}
	}
	if (*s)
		cpit_embed_panic("settings too long", 0, 0, 0);
	boot[n] = boot[n + 1] = '\0';
}

/* Of "key=value" the value; NULL when that is another key's. */
static const char *value(const char *s, const char *key)
{
	for (; *key; s++, key++)
		if (*s != *key)
			return NULL;
	return *s == '=' ? s + 1 : NULL;
}

/* The n-th value of key in one list; counts down *n by those it passes. */
static const char *find(const char *list, const char *key, unsigned *n)
{
	for (; *list; list += strlen(list) + 1) {
		const char *v = value(list, key);

		if (v && !(*n)--)
			return v;
	}
	return NULL;
}

/* A key given at boot replaces all its values baked into the image. */
const char *cpit_config(const char *key, unsigned n)
{
	unsigned first = 0, at = n;

	if (find(boot, key, &first))
		return find(boot, key, &at);
	return find(cpit_image_config, key, &at);
}

/* Decimal, up to the first other byte; the C library's is five times this. */
unsigned cpit_number(const char *s)
{
	unsigned v = 0;

	while (*s >= '0' && *s <= '9')
		v = v * 10 + (unsigned)(*s++ - '0');
	return v;
}

unsigned cpit_config_number(const char *key, unsigned otherwise)
{
	const char *v = cpit_config(key, 0);

	return v ? cpit_number(v) : otherwise;
}
