/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of open files and directories; reading and writing: wasi_io.c. */
#include "wasi_impl.h"
#include <string.h>

uint32_t cpit_wasi_stat_store(struct cpit_caller *c,
			      const struct cpit_wasi_fs *fs,
			      struct cpit_wasi_node *n, uint32_t result)
{
	struct cpit_wasi_stat st;
	struct wasi_filestat out;
	uint32_t err = cpit_wasi_errno(fs->stat(n, &st));

	if (err != CPIT_WASI_OK)
		return err;
	memset(&out, 0, sizeof(out));	/* the padding goes to the guest too */
	out.dev = st.dev;
	out.ino = st.ino;
	out.filetype = (uint8_t)st.type;
	out.nlink = st.nlink;
	out.size = st.size;
	out.atim = st.atim;
	out.mtim = st.mtim;
	out.ctim = st.ctim;
	return cpit_wasi_store(c, result, &out, sizeof(out)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

uint32_t cpit_wasi_times(struct cpit_caller *c, const struct cpit_wasi_fs *fs,
			 struct cpit_wasi_node *n, uint64_t atim, uint64_t mtim,
			 uint32_t flags)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	uint64_t now = h->clock(h->ctx, CPIT_WASI_REALTIME);
	struct cpit_wasi_stat st;
	uint32_t err;

	err = cpit_wasi_errno(fs->stat(n, &st));
	if (err != CPIT_WASI_OK)
		return err;
	if ((flags & FSTFLAGS_ATIM_NOW) != 0)
		atim = now;
	else if ((flags & FSTFLAGS_ATIM) == 0)
		atim = st.atim;
	if ((flags & FSTFLAGS_MTIM_NOW) != 0)
		mtim = now;
	else if ((flags & FSTFLAGS_MTIM) == 0)
		mtim = st.mtim;
	return cpit_wasi_errno(fs->set_times(n, atim, mtim));
}

uint32_t cpit_wasi_fd_filestat_set_times(struct cpit_caller *c, uint32_t fd,
					 uint64_t atim, uint64_t mtim,
					 uint32_t flags)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_file(c, fd, RIGHT_FD_FILESTAT_SET_TIMES,
					 CPIT_WASI_ENOTCAPABLE, &f);

	if (err != CPIT_WASI_OK)
		return err;
	if (!cpit_wasi_times_valid(flags))
		return CPIT_WASI_EINVAL;
	return cpit_wasi_times(c, f->fs, f->node, atim, mtim, flags);
}

uint32_t cpit_wasi_fd_filestat_set_size(struct cpit_caller *c, uint32_t fd,
					uint64_t size)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_file(c, fd, RIGHT_FD_FILESTAT_SET_SIZE,
					 CPIT_WASI_ENOTCAPABLE, &f);

	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_errno(f->fs->resize(f->node, size));
}

/* Advice is taken, and changes nothing: all there is lies in memory. */
uint32_t cpit_wasi_fd_advise(struct cpit_caller *c, uint32_t fd,
			     uint64_t offset, uint64_t len, uint32_t advice)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_file(c, fd, RIGHT_FD_ADVISE,
					 CPIT_WASI_ESPIPE, &f);

	if (err != CPIT_WASI_OK)
		return err;
	return advice > ADVICE_MAX || offset > INT64_MAX ||
	       len > INT64_MAX - offset ? CPIT_WASI_EINVAL : CPIT_WASI_OK;
}

/* Makes the file long enough; room for it is found when it is written. */
uint32_t cpit_wasi_fd_allocate(struct cpit_caller *c, uint32_t fd,
			       uint64_t offset, uint64_t len)
{
	struct cpit_wasi_stat st;
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_file(c, fd, RIGHT_FD_ALLOCATE,
					 CPIT_WASI_ESPIPE, &f);

	if (err != CPIT_WASI_OK)
		return err;
	if (len == 0 || offset > INT64_MAX)
		return CPIT_WASI_EINVAL;
	if (len > INT64_MAX - offset)
		return CPIT_WASI_EFBIG;
	err = cpit_wasi_errno(f->fs->stat(f->node, &st));
	if (err == CPIT_WASI_OK && st.size < offset + len)
		err = cpit_wasi_errno(f->fs->resize(f->node, offset + len));
	return err;
}

/* ESPIPE without asking for the right to seek: lseek() on a terminal. */
uint32_t cpit_wasi_fd_seek(struct cpit_caller *c, uint32_t fd, uint64_t offset,
			   uint32_t whence, uint32_t result)
{
	/* To learn where one is takes less. */
	bool tell = whence == WHENCE_CUR && offset == 0;
	struct cpit_wasi_stat st;
	struct cpit_wasi_fd *f;
	uint64_t from = 0;
	uint32_t err;

	err = cpit_wasi_fd_find(c, fd, 0, &f);
	if (err != CPIT_WASI_OK)
		return err;
	if (whence > WHENCE_END)
		return CPIT_WASI_EINVAL;
	if (f->fs == NULL)
		return CPIT_WASI_ESPIPE;
	if ((f->rights & (tell ? RIGHT_FD_SEEK | RIGHT_FD_TELL :
				 RIGHT_FD_SEEK)) == 0)
		return CPIT_WASI_ENOTCAPABLE;
	if (!cpit_wasi_valid(c, result, 8))
		return CPIT_WASI_EFAULT;
	if (whence == WHENCE_CUR)
		from = f->at;
	if (whence == WHENCE_END) {
		err = cpit_wasi_errno(f->fs->stat(f->node, &st));
		if (err != CPIT_WASI_OK)
			return err;
		from = st.size;
	}
	/* Both below 2^63: the sum is either right or has the top bit. */
	if (from + offset > INT64_MAX)
		return CPIT_WASI_EINVAL;
	f->at = from + offset;
	return cpit_wasi_store_u64(c, result, f->at);
}

