/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boards/wasi.c: random numbers without a device for them, asked for by several
 * CPUs at the same time: nobody gets what another has had.
 */
#include "board.h"
#include "check.h"
#include <arch/machine.h>
#include <catchpit/wasi.h>
#include <pthread.h>
#include <stdlib.h>

struct cpit_board cpit_board;
const struct cpit_board_input *const cpit_image_input;

void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len)
{
	(void)ch;
	(void)buf;
	(void)len;
}

unsigned cpit_config_number(const char *key, unsigned otherwise)
{
	(void)key;
	return otherwise;
}

bool cpit_board_sleep(uint64_t until)
{
	(void)until;
	return true;
}

uint64_t cpit_board_ns(void)
{
	return 0;
}

uint64_t cpit_board_realtime(void)
{
	return 0;
}

bool cpit_board_entropy(void *buf, size_t len)
{
	(void)buf;
	(void)len;
	return false;
}

uint64_t cpit_arch_counter(void)
{
	return 42;
}

enum { THREADS = 2, NUMBERS = 10000 };

static uint64_t got[THREADS * NUMBERS];

static void *asks(void *arg)
{
	uint64_t *to = arg;
	int i;

	for (i = 0; i < NUMBERS; i++)
		cpit_board_wasi.random(NULL, to + i, sizeof(*to));
	return NULL;
}

static int order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(void)
{
	pthread_t thread[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&thread[i], NULL, asks,
				      got + i * NUMBERS));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(thread[i], NULL));
	qsort(got, LEN(got), sizeof(*got), order);
	for (i = 1; i < (int)LEN(got); i++)
		CHECK(got[i - 1] != got[i]);
	return check_done();
}
