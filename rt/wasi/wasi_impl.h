/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the WASI archive: preview1's constants and layouts, access to guest
 * memory, descriptors, and the host functions themselves.
 */
#ifndef CPIT_RT_WASI_IMPL_H
#define CPIT_RT_WASI_IMPL_H

#include <catchpit/call.h>
#include <catchpit/wasi.h>

/* Guest memory is little-endian; our structs are copied to it as they are. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "byte order");

/* -------------------------------------------------- numbers of preview1 */

enum {
	RIGHT_FD_DATASYNC = 1 << 0,
	RIGHT_FD_READ = 1 << 1,
	RIGHT_FD_SEEK = 1 << 2,
	RIGHT_FD_FDSTAT_SET_FLAGS = 1 << 3,
	RIGHT_FD_SYNC = 1 << 4,
	RIGHT_FD_TELL = 1 << 5,
	RIGHT_FD_WRITE = 1 << 6,
	RIGHT_FD_ADVISE = 1 << 7,
	RIGHT_FD_ALLOCATE = 1 << 8,
	RIGHT_PATH_CREATE_DIRECTORY = 1 << 9,
	RIGHT_PATH_CREATE_FILE = 1 << 10,
	RIGHT_PATH_LINK_SOURCE = 1 << 11,
	RIGHT_PATH_LINK_TARGET = 1 << 12,
	RIGHT_PATH_OPEN = 1 << 13,
	RIGHT_FD_READDIR = 1 << 14,
	RIGHT_PATH_READLINK = 1 << 15,
	RIGHT_PATH_RENAME_SOURCE = 1 << 16,
	RIGHT_PATH_RENAME_TARGET = 1 << 17,
	RIGHT_PATH_FILESTAT_GET = 1 << 18,
	RIGHT_PATH_FILESTAT_SET_SIZE = 1 << 19,
	RIGHT_PATH_FILESTAT_SET_TIMES = 1 << 20,
	RIGHT_FD_FILESTAT_GET = 1 << 21,
	RIGHT_FD_FILESTAT_SET_SIZE = 1 << 22,
	RIGHT_FD_FILESTAT_SET_TIMES = 1 << 23,
	RIGHT_PATH_SYMLINK = 1 << 24,
	RIGHT_PATH_REMOVE_DIRECTORY = 1 << 25,
	RIGHT_PATH_UNLINK_FILE = 1 << 26,
	RIGHT_POLL_FD_READWRITE = 1 << 27,
};

/* What applies to a type of file; others are taken out of what is asked for. */
enum {
	RIGHTS_FILE = RIGHT_FD_DATASYNC | RIGHT_FD_READ | RIGHT_FD_SEEK |
		      RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_SYNC |
		      RIGHT_FD_TELL | RIGHT_FD_WRITE | RIGHT_FD_ADVISE |
		      RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_GET |
		      RIGHT_FD_FILESTAT_SET_SIZE |
		      RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_POLL_FD_READWRITE,
	RIGHTS_DIR = RIGHT_FD_DATASYNC | RIGHT_FD_FDSTAT_SET_FLAGS |
		     RIGHT_FD_SYNC | RIGHT_PATH_CREATE_DIRECTORY |
		     RIGHT_PATH_CREATE_FILE | RIGHT_PATH_LINK_SOURCE |
		     RIGHT_PATH_LINK_TARGET | RIGHT_PATH_OPEN |
		     RIGHT_FD_READDIR | RIGHT_PATH_READLINK |
		     RIGHT_PATH_RENAME_SOURCE | RIGHT_PATH_RENAME_TARGET |
		     RIGHT_PATH_FILESTAT_GET | RIGHT_PATH_FILESTAT_SET_SIZE |
		     RIGHT_PATH_FILESTAT_SET_TIMES | RIGHT_FD_FILESTAT_GET |
		     RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_PATH_SYMLINK |
		     RIGHT_PATH_REMOVE_DIRECTORY | RIGHT_PATH_UNLINK_FILE |
		     RIGHT_POLL_FD_READWRITE,
};

enum {
	FDFLAGS_APPEND = 1 << 0,
	FDFLAGS_DSYNC = 1 << 1,
	FDFLAGS_NONBLOCK = 1 << 2,
	FDFLAGS_RSYNC = 1 << 3,
	FDFLAGS_SYNC = 1 << 4,
	FDFLAGS_ALL = (1 << 5) - 1,
};

enum { FILETYPE_UNKNOWN = 0, FILETYPE_CHARACTER_DEVICE = 2 };

