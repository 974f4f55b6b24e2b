/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --writeback: what a run left of its folders, back to the host's.  The archive
 * comes from a guest, and the folders may change under us: every name is walked
 * with O_NOFOLLOW from the folder's own descriptor, a file is written beside its
 * place and renamed.
 */
#include "dirs.h"
#include <catchpit/cpio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(const char *host, const char *name, const char *why)
{
	fprintf(stderr, "catchpit: --writeback: %s%s%s: %s\n", host,
		*name ? "/" : "", name, why);
	return false;
}

/*
 * The directory that holds `name', open, and in *last its name there; -1 when a
 * part of the way is no directory.
 */
static int open_parent(int top, const char *name, const char **last)
{
	int dir = dup(top);
	const char *slash;

	while (dir >= 0 && (slash = strchr(name, '/'))) {
		char part[CPIT_WASI_NAME_MAX + 1];
		int next;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - name), name);
		next = openat(dir, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			      O_CLOEXEC);
		close(dir);
		dir = next;
		name = slash + 1;
	}
	*last = name;
	return dir;
}

/*
 * A file or symlink under another name first; 0 or an errno.  What was there, or
 * NULL, gives a file its mode, whatever the umask.
 */
static int write_beside(int dir, const struct cpio_entry *e, const char *temp,
			const struct stat *was)
{
	uint32_t done = 0;
	ssize_t n = 0;
	int fd;

	if ((e->mode & CPIO_TYPE) == CPIO_LINK) {
		char *target = format("%.*s", (int)e->size, e->data);

		fd = symlinkat(target, dir, temp);
		free(target);
		return fd ? errno : 0;
	}
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    was ? was->st_mode & 0777 : 0666);
	if (fd < 0)
		return errno;
	while (done < e->size && n >= 0) {
		n = write(fd, e->data + done, e->size - done);
		if (n > 0)
			done += (uint32_t)n;
		else if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (n < 0 || (was && fchmod(fd, was->st_mode & 0777)) || fsync(fd)) {
		n = errno;
		close(fd);
		return (int)n;
	}
	return close(fd) ? errno : 0;
}

static int put_file(int dir, const char *name, const struct cpio_entry *e)
{
	char temp[64];
	struct stat st;
	bool was = !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
		   S_ISREG(st.st_mode);
	int err;

	snprintf(temp, sizeof(temp), ".catchpit-%ld", (long)getpid());
	err = write_beside(dir, e, temp, was ? &st : NULL);
	if (!err && renameat(dir, temp, dir, name))
		err = errno;
	if (err && err != EEXIST)
		unlinkat(dir, temp, 0);
	return err;
}

static bool put_entry(const char *host, int top, const char *name,
		      const struct cpio_entry *e)
{
	uint32_t type = e->mode & CPIO_TYPE;
	const char *last;
	int dir, err = 0;

	if (type == CPIO_LINK && !e->check) {
		char *target = format("%.*s", (int)e->size, e->data);
		bool inside = dirs_link_inside(name, target);

		free(target);
		if (!inside)
			return complain(host, name,
					"a symlink that may lead out");
	}
	dir = open_parent(top, name, &last);
	if (dir < 0)
		return complain(host, name, strerror(errno));
	if (type == CPIO_DIR && mkdirat(dir, last, 0777) && errno != EEXIST)
		err = errno;
	else if (type != CPIO_DIR && !e->check)
		err = put_file(dir, last, e);
	close(dir);
	return err ? complain(host, name, strerror(err)) : true;
}

/* ------------------------------------------------------------- what is gone */

/* Of an archive's entry, its name below a place; NULL when it is not there. */
static const char *below(const char *name, const char *place)
{
	size_t n = strlen(place);

	if (!n)
		return name;
	return !strncmp(name, place, n) && name[n] == '/' ? name + n + 1 : NULL;
}

/* Which of the folders an entry belongs to: the one that is deepest. */
static size_t owner(const struct dirs *d, const char *name)
{
	size_t i, best = d->places.n;

	for (i = 0; i < d->places.n; i++)
		if (below(name, d->places.v[i]) &&
		    (best == d->places.n || strlen(d->places.v[i]) >=
		     strlen(d->places.v[best])))
			best = i;
	return best;
}

struct name {
	const char *name;
	uint32_t type;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->name,
		      ((const struct name *)b)->name);
}

/* The names of an archive, sorted; fails when it is damaged or not whole. */
static struct name *names_of(const struct text *archive, size_t *n)
{
	struct name *v = NULL;
	struct cpio_entry e;
	size_t at = 0;
	int more;

	*n = 0;
	while ((more = cpit_cpio_next(archive->s, archive->len, &at, &e)) > 0)
		NEXT(v, *n) = (struct name){ e.name, e.mode & CPIO_TYPE };
	if (more < 0)
		fail(EXIT_TOOL, "--writeback: the machine sent no whole "
		     "archive; nothing was written");
	if (v)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

static bool remove_one(const char *host, int top, const char *name,
		       uint32_t type)
{
	const char *last;
	int dir = open_parent(top, name, &last);
	int err = 0;

	if (dir < 0)
		return true;		/* gone with what was above it */
	if (unlinkat(dir, last, type == CPIO_DIR ? AT_REMOVEDIR : 0) &&
	    errno != ENOENT)
		err = errno;
	close(dir);
	return err ? complain(host, name, strerror(err)) : true;
}

/* What was packed and is no more, or is something else now: deepest first. */
static bool remove_gone(const struct dirs *d, const int *tops,
			const struct text *archive)
{
	size_t nold, nnew;
	struct name *old = names_of(&d->archive, &nold);
	struct name *new = names_of(archive, &nnew);
	bool ok = true;

	while (nold--) {
		size_t k = owner(d, old[nold].name);
		struct name *now = nnew ? bsearch(&old[nold], new, nnew,
						  sizeof(*new), by_name) : NULL;

		if (k == d->places.n || (now && now->type == old[nold].type) ||
		    !*d->hosts.v[k])
			continue;
		if (now && now->type != CPIO_DIR && old[nold].type != CPIO_DIR)
			continue;	/* replaced as it is written */
		ok &= remove_one(d->hosts.v[k], tops[k],
				 below(old[nold].name, d->places.v[k]),
				 old[nold].type);
	}
	free(old);
	free(new);
	return ok;
}

bool dirs_write_back(const struct dirs *d, const struct text *archive)
{
	int *tops = xmalloc((d->hosts.n + 1) * sizeof(*tops));
	struct cpio_entry e;
	size_t i, at = 0;
	bool ok = true;

	for (i = 0; i < d->hosts.n; i++) {
		tops[i] = *d->hosts.v[i] ? open(d->hosts.v[i], O_RDONLY |
						O_DIRECTORY | O_CLOEXEC) : -1;
		if (*d->hosts.v[i] && tops[i] < 0)
			fail(EXIT_TOOL, "%s: %s", d->hosts.v[i],
			     strerror(errno));
	}
	ok = remove_gone(d, tops, archive);
	while (cpit_cpio_next(archive->s, archive->len, &at, &e) > 0) {
		i = owner(d, e.name);
		if (i < d->places.n && tops[i] >= 0)
			ok &= put_entry(d->hosts.v[i], tops[i],
					below(e.name, d->places.v[i]), &e);
	}
	for (i = 0; i < d->hosts.n; i++)
		if (tops[i] >= 0)
			close(tops[i]);
	free(tops);
	return ok;
}
