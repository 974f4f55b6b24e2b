/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors.  The three standard streams are a console, or pipes to one: they
 * cannot seek.  What is for files and directories alone is in wasi_file.c.
 */
#include "wasi_impl.h"
#include <string.h>

/* isatty() in the guest: what the host's stream is decides buffering. */
static uint8_t filetype(const struct cpit_wasi *w, const struct cpit_wasi_fd *f)
{
	const struct cpit_wasi_host *h = w->host;

	if (f->fs != NULL)
		return f->type;
	return !h->terminal || h->terminal(h->ctx, f->stream) ?
	       FILETYPE_CHARACTER_DEVICE : FILETYPE_UNKNOWN;
}

uint32_t cpit_wasi_fd_find(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			   struct cpit_wasi_fd **f)
{
	struct cpit_wasi *w = c->ctx;

	if (fd >= CPIT_WASI_NFDS || !w->fds[fd].open)
		return CPIT_WASI_EBADF;
	*f = &w->fds[fd];	/* also when a right is missing */
	if ((rights & ~w->fds[fd].rights) != 0)
		return CPIT_WASI_ENOTCAPABLE;
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_fd_file(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			   uint32_t what, struct cpit_wasi_fd **f)
{
	uint32_t err = cpit_wasi_fd_find(c, fd, rights, f);

	return err != CPIT_WASI_EBADF && (*f)->fs == NULL ? what : err;
}

struct cpit_wasi_fd *cpit_wasi_fd_free(struct cpit_wasi *w)
{
	for (uint32_t i = 0; i < CPIT_WASI_NFDS; i++) {
		if (!w->fds[i].open)
			return &w->fds[i];
	}
	return NULL;
}

static void fd_close(struct cpit_wasi_fd *f)
{
	if (f->fs != NULL)
		f->fs->release(f->node);
	f->open = false;
}

uint32_t cpit_wasi_fd_close(struct cpit_caller *c, uint32_t fd)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	if (err == CPIT_WASI_OK)
		fd_close(f);
	return err;
}

uint32_t cpit_wasi_fd_renumber(struct cpit_caller *c, uint32_t from,
			       uint32_t to)
{
	struct cpit_wasi_fd *f, *t;

	if (cpit_wasi_fd_find(c, from, 0, &f) != CPIT_WASI_OK ||
	    cpit_wasi_fd_find(c, to, 0, &t) != CPIT_WASI_OK)
		return CPIT_WASI_EBADF;
	if (f != t) {
		fd_close(t);
		*t = *f;
		f->open = false;
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_fd_fdstat_get(struct cpit_caller *c, uint32_t fd,
				 uint32_t result)
{
	struct wasi_fdstat st;
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	if (err != CPIT_WASI_OK)
		return err;
	memset(&st, 0, sizeof(st));	/* the padding goes to the guest too */
	st.filetype = filetype(c->ctx, f);
	st.flags = f->flags;
	st.rights_base = f->rights;
	st.rights_inheriting = f->inheriting;
	return cpit_wasi_store(c, result, &st, sizeof(st)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

/* Rights can only be given up. */
uint32_t cpit_wasi_fd_fdstat_set_rights(struct cpit_caller *c, uint32_t fd,
					uint64_t base, uint64_t inheriting)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, base, &f);

	if (err != CPIT_WASI_OK)
		return err;
	if ((inheriting & ~f->inheriting) != 0)
		return CPIT_WASI_ENOTCAPABLE;
	f->rights = base;
	f->inheriting = inheriting;
	return CPIT_WASI_OK;
}

/*
 * A console always appends, and what is written is out when the host has taken
 * it, so these flags hold whether set or not; they are kept to be read back.
 */
uint32_t cpit_wasi_fd_fdstat_set_flags(struct cpit_caller *c, uint32_t fd,
				       uint32_t flags)
{
	struct cpit_wasi *w = c->ctx;
	struct cpit_wasi_fd *f;
	uint32_t err;

	err = cpit_wasi_fd_find(c, fd, RIGHT_FD_FDSTAT_SET_FLAGS, &f);
	if (err != CPIT_WASI_OK)
		return err;
	if ((flags & ~(uint32_t)FDFLAGS_ALL) != 0)
		return CPIT_WASI_EINVAL;
	/* Better refused than a guest that hangs where it asked not to. */
	if ((flags & FDFLAGS_NONBLOCK) != 0 && f->fs == NULL &&
	    f->stream == CPIT_WASI_STDIN && w->host->readable == NULL)
		return CPIT_WASI_ENOTSUP;
	f->flags = (uint16_t)flags;
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_fd_filestat_get(struct cpit_caller *c, uint32_t fd,
				   uint32_t result)
{
	struct wasi_filestat st;
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, RIGHT_FD_FILESTAT_GET, &f);

	if (err != CPIT_WASI_OK)
		return err;
	if (f->fs != NULL)
		return cpit_wasi_stat_store(c, f->fs, f->node, result);
	memset(&st, 0, sizeof(st));
	st.ino = f->stream;
	st.filetype = filetype(c->ctx, f);
	st.nlink = 1;
	return cpit_wasi_store(c, result, &st, sizeof(st)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

uint32_t cpit_wasi_fd_sync(struct cpit_caller *c, uint32_t fd)
{
	struct cpit_wasi_fd *f;

	return cpit_wasi_fd_find(c, fd, RIGHT_FD_SYNC, &f);
}

uint32_t cpit_wasi_fd_datasync(struct cpit_caller *c, uint32_t fd)
{
	struct cpit_wasi_fd *f;

	return cpit_wasi_fd_find(c, fd, RIGHT_FD_DATASYNC, &f);
}