enum { WHENCE_SET = 0, WHENCE_CUR = 1, WHENCE_END = 2 };

enum { LOOKUP_FOLLOW = 1 };

enum {
	OFLAGS_CREAT = 1 << 0,
	OFLAGS_DIRECTORY = 1 << 1,
	OFLAGS_EXCL = 1 << 2,
	OFLAGS_TRUNC = 1 << 3,
	OFLAGS_ALL = (1 << 4) - 1,
};

enum {
	FSTFLAGS_ATIM = 1 << 0,
	FSTFLAGS_ATIM_NOW = 1 << 1,
	FSTFLAGS_MTIM = 1 << 2,
	FSTFLAGS_MTIM_NOW = 1 << 3,
	FSTFLAGS_ALL = (1 << 4) - 1,
};

enum { ADVICE_MAX = 5 };

/*
 * What a host service that may be slow is asked for at a time, with a turn for
 * others in between: a limit or a kill does not wait for all that a guest asks.
 */
enum { CPIT_WASI_PIECE = 4096, CPIT_WASI_NAMES = 64 };

enum {
	EVENT_CLOCK = 0,
	EVENT_FD_READ = 1,
	EVENT_FD_WRITE = 2,
};

enum { SUBCLOCK_ABSTIME = 1 << 0 };

struct wasi_iovec {
	uint32_t buf;
	uint32_t len;
};
_Static_assert(sizeof(struct wasi_iovec) == 8, "iovec");

struct wasi_fdstat {
	uint8_t filetype;
	uint16_t flags;
	uint64_t rights_base;
	uint64_t rights_inheriting;
};
_Static_assert(sizeof(struct wasi_fdstat) == 24, "fdstat");
_Static_assert(offsetof(struct wasi_fdstat, flags) == 2, "fdstat");
_Static_assert(offsetof(struct wasi_fdstat, rights_base) == 8, "fdstat");

struct wasi_filestat {
	uint64_t dev;
	uint64_t ino;
	uint8_t filetype;
	uint64_t nlink;
	uint64_t size;
	uint64_t atim;
	uint64_t mtim;
	uint64_t ctim;
};
_Static_assert(sizeof(struct wasi_filestat) == 64, "filestat");
_Static_assert(offsetof(struct wasi_filestat, nlink) == 24, "filestat");

struct wasi_dirent {
	uint64_t next;
	uint64_t ino;
	uint32_t namlen;
	uint8_t type;
};
_Static_assert(sizeof(struct wasi_dirent) == 24, "dirent");
_Static_assert(offsetof(struct wasi_dirent, type) == 20, "dirent");

struct wasi_prestat {
	uint8_t tag;			/* 0: a directory */
	uint32_t namlen;
};
_Static_assert(sizeof(struct wasi_prestat) == 8, "prestat");

struct wasi_subscription {
	uint64_t userdata;
	uint8_t tag;
	union {
		struct {
			uint32_t id;
			uint64_t timeout;
			uint64_t precision;
			uint16_t flags;
		} clock;
		uint32_t fd;
	} u;
};
_Static_assert(sizeof(struct wasi_subscription) == 48, "subscription");
_Static_assert(offsetof(struct wasi_subscription, u.clock.id) == 16, "clock");
_Static_assert(offsetof(struct wasi_subscription, u.clock.timeout) == 24,
	       "clock");
_Static_assert(offsetof(struct wasi_subscription, u.clock.flags) == 40,
	       "clock");

struct wasi_event {
	uint64_t userdata;
	uint16_t error;
	uint8_t type;
	uint64_t nbytes;
	uint16_t flags;
};
_Static_assert(sizeof(struct wasi_event) == 32, "event");
_Static_assert(offsetof(struct wasi_event, type) == 10, "event");
_Static_assert(offsetof(struct wasi_event, nbytes) == 16, "event");

/* ------------------------------------------- guest memory: wasi_guest.c */

/*
 * Is [addr, addr+len) the guest's?  Always, when len is 0.  len has 64 bits so
 * that a count times a size cannot wrap before it is judged.
 */
bool cpit_wasi_valid(struct cpit_caller *c, uint32_t addr, uint64_t len);

/* Copies len > 0 bytes; false, with nothing copied, when not all are there. */
bool cpit_wasi_load(struct cpit_caller *c, void *to, uint32_t addr,
		    uint32_t len);
bool cpit_wasi_store(struct cpit_caller *c, uint32_t addr, const void *from,
		     uint32_t len);

