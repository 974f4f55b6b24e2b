/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of files for guests on several CPUs: one operation at a time.  A node
 * that one gives out is referenced, so it stays until it is released.
 */
#include "board.h"
#include "lock.h"
#include <catchpit/ramfs.h>
#include <catchpit/wasi_fs.h>

typedef struct cpit_wasi_node node;

static uint32_t lock;

/* What the call gives, made under the lock. */
#define ALONE(type, call)						\
	type r_;							\
									\
	board_lock(&lock);						\
	r_ = cpit_ramfs_ops.call;					\
	board_unlock(&lock);						\
	return r_

static int lookup(node *dir, const char *name, uint32_t len, node **out)
{
	ALONE(int, lookup(dir, name, len, out));
}

static int parent(node *dir, const node *top, node **out)
{
	ALONE(int, parent(dir, top, out));
}

static void retain(node *n)
{
	board_lock(&lock);
	cpit_ramfs_ops.retain(n);
	board_unlock(&lock);
}

static void release(node *n)
{
	board_lock(&lock);
	cpit_ramfs_ops.release(n);
	board_unlock(&lock);
}

static int stat(node *n, struct cpit_wasi_stat *st)
{
	ALONE(int, stat(n, st));
}

static int set_times(node *n, uint64_t atim, uint64_t mtim)
{
	ALONE(int, set_times(n, atim, mtim));
}

static int64_t read(node *n, uint64_t at, void *buf, uint32_t len)
{
	ALONE(int64_t, read(n, at, buf, len));
}

static int64_t write(node *n, uint64_t at, const void *buf, uint32_t len)
{
	ALONE(int64_t, write(n, at, buf, len));
}

static int resize(node *n, uint64_t size)
{
	ALONE(int, resize(n, size));
}

static int create(node *dir, const char *name, uint32_t len,
		  enum cpit_wasi_type type, node **out)
{
	ALONE(int, create(dir, name, len, type, out));
}

static int link(node *dir, const char *name, uint32_t len, node *n)
{
	ALONE(int, link(dir, name, len, n));
}

static int unlink(node *dir, const char *name, uint32_t len,
		  enum cpit_wasi_type type)
{
	ALONE(int, unlink(dir, name, len, type));
}

static int rename(node *from, const char *name, uint32_t len, node *to,
		  const char *new_name, uint32_t new_len)
{
	ALONE(int, rename(from, name, len, to, new_name, new_len));
}

static int readdir(node *dir, uint64_t cookie, struct cpit_wasi_dirent *entry)
{
	ALONE(int, readdir(dir, cookie, entry));
}

const struct cpit_wasi_fs cpit_board_tree = {
	.lookup = lookup,
	.parent = parent,
	.retain = retain,
	.release = release,
	.stat = stat,
	.set_times = set_times,
	.read = read,
	.write = write,
	.resize = resize,
	.create = create,
	.link = link,
	.unlink = unlink,
	.rename = rename,
	.readdir = readdir,
};
