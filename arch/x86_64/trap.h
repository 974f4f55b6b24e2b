/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_X86_64_TRAP_H
#define CPIT_X86_64_TRAP_H

#include <arch/frame.h>
#include <stdbool.h>
#include <stdint.h>

/* From vectors.S, interrupts off, on an IST stack. */
void cpit_arch_trap(struct cpit_frame_regs *f, uintptr_t cr2);

/* cpu.c: tells the local APIC that its interrupt is taken. */
void cpit_arch_irq_done(void);

/*
 * vectors.S: interrupts on, and sleep until one; none is lost in between.  An
 * NMI that comes there steps over the second instruction, cpit_arch_hlt.
 */
void cpit_arch_doze(void);
extern const char cpit_arch_hlt[];

/* ipi.c: does what another CPU asked for by an NMI; false: nobody did. */
bool cpit_arch_asked(struct cpit_frame_regs *f);

#endif
