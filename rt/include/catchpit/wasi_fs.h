/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file system offers WASI: fourteen functions over nodes.  rt/wasi/ has
 * one that lives in memory (ramfs.h); an embedder may supply others.
 *
 * WASI resolves paths itself, a name at a time, so that no file system decides
 * what a guest may reach: it never sees a path, nor the names "." and "..".
 *
 * F1  Results are 0 or more, or -CPIT_WASI_E*.  What fails has changed nothing.
 * F2  A node that a function hands out is the caller's until release(); it
 *     stays usable when its last name is gone.
 * F3  All run as part of an import, as the services of struct cpit_wasi_host
 *     do.  Two stores that share a file system and run at the same time need
 *     one that locks.
 * F4  Buffers are guest memory, valid during the call only.
 */
#ifndef CPIT_WASI_FS_H
#define CPIT_WASI_FS_H

#include <stdint.h>

enum cpit_wasi_type {			/* WASI's filetype */
	CPIT_WASI_DIRECTORY = 3,
	CPIT_WASI_REGULAR = 4,
	CPIT_WASI_SYMLINK = 7,
};

/* Longest name, longest path; a path crosses at most so many symlinks. */
enum {
	CPIT_WASI_NAME_MAX = 255,
	CPIT_WASI_PATH_MAX = 4096,
	CPIT_WASI_LINKS_MAX = 40,
};

/* A place to write to that moves: the end of the file. */
#define CPIT_WASI_END UINT64_MAX

/* A file, directory or symlink: only its file system looks into it. */
struct cpit_wasi_node;

struct cpit_wasi_stat {
	uint64_t dev, ino, nlink, size;
	uint64_t atim, mtim, ctim;	/* nanoseconds since 1970 */
	/*
	 * Of a directory: when it got its name; no entry's `next' is above `end'.
	 * 0: it cannot tell, and cpio.h takes the name for new.
	 */
	uint64_t named, end;
	enum cpit_wasi_type type;
};

struct cpit_wasi_dirent {
	uint64_t next;			/* cookie of what follows */
	uint64_t ino;
	enum cpit_wasi_type type;
	uint32_t len;
	char name[CPIT_WASI_NAME_MAX];
};

struct cpit_wasi_fs {
	/* The node of a name; ENOENT. */
	int (*lookup)(struct cpit_wasi_node *dir, const char *name,
		      uint32_t len, struct cpit_wasi_node **node);
	/*
	 * The directory that holds dir; the root's is the root.  ENOTCAPABLE
	 * unless it is top or lies below it at that time; NULL: anywhere.
	 */
	int (*parent)(struct cpit_wasi_node *dir,
		      const struct cpit_wasi_node *top,
		      struct cpit_wasi_node **node);
	/* One more user of the node; one less. */
	void (*retain)(struct cpit_wasi_node *node);
	void (*release)(struct cpit_wasi_node *node);

	int (*stat)(struct cpit_wasi_node *node, struct cpit_wasi_stat *st);
	int (*set_times)(struct cpit_wasi_node *node, uint64_t atim,
			 uint64_t mtim);

	/*
	 * Contents of a file, or target of a symlink.  read() gives fewer bytes
	 * only at the end; write() may take fewer than len, but not none, and
	 * fills what lies between the end and `at' with zeros.
	 */
	int64_t (*read)(struct cpit_wasi_node *node, uint64_t at, void *buf,
			uint32_t len);
	int64_t (*write)(struct cpit_wasi_node *node, uint64_t at,
			 const void *buf, uint32_t len);
	int (*resize)(struct cpit_wasi_node *node, uint64_t size);

	/* A new, empty node under a name that is free: else EEXIST. */
	int (*create)(struct cpit_wasi_node *dir, const char *name,
		      uint32_t len, enum cpit_wasi_type type,
		      struct cpit_wasi_node **node);
	/* One more name for a node that is no directory. */
	int (*link)(struct cpit_wasi_node *dir, const char *name, uint32_t len,
		    struct cpit_wasi_node *node);
	/* ENOENT; EISDIR or ENOTDIR when it is not what is asked; ENOTEMPTY. */
	int (*unlink)(struct cpit_wasi_node *dir, const char *name,
		      uint32_t len, enum cpit_wasi_type type);
	/* As rename(2); EXDEV. */
	int (*rename)(struct cpit_wasi_node *from, const char *name,
		      uint32_t len, struct cpit_wasi_node *to,
		      const char *new_name, uint32_t new_len);

	/*
	 * The first entry at or after a cookie: 1, or 0 at the end.  Cookies are
	 * 2 or more, and hold while names come and go.
	 */
	int (*readdir)(struct cpit_wasi_node *dir, uint64_t cookie,
		       struct cpit_wasi_dirent *entry);
};

#endif