/* Store a result: CPIT_WASI_OK or CPIT_WASI_EFAULT. */
uint32_t cpit_wasi_store_u32(struct cpit_caller *c, uint32_t addr,
			     uint32_t value);
uint32_t cpit_wasi_store_u64(struct cpit_caller *c, uint32_t addr,
			     uint64_t value);

/* ------------------------------------------------ descriptors: wasi_fd.c */

/*
 * The open descriptor fd that has all of `rights', in *f.  Else EBADF or
 * ENOTCAPABLE, which is what preview1 says for a missing right (wasi-libc makes
 * it EBADF for read() and write()).
 */
uint32_t cpit_wasi_fd_find(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			   struct cpit_wasi_fd **f);

/* The same for files and directories only: `what' is told of a stream. */
uint32_t cpit_wasi_fd_file(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			   uint32_t what, struct cpit_wasi_fd **f);
/* A free descriptor, or NULL; not open yet. */
struct cpit_wasi_fd *cpit_wasi_fd_free(struct cpit_wasi *w);

/* The errno in a host service's negative result; EIO if it is not one. */
uint32_t cpit_wasi_host_errno(int64_t result);

/* The errno of a file system's answer: a host service's, or 0. */
static inline uint32_t cpit_wasi_errno(int result)
{
	return result >= 0 ? CPIT_WASI_OK : cpit_wasi_host_errno(result);
}

/* Stores what stat() says of a node. */
uint32_t cpit_wasi_stat_store(struct cpit_caller *c,
			      const struct cpit_wasi_fs *fs,
			      struct cpit_wasi_node *n, uint32_t result);
/* A time is either given or the present one, not both. */
static inline bool cpit_wasi_times_valid(uint32_t flags)
{
	uint32_t both = FSTFLAGS_ATIM | FSTFLAGS_ATIM_NOW;

	return (flags & ~(uint32_t)FSTFLAGS_ALL) == 0 &&
	       (flags & both) != both && (flags >> 2 & both) != both;
}
/* Sets a node's times as FSTFLAGS say. */
uint32_t cpit_wasi_times(struct cpit_caller *c, const struct cpit_wasi_fs *fs,
			 struct cpit_wasi_node *n, uint64_t atim, uint64_t mtim,
			 uint32_t flags);

/* ------------------------------------------------- paths: wasi_resolve.c */

/*
 * Where a path leads.  `dir' is referenced; so is `node', NULL when there is
 * nothing of that name.  A path that ends in "." or ".." has no name: len is 0
 * and node the directory.
 */
struct wasi_path {
	const struct cpit_wasi_fs *fs;
	struct cpit_wasi_node *dir, *node;
	enum cpit_wasi_type type;	/* of node */
	bool slash;			/* the path ends with one */
	uint32_t len;
	char name[CPIT_WASI_NAME_MAX];
};

/* What becomes of a symlink at the path's end: it is meant itself ... */
enum follow {
	FOLLOW_NEVER,		/* ... */
	FOLLOW_SLASH,		/* ... unless a slash comes after it */
	FOLLOW_ALWAYS,
};

/*
 * P1  Resolution starts at the directory and does not leave it: an absolute
 *     path or target, or a ".." above it, is ENOTCAPABLE.
 * P2  A trailing slash asks for a directory: ENOTDIR for anything else that
 *     exists, EISDIR for a file that path_open would create.
 *
 * On success the caller ends with cpit_wasi_path_done().
 */
uint32_t cpit_wasi_resolve(struct cpit_caller *c, const struct cpit_wasi_fd *f,
			   uint32_t path, uint32_t len, enum follow follow,
			   struct wasi_path *p);
void cpit_wasi_path_done(struct wasi_path *p);

/* ------------------------------------------------------ host functions */

/*
 * One per import, as wasm2c calls them.  i32 is uint32_t whatever preview1
 * calls it; the result is an errno.
 */
#define WASI_FN(name, ...) \
	uint32_t cpit_wasi_##name(struct cpit_caller *c, ##__VA_ARGS__)

WASI_FN(args_get, uint32_t argv, uint32_t buf);
WASI_FN(args_sizes_get, uint32_t count, uint32_t size);
WASI_FN(environ_get, uint32_t env, uint32_t buf);
WASI_FN(environ_sizes_get, uint32_t count, uint32_t size);
WASI_FN(clock_res_get, uint32_t id, uint32_t result);
WASI_FN(clock_time_get, uint32_t id, uint64_t precision, uint32_t result);
WASI_FN(fd_advise, uint32_t fd, uint64_t offset, uint64_t len,
	uint32_t advice);
