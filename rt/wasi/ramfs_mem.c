/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the RAM file system.  Small objects come in four sizes, cut from
 * pages.  A file's contents hang in a tree of pages with 512 pointers each, as
 * high as its last page asks for; a pointer that is NULL is a hole.
 */
#include "ramfs.h"
#include <string.h>

enum { SMALLEST = 64, HEIGHT_MAX = 3, BITS = 9 };
#define SIZE_MAX_FILE ((uint64_t)RAMFS_PAGE << BITS * HEIGHT_MAX)

_Static_assert(RAMFS_SLOTS == 1 << BITS, "64-bit pointers");
_Static_assert(sizeof(struct cpit_wasi_node) <= SMALLEST << 1, "node");
_Static_assert(sizeof(struct ramfs_entry) + CPIT_WASI_NAME_MAX <= SMALLEST << 3,
	       "entry");

void *cpit_ramfs_page(struct cpit_ramfs *fs)
{
	void *p;

	if (fs->pages >= fs->host->pages)
		return NULL;
	p = fs->host->page(fs->host->ctx);
	if (p != NULL)
		fs->pages++;
	return p;
}

void cpit_ramfs_page_free(struct cpit_ramfs *fs, void *page)
{
	fs->host->page_free(fs->host->ctx, page);
	fs->pages--;
}

/* 0..3 for 64..512 bytes. */
static unsigned class_of(size_t size)
{
	unsigned k = 0;

	while (size > (size_t)SMALLEST << k)
		k++;
	return k;
}

/* Cuts a page up; its first object links the pages for destroy(). */
static bool more(struct cpit_ramfs *fs, unsigned k)
{
	size_t size = (size_t)SMALLEST << k;
	char *page = cpit_ramfs_page(fs);

	if (page == NULL)
		return false;
	*(void **)page = fs->slabs;
	fs->slabs = page;
	for (size_t at = size; at < RAMFS_PAGE; at += size) {
		*(void **)(page + at) = fs->free[k];
		fs->free[k] = page + at;
	}
	return true;
}

void *cpit_ramfs_alloc(struct cpit_ramfs *fs, size_t size)
{
	unsigned k = class_of(size);
	void *p;

	if (fs->free[k] == NULL && !more(fs, k))
		return NULL;
	p = fs->free[k];
	fs->free[k] = *(void **)p;
	memset(p, 0, size);
	return p;
}

void cpit_ramfs_free(struct cpit_ramfs *fs, void *p, size_t size)
{
	unsigned k = class_of(size);

	*(void **)p = fs->free[k];
	fs->free[k] = p;
}

/* -------------------------------------------------------------- contents */

/* Makes the tree high enough for page `index'. */
static bool grow(struct cpit_wasi_node *n, uint64_t index)
{
	while (index >> BITS * n->height != 0) {
		if (n->top != NULL) {
			void **up = cpit_ramfs_page(n->fs);

			if (up == NULL)
				return false;
			up[0] = n->top;
			n->top = up;
		}
		n->height++;
	}
	return true;
}

/* Page `index', NULL for a hole, or, if one is to be made, without memory. */
static char *page_at(struct cpit_wasi_node *n, uint64_t index, bool make)
{
	void **slot = &n->top;
	unsigned h;

	if (make && !grow(n, index))
		return NULL;
	if (index >> BITS * n->height != 0)
		return NULL;
	for (h = n->height;; h--) {
		if (*slot == NULL && make)
			*slot = cpit_ramfs_page(n->fs);
		if (*slot == NULL || h == 0)
			return *slot;
		slot = (void **)*slot + (index >> BITS * (h - 1)) % RAMFS_SLOTS;
	}
}

/* Frees the pages from `first' on below *slot.  At most four deep. */
static void trim(struct cpit_ramfs *fs, void **slot, unsigned height,
		 uint64_t first)
{
	void **below = *slot;

	if (below == NULL)
		return;
	for (uint64_t i = 0; height > 0 && i < RAMFS_SLOTS; i++) {
		uint64_t start = i << BITS * (height - 1);
		uint64_t end = (i + 1) << BITS * (height - 1);

		if (end > first)
			trim(fs, &below[i], height - 1,
			     first > start ? first - start : 0);
	}
	if (first == 0) {
		cpit_ramfs_page_free(fs, below);
		*slot = NULL;
	}
}

int cpit_ramfs_resize(struct cpit_wasi_node *n, uint64_t size)
{
	uint32_t tail = size % RAMFS_PAGE;

	if (size >= SIZE_MAX_FILE)
		return -CPIT_WASI_EFBIG;
	/* Of that size too: a write that failed may have left pages behind it. */
	if (size <= n->size) {
		uint64_t keep = size / RAMFS_PAGE + (tail != 0);
		char *last = tail != 0 ? page_at(n, size / RAMFS_PAGE, false) :
					 NULL;

		if (last != NULL)
			memset(last + tail, 0, RAMFS_PAGE - tail);
		trim(n->fs, &n->top, n->height, keep);
		if (n->top == NULL)
			n->height = 0;
	}
	n->size = size;
	n->mtim = n->ctim = ramfs_now(n->fs);
	return 0;
}

int64_t cpit_ramfs_read(struct cpit_wasi_node *n, uint64_t at, void *buf,
			uint32_t len)
{
	char *to = buf;
	uint32_t done = 0;

	if (at >= n->size)
		return 0;
	if (len > n->size - at)
		len = (uint32_t)(n->size - at);
	while (done < len) {
		uint32_t off = (at + done) % RAMFS_PAGE;
		uint32_t k = RAMFS_PAGE - off;
		const char *p = page_at(n, (at + done) / RAMFS_PAGE, false);

		if (k > len - done)
			k = len - done;
		if (p != NULL)
			memcpy(to + done, p + off, k);
		else
			memset(to + done, 0, k);
		done += k;
	}
	n->atim = ramfs_now(n->fs);
	return done;
}

int64_t cpit_ramfs_write(struct cpit_wasi_node *n, uint64_t at, const void *buf,
			 uint32_t len)
{
	const char *from = buf;
	uint32_t done = 0;

	if (at == CPIT_WASI_END)
		at = n->size;
	if (at >= SIZE_MAX_FILE - 1)
		return -CPIT_WASI_EFBIG;
	if (len > SIZE_MAX_FILE - 1 - at)
		len = (uint32_t)(SIZE_MAX_FILE - 1 - at);
	while (done < len) {
		uint32_t off = (at + done) % RAMFS_PAGE;
		uint32_t k = RAMFS_PAGE - off;
		char *p = page_at(n, (at + done) / RAMFS_PAGE, true);

		if (p == NULL)
			break;
		if (k > len - done)
			k = len - done;
		memcpy(p + off, from + done, k);
		done += k;
	}
	if (done == 0)
		return -CPIT_WASI_ENOSPC;
	if (at + done > n->size)
		n->size = at + done;
	n->mtim = n->ctim = ramfs_now(n->fs);
	return done;
}
