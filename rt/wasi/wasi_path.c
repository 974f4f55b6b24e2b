/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that take paths; where a path leads is wasi_resolve.c's affair. */
#include "wasi_impl.h"
#include <string.h>

/* The directory `fd' with those rights: ENOTDIR for anything else. */
static uint32_t dir_find(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			 const struct cpit_wasi_fd **dir)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, rights, &f);

	if (err == CPIT_WASI_EBADF)
		return err;
	if (f->fs == NULL || f->type != CPIT_WASI_DIRECTORY)
		return CPIT_WASI_ENOTDIR;
	*dir = f;
	return err;
}

static uint32_t resolve(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			uint32_t path, uint32_t len, enum follow follow,
			struct wasi_path *p)
{
	const struct cpit_wasi_fd *f;
	uint32_t err = dir_find(c, fd, rights, &f);

	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_resolve(c, f, path, len, follow, p);
}

/* The same for what has to be there. */
static uint32_t find(struct cpit_caller *c, uint32_t fd, uint64_t rights,
		     uint32_t path, uint32_t len, enum follow follow,
		     struct wasi_path *p)
{
	uint32_t err = resolve(c, fd, rights, path, len, follow, p);

	if (err == CPIT_WASI_OK && p->node == NULL) {
		cpit_wasi_path_done(p);
		return CPIT_WASI_ENOENT;
	}
	return err;
}

static enum follow lookup_flags(uint32_t flags)
{
	return (flags & LOOKUP_FOLLOW) != 0 ? FOLLOW_ALWAYS : FOLLOW_SLASH;
}

/* ------------------------------------------------------------------- open */

/* "Exclusive" means nothing without "create". */
static bool creates_new(uint32_t oflags)
{
	return (oflags & OFLAGS_CREAT) != 0 && (oflags & OFLAGS_EXCL) != 0;
}

/* What is there is opened: whether it may be. */
static uint32_t check_open(const struct wasi_path *p, uint32_t oflags,
			   uint64_t base)
{
	if (creates_new(oflags))
		return CPIT_WASI_EEXIST;
	if (p->type == CPIT_WASI_SYMLINK)
		return CPIT_WASI_ELOOP;
	if (p->type != CPIT_WASI_DIRECTORY)
		return (oflags & OFLAGS_DIRECTORY) != 0 ? CPIT_WASI_ENOTDIR :
							  CPIT_WASI_OK;
	if ((oflags & (OFLAGS_CREAT | OFLAGS_TRUNC)) != 0 ||
	    (base & RIGHT_FD_WRITE) != 0)
		return CPIT_WASI_EISDIR;
	return CPIT_WASI_OK;
}

/* Leaves what is to be opened in p->node. */
static uint32_t open_or_create(struct wasi_path *p, uint32_t oflags,
			       uint64_t base)
{
	uint32_t err;

	if (p->node == NULL) {
		if ((oflags & OFLAGS_CREAT) == 0)
			return CPIT_WASI_ENOENT;
		if (p->slash)
			return CPIT_WASI_EISDIR;	/* P2 */
		p->type = CPIT_WASI_REGULAR;
		return cpit_wasi_errno(p->fs->create(p->dir, p->name, p->len,
						     p->type, &p->node));
	}
	err = check_open(p, oflags, base);
	if (err == CPIT_WASI_OK && (oflags & OFLAGS_TRUNC) != 0)
		err = cpit_wasi_errno(p->fs->resize(p->node, 0));
	return err;
}

/*
 * To what is opened, made if need be.  Somebody else may make it after we have
 * not found it: then it is there.
 */
static uint32_t resolve_open(struct cpit_caller *c,
			     const struct cpit_wasi_fd *f, uint32_t dirflags,
			     uint32_t path, uint32_t len, uint32_t oflags,
			     uint64_t base, struct wasi_path *p)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	/* An exclusive creation does not look behind a symlink. */
	enum follow follow = creates_new(oflags) ? FOLLOW_SLASH :
						   lookup_flags(dirflags);
	uint32_t err;

	for (;;) {
		err = cpit_wasi_resolve(c, f, path, len, follow, p);
		if (err != CPIT_WASI_OK)
			return err;
		err = open_or_create(p, oflags, base);
		if (err == CPIT_WASI_OK)
			return err;
		cpit_wasi_path_done(p);
		if (err != CPIT_WASI_EEXIST || creates_new(oflags))
			return err;
		if (!h->yield(h->ctx))
			return CPIT_WASI_EINTR;
	}
}

