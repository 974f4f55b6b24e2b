/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls SEED COUNT: file system calls of chance in the current directory, and
 * what each comes to; in the end all that is there.  What Linux says is right,
 * but where the two of them differ on purpose:
 *
 * - a path that leads outside, which only Linux follows: outside();
 * - the errno for a name that ends with a slash or a dot;
 * - reading, seeking and resizing directories; pwrite() with O_APPEND, which on
 *   Linux appends; O_DIRECTORY with O_NOFOLLOW of a symlink.
 *
 * Ends with 3 where Linux cannot tell what is outside.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

enum { FILES = 4, PATH = 64, SIZE = 6000 };

static struct {
	int fd;
	bool appends, is_dir;
} file[FILES];

static uint64_t state;
static bool odd_end;		/* a path of this call ends with a slash or a dot */

static unsigned chance(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

/* --------------------------------------------------------------- what is told */

static const char *why(void)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ EACCES, "EACCES" }, { EBADF, "EBADF" }, { EEXIST, "EEXIST" },
		{ EFBIG, "EFBIG" }, { EINVAL, "EINVAL" }, { EISDIR, "EISDIR" },
		{ ELOOP, "ELOOP" }, { ENOENT, "ENOENT" }, { ENOSPC, "ENOSPC" },
		{ ENOTDIR, "ENOTDIR" }, { ENOTEMPTY, "ENOTEMPTY" },
		{ EPERM, "EPERM" }, { EXDEV, "EXDEV" },
		{ EBUSY, "EINVAL" },		/* rename of "." */
#ifdef ENOTCAPABLE
		{ ENOTCAPABLE, "EINVAL" },	/* outside; ftruncate, read-only */
#endif
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == errno)
			return names[i].name;
	return strerror(errno);
}

static void tell(long long r)
{
	if (r < 0)
		printf("%s\n", odd_end ? "refused" : why());
	else
		printf("%lld\n", r);
}

static void tell_stat(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		printf("file of %lld, %u links ", (long long)st->st_size,
		       (unsigned)st->st_nlink);
	else if (S_ISLNK(st->st_mode))
		printf("symlink of %lld ", (long long)st->st_size);
	else
		printf("directory ");
}

static uint32_t sum_of(const unsigned char *p, size_t n)
{
	uint32_t sum = 0;

	while (n--)
		sum = sum * 31 + *p++;
	return sum;
}

/* --------------------------------------------------------------------- paths */

static char *some_path(void)
{
	static const char *const names[] = { "a", "b", "d", "e", "s", "t" };
	static const char *const ends[] = { "", "", "", "", "/", "/.", "//" };
	static char place[2][PATH];
	static unsigned next;
	unsigned n = 1 + chance(4) / 2 + chance(4) / 3, depth = 0, i;
	char *p = place[next++ % 2], last;

	strcpy(p, chance(10) ? "" : "./");
	for (i = 0; i < n; i++) {
		if (i)
			strcat(p, chance(12) ? "/" : "//");
		if (depth && !chance(8)) {
			strcat(p, "..");
			depth--;
		} else {
			strcat(p, names[chance(6)]);
			depth++;
		}
	}
	strcat(p, ends[chance(7)]);
	if (!chance(30))
		strcpy(p, chance(2) ? "." : "./");
	last = p[strlen(p) - 1];
	odd_end |= last == '/' || last == '.';
	return p;
}

/* EINVAL for a path that the guest is refused; never in the guest itself. */
static bool outside(const char *path, bool follow)
{
#ifdef __linux__
	struct open_how how = {
		.flags = O_PATH | (follow ? 0 : O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH,
	};
	long fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd >= 0)
		close((int)fd);
	else if (errno == ENOSYS || errno == EPERM)
		exit(3);
	else if (errno == EXDEV)
		errno = EINVAL;
	else
		return false;
	return fd < 0;
#else
	(void)path;
	(void)follow;
	return false;
#endif
}

