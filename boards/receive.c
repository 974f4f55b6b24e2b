/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is sent to a machine (KAN-10): from `catchpit run' by a virtio console, in
 * pieces of a page, since a UART takes 14 bytes at a time and QEMU a turn of its
 * main loop for each; by hand, and without that device, by the UART.
 *
 *	DLE DLE		the byte DLE
 *	DLE 'E'		end of input
 *
 * By hand it ends with ^D.
 */
#include "board.h"
#include "virtio.h"

#define DLE 0x10
#define CTRL_D 0x04

static struct cpit_virtio device;
static struct {
	uint8_t ring[CPIT_VIRTIO_LARGE], bytes[4096];
} queue __attribute__((aligned(CPIT_VIRTIO_PAGE)));
static int at, len;			/* of the bytes: what is not yet read */

static bool peeked, at_end;		/* a byte of input that is not yet read */
static uint8_t next;

static void offer(void)
{
	at = len = 0;
	cpit_virtio_offer(&device, queue.bytes, sizeof(queue.bytes));
}

/* The tool leaves its stdin to others unless somebody reads here. */
static bool begin(void)
{
	cpit_console_print(CPIT_CTL, "input\n");
	if (!cpit_console_framed() ||
	    !cpit_virtio_begin(&device, CPIT_VIRTIO_CONSOLE, queue.ring,
			       sizeof(queue.ring)))
		return false;
	offer();
	return true;
}

/* Some 20 us: asking an emulated UART without pause keeps it from working. */
static void pause(void)
{
	uint64_t end = cpit_board_ns() + 20000;

	while (cpit_board_ns() < end)
		;
}

/* Who asks once asks again. */
static int from_uart(void)
{
	int c = cpit_board_getc();

	if (c < 0)
		pause();
	return c;
}

/* False: no more has come yet. */
static bool refill(void)
{
	int n = cpit_virtio_taken(&device), most = sizeof(queue.bytes);

	if (n == 0)
		offer();
	if (n <= 0)
		return false;
	len = n < most ? n : most;
	return true;
}

static int from_device(void)
{
	int c;

	if (at == len && !refill())
		return -1;
	c = queue.bytes[at++];
	if (at == len)
		offer();
	return c;
}

static int get(void)
{
	static enum { UNKNOWN, VIRTIO, UART } source;

	if (source == UNKNOWN)
		source = begin() ? VIRTIO : UART;
	return source == VIRTIO ? from_device() : from_uart();
}

/* Whether there is a byte after this one has come. */
static bool decode(int c)
{
	static bool escaped;

	if (!cpit_console_framed()) {
		at_end = c == CTRL_D;
		c = c == '\r' ? '\n' : c;
	} else if (!escaped && c == DLE) {
		escaped = true;
		return false;
	} else {
		at_end = escaped && c == 'E';
		escaped = false;
	}
	next = (uint8_t)c;
	return !at_end;
}

bool cpit_console_readable(void)
{
	int c;

	while (!at_end && !peeked && (c = get()) >= 0)
		peeked = decode(c);
	return at_end || peeked;
}

int cpit_console_read(uint8_t *p, int n)
{
	int i = 0;

	while (i < n && cpit_console_readable() && peeked) {
		p[i++] = next;
		peeked = false;
	}
	return i || !at_end ? i : -1;
}
