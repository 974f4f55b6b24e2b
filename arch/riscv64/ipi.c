/* SPDX-License-Identifier: Apache-2.0 */
/* Several harts, by way of what is below S-mode (hart.h). */
#include <arch/machine.h>

#include "csr.h"
#include "hart.h"

static _Thread_local unsigned self;
static uint32_t online = 1;		/* bit n: CPU n is in S-mode */
static uint32_t asking;			/* one at a time */
static uint32_t kicked[HARTS];

_Static_assert(HARTS == CPIT_CPUS_MAX, "number of harts");

unsigned cpit_arch_cpu(void)
{
	return self;
}

void cpit_arch_cpu_start(unsigned cpu, void *stack)
{
	cpit_hart_start(cpu, stack);
}

void cpit_arch_cpu_online(unsigned cpu)
{
	self = cpu;
	__atomic_fetch_or(&online, 1u << cpu, __ATOMIC_SEQ_CST);
}

void cpit_arch_wake(unsigned cpu)
{
	__atomic_store_n(&kicked[cpu], 1, __ATOMIC_SEQ_CST);
	cpit_hart_wake(cpu);
}

/* In one step: who wakes it again interrupts it again, and has to be told of. */
bool cpit_arch_kicked(void)
{
#ifdef CPIT_TEST_KICK_IN_STEPS		/* negative control, with time in between */
	uint32_t was = kicked[self];
	uint64_t end = csr_read(time) + 1000000;

	while (csr_read(time) < end)
		;
	kicked[self] = 0;
	return was;
#endif
	return __atomic_fetch_and(&kicked[self], ~1u, __ATOMIC_SEQ_CST);
}

static uint32_t others(void)
{
	return online & ~(1u << self);
}

/* And fence.i: what was writable may be text from here on. */
void cpit_arch_unmap_sync(void)
{
	__asm__ volatile("sfence.vma; fence.i" : : : "memory");
#ifdef CPIT_TEST_NO_SHOOTDOWN		/* negative control: SLG-16, K23-18 */
	return;
#endif
	if (online == 1)
		return;
	while (__atomic_exchange_n(&asking, 1, __ATOMIC_ACQUIRE))
		;
	cpit_hart_flush(others());
	__atomic_store_n(&asking, 0, __ATOMIC_RELEASE);
}

/*
 * A hart may remember that a page was not there, too, or a table on the way to it:
 * with an address sfence.vma is for leaves alone (privileged ISA 4.2.1).
 */
void cpit_arch_map_seen(void)
{
	__asm__ volatile("sfence.vma" : : : "memory");
}

void cpit_arch_map_sync(void)
{
	cpit_arch_unmap_sync();
}

void cpit_arch_stop_others(void)
{
	cpit_hart_stop(others());
}

/*
 * The interrupt is cleared before the flag is read: one that comes in between
 * is pending, and wfi does not sleep.  Where it is taken it is left alone: it
 * may be a kick.
 */
void cpit_arch_wait_while(const uint32_t *flag, uint32_t value)
{
	bool enabled = cpit_arch_irq_enabled();

	while (__atomic_load_n(flag, __ATOMIC_ACQUIRE) == value) {
		csr_clear(sstatus, SSTATUS_SIE);
		if (!enabled)
			csr_clear(sip, SIE_SSIE);
		if (__atomic_load_n(flag, __ATOMIC_ACQUIRE) == value)
			__asm__ volatile("wfi");
		if (enabled)
			cpit_arch_irq_enable();
	}
}
