/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache's folder: a file for each key, with a hash of its own contents.
 *
 *	catchpit cache 1 <key> <hash of all that follows>\n
 *	<name> <bytes>\n<contents>	for each file, in this order
 *
 * An entry is written under another name and renamed, so what is there is
 * whole, or was damaged later, which its hash tells: then it is removed and
 * made again.
 */
#include "cache.h"
#include <dirent.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEAD	"catchpit cache 1 "

enum {
	KEY = SHA256_DIGEST_STRING_LENGTH - 1,
	HEAD_LEN = sizeof(HEAD) - 1 + KEY + 1 + KEY + 1,
	ABANDONED = 3600,		/* seconds: a file half written */
};

static const long long limit = 1LL << 30;	/* bytes in the folder */

/* ----------------------------------------------------------- the folder */

static char *named(void)
{
	const char *set = getenv("CATCHPIT_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home_dir = getenv("HOME");

	if (set && *set)
		return strcmp(set, "off") ? xstrdup(set) : NULL;
	if (xdg && *xdg == '/')
		return format("%s/catchpit", xdg);
	if (home_dir && *home_dir == '/')
		return format("%s/.cache/catchpit", home_dir);
	return NULL;
}

static void make_folders(char *path)
{
	char *p;

	for (p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	mkdir(path, 0700);
}

/* NULL: none, or one that others can write to. */
static const char *folder(void)
{
	static char *dir;
	static bool looked;
	struct stat st;

	if (looked)
		return dir;
	looked = true;
	dir = named();
	if (!dir)
		return NULL;
	make_folders(dir);
	if (stat(dir, &st) || !S_ISDIR(st.st_mode) ||
	    st.st_uid != geteuid() || st.st_mode & 022)
		dir = NULL;
	return dir;
}

/* ------------------------------------------------------------ the files */

/* All that stages after native read of those before; NULL after the last. */
static char *file_name(const struct job *j, unsigned i)
{
	if (i == 0)
		return xstrdup("merged.o");
	if (i == 1)
		return xstrdup("m.h");
	if (i == 2)
		return xstrdup("out/glue.su");
	return i - 3 < j->outputs ? format("out/m_%u.su", i - 3) : NULL;
}

static void add_file(struct text *t, const struct job *j, const char *name)
{
	char *path = format("%s/%s", j->dir, name);
	size_t len;
	char *s = read_if_there(path, &len);

	/* clang writes no .su for a file without functions. */
	if (s) {
		add(t, "%s %zu\n", name, len);
		add_bytes(t, s, len);
		free(s);
	}
	free(path);
}

/* Takes the file at *p if it is that one; false if the entry is not sound. */
static bool take_file(const struct job *j, const char *name, const char **p,
		      const char *end)
{
	size_t n = strlen(name), len = 0;
	const char *s = *p;
	char *path;

	if ((size_t)(end - s) <= n || memcmp(s, name, n) || s[n] != ' ')
		return strcmp(name, "merged.o") && strcmp(name, "m.h");
	for (s += n + 1; s < end && *s >= '0' && *s <= '9'; s++)
		len = len * 10 + (size_t)(*s - '0');
	if (s == end || *s++ != '\n' || (size_t)(end - s) < len)
		return false;
	path = format("%s/%s", j->dir, name);
	write_file(path, s, len);
	free(path);
	*p = s + len;
	return true;
}

static bool unpack(const struct job *j, const char *s, size_t len)
{
	const char *end = s + len;
	char *name;
	unsigned i;

	mkdir(format("%s/out", j->dir), 0700);
	for (i = 0; (name = file_name(j, i)); i++) {
		if (!take_file(j, name, &s, end))
			return false;
		free(name);
	}
	return s == end;
}

/* --------------------------------------------------------- in and out */

static char *header(const char *key, const char *s, size_t len)
{
	char sum[KEY + 1];

	SHA256Data((const uint8_t *)s, len, sum);
	return format(HEAD "%s %s\n", key, sum);
}

bool cache_wanted(void)
{
	return folder() && !getenv("CATCHPIT_KEEP");
}

bool cache_fetch(const struct job *j, const char *key)
{
	const char *dir = folder();
	char *path, *s, *head = NULL;
	bool whole = false;
	size_t len;

	path = format("%s/%s", dir, key);
	s = is_special(path) ? NULL : read_if_there(path, &len);
	if (!s) {
		free(path);
		return false;
	}
	if (len > HEAD_LEN) {
		head = header(key, s + HEAD_LEN, len - HEAD_LEN);
		whole = !memcmp(s, head, HEAD_LEN) &&
			unpack(j, s + HEAD_LEN, len - HEAD_LEN);
	}
	if (whole)
		utimensat(AT_FDCWD, path, NULL, 0);	/* for trim() */
	else
		unlink(path);
	free(head);
	free(s);
	free(path);
	return whole;
}

struct entry {
	char *path;
	long long size;
	time_t used;
};

static int by_use(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->used > y->used) - (x->used < y->used);
}

/* Removes what has not been used for longest, down to three quarters. */
static void trim(const char *dir)
{
	struct entry *all = NULL;
	long long total = 0;
	struct dirent *d;
	size_t n = 0, i;
	DIR *list = opendir(dir);

	while (list && (d = readdir(list))) {
		char *path = format("%s/%s", dir, d->d_name);
		struct stat st;

		if (lstat(path, &st) || !S_ISREG(st.st_mode))
			continue;
		if (begins(d->d_name, "new.")) {
			if (time(NULL) - st.st_mtime > ABANDONED)
				unlink(path);
			continue;
		}
		if (strlen(d->d_name) != KEY)
			continue;		/* not ours */
		NEXT(all, n) = (struct entry){ path, st.st_size, st.st_mtime };
		total += st.st_size;
	}
	if (list)
		closedir(list);
	if (total > limit) {
		qsort(all, n, sizeof(*all), by_use);
		for (i = 0; i < n && total > limit / 4 * 3; i++) {
			unlink(all[i].path);
			total -= all[i].size;
		}
	}
	for (i = 0; i < n; i++)
		free(all[i].path);
	free(all);
}

void cache_store(const struct job *j, const char *key)
{
	const char *dir = folder();
	struct text t = { 0 };
	char *name, *temp, *head;
	unsigned i;
	bool ok;
	FILE *f;
	int fd;

	temp = format("%s/new.XXXXXX", dir);
	fd = mkstemp(temp);
	f = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!f)
		return;
	for (i = 0; (name = file_name(j, i)); i++)
		add_file(&t, j, name);
	head = header(key, t.s, t.len);
	ok = fwrite(head, 1, HEAD_LEN, f) == HEAD_LEN &&
	     fwrite(t.s, 1, t.len, f) == t.len;
	if (fclose(f) || !ok || rename(temp, format("%s/%s", dir, key)))
		unlink(temp);
	free(t.s);
	trim(dir);
}
