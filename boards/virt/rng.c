/* SPDX-License-Identifier: Apache-2.0 */
/* virtio-rng (Virtual I/O Device 1.1, 5.4). */
#include "../board.h"
#include "../lock.h"
#include "../virtio.h"
#include <string.h>

static struct cpit_virtio device;
static struct {
	uint8_t ring[CPIT_VIRTIO_SMALL], bytes[64];
} queue __attribute__((aligned(CPIT_VIRTIO_PAGE)));

static bool begin(void)
{
	return cpit_virtio_begin(&device, CPIT_VIRTIO_ENTROPY, queue.ring,
				 sizeof(queue.ring));
}

/* Some bytes, in queue.bytes; 0 when the device keeps us waiting for a second. */
static size_t fetch(size_t len)
{
	uint64_t end = cpit_board_ns() + 1000000000;
	int n;

	cpit_virtio_offer(&device, queue.bytes, len);
	while ((n = cpit_virtio_taken(&device)) < 0)
		if (cpit_board_ns() > end)
			return 0;
	return (size_t)n < len ? (size_t)n : len;
}

static bool fill(uint8_t *p, size_t len)
{
	while (len) {
		size_t n = fetch(len < sizeof(queue.bytes) ? len :
				 sizeof(queue.bytes));

		if (!n)
			return false;
		memcpy(p, queue.bytes, n);
		p += n;
		len -= n;
	}
	return true;
}

bool cpit_board_entropy(void *buf, size_t len)
{
	static enum { UNKNOWN, WORKS, FAILS } state;
	static uint32_t lock;
	bool ok;

	board_lock(&lock);
	if (state == UNKNOWN)
		state = begin() ? WORKS : FAILS;
	/* One that was given up may still write to the buffer. */
	if (state == WORKS && !fill(buf, len))
		state = FAILS;
	ok = state == WORKS;
	memset(queue.bytes, 0, sizeof(queue.bytes));
	board_unlock(&lock);
	return ok;
}
