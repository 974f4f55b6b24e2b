/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first queue of a virtio device, with one buffer in it at a time, polled
 * (Virtual I/O Device 1.1).  One CPU at a time.
 */
#ifndef CPIT_BOARDS_VIRTIO_H
#define CPIT_BOARDS_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {				/* types of devices, chapter 5 */
	CPIT_VIRTIO_CONSOLE = 3,
	CPIT_VIRTIO_ENTROPY = 4,
};

enum {				/* of a legacy ring, in bytes */
	CPIT_VIRTIO_PAGE = 4096,	/* it begins at one */
	CPIT_VIRTIO_SMALL = 128,	/* is enough for virtio_mmio.c ... */
	CPIT_VIRTIO_LARGE = 8192,	/* ... and this for all */
};

struct cpit_virtio {
	void *ring;		/* descriptors, what is offered, what came */
	uint16_t places;	/* in it */
	uint16_t used_at;	/* where the part is that the device writes */
	uint64_t at;		/* the transport's: where the device is */
};

/*
 * A transport: virtio_mmio.c or virtio_pci.c.  Makes the first device of a type
 * ready; false if there is none that can be spoken to.  The ring is part of the
 * image's data, and zeros.
 */
bool cpit_virtio_begin(struct cpit_virtio *v, unsigned type, void *ring,
		       size_t size);
void cpit_virtio_notify(const struct cpit_virtio *v);

/* virtio_mmio.c: where a board has its slots. */
struct cpit_virtio_slots {
	uint32_t first, size, count;
};
extern const struct cpit_virtio_slots cpit_virtio_slots;

/* virtio.c.  A buffer in the image's data for the device to write to. */
void cpit_virtio_offer(const struct cpit_virtio *v, void *buf, size_t len);
/* How many bytes it has written; -1: none yet, the buffer is still its own. */
int cpit_virtio_taken(const struct cpit_virtio *v);

#endif
