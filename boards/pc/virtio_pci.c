/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtio devices on bus 0 of PCI, by the ports of a legacy or transitional
 * one (Virtual I/O Device 1.1, 4.1.4.8).  An image in flash comes without
 * firmware: then nobody has given the device its ports yet.
 */
#include "../virtio.h"
#include <arch/cpu.h>
#include <arch/machine.h>

enum {
	CONFIG_ADDRESS = 0xcf8, CONFIG_DATA = 0xcfc, CONFIG_ON = 1u << 31,
	ID = 0x00, COMMAND = 0x04, BAR0 = 0x10, SUBSYSTEM = 0x2c,
	IO = 1, MASTER = 4,		/* of COMMAND; BAR0 has IO, too */
	NO_FLAGS = ~3u,
	DEVICES = 32,
	VENDOR = 0x1af4, FIRST = 0x1000, LAST = 0x103f,	/* legacy devices */
	FREE_PORTS = 0xc000, PORTS = 0x80,
};

enum {				/* a device's ports */
	QUEUE_PFN = 8, QUEUE_SIZE = 12, QUEUE_SELECT = 14, QUEUE_NOTIFY = 16,
	STATUS = 18,
	ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4,
	MOST = 128,			/* places whose first parts fill a page */
};

static uint32_t config(unsigned device, unsigned at)
{
	outl(CONFIG_ADDRESS, CONFIG_ON | device << 11 | at);
	return inl(CONFIG_DATA);
}

static void set_config(unsigned device, unsigned at, uint32_t v)
{
	outl(CONFIG_ADDRESS, CONFIG_ON | device << 11 | at);
	outl(CONFIG_DATA, v);
}

static bool is(unsigned device, unsigned type)
{
	uint32_t id = config(device, ID);

	return (id & 0xffff) == VENDOR && id >> 16 >= FIRST &&
	       id >> 16 <= LAST && config(device, SUBSYSTEM) >> 16 == type;
}

/* Its ports; 0 if it has none. */
static uint16_t ports(unsigned device)
{
	uint32_t bar = config(device, BAR0);

	if (!(bar & IO))
		return 0;
	if (!(bar & NO_FLAGS)) {
		bar = FREE_PORTS + device * PORTS;
		set_config(device, BAR0, bar);
	}
	set_config(device, COMMAND, config(device, COMMAND) | IO | MASTER);
	return bar & NO_FLAGS;
}

static uint16_t find(unsigned type)
{
	unsigned device;

	for (device = 0; device < DEVICES; device++)
		if (is(device, type))
			return ports(device);
	return 0;
}

bool cpit_virtio_begin(struct cpit_virtio *v, unsigned type, void *ring,
		       size_t size)
{
	uint16_t at = find(type);

	if (!at)
		return false;
	outb(at + STATUS, 0);
	outb(at + STATUS, ACKNOWLEDGE);
	outb(at + STATUS, ACKNOWLEDGE | DRIVER);
	outw(at + QUEUE_SELECT, 0);
	v->at = at;
	v->ring = ring;
	v->places = inw(at + QUEUE_SIZE);
	v->used_at = CPIT_VIRTIO_PAGE;
	if (!v->places || v->places > MOST || size < CPIT_VIRTIO_LARGE)
		return false;
	outl(at + QUEUE_PFN, (uint32_t)(cpit_arch_image_phys(ring) /
					CPIT_VIRTIO_PAGE));
	outb(at + STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK);
	return true;
}

void cpit_virtio_notify(const struct cpit_virtio *v)
{
	outw((uint16_t)v->at + QUEUE_NOTIFY, 0);
}
