/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is no host for: files, directories, sockets, signals.  EBADF for a
 * descriptor that is not open, else ENOSYS; a guest that probes can tell.  No
 * pointer is looked at.
 */
#include "wasi_impl.h"

/* Parameters that are there for the function's type only. */
#define U32 __attribute__((unused)) uint32_t
#define U64 __attribute__((unused)) uint64_t

static uint32_t no_sys(struct cpit_caller *c, uint32_t fd)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	return err != CPIT_WASI_OK ? err : CPIT_WASI_ENOSYS;
}

#define FD_STUB(name, ...) \
	WASI_FN(name, uint32_t fd, ##__VA_ARGS__) \
	{ \
		return no_sys(c, fd); \
	}

FD_STUB(fd_advise, U64 offset, U64 len, U32 advice)
FD_STUB(fd_allocate, U64 offset, U64 len)
FD_STUB(fd_fdstat_set_rights, U64 base, U64 inheriting)
FD_STUB(fd_filestat_set_size, U64 size)
FD_STUB(fd_filestat_set_times, U64 atim, U64 mtim, U32 flags)
FD_STUB(fd_pread, U32 iovs, U32 n, U64 offset, U32 result)
FD_STUB(fd_pwrite, U32 iovs, U32 n, U64 offset, U32 result)
FD_STUB(fd_readdir, U32 buf, U32 len, U64 cookie, U32 result)
FD_STUB(path_create_directory, U32 path, U32 len)
FD_STUB(path_filestat_get, U32 flags, U32 path, U32 len, U32 result)
FD_STUB(path_filestat_set_times, U32 flags, U32 path, U32 len, U64 atim,
	U64 mtim, U32 fst_flags)
FD_STUB(path_open, U32 dirflags, U32 path, U32 len, U32 oflags, U64 base,
	U64 inheriting, U32 fdflags, U32 result)
FD_STUB(path_readlink, U32 path, U32 len, U32 buf, U32 buf_len, U32 result)
FD_STUB(path_remove_directory, U32 path, U32 len)
FD_STUB(path_unlink_file, U32 path, U32 len)
FD_STUB(sock_accept, U32 flags, U32 result)
FD_STUB(sock_recv, U32 iovs, U32 n, U32 flags, U32 result, U32 oflags)
FD_STUB(sock_send, U32 iovs, U32 n, U32 flags, U32 result)
FD_STUB(sock_shutdown, U32 how)

WASI_FN(path_symlink, U32 target, U32 target_len, uint32_t fd, U32 path,
	U32 len)
{
	return no_sys(c, fd);
}

/* Two descriptors: both have to be open to get as far as ENOSYS. */
WASI_FN(path_link, uint32_t fd, U32 flags, U32 path, U32 len, uint32_t new_fd,
	U32 new_path, U32 new_len)
{
	uint32_t err = no_sys(c, fd);

	return err == CPIT_WASI_ENOSYS ? no_sys(c, new_fd) : err;
}

WASI_FN(path_rename, uint32_t fd, U32 path, U32 len, uint32_t new_fd,
	U32 new_path, U32 new_len)
{
	uint32_t err = no_sys(c, fd);

	return err == CPIT_WASI_ENOSYS ? no_sys(c, new_fd) : err;
}

/* There are no signals to send; a module ends itself by proc_exit or a trap. */
WASI_FN(proc_raise, U32 sig)
{
	(void)c;
	return CPIT_WASI_ENOSYS;
}