/* The rights that a path_open needs of its directory. */
static uint64_t open_rights(uint32_t oflags)
{
	return RIGHT_PATH_OPEN |
	       ((oflags & OFLAGS_CREAT) != 0 ? RIGHT_PATH_CREATE_FILE : 0) |
	       ((oflags & OFLAGS_TRUNC) != 0 ? RIGHT_PATH_FILESTAT_SET_SIZE : 0);
}

uint32_t cpit_wasi_path_open(struct cpit_caller *c, uint32_t fd,
			     uint32_t dirflags, uint32_t path, uint32_t len,
			     uint32_t oflags, uint64_t base,
			     uint64_t inheriting, uint32_t fdflags,
			     uint32_t result)
{
	struct cpit_wasi_fd *new = cpit_wasi_fd_free(c->ctx);
	const struct cpit_wasi_fd *f;
	struct wasi_path p;
	uint64_t applies;
	uint32_t err;

	err = dir_find(c, fd, open_rights(oflags), &f);
	if (err != CPIT_WASI_OK)
		return err;
	/* Bits that mean nothing for files and directories are not asked for. */
	base &= RIGHTS_FILE | RIGHTS_DIR;
	inheriting &= RIGHTS_FILE | RIGHTS_DIR;
	if (((base | inheriting) & ~f->inheriting) != 0)
		return CPIT_WASI_ENOTCAPABLE;
	if (!cpit_wasi_valid(c, result, 4))
		return CPIT_WASI_EFAULT;
	if ((oflags & ~(uint32_t)OFLAGS_ALL) != 0 ||
	    (fdflags & ~(uint32_t)FDFLAGS_ALL) != 0 ||
	    (oflags & (OFLAGS_CREAT | OFLAGS_DIRECTORY)) ==
	    (OFLAGS_CREAT | OFLAGS_DIRECTORY))
		return CPIT_WASI_EINVAL;
	if (new == NULL)
		return CPIT_WASI_EMFILE;
	err = resolve_open(c, f, dirflags, path, len, oflags, base, &p);
	if (err != CPIT_WASI_OK)
		return err;
	applies = p.type == CPIT_WASI_DIRECTORY ? RIGHTS_DIR : RIGHTS_FILE;
	*new = (struct cpit_wasi_fd){
		.fs = p.fs, .node = p.node, .type = (uint8_t)p.type,
		.flags = (uint16_t)fdflags, .rights = base & applies,
		.inheriting = inheriting, .open = true,
	};
	p.node = NULL;			/* the descriptor's now */
	cpit_wasi_path_done(&p);
	return cpit_wasi_store_u32(c, result, (uint32_t)(new -
		((struct cpit_wasi *)c->ctx)->fds));
}

/* ---------------------------------------------------------- what is there */

uint32_t cpit_wasi_path_filestat_get(struct cpit_caller *c, uint32_t fd,
				     uint32_t flags, uint32_t path,
				     uint32_t len, uint32_t result)
{
	struct wasi_path p;
	uint32_t err = find(c, fd, RIGHT_PATH_FILESTAT_GET, path, len,
			    lookup_flags(flags), &p);

	if (err != CPIT_WASI_OK)
		return err;
	err = cpit_wasi_stat_store(c, p.fs, p.node, result);
	cpit_wasi_path_done(&p);
	return err;
}

uint32_t cpit_wasi_path_filestat_set_times(struct cpit_caller *c, uint32_t fd,
					   uint32_t flags, uint32_t path,
					   uint32_t len, uint64_t atim,
					   uint64_t mtim, uint32_t fst_flags)
{
	struct wasi_path p;
	uint32_t err = find(c, fd, RIGHT_PATH_FILESTAT_SET_TIMES, path, len,
			    lookup_flags(flags), &p);

	if (err != CPIT_WASI_OK)
		return err;
	err = !cpit_wasi_times_valid(fst_flags) ? CPIT_WASI_EINVAL :
	      cpit_wasi_times(c, p.fs, p.node, atim, mtim, fst_flags);
	cpit_wasi_path_done(&p);
	return err;
}

