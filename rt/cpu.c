/* SPDX-License-Identifier: Apache-2.0 */
/* Per-CPU state (K23-18). */
#include "cpu.h"
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <stddef.h>

static struct cpit_cpu *cpus;	/* pushed to, never removed from */

void cpit_cpu_init(struct cpit_cpu *cpu)
{
	cpu->top = NULL;
	cpu->reading = 0;
	cpu->next = __atomic_load_n(&cpus, __ATOMIC_RELAXED);
	/* In one order with the tables of ranges: R2 counts on it. */
	while (!__atomic_compare_exchange_n(&cpus, &cpu->next, cpu, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	__atomic_store_n(&cpu->ready, 1, __ATOMIC_RELEASE);
}

struct cpit_activation *cpit_cpu_swap(struct cpit_activation *top)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation *old = cpu->top;

	cpu->top = top;
	return old;
}

void cpit_lock(uint32_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		;
}

void cpit_unlock(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

void cpit_cpus_quiet(void)
{
	struct cpit_cpu *cpu = __atomic_load_n(&cpus, __ATOMIC_SEQ_CST);

	for (; cpu; cpu = cpu->next)
		while (__atomic_load_n(&cpu->reading, __ATOMIC_SEQ_CST))
			;
}
