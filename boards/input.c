/* SPDX-License-Identifier: Apache-2.0 */
/* stdin of all guests: who reads gets what there is, or waits for it. */
#include "board.h"
#include "lock.h"
#include <catchpit/wasi.h>

enum { INPUT_NS = 1000000 };

/*
 * No interrupt tells of input.  Soon after some there may be more: then it is
 * asked for over and over, later each millisecond.
 */
static bool wait_for_input(uint64_t since)
{
	uint64_t now = cpit_board_ns();

	return cpit_board_wait(now - since < INPUT_NS ? 0 : now + INPUT_NS);
}

static uint32_t lock;

/*
 * What input there is, whole, whoever else reads (cpit_console_read()).  A few at
 * a time: another CPU may wait for the lock.
 */
static int take(uint8_t *p, uint32_t len)
{
	int n;

	board_lock(&lock);
	n = cpit_console_read(p, len < 64 ? (int)len : 64);
	board_unlock(&lock);
	return n;
}

enum { READ_MAX = 4096 };	/* at a time: a kill waits for it */

/* Waits for the first byte only. */
static int64_t read(void *buf, uint32_t len)
{
	uint8_t *p = buf;
	uint64_t since = cpit_board_ns();
	uint32_t n = 0;
	int got;

	if (len > READ_MAX)
		len = READ_MAX;
	while (n < len) {
		got = take(p + n, len - n);
		if (got > 0)
			n += (uint32_t)got;
		else if (got < 0 || n)
			break;
		else if (!wait_for_input(since))
			return -CPIT_WASI_EINTR;
	}
	return n;
}

/* It may take a byte from the device, too. */
static bool readable(void)
{
	bool ready;

	board_lock(&lock);
	ready = cpit_console_readable();
	board_unlock(&lock);
	return ready;
}

const struct cpit_board_input cpit_board_input = { read, readable };
