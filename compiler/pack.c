/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of the host as a cpio archive, in an order that is always the same. */
#include "dirs.h"
#include <catchpit/cpio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "/a//b/." as "a/b"; fails for "..": it has no place in the guest's tree. */
static char *place_of(const char *guest)
{
	char *copy = xstrdup(guest), *save, *name, *p;
	struct text t = { 0 };

	for (p = copy; (name = strtok_r(p, "/", &save)); p = NULL) {
		if (!strcmp(name, "."))
			continue;
		if (!strcmp(name, "..") || strlen(name) > CPIT_WASI_NAME_MAX)
			fail(EXIT_USAGE, "--dir: '%s' cannot be the guest's "
			     "name for it; say HOST=GUEST", guest);
		add(&t, "%s%s", t.len ? "/" : "", name);
	}
	add(&t, "%s", "");
	if (t.len >= CPIT_WASI_PATH_MAX)
		fail(EXIT_USAGE, "--dir: the guest's name is too long");
	free(copy);
	return t.s;
}

void dirs_add(struct dirs *d, const char *arg)
{
	const char *eq = strrchr(arg, '=');
	const char *guest = eq ? eq + 1 : arg;
	char *place;
	size_t i;

	if (!*guest)
		fail(EXIT_USAGE, "--dir: no name for the guest in '%s'", arg);
	place = place_of(guest);
	for (i = 0; i < d->places.n; i++)
		if (!strcmp(d->places.v[i], place))
			fail(EXIT_USAGE, "--dir: two have the guest's name '%s'",
			     guest);
	push(&d->places, "%s", place);
	push(&d->guests, "%s%s", *guest == '/' ? "/" : *place ? "" : ".", place);
	free(place);
	push(&d->hosts, "%.*s", eq ? (int)(eq - arg) : (int)strlen(arg), arg);
}

/* Is b the folder a, or in it?  Both as realpath() has them. */
static bool holds(const char *a, const char *b)
{
	size_t n = strlen(a);

	return !strncmp(a, b, n) && (!b[n] || b[n] == '/' || a[n - 1] == '/');
}

void dirs_apart(const struct dirs *d)
{
	size_t i, k, n = d->hosts.n;
	char **v = xmalloc((n + 1) * sizeof(*v));

	for (i = 0; i < n; i++) {
		v[i] = *d->hosts.v[i] ? realpath(d->hosts.v[i], NULL) : NULL;
		for (k = 0; v[i] && k < i; k++)
			if (v[k] && (holds(v[i], v[k]) || holds(v[k], v[i])))
				fail(EXIT_USAGE, "--writeback: %s and %s are "
				     "not two folders apart", d->hosts.v[k],
				     d->hosts.v[i]);
	}
	for (i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

bool dirs_link_inside(const char *name, const char *target)
{
	const char *p;
	size_t n;
	int up = 0, named = 0;

	if (*target == '/' || !*target)
		return false;
	for (p = name; (p = strchr(p, '/')); p++)
		up++;
	for (p = target; *p; p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		if (n == 2 && p[0] == '.' && p[1] == '.') {
			if (named || up-- == 0)
				return false;
		} else if (n > 1 || (n == 1 && *p != '.')) {
			named = 1;
		}
	}
	return true;
}

static void entry(struct dirs *d, uint32_t mode, time_t mtime, const char *name,
		  const void *data, size_t size)
{
	struct cpio_entry e = { .mode = mode, .size = (uint32_t)size };
	char header[CPIO_HEADER];
	size_t len = strlen(name) + 1;

	if (mtime > 0)
		e.mtime = mtime < UINT32_MAX ? (uint32_t)mtime : UINT32_MAX;
	cpit_cpio_header(header, &e, (uint32_t)len);
	add_bytes(&d->archive, header, sizeof(header));
	add_bytes(&d->archive, name, len);
	add_bytes(&d->archive, "\0\0\0", -(sizeof(header) + len) & 3);
	add_bytes(&d->archive, data, size);
	add_bytes(&d->archive, "\0\0\0", -size & 3);
	if (d->archive.len > ARCHIVE_MAX)
		fail(EXIT_USAGE, "--dir: more than %d MiB", ARCHIVE_MAX >> 20);
}

static void pack_link(struct dirs *d, const char *path, const char *place,
		      const char *inside, const struct stat *st)
{
	char target[CPIT_WASI_PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	target[n] = '\0';
	if (!dirs_link_inside(inside, target))
		fail(EXIT_USAGE, "%s: a symlink that may lead out of the folder",
		     path);
	entry(d, CPIO_LINK | 0777, st->st_mtime, place, target, (size_t)n);
}

static void pack_folder(struct dirs *d, const char *host, const char *place,
			const char *inside);

/* inside: its name relative to the --dir. */
static void pack_one(struct dirs *d, const char *path, const char *place,
		     const char *inside)
{
	struct stat st;
	size_t size;
	char *data;

	if (lstat(path, &st))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	if (strlen(place) >= CPIT_WASI_PATH_MAX)
		fail(EXIT_USAGE, "%s: too deep", path);
	if (S_ISLNK(st.st_mode)) {
		pack_link(d, path, place, inside, &st);
	} else if (S_ISDIR(st.st_mode)) {
		entry(d, CPIO_DIR | 0755, st.st_mtime, place, "", 0);
		pack_folder(d, path, place, inside);
	} else if (S_ISREG(st.st_mode)) {
		if (st.st_size > ARCHIVE_MAX)
			fail(EXIT_USAGE, "%s: too large", path);
		data = read_file(path, &size);
		entry(d, CPIO_FILE | 0644, st.st_mtime, place, data, size);
		free(data);
	} else {
		fail(EXIT_USAGE, "%s: neither a file nor a directory", path);
	}
}

static void pack_folder(struct dirs *d, const char *host, const char *place,
			const char *inside)
{
	struct dirent **names;
	int i, n = scandir(host, &names, NULL, alphasort);

	if (n < 0)
		fail(errno == ENOENT ? EXIT_NOENT : EXIT_TOOL, "%s: %s", host,
		     strerror(errno));
	for (i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (strcmp(name, ".") && strcmp(name, "..")) {
			char *path = format("%s/%s", host, name);
			char *to = format("%s%s%s", place, *place ? "/" : "",
					  name);
			char *in = format("%s%s%s", inside, *inside ? "/" : "",
					  name);

			pack_one(d, path, to, in);
			free(path);
			free(to);
			free(in);
		}
		free(names[i]);
	}
	free(names);
}

void dirs_pack(struct dirs *d)
{
	struct stat st;
	size_t i;

	d->packed = time(NULL);
	for (i = 0; i < d->hosts.n; i++) {
		if (!*d->hosts.v[i] || stat(d->hosts.v[i], &st))
			st.st_mtime = d->packed;
		if (*d->places.v[i])
			entry(d, CPIO_DIR | 0755, st.st_mtime, d->places.v[i],
			      "", 0);
		if (*d->hosts.v[i])
			pack_folder(d, d->hosts.v[i], d->places.v[i], "");
	}
	if (d->hosts.n)
		entry(d, 0, 0, "TRAILER!!!", "", 0);
}
