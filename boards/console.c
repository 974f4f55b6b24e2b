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

/*
 * A spin lock that says whose it is: the CPU plus one, 0 when free.  One word, as a
 * panic may come between any two instructions (an NMI), and has to know.
 */
static uint32_t holder;

static bool is_ours(void)
{
	return __atomic_load_n(&holder, __ATOMIC_RELAXED) ==
	       cpit_arch_cpu() + 1;
}

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

void cpit_console_hold(void)
{
	uint32_t nobody;

	do
		nobody = 0;
	while (!__atomic_compare_exchange_n(&holder, &nobody,
					    cpit_arch_cpu() + 1, false,
					    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

/* What one call writes stays in one piece, whatever other CPUs write. */
void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len)
{
	bool held = is_ours();

	if (!framed && (ch == CPIT_CTL || ch == CPIT_DUMP))
		return;
	if (!held)
		cpit_console_hold();
	put(ch, buf, len);
	if (!held)
		cpit_console_leave();
}

/*
 * The console is this CPU's from now on, and nothing else runs.  A piece that
 * is on its way is let out first, unless it is our own that faulted.
 */
void cpit_console_seize(void)
{
	if (!is_ours())
		cpit_console_hold();
	cpit_arch_stop_others();
}

void cpit_console_leave(void)
{
	if (is_ours())
		__atomic_store_n(&holder, 0, __ATOMIC_RELEASE);
}
