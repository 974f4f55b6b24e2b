/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bzip2.c takes from POSIX and wasi-libc does not have; put before it by
 * build.sh with -include.  Nothing here is reached on a pure stdin-to-stdout
 * run.
 */
#ifndef TESTS_PROGRAMS_SHIM_H
#define TESTS_PROGRAMS_SHIM_H

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

/* WASI has no owners and no modes: both fail, as for a file system without. */
static inline int fchmod(int fd, mode_t mode)
{
	(void)fd;
	(void)mode;
	errno = ENOTSUP;
	return -1;
}

static inline int chmod(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	errno = ENOTSUP;
	return -1;
}

static inline int chown(const char *path, uid_t owner, gid_t group)
{
	(void)path;
	(void)owner;
	(void)group;
	errno = ENOTSUP;
	return -1;
}

static inline int fchown(int fd, uid_t owner, gid_t group)
{
	(void)fd;
	(void)owner;
	(void)group;
	errno = ENOTSUP;
	return -1;
}

#endif
