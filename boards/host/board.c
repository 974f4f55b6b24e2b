/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux process as a board: clocks, entropy, trap stacks, its end. */
#include "host.h"
#include <arch/machine.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

struct cpit_board cpit_board;

static uint64_t began;

void cpit_host_begin(void)
{
	began = cpit_arch_counter();
	cpit_board.name = CPIT_BOARD_NAME;
	cpit_board.counter_hz = cpit_arch_counter_hz();
}

uint64_t cpit_board_ns(void)
{
	return cpit_arch_counter() - began;
}

uint64_t cpit_board_realtime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* All there is, and cpit_arch_lacks() has looked. */
bool cpit_board_has_cpu(const char *name)
{
	return !strcmp(name, "x86-64-v2");
}

bool cpit_board_entropy(void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* ---------------------------------------------------------- trap stacks */

/* The kernel's frame on it grows with the CPU's vector registers. */
unsigned cpit_board_trap_stack_size(void)
{
	unsigned size = 16384 + (unsigned)sysconf(_SC_MINSIGSTKSZ);

	return (size + 4095) & ~4095u;
}

/* One a CPU.  Fresh pages are zero: what is not was used. */
static const uint8_t *stacks[CPIT_CPUS_MAX];

void *cpit_board_trap_stack(void)
{
	uint8_t *top = cpit_board_stack_alloc(cpit_board_trap_stack_size());

	stacks[cpit_arch_cpu()] = top - cpit_board_trap_stack_size();
	return top;
}

unsigned cpit_board_trap_stack_used(void)
{
	unsigned i, n, size = cpit_board_trap_stack_size(), least = size;

	for (i = 0; i < cpit_board.cpus; i++) {
		for (n = 0; n < least && !stacks[i][n]; n++)
			;
		least = n;
	}
	return size - least;
}

/* None of ours: the C library makes each thread its own. */
void *cpit_board_thread_block(void)
{
	return NULL;
}

/* _exit(): it may be a signal handler that ends the run. */
void cpit_board_exit(unsigned status)
{
	_exit(cpit_console_lost() ? CPIT_STATUS_FATAL : (int)status);
}
