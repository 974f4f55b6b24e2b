/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linear memory.  Guard mode and mode zero: an 8 GiB reservation, CPIT_BELOW more
 * on some ISAs, whose first `size' bytes are committed, with pages when they are
 * touched; growth commits more in place, so `data' never moves, and a recycled
 * address range never keeps pages (SLG-16).  Checked mode, and custom page sizes
 * in every mode: plain memory that may move when it grows.
 */
#include "memory.h"
#include "ranges.h"
#include "store.h"
#include <string.h>

static struct cpit_ranges reservations;
static bool has_space;

void *cpit_reserve(size_t size)
{
	void *p = cpit_embed_reserve(size);

	if (p)
		__atomic_store_n(&has_space, true, __ATOMIC_RELAXED);
	return p;
}

bool cpit_has_space(void)
{
	return __atomic_load_n(&has_space, __ATOMIC_RELAXED);
}

wasm_rt_memory_t *cpit_memory_find(uintptr_t addr)
{
	return cpit_ranges_find(&reservations, addr);
}

bool cpit_memory_touch(const wasm_rt_memory_t *m, uint64_t addr, uint64_t len)
{
	return !m->guarded || !len ||
	       cpit_embed_commit(m->data + addr, len, CPIT_COMMIT_TOUCH);
}

static enum cpit_commit how(const struct cpit_instance *inst)
{
	return inst->store->opt.prefault ? CPIT_COMMIT_NOW : CPIT_COMMIT_LATER;
}

/* With `space', in an address space of its own as well, which is put there. */
static bool new_guarded(wasm_rt_memory_t *m, uint64_t size,
			enum cpit_commit how, uintptr_t *space)
{
	uint8_t *p = cpit_reserve(CPIT_RESERVATION);

	if (!p)
		return false;
	if ((space && !(*space = cpit_embed_cpu()->spaces->make(p + CPIT_BELOW))) ||
	    (size && !cpit_embed_commit(p + CPIT_BELOW, size, how)) ||
	    cpit_ranges_add(&reservations, &(struct cpit_range){
		    (uintptr_t)p, (uintptr_t)p + CPIT_RESERVATION, m, NULL })) {
		cpit_embed_release(p, CPIT_RESERVATION);
		return false;
	}
	m->data = p + CPIT_BELOW;
	m->guarded = true;
	return true;
}

static bool new_plain(wasm_rt_memory_t *m, uint64_t size)
{
	m->guarded = false;
	m->capacity = size;
	m->data = size ? cpit_embed_alloc(size) : NULL;
	return !size || m->data;
}

/* The store's memory at address zero, which is there from now on. */
static bool new_at_zero(struct cpit_store *s, wasm_rt_memory_t *m, uint64_t size,
			enum cpit_commit how)
{
	uintptr_t space;

	if (!new_guarded(m, size, how, &space))
		return false;
	s->space = space;
	cpit_space_follow();
	return true;
}

void cpit_rt_memory_new(struct cpit_vm *vm, wasm_rt_memory_t *m,
			uint64_t pages, uint64_t max, uint32_t page_size)
{
	struct cpit_instance *inst = vm->instance;
	uint64_t most = inst->store->opt.max_memory / page_size, size;
	bool ok;

	if (max > most)
		max = most;
	size = pages > max ? 0 : pages * page_size;
	ok = pages <= max &&
	     (inst->module->checked || page_size != CPIT_WASM_PAGE
		      ? new_plain(m, size) :
	      m == inst->store->memory0
		      ? new_at_zero(inst->store, m, size, how(inst))
		      : new_guarded(m, size, how(inst), NULL));
	if (!ok) {
		m->data = NULL;
		cpit_leave_error(vm, CPIT_ENOMEM);
	}
	m->size = size;
	m->pages = pages;
	m->max_pages = max;
	m->page_size = page_size;
	if (!m->guarded || inst->own)
		return;
	inst->own = m;			/* for as long as it is there */
	inst->base = m == inst->store->memory0 ? 0 : (uintptr_t)m->data;
}

/*
 * Half as much again, so that a memory which grows page by page is not copied
 * for each; just enough where there is no more.  What is beyond `size' is zero.
 */
static bool grow_plain(wasm_rt_memory_t *m, uint64_t size)
{
	uint64_t most = m->max_pages * m->page_size, room = size + size / 2;
	uint8_t *p;

	if (size <= m->capacity)
		return true;
	if (room > most)
		room = most;
	while (!(p = cpit_embed_alloc(room))) {
		if (room == size)
			return false;
		room = size;
	}
	if (m->data) {
		memcpy(p, m->data, m->size);
		cpit_embed_free(m->data, m->capacity);
	}
	m->data = p;
	m->capacity = room;
	return true;
}

uint64_t cpit_rt_memory_grow(struct cpit_vm *vm, wasm_rt_memory_t *m,
			     uint64_t delta)
{
	uint64_t old = m->pages, size;

	if (delta > m->max_pages - old)
		return UINT64_MAX;
	if (delta == 0)
		return old;
	size = (old + delta) * m->page_size;
	if (m->guarded ? !cpit_embed_commit(m->data + m->size, size - m->size,
					   how(vm->instance))
		       : !grow_plain(m, size))
		return UINT64_MAX;
	m->pages = old + delta;
	m->size = size;
	return old;
}

void cpit_rt_memory_free(wasm_rt_memory_t *m)
{
	if (m->data && m->guarded) {
		/* Out of the map first: nobody may find a dead memory. */
		if (cpit_ranges_remove(&reservations,
				       (uintptr_t)m->data - CPIT_BELOW))
			cpit_embed_panic("linear memory cannot be freed",
					 0, (uintptr_t)m->data, 0);
		cpit_embed_release(m->data - CPIT_BELOW, CPIT_RESERVATION);
	} else if (m->data) {
		cpit_embed_free(m->data, m->capacity);
	}
	m->data = NULL;
	m->size = 0;
}