uint32_t cpit_wasi_path_readlink(struct cpit_caller *c, uint32_t fd,
				 uint32_t path, uint32_t len, uint32_t buf,
				 uint32_t buf_len, uint32_t result)
{
	struct wasi_path p;
	int64_t n = 0;
	uint32_t err;

	err = find(c, fd, RIGHT_PATH_READLINK, path, len, FOLLOW_SLASH, &p);
	if (err != CPIT_WASI_OK)
		return err;
	if (!cpit_wasi_valid(c, buf, buf_len) || !cpit_wasi_valid(c, result, 4))
		err = CPIT_WASI_EFAULT;
	else if (p.type != CPIT_WASI_SYMLINK)
		err = CPIT_WASI_EINVAL;
	else if (buf_len != 0)
		n = p.fs->read(p.node, 0,
			       cpit_memory_at(c->instance, buf, buf_len),
			       buf_len);
	cpit_wasi_path_done(&p);
	if (n < 0)
		err = cpit_wasi_host_errno(n);
	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_store_u32(c, result, (uint32_t)n);
}

/* ------------------------------------------------------- names come and go */

uint32_t cpit_wasi_path_create_directory(struct cpit_caller *c, uint32_t fd,
					 uint32_t path, uint32_t len)
{
	struct cpit_wasi_node *made;
	struct wasi_path p;
	uint32_t err = resolve(c, fd, RIGHT_PATH_CREATE_DIRECTORY, path, len,
			       FOLLOW_NEVER, &p);

	if (err != CPIT_WASI_OK)
		return err;
	err = CPIT_WASI_EEXIST;
	if (p.node == NULL)
		err = cpit_wasi_errno(p.fs->create(p.dir, p.name, p.len,
						   CPIT_WASI_DIRECTORY, &made));
	if (err == CPIT_WASI_OK)
		p.fs->release(made);
	cpit_wasi_path_done(&p);
	return err;
}

/* A name that is free, for anything but a directory. */
static uint32_t check_new(const struct wasi_path *p)
{
	if (p->node != NULL)
		return CPIT_WASI_EEXIST;
	return p->slash ? CPIT_WASI_ENOENT : CPIT_WASI_OK;
}

uint32_t cpit_wasi_path_symlink(struct cpit_caller *c, uint32_t target,
				uint32_t target_len, uint32_t fd, uint32_t path,
				uint32_t len)
{
	struct cpit_wasi_node *made;
	const char *text;
	struct wasi_path p;
	uint32_t err = resolve(c, fd, RIGHT_PATH_SYMLINK, path, len,
			       FOLLOW_NEVER, &p);

	if (err != CPIT_WASI_OK)
		return err;
	text = cpit_memory_at(c->instance, target, target_len);
	if (target_len == 0)
		err = CPIT_WASI_ENOENT;
	else if (text == NULL)
		err = CPIT_WASI_EFAULT;
	else if (target_len >= CPIT_WASI_PATH_MAX)
		err = CPIT_WASI_ENAMETOOLONG;
	else if (text[0] == '/')
		err = CPIT_WASI_ENOTCAPABLE;	/* it could not be followed */
	else
		err = check_new(&p);
	for (uint32_t i = 0; err == CPIT_WASI_OK && i < target_len; i++) {
		if (text[i] == '\0')
			err = CPIT_WASI_EINVAL;
	}
	if (err == CPIT_WASI_OK)
		err = cpit_wasi_errno(p.fs->create(p.dir, p.name, p.len,
						   CPIT_WASI_SYMLINK, &made));
	if (err == CPIT_WASI_OK) {
		int64_t n;

		text = cpit_memory_at(c->instance, target, target_len);	/* G3 */
		n = text != NULL ? p.fs->write(made, 0, text, target_len) :
				   -CPIT_WASI_EFAULT;
		if (n != target_len) {
			p.fs->unlink(p.dir, p.name, p.len, CPIT_WASI_SYMLINK);
			err = n < 0 ? cpit_wasi_host_errno(n) :
				      (uint32_t)CPIT_WASI_ENOSPC;
		}
		p.fs->release(made);
	}
	cpit_wasi_path_done(&p);
	return err;
}

