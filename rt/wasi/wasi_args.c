/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments and environment: two lists of strings, given to the guest as an
 * array of addresses and one buffer with all the bytes.
 */
#include "wasi_impl.h"
#include <string.h>

/* Bytes of all strings with their NULs. */
static uint64_t list_size(const char *const *list, uint32_t n)
{
	uint64_t size = 0;

	for (uint32_t i = 0; i < n; i++)
		size += strlen(list[i]) + 1;
	return size;
}

static uint32_t sizes_get(struct cpit_caller *c, const char *const *list,
			  uint32_t n, uint32_t count, uint32_t size)
{
	uint64_t bytes = list_size(list, n);

	if (bytes > UINT32_MAX)
		return CPIT_WASI_EOVERFLOW;
	if (!cpit_wasi_valid(c, count, 4) || !cpit_wasi_valid(c, size, 4))
		return CPIT_WASI_EFAULT;	/* G2: both or none */
	cpit_wasi_store_u32(c, count, n);
	return cpit_wasi_store_u32(c, size, (uint32_t)bytes);
}

static uint32_t list_get(struct cpit_caller *c, const char *const *list,
			 uint32_t n, uint32_t ptrs, uint32_t buf)
{
	if (!cpit_wasi_valid(c, ptrs, (uint64_t)n * 4) ||
	    !cpit_wasi_valid(c, buf, list_size(list, n)))
		return CPIT_WASI_EFAULT;

	/* No sum below wraps: both ranges lie in the memory as a whole. */
	for (uint32_t i = 0; i < n; i++) {
		uint32_t len = (uint32_t)strlen(list[i]) + 1;

		if (!cpit_wasi_store(c, ptrs + 4 * i, &buf, 4) ||
		    !cpit_wasi_store(c, buf, list[i], len))
			return CPIT_WASI_EFAULT;
		buf += len;
	}
	return CPIT_WASI_OK;
}

uint32_t cpit_wasi_args_sizes_get(struct cpit_caller *c, uint32_t count,
				  uint32_t size)
{
	struct cpit_wasi *w = c->ctx;

	return sizes_get(c, w->args, w->nargs, count, size);
}

uint32_t cpit_wasi_args_get(struct cpit_caller *c, uint32_t argv, uint32_t buf)
{
	struct cpit_wasi *w = c->ctx;

	return list_get(c, w->args, w->nargs, argv, buf);
}

uint32_t cpit_wasi_environ_sizes_get(struct cpit_caller *c, uint32_t count,
				     uint32_t size)
{
	struct cpit_wasi *w = c->ctx;

	return sizes_get(c, w->env, w->nenv, count, size);
}

uint32_t cpit_wasi_environ_get(struct cpit_caller *c, uint32_t env,
			       uint32_t buf)
{
	struct cpit_wasi *w = c->ctx;

	return list_get(c, w->env, w->nenv, env, buf);
}
