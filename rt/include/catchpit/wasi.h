/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WASI preview1 over nine host services, as an archive of its own
 * (libcatchpit-wasi.a): an embedder that offers no WASI does not link it.
 *
 * All functions of wasi_snapshot_preview1 exist: arguments, environment, clocks,
 * random numbers, the three standard streams, polling, yield and exit; files and
 * directories over what cpit_wasi_preopen() was given.  No descriptor is a
 * socket.  rt/wasi/README.md has the table.
 *
 * G1  A guest address is only ever used through cpit_memory_at(), again at
 *     each use; a bad one, or an instance without an exported "memory", is
 *     EFAULT.  A zero-length buffer has no bytes: its address is not looked at.
 * G2  EFAULT comes before the first effect: nothing is written or read partly.
 * G3  No pointer into guest memory is kept across a host service.
 *
 * The module name "wasi_unstable" (preview0) is not offered: its functions have
 * the same wasm types, but `whence', `filestat' and `subscription' are laid out
 * differently, so it would link and then go wrong.
 */
#ifndef CPIT_WASI_H
#define CPIT_WASI_H

#include <catchpit/module.h>
#include <catchpit/wasi_fs.h>
#include <catchpit/wasi_list.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* WASI's numbers, as far as used here.  Host services return them negated. */
enum cpit_wasi_errno {
	CPIT_WASI_OK = 0,
	CPIT_WASI_EAGAIN = 6,
	CPIT_WASI_EBADF = 8,
	CPIT_WASI_EEXIST = 20,
	CPIT_WASI_EFAULT = 21,
	CPIT_WASI_EFBIG = 22,
	CPIT_WASI_EINTR = 27,
	CPIT_WASI_EINVAL = 28,
	CPIT_WASI_EIO = 29,
	CPIT_WASI_EISDIR = 31,
	CPIT_WASI_ELOOP = 32,
	CPIT_WASI_EMFILE = 33,
	CPIT_WASI_ENAMETOOLONG = 37,
	CPIT_WASI_ENOENT = 44,
	CPIT_WASI_ENOSPC = 51,
	CPIT_WASI_ENOSYS = 52,
	CPIT_WASI_ENOTDIR = 54,
	CPIT_WASI_ENOTEMPTY = 55,
	CPIT_WASI_ENOTSOCK = 57,
	CPIT_WASI_ENOTSUP = 58,
	CPIT_WASI_EOVERFLOW = 61,
	CPIT_WASI_EPERM = 63,
	CPIT_WASI_ESPIPE = 70,
	CPIT_WASI_EXDEV = 75,
	CPIT_WASI_ENOTCAPABLE = 76,
	CPIT_WASI_ERRNO_MAX = CPIT_WASI_ENOTCAPABLE,
};

enum cpit_wasi_stream {
	CPIT_WASI_STDIN = 0,
	CPIT_WASI_STDOUT = 1,
	CPIT_WASI_STDERR = 2,
	CPIT_WASI_NSTREAMS = 3,
};

/* Descriptors of one instance, the streams among them: EMFILE then. */
enum { CPIT_WASI_NFDS = 64 };

enum cpit_wasi_clock {
	CPIT_WASI_REALTIME = 0,		/* since 1970-01-01T00:00:00Z */
	CPIT_WASI_MONOTONIC = 1,	/* any epoch, never goes back */
};

/*
 * What the embedder supplies.  None may be NULL but `readable', `terminal', `sleep'.
 *
 * All of them run as part of an import: on the guest stack, of which they may
 * use what is left of the store's host_reserve (WASI itself takes less than
 * 2 KiB), in thread context, interrupts as wasm had them.  They must return
 * normally, and must not call into the instance that is waiting for them.
 * `ctx' is handed back untouched.  Two stores on two CPUs may be in the same
 * service at the same time: locks are the host's own.
 *
 * No service should take longer than the host can wait for a module to be
 * stopped: budgets take effect when the import returns.  Hence a write may be
 * partial, and read and yield can break off.
 */
struct cpit_wasi_host {
	void *ctx;

	/*
	 * Writes up to len > 0 bytes to CPIT_WASI_STDOUT or CPIT_WASI_STDERR.
	 * Returns how many (1..len), or -CPIT_WASI_E* when it could write none.
	 * buf is guest memory, valid during the call only.
	 */
	int64_t (*write)(void *ctx, enum cpit_wasi_stream stream,
			 const void *buf, uint32_t len);

	/*
	 * Reads up to len > 0 bytes of standard input.  Blocks until there is
	 * one, then returns how many there were (1..len); 0 at the end of the
	 * input, then and ever after; -CPIT_WASI_E* on error, EINTR for a wait
	 * that was broken off.  Line editing and echo are the host's affair.
	 */
	int64_t (*read)(void *ctx, void *buf, uint32_t len);

