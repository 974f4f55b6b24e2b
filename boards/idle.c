/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CPU with nothing to do until a time, or until a limit or a kill waits for
 * its guest: in wfi or hlt.  The board's tick ends that if it runs; else the
 * timer is set for once, which nobody else uses then.
 */
#include "board.h"
#include <arch/machine.h>

enum { SECOND = 1000000000 };		/* the longest that a timer is set for */

static _Thread_local uint64_t wake_at;

static bool due(void)
{
	return cpit_chain_due(cpit_embed_cpu()->top);
}

static bool awake(void)
{
	return cpit_board_ns() >= wake_at || due();
}

static void set_timer(void)
{
	uint64_t now = cpit_board_ns();
	uint64_t wait = wake_at > now ? wake_at - now : 0;

	if (wait > SECOND)
		wait = SECOND;
	cpit_arch_timer_set(cpit_arch_counter() +
			    wait * cpit_board.counter_hz / SECOND + 1);
}

bool cpit_board_sleep(uint64_t until)
{
	bool once = !cpit_board_ticking();

	wake_at = until;
	while (!awake()) {
		if (once)
			set_timer();
		cpit_arch_sleep(awake);
	}
	if (once)
		cpit_arch_timer_set(UINT64_MAX);
	return !due();
}
