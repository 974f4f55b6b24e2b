/* SPDX-License-Identifier: Apache-2.0 */
/*
 * S-mode under an SBI (RISC-V SBI specification 1.0: TIME, IPI, RFENCE, HSM,
 * SRST).  Linked in place of the M-mode stub and mmode.c.
 *
 * CPU 0 is the hart that booted, whichever that was; it has changed its number
 * with hart 0.
 */
#include <arch/machine.h>

#include "csr.h"
#include "hart.h"
#include "sbi.h"

enum {					/* extensions */
	TIME = 0x54494d45, IPI = 0x735049, RFENCE = 0x52464e43,
	HSM = 0x48534d, SRST = 0x53525354,
};

enum {					/* their functions */
	TIME_SET = 0, IPI_SEND = 0, RFENCE_I = 0, RFENCE_VMA = 1,
	HSM_START = 0, SRST_RESET = 0,
};

extern uint64_t cpit_sbi_boot;
extern struct sbi_hart cpit_sbi_harts[HARTS];	/* by hartid */
void cpit_sbi_enter(void);

/* A negative error, or 0. */
static long sbi(uintptr_t extension, uintptr_t function, const uintptr_t a[4])
{
	register uintptr_t a0 __asm__("a0") = a[0];
	register uintptr_t a1 __asm__("a1") = a[1];
	register uintptr_t a2 __asm__("a2") = a[2];
	register uintptr_t a3 __asm__("a3") = a[3];
	register uintptr_t a6 __asm__("a6") = function;
	register uintptr_t a7 __asm__("a7") = extension;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a6), "r"(a7) : "memory");
	return (long)a0;
}

static uintptr_t hart_of(unsigned cpu)
{
	return !cpu ? cpit_sbi_boot : cpu == cpit_sbi_boot ? 0 : cpu;
}

static uintptr_t mask_of(uint32_t cpus)
{
	uintptr_t mask = 0;
	unsigned i;

	for (i = 0; i < HARTS; i++)
		if (cpus >> i & 1)
			mask |= 1ul << hart_of(i);
	return mask;
}

void cpit_hart_timer(uint64_t when)
{
	sbi(TIME, TIME_SET, (uintptr_t[4]){ when });
}

void cpit_hart_start(unsigned cpu, void *stack)
{
	uintptr_t hart = hart_of(cpu);

	cpit_sbi_harts[hart] = (struct sbi_hart){
		cpu, (uintptr_t)stack, csr_read(satp),
	};
	__asm__ volatile("fence" : : : "memory");
	sbi(HSM, HSM_START, (uintptr_t[4]){
		hart,
		cpit_arch_image_phys((const void *)(uintptr_t)cpit_sbi_enter),
	});
}

void cpit_hart_wake(unsigned cpu)
{
	__asm__ volatile("fence" : : : "memory");
	sbi(IPI, IPI_SEND, (uintptr_t[4]){ mask_of(1u << cpu) });
}

/* It is M-mode that is interrupted there: S-mode cannot hold it off. */
void cpit_hart_flush(uint32_t cpus)
{
	uintptr_t mask = mask_of(cpus);

	sbi(RFENCE, RFENCE_VMA, (uintptr_t[4]){ mask, 0, 0, UINTPTR_MAX });
	sbi(RFENCE, RFENCE_I, (uintptr_t[4]){ mask });
}

/*
 * An SBI stops no hart but the one that asks.  So the others lose the page
 * tables, whichever each has loaded: its fetches fault, that of the fault vector
 * included.  This hart goes on with a copy of its own.
 */
void cpit_hart_stop(uint32_t cpus)
{
	static uint64_t copy[512] __attribute__((aligned(4096), section(".pages,\"aw\",@nobits#")));
	uint64_t satp = csr_read(satp);
	uint64_t *root = cpit_arch_direct((satp & ((1ul << 44) - 1)) << 12);
	unsigned i;

	if (!cpus)
		return;
	for (i = 0; i < 512; i++)
		copy[i] = root[i];
	satp = (satp & ~((1ul << 44) - 1)) | cpit_arch_image_phys(copy) >> 12;
	csr_write(satp, satp);
	__asm__ volatile("sfence.vma" : : : "memory");
	cpit_pagetable_cut();
	cpit_hart_flush(cpus);
}

bool cpit_arch_off(bool failed)
{
	return !sbi(SRST, SRST_RESET, (uintptr_t[4]){ 0, failed });
}
