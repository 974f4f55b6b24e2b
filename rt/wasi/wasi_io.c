/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fd_read, fd_write, fd_pread, fd_pwrite.
 */
#include "wasi_impl.h"

/*
 * wasi-libc's IOV_MAX.  The walk over the array cannot be interrupted by a
 * budget, so the guest does not choose how long it takes.
 */
enum { IOVS_MAX = 1024 };

uint32_t cpit_wasi_host_errno(int64_t result)
{
	if (result >= 0 || result < -CPIT_WASI_ERRNO_MAX)
		return CPIT_WASI_EIO;
	return (uint32_t)-result;
}

/* Entry i of an array that iovs_check() found to be the guest's. */
static bool iov_load(struct cpit_caller *c, struct wasi_iovec *v, uint32_t iovs,
		     uint32_t i)
{
	return cpit_wasi_load(c, v, iovs + i * 8, sizeof(*v));
}

/* All that could be EFAULT, before anything is done (W2). */
static uint32_t iovs_check(struct cpit_caller *c, uint32_t iovs, uint32_t n,
			   uint32_t result)
{
	uint32_t left = UINT32_MAX;	/* the rest is not used */
	struct wasi_iovec v;

	if (!cpit_wasi_valid(c, result, 4) ||
	    !cpit_wasi_valid(c, iovs, (uint64_t)n * sizeof(v)))
		return CPIT_WASI_EFAULT;
	if (n > IOVS_MAX)
		return CPIT_WASI_EINVAL;
	for (uint32_t i = 0; i < n; i++) {
		if (!iov_load(c, &v, iovs, i))
			return CPIT_WASI_EFAULT;
		if (v.len > left)
			v.len = left;
		if (!cpit_wasi_valid(c, v.buf, v.len))
			return CPIT_WASI_EFAULT;
		left -= v.len;
	}
	return CPIT_WASI_OK;
}

/* Where one call reads or writes. */
struct place {
	const struct cpit_wasi_fd *f;
	uint64_t at;		/* of a file */
	uint32_t turn;		/* bytes of a stream since others had theirs */
};

/* How much of `len' is written next; 0 when others do not want us to go on. */
static uint32_t piece(const struct cpit_wasi_host *h, struct place *to,
		      uint32_t len)
{
	if (to->f->fs != NULL)
		return len;
	if (to->turn >= CPIT_WASI_PIECE) {
		to->turn = 0;
		if (!h->yield(h->ctx))
			return 0;
	}
	return len < CPIT_WASI_PIECE - to->turn ? len :
						  CPIT_WASI_PIECE - to->turn;
}

static int64_t write_piece(const struct cpit_wasi_host *h, struct place *to,
			   const void *p, uint32_t len)
{
	const struct cpit_wasi_fd *f = to->f;
	int64_t r = f->fs == NULL ? h->write(h->ctx, f->stream, p, len) :
				    f->fs->write(f->node, to->at, p, len);

	if (r > 0) {
		to->at += (uint64_t)r;
		to->turn += (uint32_t)r;
	}
	return r;
}

/* True when all of it was written, so that there may be more. */
static bool write_buffer(struct cpit_caller *c, struct place *to,
			 struct wasi_iovec v, uint32_t *total, uint32_t *err)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	while (v.len != 0) {
		uint32_t len = piece(h, to, v.len);
		const void *p = cpit_memory_at(c->instance, v.buf, len);
		int64_t r = len == 0 ? -CPIT_WASI_EINTR :
			    p == NULL ? -CPIT_WASI_EFAULT :
					write_piece(h, to, p, len);

		if (r <= 0) {
			*err = cpit_wasi_host_errno(r);
			return false;
		}
		*total += (uint32_t)r;
		if (r < len)
			return false;
		v.buf += len;
		v.len -= len;
	}
	return true;
}

/*
 * Writes until done, or less is taken than was given, or the sum would not fit
 * the result.  An error after the first byte is left for the next call.
 */
static uint32_t write_iovs(struct cpit_caller *c, struct place *to,
			   uint32_t iovs, uint32_t n, uint32_t *total)
{
	uint32_t err = CPIT_WASI_OK;
	bool more = true;

	for (uint32_t i = 0; i < n && more; i++) {
		struct wasi_iovec v;

		if (!iov_load(c, &v, iovs, i)) {
			err = CPIT_WASI_EFAULT;	/* shared memory has changed */
			break;
		}
		if (v.len > UINT32_MAX - *total)
			v.len = UINT32_MAX - *total;
		more = write_buffer(c, to, v, total, &err);
	}
	return *total != 0 ? CPIT_WASI_OK : err;
}

