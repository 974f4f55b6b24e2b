/* SPDX-License-Identifier: Apache-2.0 */
/* Archives out of a file system, by its own functions alone. */
#include <catchpit/cpio.h>
#include <catchpit/wasi.h>
#include <string.h>

typedef struct cpit_wasi_node node;

enum { LEVELS = 16 };

/*
 * One run of packing.  No recursion: how deep a tree is, is the guest's affair.
 * So is how wide: the way back is kept for as many levels as there is room for,
 * and searched for below.
 */
struct packing {
	const struct cpit_wasi_fs *fs;
	uint64_t when;
	void (*put)(void *ctx, const void *p, size_t n);
	void *ctx;
	char *path;		/* of the entry, or of the directory it is in */
	size_t len;
	unsigned depth;
	unsigned whole;		/* from this depth on all is new to its names */
	uint64_t back[LEVELS];	/* cookies of what comes after, by level */
};

/* What lies below a directory of another name is not what lay below that name. */
static bool is_whole(const struct packing *k)
{
	return k->depth >= k->whole;
}

static bool is_new(const struct packing *k, const struct cpit_wasi_stat *st)
{
	return st->named == 0 || st->named > k->when;
}

static void pad(const struct packing *k, size_t n)
{
	k->put(k->ctx, "\0\0\0", -n & 3);
}

static void put_header(const struct packing *k, const struct cpio_entry *e,
		       const char *name, size_t len)
{
	char header[CPIO_HEADER];

	cpit_cpio_header(header, e, (uint32_t)len + 1);
	k->put(k->ctx, header, sizeof(header));
	k->put(k->ctx, name, len);
	k->put(k->ctx, "", 1);
	pad(k, sizeof(header) + len + 1);
}

/* Apart: what goes from directory to directory needs no room for contents. */
__attribute__((noinline))
static int put_contents(const struct packing *k, node *n, uint32_t size)
{
	char buf[256];
	uint32_t done = 0;

	while (done < size) {
		uint32_t part = size - done < sizeof(buf) ? size - done :
							    sizeof(buf);
		int64_t r = k->fs->read(n, done, buf, part);

		if (r < 0)
			return (int)r;
		if (r == 0)
			return -CPIT_WASI_EIO;
		k->put(k->ctx, buf, (size_t)r);
		done += (uint32_t)r;
	}
	pad(k, size);
	return 0;
}

static int put_node(const struct packing *k, node *n, struct cpit_wasi_stat *st)
{
	struct cpio_entry e = { 0 };
	uint64_t mtime;
	int err = k->fs->stat(n, st);

	if (err != 0)
		return err;
	if (st->size > UINT32_MAX - 3)
		return -CPIT_WASI_EFBIG;
	e.mode = st->type == CPIT_WASI_DIRECTORY ? CPIO_DIR | 0755 :
		 st->type == CPIT_WASI_SYMLINK ? CPIO_LINK | 0777 :
						 CPIO_FILE | 0644;
	mtime = st->mtim / 1000000000;
	e.mtime = mtime < UINT32_MAX ? (uint32_t)mtime : UINT32_MAX - 1;
	e.check = st->ctim <= k->when && !is_whole(k);
	if (st->type != CPIT_WASI_DIRECTORY && !e.check)
		e.size = (uint32_t)st->size;
	put_header(k, &e, k->path, k->len);
	return put_contents(k, n, e.size);
}

/* The next entry of *dir from *cookie on: into it if it is a directory. */
static int pack_next(struct packing *k, node **dir, uint64_t *cookie)
{
	struct cpit_wasi_stat st = { 0 };
	struct cpit_wasi_dirent d;
	size_t len = k->len;
	node *n;
	int r = k->fs->readdir(*dir, *cookie, &d);

	if (r <= 0)
		return r;
	*cookie = d.next;
	if (len + 1 + d.len >= CPIT_WASI_PATH_MAX)
		return -CPIT_WASI_ENAMETOOLONG;
	if (len != 0)
		k->path[k->len++] = '/';
	memcpy(k->path + k->len, d.name, d.len);
	k->len += d.len;
	r = k->fs->lookup(*dir, d.name, d.len, &n);
	if (r != 0)
		return r;
	r = put_node(k, n, &st);
	if (r == 0 && st.type == CPIT_WASI_DIRECTORY) {
		k->fs->release(*dir);
		*dir = n;
		if (k->depth < LEVELS)
			k->back[k->depth] = *cookie;
		k->depth++;
		if (is_new(k, &st) && !is_whole(k))
			k->whole = k->depth;
		*cookie = 2;
		return 1;
	}
	k->fs->release(n);
	if (r != 0)
		return r;
	k->len = len;
	return 1;
}

/* Back to the parent, and to what comes after *dir there. */
static int pack_up(struct packing *k, node **dir, uint64_t *cookie)
{
	struct cpit_wasi_dirent d = { .next = 2 };
	struct cpit_wasi_stat st;
	node *up;
	int r = k->fs->stat(*dir, &st);

	if (r == 0)
		r = k->fs->parent(*dir, NULL, &up);
	if (r != 0)
		return r;
	k->fs->release(*dir);
	*dir = up;
	if (--k->depth < k->whole)
		k->whole = UINT32_MAX;
	if (k->depth < LEVELS) {
		*cookie = k->back[k->depth];
	} else {
		do
			r = k->fs->readdir(up, d.next, &d);
		while (r > 0 && d.ino != st.ino);
		*cookie = d.next;
	}
	while (k->len > 0 && k->path[--k->len] != '/')
		;
	return r < 0 ? r : 0;
}

/* All of it may have come here with a directory, or one above it. */
static int begin(struct packing *k, node *top)
{
	struct cpit_wasi_stat st = { 0 };
	node *dir, *up = top;
	int r;

	k->fs->retain(top);
	do {
		dir = up;
		r = k->fs->stat(dir, &st);
		if (r == 0)
			r = k->fs->parent(dir, NULL, &up);
		if (is_new(k, &st))
			k->whole = 0;
		k->fs->release(dir);
	} while (r == 0 && up != dir);
	if (r == 0)
		k->fs->release(up);
	return r;
}

int cpit_cpio_pack(const struct cpit_wasi_fs *fs, node *top, char *path,
		   uint64_t when,
		   void (*put)(void *ctx, const void *p, size_t n), void *ctx)
{
	struct packing k = {
		.fs = fs, .when = when, .put = put, .ctx = ctx, .path = path,
		.len = strlen(path), .whole = UINT32_MAX,
	};
	size_t start = k.len;
	uint64_t cookie = 2;
	node *dir = top;
	int r = begin(&k, top);

	if (r != 0)
		return r;
	fs->retain(dir);
	do {
		r = pack_next(&k, &dir, &cookie);
		if (r == 0 && k.len > start)
			r = pack_up(&k, &dir, &cookie) == 0 ? 1 :
			    -CPIT_WASI_EIO;
	} while (r > 0);
	fs->release(dir);
	path[k.len] = '\0';		/* there is always room: pack_next() */
	return r;
}

void cpit_cpio_end(void (*put)(void *ctx, const void *p, size_t n), void *ctx)
{
	struct packing k = { .put = put, .ctx = ctx };
	struct cpio_entry e = { 0 };

	put_header(&k, &e, "TRAILER!!!", 10);
}
