/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtio devices in slots of memory (Virtual I/O Device 1.1, 4.2).  QEMU's slots
 * are legacy ones unless it is told otherwise; both kinds are spoken to.
 */
#include "virtio.h"
#include <arch/machine.h>

enum {				/* registers */
	MAGIC = 0x00, VERSION = 0x04, TYPE = 0x08, FEATURES = 0x10,
	DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
	GUEST_PAGE_SIZE = 0x28,		/* legacy */
	QUEUE_SEL = 0x30, QUEUE_MAX = 0x34, QUEUE_NUM = 0x38,
	QUEUE_ALIGN = 0x3c, QUEUE_PFN = 0x40,	/* legacy */
	QUEUE_READY = 0x44, QUEUE_NOTIFY = 0x50,
	STATUS = 0x70,
	QUEUE_DESC = 0x80, QUEUE_AVAIL = 0x90, QUEUE_USED = 0xa0,
};

enum {
	VIRT = 0x74726976, LEGACY = 1, MODERN = 2,
	ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8,
	VERSION_1 = 1,			/* bit 32 of the features */
	MULTIPORT = 2,			/* a console's; ours has one port */
	ONE = 1, AVAIL_AT = 16, USED_AT = 64,	/* a ring of one place */
};

static volatile uint32_t *reg(const struct cpit_virtio *v, unsigned at)
{
	return cpit_arch_direct(v->at + at);
}

static void set_address(const struct cpit_virtio *v, unsigned at,
			unsigned offset)
{
	uint64_t phys = cpit_arch_image_phys(v->ring) + offset;

	*reg(v, at) = (uint32_t)phys;
	*reg(v, at + 4) = (uint32_t)(phys >> 32);
}

static bool begin_queue(const struct cpit_virtio *v)
{
	*reg(v, QUEUE_SEL) = 0;
	if (!*reg(v, QUEUE_MAX))
		return false;
	*reg(v, QUEUE_NUM) = ONE;
	return true;
}

static bool begin_legacy(const struct cpit_virtio *v)
{
	*reg(v, GUEST_PAGE_SIZE) = CPIT_VIRTIO_PAGE;
	if (!begin_queue(v))
		return false;
	*reg(v, QUEUE_ALIGN) = USED_AT;
	*reg(v, QUEUE_PFN) = (uint32_t)(cpit_arch_image_phys(v->ring) /
					CPIT_VIRTIO_PAGE);
	return true;
}

static bool begin_modern(const struct cpit_virtio *v)
{
	*reg(v, DRIVER_FEATURES_SEL) = 1;
	*reg(v, DRIVER_FEATURES) = VERSION_1;
	*reg(v, STATUS) |= FEATURES_OK;
	if (!(*reg(v, STATUS) & FEATURES_OK) || !begin_queue(v))
		return false;
	set_address(v, QUEUE_DESC, 0);
	set_address(v, QUEUE_AVAIL, AVAIL_AT);
	set_address(v, QUEUE_USED, USED_AT);
	*reg(v, QUEUE_READY) = 1;
	return true;
}

static bool find(struct cpit_virtio *v, unsigned type)
{
	const struct cpit_virtio_slots *s = &cpit_virtio_slots;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		v->at = s->first + i * s->size;
		if (*reg(v, MAGIC) == VIRT && *reg(v, TYPE) == type &&
		    !(*reg(v, FEATURES) & MULTIPORT))
			return true;
	}
	return false;
}

bool cpit_virtio_begin(struct cpit_virtio *v, unsigned type, void *ring,
		       size_t size)
{
	if (size < CPIT_VIRTIO_SMALL || !find(v, type))
		return false;
	v->ring = ring;
	v->places = ONE;
	v->used_at = USED_AT;
	*reg(v, STATUS) = 0;
	*reg(v, STATUS) |= ACKNOWLEDGE;
	*reg(v, STATUS) |= DRIVER;
	if (*reg(v, VERSION) == LEGACY ? !begin_legacy(v) :
	    *reg(v, VERSION) != MODERN || !begin_modern(v))
		return false;
	*reg(v, STATUS) |= DRIVER_OK;
	return true;
}

void cpit_virtio_notify(const struct cpit_virtio *v)
{
	*reg(v, QUEUE_NOTIFY) = 0;
}