uint32_t cpit_wasi_path_link(struct cpit_caller *c, uint32_t fd, uint32_t flags,
			     uint32_t path, uint32_t len, uint32_t new_fd,
			     uint32_t new_path, uint32_t new_len)
{
	struct wasi_path p, to;
	uint32_t err;

	err = find(c, fd, RIGHT_PATH_LINK_SOURCE, path, len,
		   lookup_flags(flags), &p);
	if (err != CPIT_WASI_OK)
		return err;
	err = resolve(c, new_fd, RIGHT_PATH_LINK_TARGET, new_path, new_len,
		      FOLLOW_NEVER, &to);
	if (err == CPIT_WASI_OK) {
		err = check_new(&to);
		if (err == CPIT_WASI_OK && p.type == CPIT_WASI_DIRECTORY)
			err = CPIT_WASI_EPERM;
		if (err == CPIT_WASI_OK && p.fs != to.fs)
			err = CPIT_WASI_EXDEV;
		if (err == CPIT_WASI_OK)
			err = cpit_wasi_errno(p.fs->link(to.dir, to.name,
							 to.len, p.node));
		cpit_wasi_path_done(&to);
	}
	cpit_wasi_path_done(&p);
	return err;
}

/*
 * To a directory as such, "." or "a/..", there is no name to work on.  That there
 * is no source comes behind what is wrong with either path, as on Linux.
 */
static uint32_t check_rename(const struct wasi_path *p,
			     const struct wasi_path *to)
{
	if (p->len == 0 || to->len == 0)
		return CPIT_WASI_EINVAL;
	if (p->fs != to->fs)
		return CPIT_WASI_EXDEV;
	if (p->node == NULL)
		return CPIT_WASI_ENOENT;
	return to->slash && p->type != CPIT_WASI_DIRECTORY ?
	       CPIT_WASI_ENOTDIR : CPIT_WASI_OK;
}

uint32_t cpit_wasi_path_rename(struct cpit_caller *c, uint32_t fd,
			       uint32_t path, uint32_t len, uint32_t new_fd,
			       uint32_t new_path, uint32_t new_len)
{
	struct wasi_path p, to;
	uint32_t err;

	err = resolve(c, fd, RIGHT_PATH_RENAME_SOURCE, path, len, FOLLOW_NEVER,
		      &p);
	if (err != CPIT_WASI_OK)
		return err;
	err = resolve(c, new_fd, RIGHT_PATH_RENAME_TARGET, new_path, new_len,
		      FOLLOW_NEVER, &to);
	if (err == CPIT_WASI_OK) {
		err = check_rename(&p, &to);
		if (err == CPIT_WASI_OK)
			err = cpit_wasi_errno(p.fs->rename(p.dir, p.name,
				p.len, to.dir, to.name, to.len));
		cpit_wasi_path_done(&to);
	}
	cpit_wasi_path_done(&p);
	return err;
}

static uint32_t remove(struct cpit_caller *c, uint32_t fd, uint64_t rights,
		       uint32_t path, uint32_t len, enum cpit_wasi_type type)
{
	struct wasi_path p;
	uint32_t err = find(c, fd, rights, path, len, FOLLOW_NEVER, &p);

	if (err != CPIT_WASI_OK)
		return err;
	if (p.len == 0)
		err = type == CPIT_WASI_DIRECTORY ? CPIT_WASI_EINVAL :
						    CPIT_WASI_EISDIR;
	else
		err = cpit_wasi_errno(p.fs->unlink(p.dir, p.name, p.len, type));
	cpit_wasi_path_done(&p);
	return err;
}

uint32_t cpit_wasi_path_remove_directory(struct cpit_caller *c, uint32_t fd,
					 uint32_t path, uint32_t len)
{
	return remove(c, fd, RIGHT_PATH_REMOVE_DIRECTORY, path, len,
		      CPIT_WASI_DIRECTORY);
}

uint32_t cpit_wasi_path_unlink_file(struct cpit_caller *c, uint32_t fd,
				    uint32_t path, uint32_t len)
{
	return remove(c, fd, RIGHT_PATH_UNLINK_FILE, path, len,
		      CPIT_WASI_REGULAR);
}
