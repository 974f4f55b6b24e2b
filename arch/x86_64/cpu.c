/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This CPU: descriptor tables, IST, FPU, time stamp counter, local APIC timer.
 */
#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/machine.h>
#include <catchpit/embed.h>
#include <string.h>

#include "trap.h"

/* ------------------------------------------------- descriptors (SDM vol. 3) */

struct gate {			/* 6.14.1 */
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
};

struct tss {			/* 7.7 */
	uint32_t zero;
	uint64_t rsp[3], zero2, ist[7];
	uint16_t zero3[5], iomap;
} __attribute__((packed));

struct table {
	uint16_t limit;
	const void *base;
} __attribute__((packed));

/*
 * The causes that must not share a stack: a slot starts at its top again when
 * it is entered twice, over the frame of the first (SLG-03).  The timer's own
 * keeps a tick from being taken for a fault, and from needing room on the
 * guest stack (SLG-04).
 */
enum { IST_FAULT = 1, IST_DF, IST_NMI, IST_MC, IST_IRQ, IST_COUNT };

static struct gate idt[256] __attribute__((aligned(16)));	/* all CPUs' */
static _Thread_local struct tss tss;
static _Thread_local uint64_t gdt[5];
extern char cpit_trap_stubs[];

static int ist_of(int vector)
{
#ifdef CPIT_TEST_NO_TRAP_STACK		/* negative control of SLG-02 */
	if (vector < 32)
		return 0;
#endif
#ifdef CPIT_TEST_TIMER_NO_IST		/* negative control of SLG-04 */
	if (vector >= 32)
		return 0;
#endif
	switch (vector) {
	case VEC_DF:
		return IST_DF;
	case VEC_NMI:
		return IST_NMI;
	case VEC_MC:
		return IST_MC;
	}
	return vector < 32 ? IST_FAULT : IST_IRQ;
}

static void set_gates(void)
{
	int i;

	for (i = 0; i < 256; i++) {
		int n = i < VEC_OTHER ? i : VEC_OTHER;
		uintptr_t stub = (uintptr_t)cpit_trap_stubs + 16 * (uintptr_t)n;

		idt[i] = (struct gate){
			.low = (uint16_t)stub, .selector = SEL_CODE,
			.ist = (uint8_t)ist_of(i),
			.type = 0x8e,		/* present, interrupt gate */
			.mid = (uint16_t)(stub >> 16),
			.high = (uint32_t)(stub >> 32),
		};
	}
}

