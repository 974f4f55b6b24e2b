/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WASI preview1 over seven host services, as an archive of its own
 * (libcatchpit-wasi.a): an embedder that offers no WASI does not link it.
 *
 * All functions of wasi_snapshot_preview1 exist.  What works: arguments,
 * environment, clocks, random numbers, the three standard streams, polling,
 * yield and exit.  There is no file system yet, hence no preopened directory:
 * the rest answers EBADF for a descriptor that is not open and ENOSYS
 * otherwise.  rt/wasi/README.md has the table.
 *
 * W1  A guest address is only ever used through cpit_memory_at(), again at
 *     each use; a bad one, or an instance without an exported "memory", is
 *     EFAULT.  A zero-length buffer has no bytes: its address is not looked at.
 * W2  EFAULT comes before the first effect: nothing is written or read partly.
 * W3  No pointer into guest memory is kept across a host service.
 *
 * The module name "wasi_unstable" (preview0) is not offered: its functions have
 * the same wasm types, but `whence', `filestat' and `subscription' are laid out
 * differently, so it would link and then go wrong.
 */
#ifndef CPIT_WASI_H
#define CPIT_WASI_H

#include <catchpit/module.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* WASI's numbers, as far as used here.  Host services return them negated. */
enum cpit_wasi_errno {
	CPIT_WASI_OK = 0,
	CPIT_WASI_EAGAIN = 6,
	CPIT_WASI_EBADF = 8,
	CPIT_WASI_EFAULT = 21,
	CPIT_WASI_EINTR = 27,
	CPIT_WASI_EINVAL = 28,
	CPIT_WASI_EIO = 29,
	CPIT_WASI_ENOSYS = 52,
	CPIT_WASI_ENOTSUP = 58,
	CPIT_WASI_EOVERFLOW = 61,
	CPIT_WASI_ESPIPE = 70,
	CPIT_WASI_ENOTCAPABLE = 76,
	CPIT_WASI_ERRNO_MAX = CPIT_WASI_ENOTCAPABLE,
};

enum cpit_wasi_stream {
	CPIT_WASI_STDIN = 0,
	CPIT_WASI_STDOUT = 1,
	CPIT_WASI_STDERR = 2,
	CPIT_WASI_NFDS = 3,
};

enum cpit_wasi_clock {
	CPIT_WASI_REALTIME = 0,		/* since 1970-01-01T00:00:00Z */
	CPIT_WASI_MONOTONIC = 1,	/* any epoch, never goes back */
};

/*
 * What the embedder supplies.  None may be NULL but `readable', `terminal'.
 *
 * All of them run as part of an import: on the guest stack, of which they may
 * use what is left of the store's host_reserve (WASI itself takes less than
 * 1 KiB), in thread context, interrupts as wasm had them.  They must return
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
	 * so it may sleep until the next interrupt.  False ends such a wait
	 * with EINTR, as when the instance has used up its budget.
	 */
	bool (*yield)(void *ctx);
};

/* A descriptor.  Rights and flags are WASI's bits. */
struct cpit_wasi_fd {
	uint64_t rights;
	uint16_t flags;
	uint8_t stream;		/* enum cpit_wasi_stream; moved by fd_renumber */
	bool open;
};

/* State of one instance.  The memory is the embedder's, its contents ours. */
struct cpit_wasi {
	const struct cpit_wasi_host *host;
	const char *const *args;
	const char *const *env;
	uint32_t nargs, nenv;
	struct cpit_wasi_fd fds[CPIT_WASI_NFDS];
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

/* The functions of preview1, sock_accept and proc_raise included. */
#define CPIT_WASI_NIMPORTS 46

/*
 * Fills out[0..] with the functions of "wasi_snapshot_preview1" for
 * cpit_instantiate(), and returns how many: CPIT_WASI_NIMPORTS, or max if that
 * is less.  w stays as long as the instance; one w serves one instance at a
 * time.  The array has some 5 KiB: keep it off small stacks.  Any context.
 */
size_t cpit_wasi_imports(struct cpit_wasi *w, struct cpit_import *out,
			 size_t max);

#endif
