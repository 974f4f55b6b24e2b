/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive format alone: shared with the host tool, which has no file system
 * of ours.
 */
#include <catchpit/cpio.h>
#include <string.h>

static void put_number(char *header, unsigned field, uint32_t v)
{
	for (unsigned i = 0; i < 8; i++, v <<= 4)
		header[field + i] = "0123456789abcdef"[v >> 28];
}

void cpit_cpio_header(char header[CPIO_HEADER], const struct cpio_entry *e,
		      uint32_t namesize)
{
	memset(header, '0', CPIO_HEADER);
	memcpy(header, "070701", 6);
	put_number(header, CPIO_MODE, e->mode);
	put_number(header, CPIO_NLINK, 1);
	put_number(header, CPIO_MTIME, e->mtime);
	put_number(header, CPIO_SIZE, e->size);
	put_number(header, CPIO_NAMESIZE, namesize);
	put_number(header, CPIO_CHECK, e->check);
}

static bool number(const char *header, unsigned field, uint32_t *v)
{
	*v = 0;
	for (unsigned i = 0; i < 8; i++) {
		char c = header[field + i];

		if (c >= '0' && c <= '9')
			*v = *v << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			*v = *v << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* "a/b", with no name that is empty, "." or "..". */
static bool good_name(const char *s)
{
	size_t n;

	do {
		for (n = 0; s[n] != '\0' && s[n] != '/'; n++)
			;
		if (n == 0 || n > CPIT_WASI_NAME_MAX ||
		    (n <= 2 && s[0] == '.' && s[n - 1] == '.'))
			return false;
		s += n;
	} while (*s++ == '/');
	return true;
}

/* The directory that all are in: `find .' begins with it. */
static bool is_top(const struct cpio_entry *e)
{
	return (e->mode & CPIO_TYPE) == CPIO_DIR && strcmp(e->name, ".") == 0;
}

/* Filled up: headers and names together, and contents. */
static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static int next(const char *archive, size_t size, size_t *at,
		struct cpio_entry *e)
{
	const char *h = archive + *at;
	size_t left = size - *at;
	uint32_t namesize;

	if (left < CPIO_HEADER || memcmp(h, "070701", 6) != 0 ||
	    !number(h, CPIO_INODE, &e->inode) ||
	    !number(h, CPIO_MODE, &e->mode) ||
	    !number(h, CPIO_NLINK, &e->links) ||
	    !number(h, CPIO_MTIME, &e->mtime) ||
	    !number(h, CPIO_SIZE, &e->size) ||
	    !number(h, CPIO_MAJOR, &e->major) ||
	    !number(h, CPIO_MINOR, &e->minor) ||
	    !number(h, CPIO_CHECK, &e->check) ||
	    !number(h, CPIO_NAMESIZE, &namesize))
		return -1;
	if (namesize == 0 || namesize > CPIT_WASI_PATH_MAX ||
	    left < padded(CPIO_HEADER + namesize) ||
	    h[CPIO_HEADER + namesize - 1] != '\0')
		return -1;
	e->name = h + CPIO_HEADER;
	if (strlen(e->name) != namesize - 1)
		return -1;
	if (!e->mode)			/* its name may be a file's */
		return 0;
	e->data = h + padded(CPIO_HEADER + namesize);
	left -= padded(CPIO_HEADER + namesize);
	while (e->name[0] == '.' && e->name[1] == '/')
		e->name += 2;
	if (left < padded(e->size) || (!is_top(e) && !good_name(e->name)))
		return -1;
	*at = size - left + padded(e->size);
	return 1;
}

int cpit_cpio_next(const char *archive, size_t size, size_t *at,
		   struct cpio_entry *e)
{
	int more;

	do
		more = next(archive, size, at, e);
	while (more > 0 && is_top(e));
	return more;
}
