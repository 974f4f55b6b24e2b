/* SPDX-License-Identifier: Apache-2.0 */
#include "util.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *work;		/* work directory, once made */
static pid_t work_owner;
static bool progress_shown;

/* -------------------------------------------------------------- errors */

void fail(int status, const char *fmt, ...)
{
	va_list ap;

	progress_done();
	fputs("catchpit: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(status);
}

void *xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		fail(EXIT_TOOL, "out of memory");
	return p;
}

void *xmalloc(size_t n)
{
	return memset(xrealloc(NULL, n), 0, n);
}

char *xstrdup(const char *s)
{
	return strcpy(xmalloc(strlen(s) + 1), s);
}

const char *first_line(const char *s)
{
	static char line[400];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(s, "\r\n"), s);
	return line;
}

/* ---------------------------------------------------------------- text */

static void vadd(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (t->len + (size_t)n + 1 > t->room) {
		t->room = (t->len + (size_t)n + 1) * 2;
		t->s = xrealloc(t->s, t->room);
	}
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	t->len += (size_t)n;
}

void add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vadd(t, fmt, ap);
	va_end(ap);
}

void add_bytes(struct text *t, const void *p, size_t n)
{
	if (t->len + n + 1 > t->room) {
		t->room = (t->len + n + 1) * 2;
		t->s = xrealloc(t->s, t->room);
	}
	memcpy(t->s + t->len, p, n);
	t->len += n;
	t->s[t->len] = '\0';
}

char *format(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	return t.s;
}

static void push_owned(struct list *l, char *s)
{
	l->v = xrealloc(l->v, (l->n + 2) * sizeof(*l->v));
	l->v[l->n++] = s;
	l->v[l->n] = NULL;
}

void push(struct list *l, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	push_owned(l, t.s);
}

void push_all(struct list *l, const char *const *v)
{
	for (; *v; v++)
		push_owned(l, xstrdup(*v));
}

/* --------------------------------------------------------------- files */

void must_exist(const char *path)
{
	if (access(path, R_OK))
		fail(EXIT_NOENT, "%s: %s", path, strerror(errno));
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
	if (ferror(f))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
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

/* Blocks of zeros become holes. */
static bool write_sparse(FILE *f, const char *s, size_t len)
{
	static const char zeros[4096];
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = len - at < sizeof(zeros) ? len - at : sizeof(zeros);
		if (memcmp(s + at, zeros, n) ? fwrite(s + at, 1, n, f) != n :
		    fseek(f, (long)n, SEEK_CUR))
			return false;
	}
	return !fflush(f);
}

/* The bytes, then zeros up to `size', under a temporary name first. */
static bool write_whole(const char *temp, const struct text *t, size_t size,
			mode_t mode)
{
	FILE *f = fopen(temp, "wb");

	if (!f)
		return false;
	if (!write_sparse(f, t->s, t->len) ||
	    ftruncate(fileno(f), (off_t)(size > t->len ? size : t->len)) ||
	    fchmod(fileno(f), mode)) {
		fclose(f);
		return false;
	}
	return !fclose(f);
}

static void put_in_place(const struct text *t, size_t size, mode_t mode,
			 const char *to)
{
	char *temp = format("%s.tmp%ld", to, (long)getpid());

	if (!write_whole(temp, t, size, mode) || rename(temp, to)) {
		int e = errno;

		unlink(temp);
		fail(EXIT_TOOL, "%s: %s", to, strerror(e));
	}
	free(temp);
}

void deliver(const char *from, const char *to)
{
	struct text t = { 0 };
	struct stat st;

	t.s = read_file(from, &t.len);
	if (stat(from, &st))
		fail(EXIT_TOOL, "%s: %s", from, strerror(errno));
	put_in_place(&t, 0, st.st_mode & 0777, to);
	free(t.s);
}

void deliver_data(const struct text *t, size_t size, const char *to)
{
	mode_t mask = umask(0);

	umask(mask);
	put_in_place(t, size, 0666 & ~mask, to);
}

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
	if (work && getpid() == work_owner && !getenv("CATCHPIT_KEEP"))
		nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *work_dir(void)
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

