/* SPDX-License-Identifier: Apache-2.0 */
/*
 * S-mode's half of the M-mode stub (entry.S).  One hart asks another by the
 * ACLINT's software interrupt, which the stub takes: S-mode cannot hold it off,
 * so that nobody waits for a hart that has its interrupts off or spins for a
 * lock.
 */
#include <arch/machine.h>

#include "csr.h"
#include "hart.h"

extern struct hart cpit_harts[HARTS];
/* stimecmp exists (Sstc); else the stub sets the timer for us. */
extern uint32_t cpit_hart_sstc;

void cpit_hart_timer(uint64_t when)
{
	register uint64_t a0 __asm__("a0") = when;

	if (cpit_hart_sstc)
		__asm__ volatile("csrw 0x14d, %0" : : "r"(when)); /* stimecmp */
	else
		__asm__ volatile("ecall" : "+r"(a0) : : "memory");
}

void cpit_hart_wake(unsigned cpu)
{
	volatile uint32_t *msip = cpit_arch_direct(MSIP);

	__asm__ volatile("fence" : : : "memory");
	msip[cpu] = 1;
}

void cpit_hart_start(unsigned cpu, void *stack)
{
	cpit_harts[cpu].satp = csr_read(satp);
	cpit_harts[cpu].stack = (uintptr_t)stack;
	cpit_hart_wake(cpu);
}

static void ask(uint32_t cpus, uint32_t request)
{
	unsigned i;

	for (i = 0; i < HARTS; i++) {
		if (!(cpus >> i & 1))
			continue;
#ifdef CPIT_TEST_ONE_REQUEST		/* negative control */
		cpit_harts[i].request = 0;
#endif
		__atomic_fetch_or(&cpit_harts[i].request, request,
				  __ATOMIC_RELEASE);
		cpit_hart_wake(i);
	}
}

void cpit_hart_flush(uint32_t cpus)
{
	unsigned i;

	ask(cpus, REQUEST_FLUSH);
	for (i = 0; i < HARTS; i++)
		while (__atomic_load_n(&cpit_harts[i].request,
				       __ATOMIC_ACQUIRE) & REQUEST_FLUSH)
			;
}

void cpit_hart_stop(uint32_t cpus)
{
	ask(cpus, REQUEST_STOP);
}

bool cpit_arch_off(bool failed)
{
	(void)failed;
	return false;
}
