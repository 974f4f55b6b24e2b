/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several CPUs (Intel SDM vol. 3, chapters 9.4 and 11.6).  CPU n is the one
 * whose local APIC has identity n.
 *
 * One asks another by NMI: it comes through while the other has interrupts off
 * or handles a fault, and has a stack of its own, so that nobody waits for a CPU
 * that waits for a lock.
 */
#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/machine.h>
#include <string.h>

#include "trap.h"

enum {				/* the interrupt command register, in words */
	ICR_LOW = 0x300 / 4, ICR_HIGH = 0x310 / 4,
	ICR_BUSY = 1 << 12, ICR_FIXED = 0x4000, ICR_NMI = 0x4400,
	ICR_INIT = 0x4500, ICR_STARTUP = 0x4600,
};

enum { FLUSH = 1, STOP = 2 };		/* bits: both may be asked at once, ... */

static _Thread_local unsigned self;
static uint32_t online = 1;		/* bit n: CPU n runs C */
static uint32_t asking;			/* one at a time */
extern uint32_t cpit_arch_request[CPIT_CPUS_MAX];
uint32_t cpit_arch_request[CPIT_CPUS_MAX];	/* ... and the flush is first */

/* entry.S: what the one that starts finds. */
extern uint64_t cpit_start_root, cpit_start_stack, cpit_start_number;
extern char cpit_start_code[], cpit_start_code_end[];

unsigned cpit_arch_cpu(void)
{
	return self;
}

static void pause_us(uint64_t us)
{
	uint64_t end = rdtsc() + us * (cpit_arch_counter_hz() / 1000000);

	while (rdtsc() < end)
		;
}

/* Two registers, and an interrupt in between may send as well: a kill. */
static void send(unsigned cpu, uint32_t what)
{
	volatile uint32_t *apic =
		cpit_arch_direct(rdmsr(MSR_APIC_BASE) & 0xffffff000);
	bool enabled = cpit_arch_irq_enabled();

#ifndef CPIT_TEST_SEND_OPEN
	__asm__ volatile("cli" : : : "memory");
#endif
	while (apic[ICR_LOW] & ICR_BUSY)
		;
	apic[ICR_HIGH] = cpu << 24;
#ifdef CPIT_TEST_SEND_OPEN		/* negative control, with time in between */
	if (cpu)
		pause_us(200);
#endif
	apic[ICR_LOW] = what;
	if (enabled)
		cpit_arch_irq_enable();
}

void cpit_arch_cpu_start(unsigned cpu, void *stack)
{
	uint64_t root;

	__asm__("mov %%cr3, %0" : "=r"(root));
	cpit_start_root = root;
	cpit_start_number = cpu;
	__atomic_store_n(&cpit_start_stack, (uintptr_t)stack, __ATOMIC_RELEASE);
	memcpy(cpit_arch_direct(START_PAGE), cpit_start_code,
	       (size_t)(cpit_start_code_end - cpit_start_code));
	send(cpu, ICR_INIT);
	pause_us(10000);
	send(cpu, ICR_STARTUP | START_PAGE >> 12);
	pause_us(200);
	send(cpu, ICR_STARTUP | START_PAGE >> 12);	/* the first may be lost */
}

void cpit_arch_cpu_online(unsigned cpu)
{
	self = cpu;
	__atomic_fetch_or(&online, 1u << cpu, __ATOMIC_SEQ_CST);
}

static void ask_others(uint32_t what)
{
	unsigned i;

	for (i = 0; i < CPIT_CPUS_MAX; i++) {
		if (i == self || !(online >> i & 1))
			continue;
#ifdef CPIT_TEST_ONE_REQUEST		/* negative control */
		cpit_arch_request[i] = 0;
#endif
		__atomic_fetch_or(&cpit_arch_request[i], what,
				  __ATOMIC_SEQ_CST);
		send(i, ICR_NMI);
	}
}

/* All but what is global, which is never unmapped. */
static void flush(void)
{
	uint64_t root;

	__asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) : :
			 "memory");
}

bool cpit_arch_asked(struct cpit_frame_regs *f)
{
	uint32_t *r = &cpit_arch_request[self];
	uint32_t what = __atomic_load_n(r, __ATOMIC_SEQ_CST);

	if (what & FLUSH) {
		flush();
		__atomic_fetch_and(r, ~(uint32_t)FLUSH, __ATOMIC_SEQ_CST);
	}
	while (__atomic_load_n(r, __ATOMIC_SEQ_CST) & STOP)
		__asm__ volatile("cli; hlt");
#ifdef CPIT_TEST_HLT			/* negative control */
	return what;
#endif
	if (f->rip == (uintptr_t)cpit_arch_hlt)
		f->rip++;
	return what;
}

/* A page that was not there is never remembered (SDM vol. 3, 4.10.2.3). */
void cpit_arch_map_seen(void)
{
}

void cpit_arch_map_sync(void)
{
}

void cpit_arch_unmap_sync(void)
{
	unsigned i;

	flush();
#ifdef CPIT_TEST_NO_SHOOTDOWN		/* negative control: SLG-16, K23-18 */
	return;
#endif
	if (online == 1)
		return;
	while (__atomic_exchange_n(&asking, 1, __ATOMIC_ACQUIRE))
		;
	ask_others(FLUSH);
	for (i = 0; i < CPIT_CPUS_MAX; i++)
		while (__atomic_load_n(&cpit_arch_request[i],
				       __ATOMIC_SEQ_CST) & FLUSH)
			;
	__atomic_store_n(&asking, 0, __ATOMIC_RELEASE);
}

void cpit_arch_stop_others(void)
{
	ask_others(STOP);
}

void cpit_arch_wake(unsigned cpu)
{
	send(cpu, ICR_FIXED | VEC_WAKE);
}

void cpit_arch_wait_while(const uint32_t *flag, uint32_t value)
{
	bool enabled = cpit_arch_irq_enabled();

	for (;;) {
		__asm__ volatile("cli" : : : "memory");
		if (__atomic_load_n(flag, __ATOMIC_ACQUIRE) != value)
			break;
		cpit_arch_doze();
	}
	if (enabled)
		cpit_arch_irq_enable();
}
