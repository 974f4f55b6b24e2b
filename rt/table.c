/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables: arrays that double their capacity.  Failure to allocate one ends the
 * instantiation, failure to grow one is wasm's -1.
 */
#include "store.h"
#include <string.h>

/* Room for `size' elements or a little more, in 64 bits; at most `max'. */
static uint64_t capacity_for(uint64_t size, uint64_t capacity, uint64_t max)
{
	uint64_t twice = capacity * 2 < max ? capacity * 2 : max;

	if (size <= capacity)
		return capacity;
	return size > twice ? size : twice;
}

/*
 * Makes room for `delta' more elements of `each' bytes in *data, an array that
 * holds `size'.  False, with nothing changed, beyond `max', beyond the store's
 * limit, or out of memory.
 */
static bool make_room(const struct cpit_vm *vm, void **data, uint32_t size,
		      uint32_t *capacity, uint64_t max, uint32_t delta,
		      size_t each)
{
	uint64_t limit = vm->instance->store->opt.max_elements;
	uint64_t want = (uint64_t)size + delta, room;
	void *p;

	if (max > limit)
		max = limit;
	room = capacity_for(want, *capacity, max);
	if (want > max)
		return false;
	if (room == *capacity)
		return true;
	p = cpit_embed_alloc(room * each);
	if (!p)
		return false;
	if (*data) {
		memcpy(p, *data, size * each);
		cpit_embed_free(*data, *capacity * each);
	}
	*data = p;
	*capacity = (uint32_t)room;
	return true;
}

void cpit_rt_functable_new(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
			   uint32_t size, uint32_t max)
{
	*t = (wasm_rt_funcref_table_t){ .max_size = max };
	if (cpit_rt_functable_grow(vm, t, size, (wasm_rt_funcref_t){ 0 }))
		cpit_leave_error(vm, CPIT_ENOMEM);
}

uint32_t cpit_rt_functable_grow(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
				uint32_t delta, wasm_rt_funcref_t init)
{
	uint32_t old = t->size;
	void *data = t->data;

	if (!make_room(vm, &data, old, &t->capacity, t->max_size, delta,
		       sizeof(init)))
		return UINT32_MAX;
	t->data = data;
	while (delta--)
		t->data[t->size++] = init;
	return old;
}

void cpit_rt_functable_free(wasm_rt_funcref_table_t *t)
{
	if (t->data)
		cpit_embed_free(t->data, t->capacity * sizeof(*t->data));
	*t = (wasm_rt_funcref_table_t){ 0 };
}

void cpit_rt_externtable_new(struct cpit_vm *vm, wasm_rt_externref_table_t *t,
			     uint32_t size, uint32_t max)
{
	*t = (wasm_rt_externref_table_t){ .max_size = max };
	if (cpit_rt_externtable_grow(vm, t, size, NULL))
		cpit_leave_error(vm, CPIT_ENOMEM);
}

uint32_t cpit_rt_externtable_grow(struct cpit_vm *vm,
				  wasm_rt_externref_table_t *t,
				  uint32_t delta, wasm_rt_externref_t init)
{
	uint32_t old = t->size;
	void *data = t->data;

	if (!make_room(vm, &data, old, &t->capacity, t->max_size, delta,
		       sizeof(init)))
		return UINT32_MAX;
	t->data = data;
	while (delta--)
		t->data[t->size++] = init;
	return old;
}

void cpit_rt_externtable_free(wasm_rt_externref_table_t *t)
{
	if (t->data)
		cpit_embed_free(t->data, t->capacity * sizeof(*t->data));
	*t = (wasm_rt_externref_table_t){ 0 };
}
