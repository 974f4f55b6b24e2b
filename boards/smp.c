/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other CPUs: started with the board, asleep until they are given something
 * to run.  Everything a CPU has of its own is `_Thread_local' (K23-18).
 */
#include "board.h"
#include <arch/machine.h>

#define PATIENCE_NS 10000000000		/* an emulated CPU may come late */

enum { ABSENT, COMING, LATE, IDLE, BUSY };

static struct cpu {
	uint32_t state;
	unsigned waiter;	/* who is woken when it is idle again */
	void (*fn)(void *arg);
	void *arg;
	void *tls;
} cpus[CPIT_CPUS_MAX];

static struct cpit_cpu *blocks[CPIT_CPUS_MAX];

static void kick(const struct cpit_cpu *cpu)
{
	unsigned n;

	for (n = 0; n < CPIT_CPUS_MAX; n++)
		if (blocks[n] == cpu)
			cpit_arch_wake(n);
}

void cpit_board_kick_start(void)
{
	blocks[cpit_arch_cpu()] = cpit_embed_cpu();
	cpit_embed_cpu()->kick = kick;
}

/* From absent to that: either it comes or CPU 0 goes on without it. */
static bool decide(struct cpu *cpu, uint32_t to)
{
	uint32_t absent = ABSENT;

	return __atomic_compare_exchange_n(&cpu->state, &absent, to, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* One that is late is not counted on, and not asked to flush: it stays away. */
void cpit_board_cpu_enter(unsigned n)
{
	struct cpu *cpu = &cpus[n];

	while (!decide(cpu, COMING))
		cpit_arch_wait();
	cpit_arch_tls_set(cpu->tls);
	cpit_arch_cpu_online(n);
	cpit_arch_cpu_init();
	cpit_board_kick_start();
	cpit_board_spaces_start();
	for (;;) {
		unsigned waiter = cpu->waiter;	/* the next one's, once idle */

		__atomic_store_n(&cpu->state, IDLE, __ATOMIC_RELEASE);
		cpit_arch_wake(waiter);
		cpit_arch_wait_while(&cpu->state, IDLE);
		cpu->fn(cpu->arg);
	}
}

static bool start(unsigned n)
{
	uint64_t end = cpit_board_ns() + PATIENCE_NS;

	cpus[n].tls = cpit_board_thread_block();
	cpit_arch_cpu_start(n, cpit_board_stack_alloc(CPIT_CPU_STACK));
	while (__atomic_load_n(&cpus[n].state, __ATOMIC_ACQUIRE) != IDLE)
		if (cpit_board_ns() > end && decide(&cpus[n], LATE))
			return false;
	return true;
}

void cpit_board_cpus_start(void)
{
	unsigned n;

	for (n = 1; n < cpit_board.cpus && n < CPIT_CPUS_MAX; n++)
		if (!start(n))
			break;
	cpit_board.cpus = n;
}

int cpit_board_cpu_run(unsigned n, void (*fn)(void *arg), void *arg)
{
	struct cpu *cpu = &cpus[n];

	if (!n || n >= cpit_board.cpus)
		return -CPIT_EINVAL;
	if (__atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE) != IDLE)
		return -CPIT_EBUSY;
	cpu->fn = fn;
	cpu->arg = arg;
	cpu->waiter = cpit_arch_cpu();
	__atomic_store_n(&cpu->state, BUSY, __ATOMIC_RELEASE);
	cpit_arch_wake(n);
	return 0;
}

void cpit_board_cpu_wait(unsigned n)
{
	cpit_arch_wait_while(&cpus[n].state, BUSY);
}