static void set_gdt(void)
{
	uint64_t base = (uintptr_t)&tss;

	gdt[SEL_CODE / 8] = 0x00af9b000000ffff;		/* 64-bit code */
	gdt[SEL_DATA / 8] = 0x00cf93000000ffff;
	gdt[SEL_TSS / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
			   0x89ull << 40 | (base >> 24 & 0xff) << 56;
	gdt[SEL_TSS / 8 + 1] = base >> 32;
}

static void load_tables(void)
{
	struct table g = { sizeof(gdt) - 1, gdt }, i = { sizeof(idt) - 1, idt };

	__asm__ volatile("lgdt %0" : : "m"(g));
	__asm__ volatile("lidt %0" : : "m"(i));
	__asm__ volatile("ltr %w0" : : "r"(SEL_TSS));
}

/* ------------------------------------------------------------- features */

static void set_control_registers(void)
{
	struct cpuid seven = cpuid(7, 0);
	uint64_t cr4;
	uint32_t mxcsr = 0x1f80;	/* psABI: all exceptions masked */

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	cr4 |= CR4_PGE;
	if (cpuid(1, 0).d & 1u << 7)
		cr4 |= CR4_MCE;			/* a report, not a reset */
	if (cpuid(0, 0).a >= 7) {
		if (seven.b & 1u << 0)
			cr4 |= CR4_FSGSBASE;
		if (seven.b & 1u << 7)
			cr4 |= CR4_SMEP;
		if (seven.b & 1u << 20)
			cr4 |= CR4_SMAP;
		if (seven.c & 1u << 2)
			cr4 |= CR4_UMIP;
	}
	__asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
	__asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

/* The block holds thread data and, behind it, the pointer to its own end. */
void cpit_arch_tls_set(void *tls)
{
	extern char __tls_data_size[];
	uintptr_t end = (uintptr_t)tls + (uintptr_t)__tls_data_size;

	*(uintptr_t *)end = end;
	wrmsr(MSR_FS_BASE, end);
}

/* ----------------------------------------------------------------- time */

static volatile uint32_t *apic;
static uint64_t tsc_hz, apic_hz;
static bool deadline;		/* the timer compares with the TSC itself */

enum {				/* registers of the local APIC, in words */
	APIC_EOI = 0xb0 / 4, APIC_SPURIOUS = 0xf0 / 4, APIC_TIMER = 0x320 / 4,
	APIC_COUNT = 0x380 / 4, APIC_NOW = 0x390 / 4, APIC_DIVIDE = 0x3e0 / 4,
	APIC_LINT0 = 0x350 / 4, APIC_LINT1 = 0x360 / 4,
	TIMER_MASKED = 1 << 16, TIMER_DEADLINE = 2 << 17, DIVIDE_1 = 0xb,
};

/*
 * The 8254 counts down at 1,193,182 Hz.  Channel 0 in mode 2, its count latched
 * and read: microvm has no port 0x61 for channel 2.
 */
enum {
	PIT_HZ = 1193182, CALIBRATE_COUNT = PIT_HZ / 500,	/* 2 ms */
	PIT_MODE_2 = 0x34, PIT_STATUS = 0xe2,	/* of channel 0 */
};

static uint16_t pit_count(void)
{
	uint8_t low;

	outb(0x43, 0x00);
	low = inb(0x40);
	return (uint16_t)(inb(0x40) << 8 | low);
}

/* How fast the counter and the local APIC's timer are, over 2 ms. */
static void measure(void)
{
	uint16_t from, gone;
	uint64_t start;
	uint32_t ticks;

	apic[APIC_COUNT] = UINT32_MAX;
	from = pit_count();
	start = rdtsc();
	do
		gone = (uint16_t)(from - pit_count());
	while (gone < CALIBRATE_COUNT);
	tsc_hz = (rdtsc() - start) * PIT_HZ / gone;
	ticks = UINT32_MAX - apic[APIC_NOW];
	apic_hz = (uint64_t)ticks * PIT_HZ / gone;
	apic[APIC_COUNT] = 0;
}

/* Until it is the same twice, to 3 %: an emulator may be held up in the middle. */
static void calibrate(void)
{
	uint64_t last;

	outb(0x43, PIT_MODE_2);
	outb(0x40, 0xff);
	outb(0x40, 0xff);
	outb(0x43, PIT_STATUS);
	if ((inb(0x40) & 0x3f) != PIT_MODE_2)
		cpit_embed_panic("no 8254 timer", 0, 0, 0);
	do {
		last = tsc_hz;
		measure();
	} while (tsc_hz - last + tsc_hz / 32 > tsc_hz / 16);
}

/*
 * The legacy PICs would deliver into the exceptions.  They are masked while
 * LINT0 still lets them through, as the firmware left it, so that a tick of
 * theirs that already waits is taken back: after LINT0 is masked the local APIC
 * would offer it, and have no vector for it.
 */
static void apic_init(void)
{
	outb(0x21, 0xff);
	outb(0xa1, 0xff);
	apic = cpit_arch_direct(rdmsr(MSR_APIC_BASE) & 0xffffff000);
	apic[APIC_SPURIOUS] = 0x100 | VEC_SPURIOUS;
	apic[APIC_TIMER] = TIMER_MASKED;
	apic[APIC_LINT0] = TIMER_MASKED;
	apic[APIC_DIVIDE] = DIVIDE_1;
}

/* What there is one of, or is the same for all CPUs. */
static void clocks_init(void)
{
	calibrate();
	deadline = cpuid(1, 0).c & 1u << 24;
}

uint64_t cpit_arch_counter(void)
{
	return rdtsc();
}

uint64_t cpit_arch_counter_hz(void)
{
	return tsc_hz;
}

/* TCG counts instructions in the TSC under -icount; there is no other way. */
uint64_t cpit_arch_instret(void)
{
	return rdtsc();
}

void cpit_arch_timer_set(uint64_t when)
{
	uint64_t now = rdtsc(), wait;

	if (when == UINT64_MAX) {
		apic[APIC_TIMER] = TIMER_MASKED;
		return;
	}
	apic[APIC_TIMER] = VEC_TIMER | (deadline ? TIMER_DEADLINE : 0);
	if (deadline) {
		__asm__ volatile("mfence" : : : "memory");
		wrmsr(MSR_TSC_DEADLINE, when);
		return;
	}
	wait = when > now ? when - now : 1;
	wait = wait / tsc_hz * apic_hz + wait % tsc_hz * apic_hz / tsc_hz;
	apic[APIC_COUNT] = wait > UINT32_MAX ? UINT32_MAX :
			   wait ? (uint32_t)wait : 1;
}

void cpit_arch_irq_done(void)
{
	apic[APIC_EOI] = 0;
}

void cpit_arch_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static uintptr_t rflags(void)
{
	uintptr_t flags;

	__asm__ volatile("pushf; pop %0" : "=r"(flags));
	return flags;
}

bool cpit_arch_irq_enabled(void)
{
	return rflags() & RFLAGS_IF;
}

bool cpit_arch_door_is_open(void)
{
	return rflags() & RFLAGS_AC;
}

void cpit_arch_wait(void)
{
	__asm__ volatile("hlt");
}

void cpit_arch_sleep(bool (*awake)(void))
{
	bool enabled = cpit_arch_irq_enabled();

	__asm__ volatile("cli" : : : "memory");
	if (!awake()) {
		cpit_arch_doze();
		__asm__ volatile("cli" : : : "memory");
	}
	if (enabled)
		cpit_arch_irq_enable();
}

void cpit_arch_cpu_init(void)
{
	int i;

	set_control_registers();
	for (i = IST_FAULT; i < IST_COUNT; i++)
		tss.ist[i - 1] = (uintptr_t)cpit_board_trap_stack();
	tss.iomap = sizeof(tss);
	if (!tsc_hz)
		set_gates();
	set_gdt();
	load_tables();
	apic_init();
	if (!tsc_hz)
		clocks_init();
}
