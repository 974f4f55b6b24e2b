/* SPDX-License-Identifier: Apache-2.0 */
/* This hart: vectors, FPU, counter, timer, interrupt enable. */
#include <arch/frame.h>
#include <arch/machine.h>

#include "csr.h"
#include "hart.h"

void cpit_trap_entry(void);

static _Thread_local void *trap_stack;

void cpit_arch_tls_set(void *tls)
{
	__asm__ volatile("mv tp, %0" : : "r"(tls) : "memory");
}

void cpit_arch_cpu_init(void)
{
	char *top = (char *)cpit_board_trap_stack() - TRAP_TOP_SIZE;
	uintptr_t tp;

	__asm__("mv %0, tp" : "=r"(tp));
	*(uintptr_t *)(void *)(top + TRAP_TOP_TP) = tp;
	trap_stack = top;
	csr_write(stvec, (uintptr_t)cpit_trap_entry);
	csr_write(sscratch, (uintptr_t)top);
	csr_set(sstatus, SSTATUS_FS_INITIAL);
	csr_set(sie, SIE_SSIE);		/* other harts */
	__asm__ volatile("csrw fcsr, zero");
}

uint64_t cpit_arch_counter(void)
{
	return csr_read(time);
}

uint64_t cpit_arch_counter_hz(void)
{
	return 0;		/* the device tree says */
}

uint64_t cpit_arch_instret(void)
{
	return csr_read(instret);
}

void cpit_arch_timer_set(uint64_t when)
{
	cpit_hart_timer(when);
	if (when == UINT64_MAX)
		csr_clear(sie, SIE_STIE);
	else
		csr_set(sie, SIE_STIE);
}

void cpit_arch_irq_enable(void)
{
	csr_set(sstatus, SSTATUS_SIE);
}

bool cpit_arch_irq_enabled(void)
{
	return csr_read(sstatus) & SSTATUS_SIE;
}

void cpit_arch_wait(void)
{
	__asm__ volatile("wfi");
}

/*
 * wfi does not ask whether interrupts are on.  Then they are, for a moment: one
 * that nobody took would end every sleep.
 */
void cpit_arch_sleep(bool (*awake)(void))
{
	bool enabled = cpit_arch_irq_enabled();

	csr_clear(sstatus, SSTATUS_SIE);
	if (!awake())
		__asm__ volatile("wfi");
	cpit_arch_irq_enable();
	if (!enabled)
		csr_clear(sstatus, SSTATUS_SIE);
}

bool cpit_arch_trap_clean(void)
{
	return csr_read(sscratch) == (uintptr_t)trap_stack;
}

bool cpit_arch_door_is_open(void)
{
	return csr_read(sstatus) & SSTATUS_SUM;
}

#ifdef CPIT_TEST_INJECT			/* tests/board/inject.c */
void cpit_test_leave_handler(void);
void cpit_test_leave_handler(void)
{
	csr_write(sscratch, (uintptr_t)trap_stack);
}
#endif
