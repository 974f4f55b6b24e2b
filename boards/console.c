/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing on one UART (KAN-10: nothing of ours in the guest's streams, and
 * nothing the guest prints can look like a report):
 *
 *	out  DLE <channel>  what follows belongs to that channel
 *	     DLE DLE        the byte DLE
 *	in   DLE DLE        the byte DLE
 *	     DLE 'E'        end of input
 *
 * Without framing input ends with ^D, and CPIT_CTL and CPIT_DUMP are not
 * printed.
 */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>

#define DLE 0x10
#define CTRL_D 0x04

static bool framed;
static int channel;
static int peeked = -2;		/* a byte of input not yet read; -2: none */
static bool at_end;

void cpit_console_frame(bool on)
{
	framed = on;
	cpit_console_print(CPIT_CTL, "ready\n");
}

static uint32_t lock;
static unsigned holder;		/* of the lock: its CPU plus one */

static void put(enum cpit_channel ch, const uint8_t *p, size_t len)
{
	if (framed && channel != (int)ch && len) {
		cpit_board_putc(DLE);
		cpit_board_putc((uint8_t)ch);
		channel = (int)ch;
	}
	for (; len; len--, p++) {
		if (framed && *p == DLE)
			cpit_board_putc(DLE);
		if (!framed && *p == '\n')
			cpit_board_putc('\r');
		cpit_board_putc(*p);
	}
}

/* What one call writes stays in one piece, whatever other CPUs write. */
void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len)
{
	unsigned self = cpit_arch_cpu() + 1;
	bool seized = holder == self;

	if (!framed && (ch == CPIT_CTL || ch == CPIT_DUMP))
		return;
	if (!seized) {
		board_lock(&lock);
		holder = self;
	}
	put(ch, buf, len);
	if (!seized) {
		holder = 0;
		board_unlock(&lock);
	}
}

/*
 * The console is this CPU's from now on, and nothing else runs.  A piece that
 * is on its way is let out first, unless it is our own that faulted.
 */
void cpit_console_seize(void)
{
	unsigned self = cpit_arch_cpu() + 1;

	if (holder != self)
		board_lock(&lock);
	holder = self;
	cpit_arch_stop_others();
}

/* Of a CPU that is to stop: its own piece, if it is in one, ends there. */
void cpit_console_leave(void)
{
	if (holder != cpit_arch_cpu() + 1)
		return;
	holder = 0;
	board_unlock(&lock);
}

/* Some 20 us: asking an emulated UART without pause keeps it from working. */
static void pause(void)
{
	uint64_t end = cpit_board_ns() + 20000;

	while (cpit_board_ns() < end)
		;
}

static int wait_byte(void)
{
	int c;

	while ((c = cpit_board_getc()) < 0)
		pause();
	return c;
}

/* Decodes a byte that came in. */
static int decode(int c)
{
	if (framed && c == DLE) {
		c = wait_byte();
		if (c == 'E')
			at_end = true;
	} else if (!framed && c == CTRL_D) {
		at_end = true;
	}
	if (!framed && c == '\r')
		c = '\n';
	return at_end ? -1 : c;
}

bool cpit_console_readable(void)
{
	if (!at_end && peeked == -2) {
		int c = cpit_board_getc();

		if (c >= 0)
			peeked = decode(c);
		else
			pause();	/* who asks once asks again */
	}
	return at_end || peeked != -2;
}

int cpit_console_read(uint8_t *p, int len)
{
	int n = 0;

	while (n < len && cpit_console_readable() && peeked >= 0) {
		p[n++] = (uint8_t)peeked;
		peeked = -2;
	}
	return n || !at_end ? n : -1;
}
