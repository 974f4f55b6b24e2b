/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file system in memory, made of pages that the embedder gives it one by one.
 *
 * Limits: files up to 512 GiB - 1 with holes that cost nothing, names up to 255
 * bytes, everything together up to `pages' pages of 4 KiB: ENOSPC then.  A
 * small file costs one page, and some 200 bytes for itself and its name.
 *
 * Thread context, in an import or not.  No lock is taken: one thread at a time.
 * Takes less than 512 bytes of stack, and what the host's functions do.
 */
#ifndef CPIT_RAMFS_H
#define CPIT_RAMFS_H

#include <catchpit/wasi_fs.h>

struct cpit_ramfs_host {
	void *ctx;
	void *(*page)(void *ctx);	/* 4096 zeroed bytes, aligned; or NULL */
	void (*page_free)(void *ctx, void *page);
	uint64_t (*now)(void *ctx);	/* nanoseconds since 1970 */
	uint64_t pages;			/* most at a time */
};

/* The contents are its own; the memory is the embedder's. */
struct cpit_ramfs {
	const struct cpit_ramfs_host *host;
	struct cpit_wasi_node *root;
	struct ramfs_entry **names;	/* a page: hash table of all names */
	void *slabs;			/* pages of small objects, in a list */
	void *free[4];			/* ... and those not in use, by size */
	uint64_t pages;			/* in use */
	uint64_t ino;			/* the last one given */
};

/* For cpit_wasi_preopen() and for whoever fills the file system. */
extern const struct cpit_wasi_fs cpit_ramfs_ops;

/* An empty file system.  0 or -CPIT_WASI_ENOSPC.  host stays as long as fs. */
int cpit_ramfs_init(struct cpit_ramfs *fs, const struct cpit_ramfs_host *host);
/* The root, not referenced: it lives as long as fs. */
struct cpit_wasi_node *cpit_ramfs_root(struct cpit_ramfs *fs);
/* Gives all pages back.  No node may be in anybody's hands. */
void cpit_ramfs_destroy(struct cpit_ramfs *fs);

#endif
