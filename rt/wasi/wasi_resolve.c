/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path resolution, name by name.  What is still to be walked stands at the end
 * of w->path, so that a symlink's target can be put in front of it:
 *
 *	|<- free ->|<- to be walked ->|
 *	0          at          CPIT_WASI_PATH_MAX
 */
#include "wasi_impl.h"
#include <string.h>

enum { END = CPIT_WASI_PATH_MAX };

struct walk {
	char *path;		/* of struct cpit_wasi */
	const struct cpit_wasi_host *host;
	const struct cpit_wasi_node *start;
	uint32_t at;
	uint32_t links;		/* symlinks followed */
};

static uint32_t take_path(struct cpit_caller *c, struct walk *w, uint32_t path,
			  uint32_t len)
{
	if (!cpit_wasi_valid(c, path, len))
		return CPIT_WASI_EFAULT;
	if (len == 0)
		return CPIT_WASI_ENOENT;
	if (len >= CPIT_WASI_PATH_MAX)
		return CPIT_WASI_ENAMETOOLONG;
	w->at = END - len;
	if (!cpit_wasi_load(c, w->path + w->at, path, len))
		return CPIT_WASI_EFAULT;
	for (uint32_t i = w->at; i < END; i++) {
		if (w->path[i] == '\0')
			return CPIT_WASI_EINVAL;
	}
	return w->path[w->at] == '/' ? CPIT_WASI_ENOTCAPABLE : CPIT_WASI_OK;
}

/* The next name, "" at the end of the path, into p; past the slashes. */
static uint32_t next_name(struct walk *w, struct wasi_path *p)
{
	p->len = 0;
	while (w->at < END && w->path[w->at] != '/') {
		if (p->len == CPIT_WASI_NAME_MAX)
			return CPIT_WASI_ENAMETOOLONG;
		p->name[p->len++] = w->path[w->at++];
	}
	p->slash = w->at < END;
	while (w->at < END && w->path[w->at] == '/')
		w->at++;
	return CPIT_WASI_OK;
}

/* Puts the target of p->node in front of what is left, and lets go of it. */
static uint32_t follow_link(struct walk *w, struct wasi_path *p)
{
	struct cpit_wasi_stat st;
	uint32_t err = cpit_wasi_errno(p->fs->stat(p->node, &st));
	int64_t n;

	if (err != CPIT_WASI_OK)
		return err;
	if (w->links++ == CPIT_WASI_LINKS_MAX)
		return CPIT_WASI_ELOOP;
	/* Names may take long to find, and a target has some 2000 of them. */
	if (!w->host->yield(w->host->ctx))
		return CPIT_WASI_EINTR;
	if (p->slash)
		w->at--;		/* it still asks for a directory */
	if (st.size > w->at)
		return CPIT_WASI_ENAMETOOLONG;
	w->at -= (uint32_t)st.size;
	n = p->fs->read(p->node, 0, w->path + w->at, (uint32_t)st.size);
	if (n < 0)
		return cpit_wasi_host_errno(n);
	if (n != (int64_t)st.size)
		return CPIT_WASI_EIO;
	p->fs->release(p->node);
	p->node = NULL;
	if (n == 0)
		return CPIT_WASI_ENOENT;
	return w->path[w->at] == '/' ? CPIT_WASI_ENOTCAPABLE : CPIT_WASI_OK;
}

/* To p->node, which is a directory, or to the parent. */
static void enter(struct wasi_path *p, struct cpit_wasi_node *dir)
{
	p->fs->release(p->dir);
	p->dir = dir;
	p->node = NULL;
}

/* "." and ".."; *done when the path ends there. */
static uint32_t dots(struct walk *w, struct wasi_path *p, bool *done)
{
	struct cpit_wasi_node *up;
	uint32_t err;

	if (p->len == 2) {
		/* P1: also when somebody moves what is below meanwhile. */
		if (p->dir == w->start)
			return CPIT_WASI_ENOTCAPABLE;
		err = cpit_wasi_errno(p->fs->parent(p->dir, w->start, &up));
		if (err != CPIT_WASI_OK)
			return err;
		enter(p, up);
	}
	*done = w->at == END;
	return CPIT_WASI_OK;
}

/* One name that is not "." or ".."; *done when the path ends there. */
static uint32_t step(struct walk *w, struct wasi_path *p, enum follow follow,
		     bool *done)
{
	bool last = w->at == END;
	struct cpit_wasi_stat st;
	int r = p->fs->lookup(p->dir, p->name, p->len, &p->node);
	uint32_t err;

	if (r == -CPIT_WASI_ENOENT && last) {
		*done = true;
		return CPIT_WASI_OK;
	}
	if (r < 0)
		return cpit_wasi_host_errno(r);
	err = cpit_wasi_errno(p->fs->stat(p->node, &st));
	if (err != CPIT_WASI_OK)
		return err;
	p->type = st.type;
	if (p->type == CPIT_WASI_SYMLINK &&
	    (!last || follow == FOLLOW_ALWAYS ||
	     (follow == FOLLOW_SLASH && p->slash)))
		return follow_link(w, p);
	if (p->slash && p->type != CPIT_WASI_DIRECTORY)
		return CPIT_WASI_ENOTDIR;		/* P2 */
	if (!last)
		enter(p, p->node);
	*done = last;
	return CPIT_WASI_OK;
}

static uint32_t walk(struct walk *w, struct wasi_path *p, enum follow follow)
{
	bool done = false;
	uint32_t n = 0;

	while (!done) {
		uint32_t err = next_name(w, p);
		bool dot = p->len != 0 && p->len <= 2 && p->name[0] == '.' &&
			   p->name[p->len - 1] == '.';

		if (++n % CPIT_WASI_NAMES == 0 && !w->host->yield(w->host->ctx))
			return CPIT_WASI_EINTR;
		if (err == CPIT_WASI_OK)
			err = dot ? dots(w, p, &done) :
				    step(w, p, follow, &done);
		if (err != CPIT_WASI_OK)
			return err;
		if (done && dot) {
			p->len = 0;	/* no name, but a directory */
			p->type = CPIT_WASI_DIRECTORY;
		}
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_resolve(struct cpit_caller *c, const struct cpit_wasi_fd *f,
			   uint32_t path, uint32_t len, enum follow follow,
			   struct wasi_path *p)
{
	struct cpit_wasi *wasi = c->ctx;
	struct walk w = {
		.path = wasi->path, .host = wasi->host, .start = f->node,
	};
	uint32_t err = take_path(c, &w, path, len);

	if (err != CPIT_WASI_OK)
		return err;
	p->fs = f->fs;
	p->dir = f->node;
	p->node = NULL;
	p->fs->retain(p->dir);
	err = walk(&w, p, follow);
	if (err == CPIT_WASI_OK && p->len == 0) {
		p->node = p->dir;
		p->fs->retain(p->dir);
	}
	if (err != CPIT_WASI_OK)
		cpit_wasi_path_done(p);
	return err;
}

void cpit_wasi_path_done(struct wasi_path *p)
{
	if (p->node != NULL)
		p->fs->release(p->node);
	p->fs->release(p->dir);
}
