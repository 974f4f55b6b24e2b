/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boards/console.c and boards/receive.c ask of a machine: a UART whose two
 * ends are memory, and a virtio console for what comes in.
 */
#ifndef CPIT_TESTS_WIRE_H
#define CPIT_TESTS_WIRE_H

#include "board.h"
#include "check.h"
#include "virtio.h"
#include <arch/machine.h>
#include <string.h>

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

static uint8_t *shared;			/* a CPU writes to it at the first DLE */

void cpit_board_putc(uint8_t c)
{
	stream[nstream++] = c;
	if (shared && c == 0x10)
		*shared = 'c';
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

static bool has_device;
static uint8_t *offered;		/* a buffer, until it is filled */
static size_t noffered;

bool cpit_virtio_begin(struct cpit_virtio *v, unsigned type, void *ring,
		       size_t size)
{
	(void)v;
	CHECK(type == CPIT_VIRTIO_CONSOLE && size == CPIT_VIRTIO_LARGE);
	CHECK((uintptr_t)ring % CPIT_VIRTIO_PAGE == 0);
	return has_device;
}

void cpit_virtio_offer(const struct cpit_virtio *v, void *buf, size_t len)
{
	(void)v;
	CHECK(!offered);
	offered = buf;
	noffered = len;
}

/* Pieces of any size, and of none. */
int cpit_virtio_taken(const struct cpit_virtio *v)
{
	size_t n = any((unsigned)noffered + 1);

	(void)v;
	CHECK(offered);
	if (wire_at == nwire || any(2))
		return -1;
	if (n > nwire - wire_at)
		n = nwire - wire_at;
	memset(offered, 0xee, noffered);
	memcpy(offered, wire + wire_at, n);
	wire_at += n;
	offered = NULL;
	return (int)n;
}

#endif