const char *home(void)
{
	static char *dir;
	char exe[PATH_MAX];
	const char *set = getenv("CATCHPIT_HOME");
	ssize_t n;
	int up;

	if (dir)
		return dir;
	if (set && *set)
		return dir = xstrdup(set);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n < 0)
		fail(EXIT_TOOL, "/proc/self/exe: %s", strerror(errno));
	exe[n] = '\0';
	for (up = 0; up < 2; up++)
		if (strrchr(exe, '/'))
			*strrchr(exe, '/') = '\0';
	return dir = xstrdup(*exe ? exe : "/");
}

/* ----------------------------------------------------------- processes */

static pid_t start(const struct list *cmd, const char *output)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	execvp(cmd->v[0], cmd->v);
	fprintf(stderr, "%s: %s\n", cmd->v[0], strerror(errno));
	fflush(stderr);
	_exit(127);
}

static int exit_status(int w)
{
	return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
}

int run_command(const struct list *cmd, char **output)
{
	char *log = work_path("log");
	pid_t pid = start(cmd, log);
	int w;

	if (pid < 0 || waitpid(pid, &w, 0) < 0)
		fail(EXIT_TOOL, "%s: %s", cmd->v[0], strerror(errno));
	if (output)
		*output = read_file(log, NULL);
	free(log);
	return exit_status(w);
}

/* The line of a tool's output that says what went wrong. */
static const char *error_line(const char *out)
{
	const char *e = strstr(out, "error: ");

	/* The linker's driver repeats in general what stands above it. */
	if (!e || (e - out >= 10 && !strncmp(e - 10, "collect2: ", 10)))
		return first_line(out);
	while (e > out && e[-1] != '\n')
		e--;
	return first_line(e);
}

static _Noreturn void tool_failed(const struct list *cmd, const char *what,
				  int status, const char *log)
{
	fail(EXIT_TOOL, "%s: %s failed (status %d): %s", what, cmd->v[0],
	     status, error_line(read_file(log, NULL)));
}

void must_run(const struct list *cmd, const char *what)
{
	must_run_all(cmd, 1, what);
}

void must_run_all(const struct list *cmds, size_t n, const char *what)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pid_t *pids = xmalloc(n * sizeof(*pids));
	size_t next = 0, live = 0, i, bad = n;
	int bad_status = 0;

	/* After a failure nothing is started, but what runs is waited for. */
	while ((next < n && bad == n) || live) {
		int w;
		pid_t pid;

		if (next < n && bad == n && live < (size_t)(cpus > 0 ? cpus : 1)) {
			pids[next] = start(&cmds[next],
					   work_path("log%zu", next));
			if (pids[next] < 0)
				fail(EXIT_TOOL, "fork: %s", strerror(errno));
			next++;
			live++;
			continue;
		}
		pid = wait(&w);
		if (pid < 0)
			fail(EXIT_TOOL, "wait: %s", strerror(errno));
		live--;
		if (n > 1)
			progress("%s: compiled %zu of %zu files", what,
				 next - live, n);
		for (i = 0; i < next && pids[i] != pid; i++)
			;
		if (i < next && exit_status(w) && bad == n) {
			bad = i;
			bad_status = exit_status(w);
		}
	}
	if (bad != n)
		tool_failed(&cmds[bad], what, bad_status,
			    work_path("log%zu", bad));
	free(pids);
}

/* ------------------------------------------------------------ progress */

void progress(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(2))
		return;
	progress_shown = true;
	fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
}

void progress_done(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

bool parse_size(const char *s, unsigned long *v)
{
	char *end;

	errno = 0;
	*v = strtoul(s, &end, 10);
	if (end == s || *s == '-' || errno || *v > 1ul << 30)
		return false;
	if (*end == 'K' || *end == 'k')
		*v <<= 10, end++;
	else if (*end == 'M' || *end == 'm')
		*v <<= 20, end++;
	return !*end;
}
