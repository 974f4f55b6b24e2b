/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, buffers, progress. */
#include "util.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool progress_shown;

/* -------------------------------------------------------------- errors */

void fail(int status, const char *fmt, ...)
{
	static char line[16384];	/* there may be no more memory */
	va_list ap;
	char *p;

	progress_done();
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (p = line; *p; p++)		/* one line, whatever a file's name is */
		if (iscntrl((unsigned char)*p))
			*p = '?';
	fprintf(stderr, "catchpit: %s\n", line);
	exit(status);
}

void *xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		fail(EXIT_TOOL, "out of memory");
	return p;
}

void *xmalloc(size_t n)
{
	return memset(xrealloc(NULL, n), 0, n);
}

void *grow(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : xrealloc(array, (n ? 2 * n : 1) * size);
}

char *xstrdup(const char *s)
{
	return strcpy(xmalloc(strlen(s) + 1), s);
}

const char *first_line(const char *s)
{
	static char line[400];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(s, "\r\n"), s);
	return line;
}

/* ---------------------------------------------------------------- text */

static void make_room(struct text *t, size_t n)
{
	if (t->len + n + 1 > t->room) {
		t->room = (t->len + n + 1) * 2;
		t->s = xrealloc(t->s, t->room);
	}
}

void vadd(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	make_room(t, (size_t)n);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	t->len += (size_t)n;
}

void add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vadd(t, fmt, ap);
	va_end(ap);
}

void add_bytes(struct text *t, const void *p, size_t n)
{
	make_room(t, n);
	memcpy(t->s + t->len, p, n);
	t->len += n;
	t->s[t->len] = '\0';
}

char *format(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	return t.s;
}

static void push_owned(struct list *l, char *s)
{
	l->v = xrealloc(l->v, (l->n + 2) * sizeof(*l->v));
	l->v[l->n++] = s;
	l->v[l->n] = NULL;
}

void push(struct list *l, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	push_owned(l, t.s);
}

void push_all(struct list *l, const char *const *v)
{
	for (; *v; v++)
		push_owned(l, xstrdup(*v));
}

/* ------------------------------------------------------------ progress */

void progress(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(2))
		return;
	progress_shown = true;
	fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
}

void progress_done(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

bool parse_size(const char *s, unsigned long *v)
{
	char *end;

	errno = 0;
	*v = strtoul(s, &end, 10);
	if (!isdigit((unsigned char)*s) || errno || *v > 1ul << 30)
		return false;
	if (*end == 'K' || *end == 'k')
		*v <<= 10, end++;
	else if (*end == 'M' || *end == 'm')
		*v <<= 20, end++;
	else if (*end == 'G' || *end == 'g')
		*v <<= 30, end++;
	return !*end;
}
