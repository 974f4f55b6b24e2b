/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs take from POSIX and wasi-libc does not have; put before
 * each file by build.sh with -include, and ./shim is searched for headers.
 * WASI has no owners and no modes, no pipes and no signals from outside: what
 * asks for one fails, or is never told of one.
 */
#ifndef TESTS_PROGRAMS_SHIM_H
#define TESTS_PROGRAMS_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static inline int chmod(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	errno = ENOTSUP;
	return -1;
}

static inline int fchmod(int fd, mode_t mode)
{
	(void)fd;
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

static inline uid_t geteuid(void)
{
	return 0;
}

static inline uid_t getuid(void)
{
	return 0;
}

static inline unsigned alarm(unsigned seconds)
{
	(void)seconds;
	return 0;
}

/* No links but those of the one folder: what it names is what it is. */
static inline char *realpath(const char *path, char *resolved)
{
	(void)resolved;
	return strdup(path);
}

/* xz writes to it in a signal handler, and waits for it beside its input. */
static inline int pipe(int fd[2])
{
	fd[0] = fd[1] = STDERR_FILENO;
	return 0;
}

/* Locks are SQLite's, which is told to take none. */
#define F_RDLCK	0
#define F_WRLCK	1
#define F_UNLCK	2
#define F_GETLK	5
#define F_SETLK	6

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1

struct sigaction {
	void (*sa_handler)(int);
	sigset_t sa_mask;
	int sa_flags;
};

static inline int sigaction(int sig, const struct sigaction *act,
			    struct sigaction *old)
{
	(void)sig;
	(void)act;
	if (old)
		old->sa_handler = SIG_DFL;
	return 0;
}

static inline int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how;
	(void)set;
	(void)old;
	return 0;
}

static inline int sigemptyset(sigset_t *set)
{
	(void)set;
	return 0;
}

static inline int sigfillset(sigset_t *set)
{
	(void)set;
	return 0;
}

static inline int sigaddset(sigset_t *set, int sig)
{
	(void)set;
	(void)sig;
	return 0;
}

#endif
