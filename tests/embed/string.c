/* SPDX-License-Identifier: Apache-2.0 */
/* All that libcatchpit.a wants of a C library, and what gcc may call. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *dest, const void *src, size_t n);
void *memset(void *dest, int c, size_t n);
size_t strlen(const char *s);
int memcmp(const void *a, const void *b, size_t n);
int strcmp(const char *a, const char *b);

void *memcpy(void *dest, const void *src, size_t n)
{
	volatile uint8_t *d = dest;	/* or gcc makes it a call of itself */
	const uint8_t *s = src;

	while (n--)
		*d++ = *s++;
	return dest;
}

void *memset(void *dest, int c, size_t n)
{
	volatile uint64_t *w = dest;
	volatile uint8_t *d = dest;
	uint64_t c8 = (uint8_t)c * 0x0101010101010101ul;

	if (!((uintptr_t)dest & 7)) {
		for (; n >= 8; n -= 8)
			*w++ = c8;
		d = (volatile uint8_t *)w;
	}
	while (n--)
		*d++ = (uint8_t)c;
	return dest;
}

size_t strlen(const char *s)
{
	const char *e = s;

	while (*e)
		e++;
	return (size_t)(e - s);
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (; n && *x == *y; n--, x++, y++)
		;
	return n ? *x - *y : 0;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}
