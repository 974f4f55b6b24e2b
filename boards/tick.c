/* SPDX-License-Identifier: Apache-2.0 */
/* Each CPU's timer tick, and who is told of it. */
#include "board.h"
#include <arch/machine.h>
#include <catchpit/code.h>

static _Thread_local uint64_t ticks, tick_period;
cpit_board_tick_fn *cpit_board_on_tick;

/*
 * What is written to for a guest is there, but another CPU's fault may have brought
 * it, and this one may remember that it was not: a fault in a handler.  Where no
 * guest runs nothing is written.
 */
enum cpit_verdict cpit_board_kick(const struct cpit_fault *at,
				  const struct cpit_frame_regs *frame,
				  struct cpit_landing *land)
{
	if (cpit_embed_cpu()->top)
		cpit_arch_map_seen();
	return cpit_board_on_tick ? cpit_board_on_tick(at, frame, land)
				  : cpit_tick(at, land);
}

enum cpit_verdict cpit_board_tick(const struct cpit_fault *at,
				  const struct cpit_frame_regs *frame,
				  struct cpit_landing *land)
{
	ticks++;
	cpit_arch_timer_set(tick_period ? cpit_arch_counter() + tick_period :
					  UINT64_MAX);
	return cpit_board_kick(at, frame, land);
}

void cpit_board_tick_start(unsigned hz)
{
	if (hz > 1000000)		/* by hand: nothing else would run */
		hz = 1000000;
	tick_period = cpit_board.counter_hz / hz;
	cpit_arch_timer_set(cpit_arch_counter() + tick_period);
	cpit_arch_irq_enable();
}

bool cpit_board_ticking(void)
{
	return tick_period;
}

uint64_t cpit_board_ticks(void)
{
	return ticks;
}
