/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtio-rng on one of virt's eight virtio-mmio slots (Virtual I/O Device 1.1,
 * 4.2 and 5.4): one queue of one buffer, polled.  QEMU's slots are legacy ones
 * unless it is told otherwise; both kinds are spoken to.
 */
#include "../board.h"
#include "../lock.h"
#include <arch/machine.h>
#include <string.h>

enum { SLOTS = 0x10001000, SLOT_SIZE = 0x1000, NSLOTS = 8 };

enum {				/* registers */
	MAGIC = 0x00, VERSION = 0x04, DEVICE = 0x08,
	DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
	GUEST_PAGE_SIZE = 0x28,		/* legacy */
	QUEUE_SEL = 0x30, QUEUE_MAX = 0x34, QUEUE_NUM = 0x38,
	QUEUE_ALIGN = 0x3c, QUEUE_PFN = 0x40,	/* legacy */
	QUEUE_READY = 0x44, QUEUE_NOTIFY = 0x50,
	STATUS = 0x70,
	QUEUE_DESC = 0x80, QUEUE_AVAIL = 0x90, QUEUE_USED = 0xa0,
};

enum {
	VIRT = 0x74726976, ENTROPY = 4, LEGACY = 1, MODERN = 2,
	ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8,
	VERSION_1 = 1,			/* bit 32 of the features */
	WRITABLE = 2,			/* by the device */
	PAGE = 4096,
};

/* A queue of one, as the legacy layout has it with an alignment of 64. */
static struct {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
	uint16_t avail_flags, avail_index, avail_ring[1];
	uint8_t pad[64 - 22];
	uint16_t used_flags, used_index;
	uint32_t used_id, used_length;
	uint8_t bytes[64];
} queue __attribute__((aligned(PAGE)));

_Static_assert(offsetof(__typeof__(queue), avail_flags) == 16, "avail");
_Static_assert(offsetof(__typeof__(queue), used_flags) == 64, "used");

static uint64_t slot;			/* 0: none was found */

static volatile uint32_t *reg(unsigned at)
{
	return cpit_arch_direct(slot + at);
}

static void set_address(unsigned at, const void *p)
{
	uint64_t phys = cpit_arch_image_phys(p);

	*reg(at) = (uint32_t)phys;
	*reg(at + 4) = (uint32_t)(phys >> 32);
}

static bool begin_legacy(void)
{
	*reg(GUEST_PAGE_SIZE) = PAGE;
	*reg(QUEUE_SEL) = 0;
	if (!*reg(QUEUE_MAX))
		return false;
	*reg(QUEUE_NUM) = 1;
	*reg(QUEUE_ALIGN) = 64;
	*reg(QUEUE_PFN) = (uint32_t)(cpit_arch_image_phys(&queue) / PAGE);
	return true;
}

static bool begin_modern(void)
{
	*reg(DRIVER_FEATURES_SEL) = 1;
	*reg(DRIVER_FEATURES) = VERSION_1;
	*reg(STATUS) |= FEATURES_OK;
	if (!(*reg(STATUS) & FEATURES_OK))
		return false;
	*reg(QUEUE_SEL) = 0;
	if (!*reg(QUEUE_MAX))
		return false;
	*reg(QUEUE_NUM) = 1;
	set_address(QUEUE_DESC, &queue);
	set_address(QUEUE_AVAIL, &queue.avail_flags);
	set_address(QUEUE_USED, &queue.used_flags);
	*reg(QUEUE_READY) = 1;
	return true;
}

/* The first such device; false if there is none that can be spoken to. */
static bool begin(void)
{
	unsigned i;

	for (i = 0; i < NSLOTS; i++) {
		slot = SLOTS + i * SLOT_SIZE;
		if (*reg(MAGIC) == VIRT && *reg(DEVICE) == ENTROPY)
			break;
	}
	if (i == NSLOTS)
		return false;
	*reg(STATUS) = 0;
	*reg(STATUS) |= ACKNOWLEDGE;
	*reg(STATUS) |= DRIVER;
	if (*reg(VERSION) == LEGACY ? !begin_legacy() :
	    *reg(VERSION) != MODERN || !begin_modern())
		return false;
	*reg(STATUS) |= DRIVER_OK;
	return true;
}

/* Some bytes, in queue.bytes; 0 when the device keeps us waiting for a second. */
static size_t fetch(size_t len)
{
	uint64_t end = cpit_board_ns() + 1000000000;
	uint16_t used = queue.used_index;

	queue.address = cpit_arch_image_phys(queue.bytes);
	queue.length = (uint32_t)len;
	queue.flags = WRITABLE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&queue.avail_index, (uint16_t)(queue.avail_index + 1),
			 __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*reg(QUEUE_NOTIFY) = 0;
	while (__atomic_load_n(&queue.used_index, __ATOMIC_ACQUIRE) == used)
		if (cpit_board_ns() > end)
			return 0;
	return queue.used_length < len ? queue.used_length : len;
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
