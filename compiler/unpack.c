/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --writeback: what a run left of its folders, back to the host's.  The archive
 * comes from a guest, and the folders may change under us: every name is walked
 * with O_NOFOLLOW from the folder's own descriptor, a file is written beside its
 * place and renamed.  What is gone is removed when all else is written, so that a
 * full disk loses nothing that only has another name now.
 */
#include "dirs.h"
#include <catchpit/cpio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define OF_THE_RUN UINT32_MAX		/* as a date: the host's own for it */

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
	const struct timespec times[] = { { .tv_nsec = UTIME_OMIT },
					  { .tv_sec = e->mtime } };
	int fd, err = 0;

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
	if (!write_sparse(fd, e->data, e->size) ||
	    (was && fchmod(fd, was->st_mode & 0777)))
		err = errno;
	if (e->mtime != OF_THE_RUN)
		futimens(fd, times);	/* as well as it can */
	if (!err && fsync(fd))
		err = errno;
	return close(fd) && !err ? errno : err;
}

static int put_file(int dir, const char *name, const struct cpio_entry *e)
{
	char temp[64];
	struct stat st;
	bool was = !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
		   S_ISREG(st.st_mode);
	int err;

	snprintf(temp, sizeof(temp), ".catchpit-%ld", (long)getpid());
	half_written(dir, temp);
	err = write_beside(dir, e, temp, was ? &st : NULL);
	if (!err && renameat(dir, temp, dir, name))
		err = errno;
	if (err && err != EEXIST)
		unlinkat(dir, temp, 0);
	half_written(-1, NULL);
	return err;
}

static bool put_entry(const char *host, int top, const char *name,
		      const struct cpio_entry *e)
{
	uint32_t type = e->mode & CPIO_TYPE;
	const char *last;
	int dir = open_parent(top, name, &last), err = 0;

	if (dir < 0)
		return complain(host, name, strerror(errno));
	if (type == CPIO_DIR && mkdirat(dir, last, 0777) && errno != EEXIST)
		err = errno;
	else if (type != CPIO_DIR && !e->check)
		err = put_file(dir, last, e);
	close(dir);
	return err ? complain(host, name, strerror(err)) : true;
}

/* Only a symlink may be one that the folder cannot have. */
static bool allowed(const char *host, const char *name,
		    const struct cpio_entry *e)
{
	char *target;
	bool inside;

	if ((e->mode & CPIO_TYPE) != CPIO_LINK || e->check)
		return true;
	target = format("%.*s", (int)e->size, e->data);
	inside = dirs_link_inside(name, target);
	free(target);
	return inside || complain(host, name, "a symlink that may lead out");
}

/* -------------------------------------------------------- whose an entry is */

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

/* It is one of the folders: not an entry of another's. */
static bool is_place(const struct dirs *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->places.n; i++)
		if (!strcmp(name, d->places.v[i]))
			return true;
	return false;
}

/* There only because one of the folders is below it. */
static bool is_way(const struct dirs *d, const struct cpio_entry *e)
{
	size_t i;

	for (i = 0; e->check && i < d->places.n; i++)
		if (below(d->places.v[i], e->name))
			return true;
	return false;
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

static const struct name *find_name(const struct name *v, size_t n,
				    const char *name)
{
	struct name key = { .name = name };

	return n ? bsearch(&key, v, n, sizeof(*v), by_name) : NULL;
}

/* ------------------------------------------------------------ the two states */

struct states {
	const struct dirs *d;
	int *tops;			/* the folders, open; -1 for none */
	const struct text *archive;
	struct name *old, *new;		/* what was packed, what came back */
	size_t nold, nnew;
	bool refused;			/* a symlink */
};

static bool changes_type(const struct states *s, const char *name,
			 uint32_t type)
{
	const struct name *old = find_name(s->old, s->nold, name);

	return old && (old->type == CPIO_DIR) != (type == CPIO_DIR);
}

/* A directory stands where a file is to be, or the other way round. */
static bool in_the_way(const struct states *s, const struct cpio_entry *e)
{
	bool found = changes_type(s, e->name, e->mode & CPIO_TYPE);
	char *way = xstrdup(e->name), *slash;

	while (!found && (slash = strrchr(way, '/'))) {
		*slash = '\0';
		found = changes_type(s, way, CPIO_DIR);
	}
	free(way);
	return found;
}

/*
 * What was written in the run keeps the host's date for it: a guest's clock may
 * have whole seconds only.
 */
static uint32_t date_of(const struct states *s, const struct cpio_entry *e)
{
	enum { CLOCKS_DIFFER = 2 };
	time_t date = e->mtime;

	return date >= s->d->packed - CLOCKS_DIFFER &&
	       date <= time(NULL) + CLOCKS_DIFFER ? OF_THE_RUN : e->mtime;
}

/* Those that nothing is in the way of, or the others. */
static bool put_entries(struct states *s, bool others)
{
	struct cpio_entry e;
	size_t at = 0;
	bool ok = true;

	while (cpit_cpio_next(s->archive->s, s->archive->len, &at, &e) > 0) {
		size_t i = owner(s->d, e.name);
		const char *host, *name;

		if (i == s->d->places.n || s->tops[i] < 0 ||
		    is_place(s->d, e.name) || is_way(s->d, &e) ||
		    in_the_way(s, &e) != others)
			continue;
		host = s->d->hosts.v[i];
		name = below(e.name, s->d->places.v[i]);
		e.mtime = date_of(s, &e);
		if (!allowed(host, name, &e))
			s->refused = true;
		else
			ok &= put_entry(host, s->tops[i], name, &e);
	}
	return ok;
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
static bool remove_gone(const struct states *s)
{
	size_t i = s->nold;
	bool ok = true;

	while (i--) {
		const struct name *old = &s->old[i];
		const struct name *now = find_name(s->new, s->nnew, old->name);
		size_t k = owner(s->d, old->name);

		if (k == s->d->places.n || s->tops[k] < 0 ||
		    is_place(s->d, old->name) || (now && now->type == old->type))
			continue;
		if (now && now->type != CPIO_DIR && old->type != CPIO_DIR)
			continue;	/* replaced as it is written */
		ok &= remove_one(s->d->hosts.v[k], s->tops[k],
				 below(old->name, s->d->places.v[k]),
				 old->type);
	}
	return ok;
}

static bool bring_back(struct states *s)
{
	bool ok;

	if (!put_entries(s, false)) {
		fprintf(stderr, "catchpit: --writeback: not all could be "
			"written, so nothing was removed\n");
		return false;
	}
	ok = remove_gone(s);
	return put_entries(s, true) && ok && !s->refused;
}

bool dirs_write_back(const struct dirs *d, const struct text *archive)
{
	struct states s = { .d = d, .archive = archive };
	size_t i;
	bool ok;

	s.old = names_of(&d->archive, &s.nold);
	s.new = names_of(archive, &s.nnew);
	s.tops = xmalloc((d->hosts.n + 1) * sizeof(*s.tops));
	for (i = 0; i < d->hosts.n; i++) {
		const char *host = d->hosts.v[i];

		s.tops[i] = *host ? open(host, O_RDONLY | O_DIRECTORY |
					 O_CLOEXEC) : -1;
		if (*host && s.tops[i] < 0)
			fail(EXIT_TOOL, "%s: %s", host, strerror(errno));
	}
	ok = bring_back(&s);
	for (i = 0; i < d->hosts.n; i++)
		if (s.tops[i] >= 0)
			close(s.tops[i]);
	free(s.tops);
	free(s.old);
	free(s.new);
	return ok;
}
