/* SPDX-License-Identifier: Apache-2.0 */
/* A queue with one buffer (Virtual I/O Device 1.1, 2.6, as legacy has it). */
#include "virtio.h"
#include <arch/machine.h>

enum { WRITABLE = 2 };			/* by the device */

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

struct available {
	uint16_t flags, index, place[];
};

struct used {
	uint16_t flags, index;
	struct {
		uint32_t id, length;
	} place[];
};

static struct available *available(const struct cpit_virtio *v)
{
	return (void *)((struct descriptor *)v->ring + v->places);
}

static struct used *used(const struct cpit_virtio *v)
{
	return (void *)((uint8_t *)v->ring + v->used_at);
}

/* Each place names descriptor 0, as the zeros of the ring do. */
void cpit_virtio_offer(const struct cpit_virtio *v, void *buf, size_t len)
{
	struct available *a = available(v);
	struct descriptor *d = v->ring;

	d->address = cpit_arch_image_phys(buf);
	d->length = (uint32_t)len;
	d->flags = WRITABLE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&a->index, (uint16_t)(a->index + 1),
			 __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	cpit_virtio_notify(v);
}

int cpit_virtio_taken(const struct cpit_virtio *v)
{
	const struct used *u = used(v);
	uint16_t offered = available(v)->index;

	if (__atomic_load_n(&u->index, __ATOMIC_ACQUIRE) != offered)
		return -1;
	return (int)u->place[(uint16_t)(offered - 1) % v->places].length;
}
