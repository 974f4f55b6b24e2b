/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access to guest memory.  Guest addresses need not be aligned, so everything
 * goes through memcpy.
 */
#include "wasi_impl.h"
#include <string.h>

bool cpit_wasi_valid(struct cpit_caller *c, uint32_t addr, uint64_t len)
{
	if (len == 0)
		return true;
	if (len > UINT32_MAX)
		return false;
	return cpit_memory_at(c->instance, addr, (uint32_t)len) != NULL;
}

bool cpit_wasi_load(struct cpit_caller *c, void *to, uint32_t addr,
		    uint32_t len)
{
	const void *p = cpit_memory_at(c->instance, addr, len);

	if (p == NULL)
		return false;
	memcpy(to, p, len);
	return true;
}

bool cpit_wasi_store(struct cpit_caller *c, uint32_t addr, const void *from,
		     uint32_t len)
{
	void *p = cpit_memory_at(c->instance, addr, len);

	if (p == NULL)
		return false;
	memcpy(p, from, len);
	return true;
}

uint32_t cpit_wasi_store_u32(struct cpit_caller *c, uint32_t addr,
			     uint32_t value)
{
	return cpit_wasi_store(c, addr, &value, sizeof(value)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}

uint32_t cpit_wasi_store_u64(struct cpit_caller *c, uint32_t addr,
			     uint64_t value)
{
	return cpit_wasi_store(c, addr, &value, sizeof(value)) ?
	       CPIT_WASI_OK : CPIT_WASI_EFAULT;
}
