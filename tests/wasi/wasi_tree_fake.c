/* SPDX-License-Identifier: Apache-2.0 */
#include "wasi_tree.h"
#include <stdlib.h>
#include <string.h>

struct cpit_ramfs tree;
uint64_t tree_time, tree_pages;

static void *page(void *ctx)
{
	(void)ctx;
	tree_pages++;
	return calloc(1, 4096);
}

static void page_free(void *ctx, void *p)
{
	(void)ctx;
	tree_pages--;
	free(p);
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return tree_time++;
}

static struct cpit_ramfs_host ramfs_host = {
	.page = page, .page_free = page_free, .now = now,
};

void tree_begin(uint64_t pages)
{
	fake_reset(TREE_SIZE);
	tree_time = 1000;
	ramfs_host.pages = pages;
	EQ(cpit_ramfs_init(&tree, &ramfs_host), 0);
	cpit_ramfs_ops.retain(cpit_ramfs_root(&tree));
	EQ(cpit_wasi_preopen(&wasi, "/", &cpit_ramfs_ops,
			     cpit_ramfs_root(&tree)), 0);
}

void tree_limit(uint64_t pages)
{
	ramfs_host.pages = pages;
}

void tree_end(void)
{
	cpit_wasi_close(&wasi);
	cpit_ramfs_destroy(&tree);
	EQ(tree_pages, 0);
	EQ(tree.pages, 0);
}

/* A path at an address: its length. */
static uint32_t put_path(uint32_t addr, const char *path)
{
	fake_put(addr, path, (uint32_t)strlen(path));
	return (uint32_t)strlen(path);
}

uint32_t t_open_as(uint32_t dir, uint32_t follow, const char *path,
		   uint32_t oflags, uint64_t rights, uint64_t inheriting,
		   uint32_t fdflags, uint32_t *fd)
{
	uint32_t err = CALL("path_open", dir, follow, PATH_A,
			    put_path(PATH_A, path), oflags, rights, inheriting,
			    fdflags, 0);

	*fd = err == 0 ? fake_get32(0) : UINT32_MAX;
	return err;
}

uint32_t t_open(uint32_t dir, const char *path, uint32_t oflags, uint64_t rights,
		uint32_t *fd)
{
	return t_open_as(dir, 1, path, oflags, rights, ALL_RIGHTS, 0, fd);
}

uint32_t t_close(uint32_t fd)
{
	return CALL("fd_close", fd);
}

uint32_t t_mkdir(const char *path)
{
	return CALL("path_create_directory", TOP, PATH_A,
		    put_path(PATH_A, path));
}

uint32_t t_rmdir(const char *path)
{
	return CALL("path_remove_directory", TOP, PATH_A,
		    put_path(PATH_A, path));
}

uint32_t t_unlink(const char *path)
{
	return CALL("path_unlink_file", TOP, PATH_A, put_path(PATH_A, path));
}

uint32_t t_symlink(const char *target, const char *path)
{
	return CALL("path_symlink", PATH_B, put_path(PATH_B, target), TOP,
		    PATH_A, put_path(PATH_A, path));
}

uint32_t t_link(const char *path, const char *new)
{
	return CALL("path_link", TOP, 0, PATH_A, put_path(PATH_A, path), TOP,
		    PATH_B, put_path(PATH_B, new));
}

uint32_t t_rename(const char *path, const char *new)
{
	return CALL("path_rename", TOP, PATH_A, put_path(PATH_A, path), TOP,
		    PATH_B, put_path(PATH_B, new));
}

uint32_t t_write(uint32_t fd, const char *s)
{
	uint32_t len = (uint32_t)strlen(s), err;

	fake_put(DATA, s, len);
	fake_put32(8, DATA);
	fake_put32(12, len);
	err = CALL("fd_write", fd, 8, 1, 0);
	if (err == 0)
		EQ(fake_get32(0), len);
	return err;
}

const char *t_read(uint32_t fd, uint32_t len)
{
	static char buf[DATA_MAX + 1];
	uint32_t n;

	fake_put32(8, DATA);
	fake_put32(12, len);
	if (CALL("fd_read", fd, 8, 1, 0) != 0)
		return "?";
	n = fake_get32(0);
	memcpy(buf, mem.base + DATA, n);
	buf[n] = '\0';
	return buf;
}

uint32_t t_file(const char *path, const char *contents)
{
	uint32_t fd, err = t_open(TOP, path, CREAT | TRUNC, WR, &fd);

	if (err == 0 && *contents != '\0')
		err = t_write(fd, contents);
	if (fd != UINT32_MAX)
		t_close(fd);
	return err;
}

bool t_is(const char *path, const char *contents)
{
	uint32_t fd;
	bool same;

	if (t_open(TOP, path, 0, RD, &fd) != 0)
		return false;
	same = strcmp(t_read(fd, DATA_MAX), contents) == 0;
	t_close(fd);
	return same;
}

uint32_t t_readlink(const char *path, char *buf, uint32_t len)
{
	uint32_t err = CALL("path_readlink", TOP, PATH_A,
			    put_path(PATH_A, path), DATA, len, 0);

	if (err == 0) {
		memcpy(buf, mem.base + DATA, fake_get32(0));
		buf[fake_get32(0)] = '\0';
	}
	return err;
}

uint32_t t_stat(uint32_t follow, const char *path, struct t_stat *st)
{
	uint32_t err = CALL("path_filestat_get", TOP, follow, PATH_A,
			    put_path(PATH_A, path), 64);

	if (err == 0)
		memcpy(st, mem.base + 64, sizeof(*st));
	return err;
}
