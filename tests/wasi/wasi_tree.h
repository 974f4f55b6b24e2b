/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The RAM file system under the fake runtime, and each call in one line: paths
 * go into guest memory, errors come back.
 */
#ifndef CPIT_TESTS_WASI_TREE_H
#define CPIT_TESTS_WASI_TREE_H

#include "wasi_fake.h"
#include <catchpit/ramfs.h>

enum { TOP = 3 };		/* the preopened root, "/" */

/* In guest memory; results are at 0. */
enum { PATH_A = 8192, PATH_B = 16384, DATA = 24576, DATA_MAX = 8192, TREE_SIZE = 65536 };

enum { RD = 1 << 1, SEEK = 1 << 2, TELL = 1 << 5, WR = 1 << 6, SET_SIZE = 1 << 22 };
enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 };
enum { APPEND = 1 };
#define ALL_RIGHTS 0x0fffffffull

extern struct cpit_ramfs tree;
extern uint64_t tree_time;	/* what its clock says next; counts up */
extern uint64_t tree_pages;	/* pages it holds */

/* A new instance over an empty file system of at most so many pages. */
void tree_begin(uint64_t pages);
/* Another most from now on. */
void tree_limit(uint64_t pages);
/* Closes all: the file system gives everything back. */
void tree_end(void);

uint32_t t_open(uint32_t dir, const char *path, uint32_t oflags, uint64_t rights,
		uint32_t *fd);		/* follows symlinks */
uint32_t t_open_as(uint32_t dir, uint32_t follow, const char *path,
		   uint32_t oflags, uint64_t rights, uint64_t inheriting,
		   uint32_t fdflags, uint32_t *fd);
uint32_t t_close(uint32_t fd);
uint32_t t_mkdir(const char *path);
uint32_t t_rmdir(const char *path);
uint32_t t_unlink(const char *path);
uint32_t t_symlink(const char *target, const char *path);
uint32_t t_link(const char *path, const char *new);
uint32_t t_rename(const char *path, const char *new);
/* A file with those contents; 0 or the first error. */
uint32_t t_file(const char *path, const char *contents);
/* Are these the contents of a file? */
bool t_is(const char *path, const char *contents);
uint32_t t_write(uint32_t fd, const char *s);
/* Up to len bytes, as a string in a static buffer; "?" on an error. */
const char *t_read(uint32_t fd, uint32_t len);
uint32_t t_readlink(const char *path, char *buf, uint32_t len);

struct t_stat {
	uint64_t dev, ino, type, nlink, size, atim, mtim, ctim;
};
uint32_t t_stat(uint32_t follow, const char *path, struct t_stat *st);

#endif
