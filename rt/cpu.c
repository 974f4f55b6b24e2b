/* SPDX-License-Identifier: Apache-2.0 */
/* Per-CPU state (K23-18). */
#include "cpu.h"
#include "store.h"
#include "trace.h"
#include <arch/contract.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <stddef.h>

static struct cpit_cpu *cpus;
static uint32_t list_lock;	/* of that list */

void cpit_cpu_init(struct cpit_cpu *cpu)
{
	const char *lacks = cpit_arch_lacks();

	if (lacks)
		cpit_embed_panic(lacks, 0, 0, 0);
	cpu->top = NULL;
	cpu->reading = 0;
	cpu->deferred_max = cpu->replayed = 0;
	cpu->at_edge = NULL;
	cpu->loop = NULL;
	cpu->space = 0;
	/*
	 * Who changes a registry walks the list after he published: he finds
	 * this CPU, or it finds what he published (R2).
	 */
	cpit_lock(&list_lock);
	if (!cpu->ready) {
		cpu->next = cpus;
		cpus = cpu;
	}
	cpit_unlock(&list_lock);
	__atomic_store_n(&cpu->ready, 1, __ATOMIC_RELEASE);
}

int cpit_cpu_exit(struct cpit_cpu *cpu)
{
	struct cpit_cpu **link = &cpus;

	if (!cpu->ready || cpu->top)
		return cpu->ready ? -CPIT_EBUSY : -CPIT_ENOTREADY;
	cpit_lock(&list_lock);
	while (*link != cpu)
		link = &(*link)->next;
	*link = cpu->next;
	cpit_unlock(&list_lock);
	cpu->ready = 0;
	return 0;
}

int cpit_cpu_ready(void)
{
	const struct cpit_cpu *cpu = cpit_embed_cpu();

	return cpu && cpu->ready ? 0 : -CPIT_ENOTREADY;
}

struct cpit_activation *cpit_top(void)
{
	const struct cpit_cpu *cpu = cpit_embed_cpu();

	return cpu ? cpu->top : NULL;
}

void cpit_space_follow(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	const struct cpit_activation *top = cpu->top;
	uintptr_t space = top ? top->store->space : 0;

	if (CPIT_WITH_BASE && top && top->inst->module->by_segment)
		cpit_arch_base_set(top->inst->base);
	if (cpu->space == space)
		return;
	cpu->space = space;
	cpu->spaces->load(space);
}

struct cpit_activation *cpit_cpu_swap(struct cpit_activation *top)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation *old = cpu->top, *a;

	for (a = top; a; a = a->prev)
		__atomic_store_n(&a->store->cpu, cpu, __ATOMIC_SEQ_CST);
	cpu->top = top;
	cpit_space_follow();
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
	struct cpit_cpu *cpu;

	if (!CPIT_WITH_QUIET)
		return;
	cpit_lock(&list_lock);
	for (cpu = cpus; cpu; cpu = cpu->next)
		while (__atomic_load_n(&cpu->reading, __ATOMIC_SEQ_CST))
			;
	cpit_unlock(&list_lock);
}