	/*
	 * Would read() return at once (data, end of input or error)?  NULL when
	 * the host cannot tell: then poll_oneoff says that standard input is
	 * ready, and it cannot be made non-blocking.
	 */
	bool (*readable)(void *ctx);

	/*
	 * Is that stream a terminal (isatty)?  NULL: all three are.  On a pipe
	 * a guest's C library buffers, so that a trap loses what it had not
	 * flushed, as on any UNIX.
	 */
	bool (*terminal)(void *ctx, enum cpit_wasi_stream stream);

	/*
	 * Nanoseconds.  A machine that does not know the date lets REALTIME
	 * count from 0.
	 */
	uint64_t (*clock)(void *ctx, enum cpit_wasi_clock id);

	/* Nanoseconds between two values of that clock, at least 1. */
	uint64_t (*clock_resolution)(void *ctx, enum cpit_wasi_clock id);

	/*
	 * Fills buf with len > 0 random bytes fit for keys.  Returns 0, or
	 * -CPIT_WASI_ENOSYS (no source of randomness) or another negative
	 * error; then buf may have been written to.
	 */
	int (*random)(void *ctx, void *buf, uint32_t len);

	/*
	 * Lets others run; poll_oneoff calls it over and over while it waits,
	 * so it may sleep until the next interrupt; long writes and random_get
	 * do each 4 KiB, paths at each symlink and each 64 names, fd_readdir
	 * each 64 entries.  False ends these with EINTR or partly, as when the
	 * instance has used up its budget.
	 */
	bool (*yield)(void *ctx);

	/*
	 * In its place, if there is one: returns at about the time `until' of
	 * the monotonic clock, or earlier; false as above.  While a module
	 * waits for input too, `until' is a millisecond away at most.
	 */
	bool (*sleep)(void *ctx, uint64_t until);
};

/* A descriptor.  Rights and flags are WASI's bits. */
struct cpit_wasi_fd {
	const struct cpit_wasi_fs *fs;	/* NULL: one of the streams */
	struct cpit_wasi_node *node;	/* referenced */
	const char *preopen;		/* its name, or NULL */
	uint64_t at;			/* position in a file; a listing's end */
	uint64_t rights, inheriting;
	uint16_t flags;
	uint8_t stream;			/* enum cpit_wasi_stream */
	uint8_t type;			/* enum cpit_wasi_type, if not a stream */
	bool open;
};

/* State of one instance.  The memory is the embedder's, its contents ours. */
struct cpit_wasi {
	const struct cpit_wasi_host *host;
	const char *const *args;
	const char *const *env;
	uint32_t nargs, nenv;
	struct cpit_wasi_fd fds[CPIT_WASI_NFDS];
	char path[CPIT_WASI_PATH_MAX];	/* the one being resolved */
};

/*
 * Sets up w with the three streams open.  args[0] is the program's name, env
 * holds "NAME=value" strings; either may be NULL if its count is 0.  Nothing is
 * copied: host, the arrays and their strings stay as long as w does.  To be
 * called again before w is used for another instance.  Any context.
 */
void cpit_wasi_init(struct cpit_wasi *w, const struct cpit_wasi_host *host,
		    uint32_t nargs, const char *const *args, uint32_t nenv,
		    const char *const *env);

/*
 * Gives the guest a directory under a name, such as "/data" or ".": the next
 * descriptor from 3 on, with all rights.  Takes a reference of the caller's over
 * when it succeeds; the name stays as long as w.  0 or -CPIT_WASI_EMFILE.
 */
int cpit_wasi_preopen(struct cpit_wasi *w, const char *name,
		      const struct cpit_wasi_fs *fs,
		      struct cpit_wasi_node *dir);

/* Closes what is open: nodes are released.  Any context. */
void cpit_wasi_close(struct cpit_wasi *w);

/* One function of "wasi_snapshot_preview1": cpit_wasi_fn_path_open and so on. */
struct cpit_wasi_function {
	const char *name;
	const char *sig;	/* as in struct cpit_type */
	void (*fn)(void);
};
#define CPIT_WASI_DECLARE(name, sig) \
	extern const struct cpit_wasi_function cpit_wasi_fn_##name;
CPIT_WASI_FUNCTIONS(CPIT_WASI_DECLARE)

/* How many there are, sock_accept and proc_raise included. */
#define CPIT_WASI_NIMPORTS 46

/*
 * Fills out[0..] for cpit_instantiate() with the functions in a list that ends
 * with NULL, and returns how many: no more than max.  w stays as long as the
 * instance; one w serves one instance at a time.  Any context.
 *
 * cpit_wasi_imports() offers all of them; the array has 4416 bytes then: keep
 * it off small stacks.  A list of one's own keeps what no module asks for out
 * of the image.
 */
size_t cpit_wasi_bind(struct cpit_wasi *w,
		      const struct cpit_wasi_function *const *list,
		      struct cpit_import *out, size_t max);
size_t cpit_wasi_imports(struct cpit_wasi *w, struct cpit_import *out,
			 size_t max);

#endif
