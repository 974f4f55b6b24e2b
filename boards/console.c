/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing on one UART (KAN-10: nothing of ours in the guest's streams, and
 * nothing the guest prints can look like a report):
 *
 *	out  DLE <channel>  what follows belongs to that channel
 *	     DLE DLE        the byte DLE
 *
 * Without framing CPIT_CTL and CPIT_DUMP are not printed.  receive.c has what
 * comes in.
 */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>

#define DLE 0x10

static bool framed;
static int channel;

void cpit_console_frame(bool on)
{
	framed = on;
	cpit_console_print(CPIT_CTL, "ready\n");
}

bool cpit_console_framed(void)
{
	return framed;
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
		uint8_t c = *p;		/* once: a guest may write to it */

		if (framed && c == DLE)
			cpit_board_putc(DLE);
		if (!framed && c == '\n')
			cpit_board_putc('\r');
		cpit_board_putc(c);
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