uint32_t cpit_wasi_fd_tell(struct cpit_caller *c, uint32_t fd, uint32_t result)
{
	return cpit_wasi_fd_seek(c, fd, 0, WHENCE_CUR, result);
}

/* ----------------------------------------------------------- directories */

/*
 * wasi-libc asks for descriptors 3, 4, ... as it starts and takes EBADF for the
 * end; any other error makes it exit with code 71.
 */
uint32_t cpit_wasi_fd_prestat_get(struct cpit_caller *c, uint32_t fd,
				  uint32_t result)
{
	struct wasi_prestat st;
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	if (err != CPIT_WASI_OK || f->preopen == NULL)
		return CPIT_WASI_EBADF;
	memset(&st, 0, sizeof(st));
	st.namlen = (uint32_t)strlen(f->preopen);
	return cpit_wasi_store(c, result, &st, sizeof(st)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

uint32_t cpit_wasi_fd_prestat_dir_name(struct cpit_caller *c, uint32_t fd,
				       uint32_t path, uint32_t len)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	if (err != CPIT_WASI_OK || f->preopen == NULL)
		return CPIT_WASI_EBADF;
	if (len < strlen(f->preopen))
		return CPIT_WASI_ENAMETOOLONG;
	return cpit_wasi_store(c, path, f->preopen,
			       (uint32_t)strlen(f->preopen)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

/* The entry at a cookie: "." is 0, ".." is 1, the file system's are above. */
static int entry_at(const struct cpit_wasi_fd *f, uint64_t cookie,
		    struct cpit_wasi_dirent *d)
{
	struct cpit_wasi_node *up;
	struct cpit_wasi_stat st;
	int err;

	if (cookie > 1)
		return f->fs->readdir(f->node, cookie, d);
	if (cookie == 0) {
		err = f->fs->stat(f->node, &st);
	} else {
		err = f->fs->parent(f->node, NULL, &up);
		if (err < 0)
			return err;
		err = f->fs->stat(up, &st);
		f->fs->release(up);
	}
	d->next = cookie + 1;
	d->ino = st.ino;
	d->type = CPIT_WASI_DIRECTORY;
	d->len = (uint32_t)cookie + 1;
	memcpy(d->name, "..", 2);
	return err < 0 ? err : 1;
}

/* As much of it as there is room for; the whole buffer was found to be there. */
static void put(struct cpit_caller *c, uint32_t buf, uint32_t len,
		uint32_t *used, const void *from, uint32_t n)
{
	if (n > len - *used)
		n = len - *used;
	if (n != 0)
		cpit_wasi_store(c, buf + *used, from, n);
	*used += n;
}

/*
 * A listing ends at what was last when it began, else one that is made longer
 * as it is read has no end.
 */
static uint32_t begin_list(struct cpit_wasi_fd *f)
{
	struct cpit_wasi_stat st = { 0 };
	uint32_t err = cpit_wasi_errno(f->fs->stat(f->node, &st));

	f->at = st.end != 0 ? st.end : UINT64_MAX;
	return err;
}

/* An entry cut off by the end of the buffer is how the guest knows of more. */
uint32_t cpit_wasi_fd_readdir(struct cpit_caller *c, uint32_t fd, uint32_t buf,
			      uint32_t len, uint64_t cookie, uint32_t result)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	struct cpit_wasi_dirent d;
	struct cpit_wasi_fd *f;
	uint32_t used = 0, n = 0;
	uint32_t err;
	int more = 0;

	err = cpit_wasi_fd_file(c, fd, 0, CPIT_WASI_ENOTDIR, &f);
	if (err == CPIT_WASI_OK && f->type != CPIT_WASI_DIRECTORY)
		err = CPIT_WASI_ENOTDIR;
	else if (err == CPIT_WASI_OK && (f->rights & RIGHT_FD_READDIR) == 0)
		err = CPIT_WASI_ENOTCAPABLE;
	if (err != CPIT_WASI_OK)
		return err;
	if (!cpit_wasi_valid(c, buf, len) || !cpit_wasi_valid(c, result, 4))
		return CPIT_WASI_EFAULT;
	if (cookie == 0 || f->at == 0)
		err = begin_list(f);
	if (err != CPIT_WASI_OK)
		return err;
	while (used < len && (more = entry_at(f, cookie, &d)) > 0 &&
	       d.next <= f->at) {
		struct wasi_dirent out;

		if (++n % CPIT_WASI_NAMES == 0 && !h->yield(h->ctx))
			return CPIT_WASI_EINTR;
		memset(&out, 0, sizeof(out));
		out.next = cookie = d.next;
		out.ino = d.ino;
		out.namlen = d.len;
		out.type = (uint8_t)d.type;
		put(c, buf, len, &used, &out, sizeof(out));
		put(c, buf, len, &used, d.name, d.len);
	}
	if (more < 0)
		return cpit_wasi_host_errno(more);
	return cpit_wasi_store_u32(c, result, used);
}
