/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the RAM file system: ramfs.c (names), ramfs_mem.c (pages). */
#ifndef CPIT_RT_WASI_RAMFS_H
#define CPIT_RT_WASI_RAMFS_H

#include <catchpit/ramfs.h>
#include <catchpit/wasi.h>
#include <stdbool.h>
#include <stddef.h>

enum { RAMFS_PAGE = 4096, RAMFS_SLOTS = RAMFS_PAGE / sizeof(void *) };

/*
 * N1  It goes when neither a name (links) nor a user (refs) holds it.
 * N2  A directory has one name, its parent's entry; without it (removed, or the
 *     root's) it is its own parent, and unless it is the root has no entries.
 */
struct cpit_wasi_node {
	struct cpit_ramfs *fs;
	uint32_t links, refs;
	enum cpit_wasi_type type;
	uint64_t ino, size, atim, mtim, ctim;
	union {
		struct {		/* contents: a tree of pages */
			void *top;
			unsigned height;	/* 0: top is the only page */
		};
		struct {		/* directory: entries by cookie */
			struct ramfs_entry *first, *last;
			struct cpit_wasi_node *parent;
			uint64_t named;		/* when it got its name */
			uint64_t cookie;	/* the next one's */
			struct ramfs_entry *at;	/* read last */
		};
	};
};

/* A name. */
struct ramfs_entry {
	struct ramfs_entry *next, *prev;	/* in its directory */
	struct ramfs_entry *chain;		/* in fs->names */
	struct cpit_wasi_node *dir, *node;
	uint64_t cookie;
	uint8_t len;
	char name[];
};

/* A zeroed page, or NULL when the limit or the host's memory is reached. */
void *cpit_ramfs_page(struct cpit_ramfs *fs);
void cpit_ramfs_page_free(struct cpit_ramfs *fs, void *page);
/* The same for up to 512 zeroed bytes. */
void *cpit_ramfs_alloc(struct cpit_ramfs *fs, size_t size);
void cpit_ramfs_free(struct cpit_ramfs *fs, void *p, size_t size);

int64_t cpit_ramfs_read(struct cpit_wasi_node *n, uint64_t at, void *buf,
			uint32_t len);
int64_t cpit_ramfs_write(struct cpit_wasi_node *n, uint64_t at, const void *buf,
			 uint32_t len);
int cpit_ramfs_resize(struct cpit_wasi_node *n, uint64_t size);

static inline uint64_t ramfs_now(const struct cpit_ramfs *fs)
{
	return fs->host->now(fs->host->ctx);
}

#endif
