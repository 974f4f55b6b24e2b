/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables: arrays that double their capacity.  Failure to allocate one ends the
 * instantiation, failure to grow one is wasm's -1 (wasm2c.md 2.9, row 2).
 */
#include "store.h"
#include <string.h>

/* New data of `capacity' elements with the old ones copied, or NULL. */
static void *resize(void *data, uint64_t size, uint64_t old_capacity,
		    uint64_t capacity, size_t each)
{
	void *p = cpit_embed_alloc(capacity * each);

	if (!p)
		return NULL;
	if (data) {
		memcpy(p, data, size * each);
		cpit_embed_free(data, old_capacity * each);
	}
	return p;
}

/*
 * The new capacity for `delta' more elements; 0 when `max' forbids it.  Both
 * kinds of table share the arithmetic, all of it in 64 bits.
 */
static uint64_t capacity_for(uint32_t size, uint32_t capacity, uint32_t max,
			     uint32_t delta)
{
	uint64_t want = (uint64_t)size + delta;
	uint64_t twice = (uint64_t)capacity * 2;

	if (want > max)
		return 0;
	if (want <= capacity)
		return capacity;
	if (twice > max)
		twice = max;
	return want > twice ? want : twice;
}

/* For either table type: makes room, or evaluates to false. */
#define ROOM(t, delta)							\
	({								\
		uint64_t cap_ = capacity_for((t)->size, (t)->capacity,	\
					     (t)->max_size, delta);	\
		void *p_ = (t)->data;					\
		if (cap_ > (t)->capacity)				\
			p_ = resize((t)->data, (t)->size,		\
				    (t)->capacity, cap_,		\
				    sizeof(*(t)->data));		\
		if (cap_ && p_) {					\
			(t)->data = p_;					\
			(t)->capacity = (uint32_t)cap_;			\
		}							\
		cap_ && p_;						\
	})

#define NEW(vm, t, n, max)						\
	do {								\
		(t)->data = NULL;					\
		(t)->size = (t)->capacity = 0;				\
		(t)->max_size = max;					\
		if ((n) && !ROOM(t, n))					\
			cpit_leave_error(vm, CPIT_ENOMEM);		\
		(t)->size = n;						\
	} while (0)

#define GROW(t, delta, init)						\
	({								\
		uint32_t old_ = (t)->size;				\
		bool ok_ = !(delta) || ROOM(t, delta);			\
		if (ok_)						\
			for (uint32_t i_ = 0; i_ < (delta); i_++)	\
				(t)->data[(t)->size++] = (init);	\
		ok_ ? old_ : UINT32_MAX;				\
	})

#define FREE(t)								\
	do {								\
		if ((t)->data)						\
			cpit_embed_free((t)->data, (t)->capacity *	\
						   sizeof(*(t)->data));	\
		(t)->data = NULL;					\
		(t)->size = (t)->capacity = 0;				\
	} while (0)

void cpit_rt_functable_new(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
			   uint32_t size, uint32_t max)
{
	NEW(vm, t, size, max);
}

uint32_t cpit_rt_functable_grow(struct cpit_vm *vm, wasm_rt_funcref_table_t *t,
				uint32_t delta, wasm_rt_funcref_t init)
{
	(void)vm;
	return GROW(t, delta, init);
}

void cpit_rt_functable_free(wasm_rt_funcref_table_t *t)
{
	FREE(t);
}

void cpit_rt_externtable_new(struct cpit_vm *vm, wasm_rt_externref_table_t *t,
			     uint32_t size, uint32_t max)
{
	NEW(vm, t, size, max);
}

uint32_t cpit_rt_externtable_grow(struct cpit_vm *vm,
				  wasm_rt_externref_table_t *t,
				  uint32_t delta, wasm_rt_externref_t init)
{
	(void)vm;
	return GROW(t, delta, init);
}

void cpit_rt_externtable_free(wasm_rt_externref_table_t *t)
{
	FREE(t);
}
