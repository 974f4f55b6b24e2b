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

/* As CPIT_WASI_PIECE, for files: they are in memory, or soon. */
enum { FILE_PIECE = 256 << 10 };

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

/* All that could be EFAULT, before anything is done (G2). */
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
	uint64_t at;		/* of a file; CPIT_WASI_END to append */
	uint32_t turn;		/* bytes since others had theirs */
	bool reads;		/* a file */
};

/* How much of `len' comes next; 0 when others do not want us to go on. */
static uint32_t piece(const struct cpit_wasi_host *h, struct place *place,
		      uint32_t len)
{
	uint32_t most = place->f->fs != NULL ? FILE_PIECE : CPIT_WASI_PIECE;

	if (place->turn >= most) {
		place->turn = 0;
		if (!h->yield(h->ctx))
			return 0;
	}
	return len < most - place->turn ? len : most - place->turn;
}

static int64_t move_piece(const struct cpit_wasi_host *h, struct place *place,
			  void *p, uint32_t len)
{
	const struct cpit_wasi_fd *f = place->f;
	int64_t r;

	if (f->fs == NULL)
		r = h->write(h->ctx, f->stream, p, len);
	else if (place->reads)
		r = f->fs->read(f->node, place->at, p, len);
	else
		r = f->fs->write(f->node, place->at, p, len);
	if (r > 0) {
		place->turn += (uint32_t)r;
		if (place->at != CPIT_WASI_END)
			place->at += (uint64_t)r;
	}
	return r;
}

/* True when all of it was moved, so that there may be more. */
static bool move_buffer(struct cpit_caller *c, struct place *place,
			struct wasi_iovec v, uint32_t *total, uint32_t *err)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	while (v.len != 0) {
		uint32_t len = piece(h, place, v.len);
		void *p = cpit_memory_at(c->instance, v.buf, len);
		int64_t r = len == 0 ? -CPIT_WASI_EINTR :
			    p == NULL ? -CPIT_WASI_EFAULT :
					move_piece(h, place, p, len);

		if (r < 0 || (r == 0 && !place->reads)) {
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
 * Reads a file or writes until done, or less is moved than was given, or the sum
 * would not fit the result.  An error after the first byte is left for the next
 * call.
 */
static uint32_t move_iovs(struct cpit_caller *c, struct place *place,
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
		more = move_buffer(c, place, v, total, &err);
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
	if (f->fs != NULL && (f->flags & FDFLAGS_APPEND) != 0)
		to.at = CPIT_WASI_END;
	err = move_iovs(c, &to, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	if (to.at != CPIT_WASI_END)
		f->at = to.at;
	else if (total != 0 && f->fs->stat(f->node, &st) == 0)
		f->at = st.size;
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
	from = (struct place){ .f = f, .at = f->at, .reads = true };
	err = f->fs != NULL ? move_iovs(c, &from, iovs, n, &total) :
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
	*place = (struct place){
		.f = f, .at = offset, .reads = rights == RIGHT_FD_READ,
	};
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
		err = move_iovs(c, &from, iovs, n, &total);
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
		err = move_iovs(c, &to, iovs, n, &total);
	if (err != CPIT_WASI_OK)
		return err;
	return cpit_wasi_store_u32(c, result, total);
}