uint32_t cpit_wasi_fd_write(struct cpit_caller *c, uint32_t fd, uint32_t iovs,
			    uint32_t n, uint32_t result)
{
	struct cpit_wasi_stat st;
	struct cpit_wasi_fd *f;
	struct place to;
	uint32_t total = 0;
	uint32_t err;

	err = cpit_wasi_fd_find(c, fd, RIGHT_FD_WRITE, &f);
	if (err == CPIT_WASI_OK)
		err = iovs_check(c, iovs, n, result);
	if (err != CPIT_WASI_OK)
		return err;
	to = (struct place){ .f = f, .at = f->at };
	if (f->fs != NULL && (f->flags & FDFLAGS_APPEND) != 0) {
		err = cpit_wasi_errno(f->fs->stat(f->node, &st));
		if (err != CPIT_WASI_OK)
			return err;
		to.at = st.size;
	}
	err = write_iovs(c, &to, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	f->at = to.at;
	return cpit_wasi_store_u32(c, result, total);
}

/*
 * Reads a stream into the first buffer that has room, and into that only: to go
 * on to the next could block with bytes in hand.
 */
static uint32_t read_stream(struct cpit_caller *c, const struct cpit_wasi_fd *f,
			    uint32_t iovs, uint32_t n, uint32_t *total)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	struct wasi_iovec v = { 0, 0 };
	int64_t r;
	void *p;

	for (uint32_t i = 0; i < n && v.len == 0; i++) {
		if (!iov_load(c, &v, iovs, i))
			return CPIT_WASI_EFAULT;
	}
	if (v.len == 0)
		return CPIT_WASI_OK;
	if ((f->flags & FDFLAGS_NONBLOCK) != 0 && !h->readable(h->ctx))
		return CPIT_WASI_EAGAIN;
	p = cpit_memory_at(c->instance, v.buf, v.len);
	if (p == NULL)
		return CPIT_WASI_EFAULT;
	r = h->read(h->ctx, p, v.len);
	if (r < 0)
		return cpit_wasi_host_errno(r);
	*total = (uint32_t)r;
	return CPIT_WASI_OK;
}

/* Reads a file into all buffers, up to its end. */
static uint32_t read_file(struct cpit_caller *c, struct place *from,
			  uint32_t iovs, uint32_t n, uint32_t *total)
{
	const struct cpit_wasi_fd *f = from->f;

	for (uint32_t i = 0; i < n; i++) {
		struct wasi_iovec v;
		int64_t r;
		void *p;

		if (!iov_load(c, &v, iovs, i))
			return *total != 0 ? CPIT_WASI_OK : CPIT_WASI_EFAULT;
		if (v.len > UINT32_MAX - *total)
			v.len = UINT32_MAX - *total;
		if (v.len == 0)
			continue;
		p = cpit_memory_at(c->instance, v.buf, v.len);
		r = p != NULL ? f->fs->read(f->node, from->at, p, v.len) :
				-CPIT_WASI_EFAULT;
		if (r < 0)
			return *total != 0 ? CPIT_WASI_OK :
					     cpit_wasi_host_errno(r);
		from->at += (uint64_t)r;
		*total += (uint32_t)r;
		if (r < v.len)
			break;
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_fd_read(struct cpit_caller *c, uint32_t fd, uint32_t iovs,
			   uint32_t n, uint32_t result)
{
	struct cpit_wasi_fd *f;
	struct place from;
	uint32_t total = 0;
	uint32_t err;

	err = cpit_wasi_fd_find(c, fd, RIGHT_FD_READ, &f);
	if (err == CPIT_WASI_OK)
		err = iovs_check(c, iovs, n, result);
	if (err != CPIT_WASI_OK)
		return err;
	from = (struct place){ .f = f, .at = f->at };
	err = f->fs != NULL ? read_file(c, &from, iovs, n, &total) :
			      read_stream(c, f, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	f->at = from.at;
	return cpit_wasi_store_u32(c, result, total);
}

/* What pread and pwrite have in common: a file, and a place in it. */
static uint32_t at_offset(struct cpit_caller *c, uint32_t fd, uint64_t rights,
			  uint32_t iovs, uint32_t n, uint64_t offset,
			  uint32_t result, struct place *place)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_file(c, fd, rights | RIGHT_FD_SEEK,
					 CPIT_WASI_ESPIPE, &f);

	if (err == CPIT_WASI_OK)
		err = iovs_check(c, iovs, n, result);
	if (err != CPIT_WASI_OK)
		return err;
	if (offset > INT64_MAX)
		return CPIT_WASI_EINVAL;
	*place = (struct place){ .f = f, .at = offset };
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_fd_pread(struct cpit_caller *c, uint32_t fd, uint32_t iovs,
			    uint32_t n, uint64_t offset, uint32_t result)
{
	struct place from;
	uint32_t total = 0;
	uint32_t err;

	err = at_offset(c, fd, RIGHT_FD_READ, iovs, n, offset, result, &from);
	if (err == CPIT_WASI_OK)
		err = read_file(c, &from, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_store_u32(c, result, total);
}

uint32_t cpit_wasi_fd_pwrite(struct cpit_caller *c, uint32_t fd, uint32_t iovs,
			     uint32_t n, uint64_t offset, uint32_t result)
{
	struct place to;
	uint32_t total = 0;
	uint32_t err;

	err = at_offset(c, fd, RIGHT_FD_WRITE, iovs, n, offset, result, &to);
	if (err == CPIT_WASI_OK)
		err = write_iovs(c, &to, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_store_u32(c, result, total);
}