static bool has_parent(const char *path)
{
	char dir[PATH];
	struct stat st;
	size_t n = strlen(path);

	while (n && path[n - 1] != '/')
		n--;
	snprintf(dir, sizeof(dir), "%.*s", (int)n, path);
	return !n || !stat(dir, &st);
}

/* --------------------------------------------------------------------- files */

static void open_some(void)
{
	static const struct {
		int flag;
		unsigned of;		/* one in so many has it */
		const char *name;
	} more[] = {
		{ O_CREAT, 2, "creat" }, { O_EXCL, 4, "excl" },
		{ O_TRUNC, 4, "trunc" }, { O_APPEND, 4, "append" },
		{ O_DIRECTORY, 8, "directory" }, { O_NOFOLLOW, 5, "nofollow" },
	};
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned s = chance(FILES), mode = chance(3), i;
	const char *path = some_path();
	int flags = modes[mode];
	struct stat st;
	bool follow;

	printf("open %u %s %u", s, path, mode);
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (!chance(more[i].of)) {
			flags |= more[i].flag;
			printf(" %s", more[i].name);
		}
	printf(": ");
	/* What POSIX leaves open, and what WASI has not. */
	if (!(flags & O_CREAT))
		flags &= ~O_EXCL;
	if (mode == 0)
		flags &= ~O_TRUNC;
	if (flags & (O_CREAT | O_NOFOLLOW))
		flags &= ~O_DIRECTORY;
	follow = !(flags & (O_NOFOLLOW | O_EXCL));
	if (file[s].fd >= 0)
		close(file[s].fd);
	file[s].fd = outside(path, follow) ? -1 : open(path, flags, 0666);
	file[s].appends = flags & O_APPEND;
	tell(file[s].fd < 0 ? -1 : 0);
	file[s].is_dir = file[s].fd >= 0 && !fstat(file[s].fd, &st) &&
			 S_ISDIR(st.st_mode);
}

static void use_file(void)
{
	enum { WRITE, PWRITE, READ, PREAD, SET, END, CUR, RESIZE, STAT, ALL };
	static const char *const names[] = {
		"write", "pwrite", "read", "pread", "set", "end", "cur",
		"resize", "stat",
	};
	static unsigned char buf[SIZE];
	unsigned s = chance(FILES), n = chance(8) ? chance(SIZE) : 0;
	unsigned at = chance(20000), what = chance(ALL), i;
	int by = (int)chance(3000) - 1500, fd;
	struct stat st;
	long long r = -1;

	/* Mostly one that is open, if any. */
	for (i = 0; i < FILES && file[s].fd < 0 && chance(8); i++)
		s = (s + 1) % FILES;
	fd = file[s].fd;
	for (i = 0; i < n; i++)
		buf[i] = (unsigned char)chance(256);
	if ((what == PWRITE && file[s].appends) ||
	    (what != STAT && file[s].is_dir))
		return;
	printf("%s %u %u %u %d: ", names[what], s, n, at, by);
	switch (what) {
	case WRITE:
		r = write(fd, buf, n);
		break;
	case PWRITE:
		r = pwrite(fd, buf, n, at);
		break;
	case READ:
		r = read(fd, buf, n);
		break;
	case PREAD:
		r = pread(fd, buf, n, at);
		break;
	case SET:
		r = lseek(fd, at, SEEK_SET);
		break;
	case END:
		r = lseek(fd, by, SEEK_END);
		break;
	case CUR:
		r = lseek(fd, by, SEEK_CUR);
		break;
	case RESIZE:
		r = ftruncate(fd, at);
		break;
	case STAT:
		r = fstat(fd, &st);
		if (!r)
			tell_stat(&st);
		break;
	}
	if (r > 0 && (what == READ || what == PREAD))
		printf("%08x ", (unsigned)sum_of(buf, (size_t)r));
	tell(r);
}

/* --------------------------------------------------------------------- names */