WASI_FN(fd_allocate, uint32_t fd, uint64_t offset, uint64_t len);
WASI_FN(fd_close, uint32_t fd);
WASI_FN(fd_datasync, uint32_t fd);
WASI_FN(fd_fdstat_get, uint32_t fd, uint32_t result);
WASI_FN(fd_fdstat_set_flags, uint32_t fd, uint32_t flags);
WASI_FN(fd_fdstat_set_rights, uint32_t fd, uint64_t base, uint64_t inheriting);
WASI_FN(fd_filestat_get, uint32_t fd, uint32_t result);
WASI_FN(fd_filestat_set_size, uint32_t fd, uint64_t size);
WASI_FN(fd_filestat_set_times, uint32_t fd, uint64_t atim, uint64_t mtim,
	uint32_t flags);
WASI_FN(fd_pread, uint32_t fd, uint32_t iovs, uint32_t n, uint64_t offset,
	uint32_t result);
WASI_FN(fd_prestat_get, uint32_t fd, uint32_t result);
WASI_FN(fd_prestat_dir_name, uint32_t fd, uint32_t path, uint32_t len);
WASI_FN(fd_pwrite, uint32_t fd, uint32_t iovs, uint32_t n, uint64_t offset,
	uint32_t result);
WASI_FN(fd_read, uint32_t fd, uint32_t iovs, uint32_t n, uint32_t result);
WASI_FN(fd_readdir, uint32_t fd, uint32_t buf, uint32_t len, uint64_t cookie,
	uint32_t result);
WASI_FN(fd_renumber, uint32_t from, uint32_t to);
WASI_FN(fd_seek, uint32_t fd, uint64_t offset, uint32_t whence,
	uint32_t result);
WASI_FN(fd_sync, uint32_t fd);
WASI_FN(fd_tell, uint32_t fd, uint32_t result);
WASI_FN(fd_write, uint32_t fd, uint32_t iovs, uint32_t n, uint32_t result);
WASI_FN(path_create_directory, uint32_t fd, uint32_t path, uint32_t len);
WASI_FN(path_filestat_get, uint32_t fd, uint32_t flags, uint32_t path,
	uint32_t len, uint32_t result);
WASI_FN(path_filestat_set_times, uint32_t fd, uint32_t flags, uint32_t path,
	uint32_t len, uint64_t atim, uint64_t mtim, uint32_t fst_flags);
WASI_FN(path_link, uint32_t fd, uint32_t flags, uint32_t path, uint32_t len,
	uint32_t new_fd, uint32_t new_path, uint32_t new_len);
WASI_FN(path_open, uint32_t fd, uint32_t dirflags, uint32_t path, uint32_t len,
	uint32_t oflags, uint64_t base, uint64_t inheriting, uint32_t fdflags,
	uint32_t result);
WASI_FN(path_readlink, uint32_t fd, uint32_t path, uint32_t len, uint32_t buf,
	uint32_t buf_len, uint32_t result);
WASI_FN(path_remove_directory, uint32_t fd, uint32_t path, uint32_t len);
WASI_FN(path_rename, uint32_t fd, uint32_t path, uint32_t len, uint32_t new_fd,
	uint32_t new_path, uint32_t new_len);
WASI_FN(path_symlink, uint32_t target, uint32_t target_len, uint32_t fd,
	uint32_t path, uint32_t len);
WASI_FN(path_unlink_file, uint32_t fd, uint32_t path, uint32_t len);
WASI_FN(poll_oneoff, uint32_t in, uint32_t out, uint32_t n, uint32_t result);
WASI_FN(proc_raise, uint32_t sig);
WASI_FN(random_get, uint32_t buf, uint32_t len);
WASI_FN(sched_yield);
WASI_FN(sock_accept, uint32_t fd, uint32_t flags, uint32_t result);
WASI_FN(sock_recv, uint32_t fd, uint32_t iovs, uint32_t n, uint32_t flags,
	uint32_t result, uint32_t oflags);
WASI_FN(sock_send, uint32_t fd, uint32_t iovs, uint32_t n, uint32_t flags,
	uint32_t result);
WASI_FN(sock_shutdown, uint32_t fd, uint32_t how);

void cpit_wasi_proc_exit(struct cpit_caller *c, uint32_t code);

#endif
