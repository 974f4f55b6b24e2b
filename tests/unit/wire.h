/* SPDX-License-Identifier: Apache-2.0 */
/* What boards/console.c asks of a machine: a UART whose two ends are memory. */
#ifndef CPIT_TESTS_WIRE_H
#define CPIT_TESTS_WIRE_H

#include "board.h"
#include "check.h"
#include <arch/machine.h>

static uint8_t stream[16384];		/* what the board has sent ... */
static size_t nstream;
static uint8_t wire[16384];		/* ... and what it is sent */
static size_t nwire, wire_at;

unsigned cpit_arch_cpu(void)
{
	return 0;
}

void cpit_arch_stop_others(void)
{
}

void cpit_board_putc(uint8_t c)
{
	stream[nstream++] = c;
}

int cpit_board_getc(void)
{
	static bool pause;

	pause = !pause;			/* a byte is not always there */
	return pause || wire_at == nwire ? -1 : wire[wire_at++];
}

uint64_t cpit_board_ns(void)
{
	static uint64_t ns;

	return ns += 10000;
}

static inline unsigned any(unsigned below)
{
	static uint64_t seed = 11;

	return (unsigned)(check_random(&seed) % below);
}

#endif
