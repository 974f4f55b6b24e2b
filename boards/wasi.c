/* SPDX-License-Identifier: Apache-2.0 */
/* WASI's host services over the board's console, clock and entropy. */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>
#include <catchpit/wasi.h>

static int64_t wasi_write(void *ctx, enum cpit_wasi_stream stream,
			  const void *buf, uint32_t len)
{
	(void)ctx;
	cpit_console_write(stream == CPIT_WASI_STDERR ? CPIT_ERR : CPIT_OUT,
			   buf, len);
	return len;
}

bool (*cpit_board_on_wait)(uint64_t until);

/* Nobody else runs on this CPU, unless there are tasks; a limit or a kill may. */
bool cpit_board_wait(uint64_t until)
{
	if (cpit_board_on_wait)
		return cpit_board_on_wait(until);
	return cpit_board_sleep(until);
}

static bool wasi_sleep(void *ctx, uint64_t until)
{
	(void)ctx;
	return cpit_board_wait(until);
}

static bool wasi_yield(void *ctx)
{
	(void)ctx;
	return cpit_board_wait(0);
}

/* Only what asks for input is linked with some (board.h). */
static int64_t wasi_read(void *ctx, void *buf, uint32_t len)
{
	(void)ctx;
	return cpit_image_input ? cpit_image_input->read(buf, len) : 0;
}

static bool wasi_readable(void *ctx)
{
	(void)ctx;
	return !cpit_image_input || cpit_image_input->readable();
}

/* Bit n of tty: stream n ends at a terminal.  A board by hand: all do. */
static bool wasi_terminal(void *ctx, enum cpit_wasi_stream stream)
{
	(void)ctx;
	return cpit_config_number("tty", 7) >> stream & 1;
}

static uint64_t wasi_clock(void *ctx, enum cpit_wasi_clock id)
{
	static uint64_t offset;		/* read once: the device is slow, */
	static bool known;		/* and has one user at a time */
	static uint32_t lock;

	(void)ctx;
	if (id == CPIT_WASI_MONOTONIC)
		return cpit_board_ns();
	board_lock(&lock);
	if (!known) {
		uint64_t now = cpit_board_realtime();

		/* A date before 1970 is no timestamp; nor is none. */
		offset = (int64_t)now > 0 ? now - cpit_board_ns() : 0;
		known = true;
	}
	board_unlock(&lock);
	return offset + cpit_board_ns();
}

static uint64_t wasi_resolution(void *ctx, enum cpit_wasi_clock id)
{
	uint64_t ns = 1000000000 / cpit_board.counter_hz;

	(void)ctx;
	(void)id;
	return ns ? ns : 1;
}

/*
 * Fit for keys where there is an entropy device.  Else xoshiro256** (Blackman
 * and Vigna, public domain), seeded by the firmware's seed and the counter.
 */
static uint64_t rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void seed(uint64_t s[4])
{
	uint64_t x = cpit_arch_counter();
	unsigned i;

	for (i = 0; i < sizeof(cpit_board.seed); i++)
		x = x * 31 + cpit_board.seed[i];
	for (i = 0; i < 4; i++)
		s[i] = splitmix(&x);
}

static uint64_t next(void)
{
	static uint64_t s[4];
	static uint32_t lock;
	uint64_t r, t;

	board_lock(&lock);
	if (!(s[0] | s[1] | s[2] | s[3]))
		seed(s);
	r = rotl(s[1] * 5, 7) * 9;
	t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	board_unlock(&lock);
	return r;
}

static int wasi_random(void *ctx, void *buf, uint32_t len)
{
	uint8_t *p = buf;

	(void)ctx;
	if (cpit_board_entropy(buf, len))
		return 0;
	for (; len; len--)
		*p++ = (uint8_t)(next() >> 56);
	return 0;
}

const struct cpit_wasi_host cpit_board_wasi = {
	.write = wasi_write,
	.read = wasi_read,
	.readable = wasi_readable,
	.terminal = wasi_terminal,
	.clock = wasi_clock,
	.clock_resolution = wasi_resolution,
	.random = wasi_random,
	.yield = wasi_yield,
	.sleep = wasi_sleep,
};
