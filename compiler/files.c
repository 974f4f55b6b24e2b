/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files, whole or not at all, and the work directory, of which nothing is left
 * however catchpit ends.
 */
#include "util.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *work;		/* work directory, once made */
static pid_t work_owner;

/* Files on their way to their places: all are written before one is there. */
static struct {
	char *volatile temp;	/* NULL: `to' is removed */
	char *to;
} waiting[2];
static volatile size_t nwaiting;

/* The one that is being written in an open directory, or NULL. */
static struct {
	volatile int dir;
	const char *volatile name;
} half;

/* --------------------------------------------------------------- whole files */

void must_exist(const char *path)
{
	if (access(path, R_OK))
		fail(errno == ENOENT || errno == ENOTDIR ? EXIT_NOENT :
		     EXIT_NOEXEC, "%s: %s", path, strerror(errno));
}

char *read_file(const char *path, size_t *len)
{
	char *s = read_if_there(path, len);

	if (!s)
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	return s;
}

char *read_if_there(const char *path, size_t *len)
{
	struct text t = { 0 };
	char buf[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return NULL;
	add(&t, "%s", "");
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		add_bytes(&t, buf, n);
	if (ferror(f)) {
		int e = errno;

		fclose(f);
		free(t.s);
		errno = e;
		return NULL;
	}
	fclose(f);
	if (len)
		*len = t.len;
	return t.s;
}

void write_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(data, 1, len, f) != len || fclose(f))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
}

void write_text(const char *path, const struct text *t)
{
	write_file(path, t->s, t->len);
}

bool write_sparse(int fd, const char *s, size_t len)
{
	static const char zeros[4096];
	size_t at, n;
	ssize_t k;

	for (at = 0; at < len; at += n) {
		n = len - at < sizeof(zeros) ? len - at : sizeof(zeros);
		if (!memcmp(s + at, zeros, n))
			continue;
		k = pwrite(fd, s + at, n, (off_t)at);
		if (k < 0 && errno != EINTR)
			return false;
		n = k < 0 ? 0 : (size_t)k;
	}
	return !ftruncate(fd, (off_t)len);
}

/* The bytes, then zeros up to `size', under a temporary name first. */
static bool write_whole(const char *temp, const struct text *t, size_t size,
			mode_t mode)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool ok;

	if (fd < 0)
		return false;
	ok = write_sparse(fd, t->s, t->len) &&
	     (size <= t->len || !ftruncate(fd, (off_t)size)) &&
	     !fchmod(fd, mode);
	return !close(fd) && ok;
}

/* A device or a pipe is not to be replaced, nor what /dev/stdout is. */
bool is_special(const char *path)
{
	struct stat st;
	char to[6];

	if (readlink(path, to, sizeof(to)) == sizeof(to) &&
	    !memcmp(to, "/proc/", sizeof(to)))
		return true;
	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

void half_written(int dir, const char *name)
{
	half.name = NULL;
	half.dir = dir;
	half.name = name;
}

static void unlink_waiting(void)
{
	size_t i;

	if (half.name)
		unlinkat(half.dir, half.name, 0);
	for (i = 0; i < nwaiting; i++)
		if (waiting[i].temp)
			unlink(waiting[i].temp);
}

static _Noreturn void not_delivered(const char *to)
{
	int e = errno;

	unlink_waiting();
	nwaiting = 0;
	fail(EXIT_TOOL, "%s: %s", to, strerror(e));
}

static void wait_for_all(char *temp, const char *to)
{
	waiting[nwaiting].temp = temp;
	waiting[nwaiting].to = xstrdup(to);
	nwaiting++;
}

static void write_beside(const struct text *t, size_t size, mode_t mode,
			 const char *to)
{
	char *temp;

	if (is_special(to)) {
		write_text(to, t);
		return;
	}
	temp = format("%s.tmp%ld", to, (long)getpid());
	wait_for_all(temp, to);
	if (!write_whole(temp, t, size, mode))
		not_delivered(to);
}

void prepare(const char *from, const char *to)
{
	struct text t = { 0 };
	struct stat st;

	t.s = read_file(from, &t.len);
	if (stat(from, &st))
		fail(EXIT_TOOL, "%s: %s", from, strerror(errno));
	write_beside(&t, 0, st.st_mode & 0777, to);
	free(t.s);
}

void prepare_data(const struct text *t, size_t size, const char *to)
{
	mode_t mask = umask(0);

	umask(mask);
	write_beside(t, size, 0666 & ~mask, to);
}

void prepare_none(const char *to)
{
	wait_for_all(NULL, to);
}

void deliver_all(void)
{
	while (nwaiting) {
		size_t i = nwaiting - 1;
		char *temp = waiting[i].temp;

		if (!temp)
			unlink(waiting[i].to);
		else if (rename(temp, waiting[i].to))
			not_delivered(waiting[i].to);
		nwaiting = i;
		free(temp);
		free(waiting[i].to);
	}
}

void deliver(const char *from, const char *to)
{
	prepare(from, to);
	deliver_all();
}

/* ------------------------------------------------------ the work directory */

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_work(void)
{
	/* A child that failed to exec runs this too: not its directory. */
	if (!work || getpid() != work_owner)
		return;
	unlink_waiting();
	if (!getenv("CATCHPIT_KEEP"))
		nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* nftw() is nothing for a signal handler: a program that does it instead. */
static void stopped(int sig)
{
	pid_t pid;

	if (getpid() == work_owner) {	/* not a child that is to exec */
		unlink_waiting();
		kill_tools(SIGKILL);	/* nothing of theirs is elsewhere */
	}
	if (work && getpid() == work_owner && !getenv("CATCHPIT_KEEP")) {
		pid = _Fork();
		if (!pid) {
			execl("/bin/rm", "rm", "-rf", "--", work, (char *)NULL);
			_exit(127);
		}
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	raise(sig);		/* once more, as SA_RESETHAND has it */
}

static void clean_up_when_stopped(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
				       SIGPIPE };
	struct sigaction now = { .sa_handler = stopped,
				 .sa_flags = (int)SA_RESETHAND }, was;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &was) &&
		    was.sa_handler == SIG_DFL)
			sigaction(signals[i], &now, NULL);
}

static const char *work_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	if (work)
		return work;
	work = format("%s/catchpit-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(work)) {
		char *path = work;

		work = NULL;
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	}
	work_owner = getpid();
	atexit(remove_work);
	clean_up_when_stopped();
	return work;
}

char *work_path(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	add(&t, "%s/", work_dir());
	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	return t.s;
}

static char *above_executable(void)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	int up;

	if (n < 0)
		fail(EXIT_TOOL, "/proc/self/exe: %s", strerror(errno));
	exe[n] = '\0';
	for (up = 0; up < 2; up++)
		if (strrchr(exe, '/'))
			*strrchr(exe, '/') = '\0';
	return xstrdup(*exe ? exe : "/");
}

const char *home(void)
{
	static char *dir;
	const char *set = getenv("CATCHPIT_HOME");

	if (dir)
		return dir;
	dir = set && *set ? xstrdup(set) : above_executable();
	if (access(format("%s/rt/include/catchpit", dir), F_OK))
		fail(EXIT_TOOL, "%s is not catchpit's tree; CATCHPIT_HOME has to "
		     "say where that is", dir);
	return dir;
}
