/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the RAM file system.  All are in one hash table, those of one
 * directory also in a list in the order of their cookies.
 */
#include "ramfs.h"
#include <string.h>

typedef struct cpit_wasi_node node;

static bool is_dir(const node *n)
{
	return n->type == CPIT_WASI_DIRECTORY;
}

/* ----------------------------------------------------------------- nodes */

static node *node_new(struct cpit_ramfs *fs, enum cpit_wasi_type type)
{
	node *n = cpit_ramfs_alloc(fs, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->fs = fs;
	n->type = type;
	n->ino = ++fs->ino;
	n->atim = n->mtim = n->ctim = ramfs_now(fs);
	if (is_dir(n)) {
		n->parent = n;
		n->cookie = 2;
	}
	return n;
}

static void node_unused(node *n)
{
	if (n->links != 0 || n->refs != 0)
		return;			/* N1 */
	if (!is_dir(n))
		cpit_ramfs_resize(n, 0);
	cpit_ramfs_free(n->fs, n, sizeof(*n));
}

static int hand_out(node *n, node **out)
{
	n->refs++;
	*out = n;
	return 0;
}

static void retain(node *n)
{
	n->refs++;
}

static void release(node *n)
{
	n->refs--;
	node_unused(n);
}

/* ----------------------------------------------------------------- names */

static struct ramfs_entry **bucket(const node *dir, const char *name,
				   uint32_t len)
{
	uint32_t h = (uint32_t)dir->ino * 2654435761u;

	while (len-- > 0)
		h = (h ^ (uint8_t)*name++) * 16777619u;
	return &dir->fs->names[(h ^ h >> 16) % RAMFS_SLOTS];
}

static struct ramfs_entry *find(const node *dir, const char *name, uint32_t len)
{
	struct ramfs_entry *e = *bucket(dir, name, len);

	for (; e != NULL; e = e->chain) {
		if (e->dir == dir && e->len == len &&
		    memcmp(e->name, name, len) == 0)
			return e;
	}
	return NULL;
}

/* Not in any list yet, so that what follows cannot fail. */
static struct ramfs_entry *entry_new(node *dir, const char *name, uint32_t len)
{
	struct ramfs_entry *e = cpit_ramfs_alloc(dir->fs, sizeof(*e) + len);

	if (e == NULL)
		return NULL;
	e->dir = dir;
	e->len = (uint8_t)len;
	memcpy(e->name, name, len);
	return e;
}

/* Before another one of its directory, whose cookie is higher, or at the end. */
static void entry_insert(struct ramfs_entry *e, node *n,
			 struct ramfs_entry *before, uint64_t cookie)
{
	struct ramfs_entry **b = bucket(e->dir, e->name, e->len);
	node *dir = e->dir;

	e->node = n;
	e->chain = *b;
	*b = e;
	e->cookie = cookie;
	e->next = before;
	e->prev = before != NULL ? before->prev : dir->last;
	*(e->prev != NULL ? &e->prev->next : &dir->first) = e;
	*(before != NULL ? &before->prev : &dir->last) = e;
	n->links++;
	dir->mtim = dir->ctim = n->ctim = ramfs_now(dir->fs);
	if (is_dir(n)) {
		n->parent = dir;
		n->named = n->ctim;
	}
}

static void entry_remove(struct ramfs_entry *e)
{
	struct ramfs_entry **b = bucket(e->dir, e->name, e->len);
	node *dir = e->dir, *n = e->node;

	while (*b != e)
		b = &(*b)->chain;
	*b = e->chain;
	if (e->prev != NULL)
		e->prev->next = e->next;
	else
		dir->first = e->next;
	if (e->next != NULL)
		e->next->prev = e->prev;
	else
		dir->last = e->prev;
	if (dir->at == e)
		dir->at = e->next;
	cpit_ramfs_free(dir->fs, e, sizeof(*e) + e->len);
	n->links--;
	if (is_dir(n))
		n->parent = n;		/* N2 */
	dir->mtim = dir->ctim = n->ctim = ramfs_now(dir->fs);
	node_unused(n);
}

/* N2: nothing is put into a directory that was removed. */
static int may_insert(const node *dir, uint32_t len)
{
	if (len > CPIT_WASI_NAME_MAX)
		return -CPIT_WASI_ENAMETOOLONG;
	return dir->links == 0 ? -CPIT_WASI_ENOENT : 0;
}

/* ------------------------------------------------------------ operations */

static int lookup(node *dir, const char *name, uint32_t len, node **out)
{
	struct ramfs_entry *e = find(dir, name, len);

	return e == NULL ? -CPIT_WASI_ENOENT : hand_out(e->node, out);
}

static int parent(node *dir, const node *top, node **out)
{
	const node *up;

	for (up = dir->parent; top != NULL && up != top; up = up->parent) {
		if (up == up->parent)
			return -CPIT_WASI_ENOTCAPABLE;
	}
	return hand_out(dir->parent, out);
}

static int stat(node *n, struct cpit_wasi_stat *st)
{
	*st = (struct cpit_wasi_stat){
		.ino = n->ino, .nlink = n->links, .type = n->type,
		.size = is_dir(n) ? 0 : n->size,
		.atim = n->atim, .mtim = n->mtim, .ctim = n->ctim,
		.named = is_dir(n) ? n->named : 0,
		.end = is_dir(n) ? n->cookie : 0,
	};
	return 0;
}

static int set_times(node *n, uint64_t atim, uint64_t mtim)
{
	n->atim = atim;
	n->mtim = mtim;
	n->ctim = ramfs_now(n->fs);
	return 0;
}

static int create(node *dir, const char *name, uint32_t len,
		  enum cpit_wasi_type type, node **out)
{
	struct ramfs_entry *e;
	int err = may_insert(dir, len);
	node *n;

	if (err != 0)
		return err;
	if (find(dir, name, len) != NULL)
		return -CPIT_WASI_EEXIST;
	e = entry_new(dir, name, len);
	n = e != NULL ? node_new(dir->fs, type) : NULL;
	if (n == NULL) {
		if (e != NULL)
			cpit_ramfs_free(dir->fs, e, sizeof(*e) + len);
		return -CPIT_WASI_ENOSPC;
	}
	entry_insert(e, n, NULL, dir->cookie++);
	return hand_out(n, out);
}

static int link(node *dir, const char *name, uint32_t len, node *n)
{
	struct ramfs_entry *e;
	int err = may_insert(dir, len);

	if (err != 0)
		return err;
	if (n->fs != dir->fs)
		return -CPIT_WASI_EXDEV;
	if (find(dir, name, len) != NULL)
		return -CPIT_WASI_EEXIST;
	e = entry_new(dir, name, len);
	if (e == NULL)
		return -CPIT_WASI_ENOSPC;
	entry_insert(e, n, NULL, dir->cookie++);
	return 0;
}

static int unlink(node *dir, const char *name, uint32_t len,
		  enum cpit_wasi_type type)
{
	struct ramfs_entry *e = find(dir, name, len);

	if (e == NULL)
		return -CPIT_WASI_ENOENT;
	if (type != CPIT_WASI_DIRECTORY && is_dir(e->node))
		return -CPIT_WASI_EISDIR;
	if (type == CPIT_WASI_DIRECTORY && !is_dir(e->node))
		return -CPIT_WASI_ENOTDIR;
	if (is_dir(e->node) && e->node->first != NULL)
		return -CPIT_WASI_ENOTEMPTY;
	entry_remove(e);
	return 0;
}

/* May `n' take the place of what is there under the new name? */
static int may_replace(const node *n, const struct ramfs_entry *there)
{
	if (there == NULL)
		return 0;
	if (is_dir(n) && !is_dir(there->node))
		return -CPIT_WASI_ENOTDIR;
	if (!is_dir(n) && is_dir(there->node))
		return -CPIT_WASI_EISDIR;
	return is_dir(n) && there->node->first != NULL ? -CPIT_WASI_ENOTEMPTY : 0;
}

static int rename(node *from, const char *name, uint32_t len, node *to,
		  const char *new_name, uint32_t new_len)
{
	struct ramfs_entry *e = find(from, name, len), *there, *new;
	struct ramfs_entry *place, *next = NULL;
	int err = may_insert(to, new_len);
	uint64_t cookie;
	node *n, *up;

	if (err != 0)
		return err;
	if (from->fs != to->fs)
		return -CPIT_WASI_EXDEV;
	if (e == NULL)
		return -CPIT_WASI_ENOENT;
	n = e->node;
	for (up = to; is_dir(n) && up != up->parent; up = up->parent)
		if (up == n)
			return -CPIT_WASI_EINVAL;	/* into itself */
	there = find(to, new_name, new_len);
	if (there != NULL && there->node == n)
		return 0;
	err = may_replace(n, there);
	if (err != 0)
		return err;
	new = entry_new(to, new_name, new_len);
	if (new == NULL)
		return -CPIT_WASI_ENOSPC;
	/* The place of that name, or of the file: a listing has both once. */
	place = there != NULL ? there : from == to ? e : NULL;
	cookie = place != NULL ? place->cookie : to->cookie++;
	if (place != NULL)
		next = place->next != e ? place->next : e->next;
	if (there != NULL)
		entry_remove(there);
	n->refs++;			/* between its two names */
	entry_remove(e);
	entry_insert(new, n, next, cookie);
	n->refs--;
	return 0;
}

static int readdir(node *dir, uint64_t cookie, struct cpit_wasi_dirent *d)
{
	struct ramfs_entry *e = dir->at;

	/* Mostly the next one: else a long directory takes quadratic time. */
	if (e == NULL || e->cookie > cookie)
		e = dir->first;
	while (e != NULL && e->cookie < cookie)
		e = e->next;
	if (e == NULL)
		return 0;
	dir->at = e;
	d->next = e->cookie + 1;
	d->ino = e->node->ino;
	d->type = e->node->type;
	d->len = e->len;
	memcpy(d->name, e->name, e->len);
	return 1;
}

const struct cpit_wasi_fs cpit_ramfs_ops = {
	.lookup = lookup,
	.parent = parent,
	.retain = retain,
	.release = release,
	.stat = stat,
	.set_times = set_times,
	.read = cpit_ramfs_read,
	.write = cpit_ramfs_write,
	.resize = cpit_ramfs_resize,
	.create = create,
	.link = link,
	.unlink = unlink,
	.rename = rename,
	.readdir = readdir,
};

/* ------------------------------------------------------------- as a whole */

int cpit_ramfs_init(struct cpit_ramfs *fs, const struct cpit_ramfs_host *host)
{
	memset(fs, 0, sizeof(*fs));
	fs->host = host;
	fs->names = cpit_ramfs_page(fs);
	if (fs->names != NULL)
		fs->root = node_new(fs, CPIT_WASI_DIRECTORY);
	if (fs->root == NULL) {
		if (fs->names != NULL)
			cpit_ramfs_page_free(fs, fs->names);
		return -CPIT_WASI_ENOSPC;
	}
	fs->root->links = 1;		/* it has no name, and stays */
	fs->root->named = fs->root->ctim;
	return 0;
}

struct cpit_wasi_node *cpit_ramfs_root(struct cpit_ramfs *fs)
{
	return fs->root;
}

void cpit_ramfs_destroy(struct cpit_ramfs *fs)
{
	node *dir = fs->root;

	while (dir->first != NULL) {	/* leaves first, without recursion */
		node *n = dir->first->node;

		if (is_dir(n) && n->first != NULL) {
			dir = n;
			continue;
		}
		entry_remove(dir->first);
		if (dir->first == NULL)
			dir = dir->parent;
	}
	cpit_ramfs_page_free(fs, fs->names);
	while (fs->slabs != NULL) {
		void *page = fs->slabs;

		fs->slabs = *(void **)page;
		cpit_ramfs_page_free(fs, page);
	}
}
