/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is neither a descriptor nor a string: clocks, random numbers, yield and
 * exit.
 */
#include "wasi_impl.h"

/*
 * The two CPU-time clocks do not exist: nobody here counts an instance's time,
 * and preview1 asks for EINVAL then.  wasi-libc's clock() and getrusage() use
 * the monotonic one.
 */
uint32_t cpit_wasi_clock_res_get(struct cpit_caller *c, uint32_t id,
				 uint32_t result)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	if (id > CPIT_WASI_MONOTONIC)
		return CPIT_WASI_EINVAL;
	return cpit_wasi_store_u64(c, result, h->clock_resolution(h->ctx, id));
}

uint32_t cpit_wasi_clock_time_get(struct cpit_caller *c, uint32_t id,
				  uint64_t precision, uint32_t result)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	(void)precision;		/* always as good as the clock is */
	if (id > CPIT_WASI_MONOTONIC)
		return CPIT_WASI_EINVAL;
	return cpit_wasi_store_u64(c, result, h->clock(h->ctx, id));
}

uint32_t cpit_wasi_random_get(struct cpit_caller *c, uint32_t buf, uint32_t len)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	if (!cpit_wasi_valid(c, buf, len))
		return CPIT_WASI_EFAULT;
	while (len != 0) {
		uint32_t n = len < CPIT_WASI_PIECE ? len : CPIT_WASI_PIECE;
		void *p = cpit_memory_at(c->instance, buf, n);
		int r = p != NULL ? h->random(h->ctx, p, n) :
				    -CPIT_WASI_EFAULT;

		if (r != 0)
			return cpit_wasi_host_errno(r);
		buf += n;
		len -= n;
		if (len != 0 && !h->yield(h->ctx))
			return CPIT_WASI_EINTR;
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_sched_yield(struct cpit_caller *c)
{
	const struct cpit_wasi_host *h = ((struct cpit_wasi *)c->ctx)->host;

	h->yield(h->ctx);		/* no wait, so none to end */
	return CPIT_WASI_OK;
}

/*
 * Returns like any host function; behind the call the guest unwinds.  The code is passed
 * on whole: what a machine can show of it is the outcome's affair (KAN-08).
 */
void cpit_wasi_proc_exit(struct cpit_caller *c, uint32_t code)
{
	cpit_exit(c, code);
}