static int count_names(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	if (!d)
		return -1;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void use_path(void)
{
	enum { MKDIR, RMDIR, UNLINK, REMOVE, READLINK, LSTAT, NOFOLLOW_END,
	       STATS = NOFOLLOW_END, ACCESS, LIST, RESIZE, ALL };
	static const char *const names[] = {
		"mkdir", "rmdir", "unlink", "remove", "readlink", "lstat",
		"stat", "access", "list", "truncate",
	};
	unsigned what = chance(ALL), size = chance(9000);
	const char *p = some_path();
	char text[PATH] = "";
	long long r = -1;
	struct stat st;

	printf("%s %s: ", names[what], p);
	if (outside(p, what >= NOFOLLOW_END)) {
		tell(-1);
		return;
	}
	switch (what) {
	case MKDIR:
		r = mkdir(p, 0777);
		break;
	case RMDIR:
		r = rmdir(p);
		break;
	case UNLINK:
		r = unlink(p);
		break;
	case REMOVE:
		r = remove(p);
		break;
	case READLINK:
		r = readlink(p, text, size % 3 ? PATH - 1 : 2);
		if (r >= 0)
			printf("'%s' ", text);
		break;
	case LSTAT:
	case STATS:
		r = what == LSTAT ? lstat(p, &st) : stat(p, &st);
		if (!r)
			tell_stat(&st);
		break;
	case ACCESS:
		r = access(p, F_OK);
		break;
	case LIST:
		r = count_names(p);
		break;
	case RESIZE:
		r = truncate(p, size);
		break;
	}
	tell(r);
}

static void use_two(void)
{
	enum { RENAME, LINK, SYMLINK, ALL };
	static const char *const names[] = { "rename", "link", "symlink" };
	unsigned what = chance(ALL);
	char *p = some_path(), *q = some_path();
	struct stat st;
	int r = -1;

	/* Else any path through it ends with a slash, and does not look so. */
	while (what == SYMLINK && p[strlen(p) - 1] == '/')
		p[strlen(p) - 1] = '\0';
	printf("%s %s %s: ", names[what], p, q);
	if (what != SYMLINK && outside(p, false)) {
		tell(-1);
		return;
	}
	if (outside(q, false)) {
		if (what == SYMLINK ||
		    (what == LINK ? !lstat(p, &st) : has_parent(p)))
			errno = EINVAL;
		tell(-1);
		return;
	}
	r = what == RENAME ? rename(p, q) :
	    what == LINK ? link(p, q) : symlink(p, q);
	/* Of a file onto the directory that it is in both are true. */
	if (r < 0 && what == RENAME && errno == EISDIR)
		errno = ENOTEMPTY;
	tell(r);
}

/* ------------------------------------------------------------------ the end */

static void tell_file(const char *path)
{
	static unsigned char buf[1 << 20];
	FILE *f = fopen(path, "r");

	if (!f) {
		tell(-1);
		return;
	}
	printf("%08x\n", (unsigned)sum_of(buf, fread(buf, 1, sizeof(buf), f)));
	fclose(f);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void tell_all(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name), i;

	for (i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char sub[512], text[PATH] = "";
		struct stat st;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, name);
		printf("%s: ", sub);
		if (lstat(sub, &st)) {
			tell(-1);
			continue;
		}
		tell_stat(&st);
		if (S_ISREG(st.st_mode))
			tell_file(sub);
		else if (S_ISLNK(st.st_mode) && readlink(sub, text, PATH - 1) > 0)
			printf("'%s'\n", text);
		else
			printf("\n");
		if (S_ISDIR(st.st_mode))
			tell_all(sub);
	}
}

int main(int argc, char **argv)
{
	unsigned n, i;

	if (argc != 3)
		return 2;
	state = strtoull(argv[1], NULL, 0) * 0x9e3779b97f4a7c15u + 1;
	for (i = 0; i < FILES; i++)
		file[i].fd = -1;
	for (n = (unsigned)atoi(argv[2]); n; n--) {
		unsigned what = chance(8);

		odd_end = false;
		if (what < 2)
			open_some();
		else if (what < 4)
			use_file();
		else if (what < 7)
			use_path();
		else
			use_two();
	}
	odd_end = false;
	tell_all(".");
	return 0;
}
