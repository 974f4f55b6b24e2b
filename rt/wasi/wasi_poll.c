/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll_oneoff: goes over the subscriptions until one of them has an event,
 * sleeping in between.
 *
 * Subscriptions are read anew in each round and events are written in the last
 * one only, event k after subscription k was read; so the two arrays may even
 * be the same memory.
 */
#include "wasi_impl.h"
#include <string.h>

/* As in wasi_io.c: a bound on the work that no budget can interrupt. */
enum { SUBSCRIPTIONS_MAX = 1024 };

/* How often input and the date are looked at while nothing else happens. */
enum { INPUT_NS = 1000000, DATE_NS = 1000000000 };

/*
 * A relative timeout counts from the call on the monotonic clock, whichever it
 * names: setting the date does not lengthen a sleep.
 */
static bool clock_event(const struct cpit_wasi_host *h,
			const struct wasi_subscription *s, uint64_t start,
			struct wasi_event *ev)
{
	uint64_t timeout = s->u.clock.timeout;

	if (s->u.clock.id > CPIT_WASI_MONOTONIC) {
		ev->error = CPIT_WASI_EINVAL;
		return true;
	}
	if ((s->u.clock.flags & SUBCLOCK_ABSTIME) != 0)
		return h->clock(h->ctx, s->u.clock.id) >= timeout;
	return h->clock(h->ctx, CPIT_WASI_MONOTONIC) - start >= timeout;
}

static uint64_t later(uint64_t time, uint64_t by)
{
	return by < UINT64_MAX - time ? time + by : UINT64_MAX;
}

/* When to look at it again, on the monotonic clock. */
static uint64_t wake_time(const struct cpit_wasi_host *h,
			  const struct wasi_subscription *s, uint64_t start)
{
	uint64_t timeout = s->u.clock.timeout, date;
	uint64_t now = h->clock(h->ctx, CPIT_WASI_MONOTONIC);

	if (s->tag != EVENT_CLOCK)
		return later(now, INPUT_NS);
	if ((s->u.clock.flags & SUBCLOCK_ABSTIME) == 0)
		return later(start, timeout);
	if (s->u.clock.id == CPIT_WASI_MONOTONIC)
		return timeout;
	/* The date may be set in the meantime. */
	date = h->clock(h->ctx, CPIT_WASI_REALTIME);
	timeout = timeout > date ? timeout - date : 0;
	return later(now, timeout < DATE_NS ? timeout : DATE_NS);
}

/* Output is always ready; input if the host does not know better. */
static bool fd_event(struct cpit_caller *c, const struct wasi_subscription *s,
		     struct wasi_event *ev)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	uint64_t rights = RIGHT_POLL_FD_READWRITE;
	struct cpit_wasi_fd *f;

	rights |= s->tag == EVENT_FD_READ ? RIGHT_FD_READ : RIGHT_FD_WRITE;
	ev->error = (uint16_t)cpit_wasi_fd_find(c, s->u.fd, rights, &f);
	if (ev->error != CPIT_WASI_OK)
		return true;
	if (f->fs != NULL) {		/* files never wait */
		struct cpit_wasi_stat st;

		if (f->fs->stat(f->node, &st) == 0 && st.size > f->at)
			ev->nbytes = st.size - f->at;
		return true;
	}
	ev->nbytes = 1;			/* at least: nobody knows how many */
	return s->tag == EVENT_FD_WRITE || h->readable == NULL ||
	       h->readable(h->ctx);
}

/*
 * One round: writes the events that there are, and counts them.  *wake becomes
 * the first time at which another round is worth it.
 */
static uint32_t poll_round(struct cpit_caller *c, uint32_t in, uint32_t out,
			   uint32_t n, uint64_t start, uint32_t *count,
			   uint64_t *wake)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	*wake = UINT64_MAX;
	for (uint32_t i = 0; i < n; i++) {
		struct wasi_subscription s;
		struct wasi_event ev;
		bool ready;

		if (!cpit_wasi_load(c, &s, in + i * sizeof(s), sizeof(s)))
			return CPIT_WASI_EFAULT;
		memset(&ev, 0, sizeof(ev));
		ev.userdata = s.userdata;
		ev.type = s.tag;
		if (s.tag > EVENT_FD_WRITE)
			return CPIT_WASI_EINVAL;
		ready = s.tag == EVENT_CLOCK ? clock_event(h, &s, start, &ev) :
					       fd_event(c, &s, &ev);
		if (!ready && h->sleep != NULL) {
			uint64_t at = wake_time(h, &s, start);

			*wake = at < *wake ? at : *wake;
		}
		if (!ready)
			continue;
		if (!cpit_wasi_store(c, out + *count * sizeof(ev), &ev,
				     sizeof(ev)))
			return CPIT_WASI_EFAULT;
		++*count;
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_poll_oneoff(struct cpit_caller *c, uint32_t in, uint32_t out,
			       uint32_t n, uint32_t result)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;
	uint32_t count = 0;
	uint64_t start, wake;
	uint32_t err;

	if (n == 0)
		return CPIT_WASI_EINVAL;
	if (!cpit_wasi_valid(c, result, 4) ||
	    !cpit_wasi_valid(c, in,
			     (uint64_t)n * sizeof(struct wasi_subscription)) ||
	    !cpit_wasi_valid(c, out, (uint64_t)n * sizeof(struct wasi_event)))
		return CPIT_WASI_EFAULT;
	if (n > SUBSCRIPTIONS_MAX)
		return CPIT_WASI_EINVAL;

	start = h->clock(h->ctx, CPIT_WASI_MONOTONIC);
	for (;;) {
		err = poll_round(c, in, out, n, start, &count, &wake);
		if (err != CPIT_WASI_OK)
			return err;
		if (count != 0)
			return cpit_wasi_store_u32(c, result, count);
		if (!(h->sleep != NULL ? h->sleep(h->ctx, wake) :
					 h->yield(h->ctx)))
			return CPIT_WASI_EINTR;
	}
}
