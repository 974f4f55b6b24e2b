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

/* ipi.c: does what another CPU asked for by an NMI; false: nobody did. */
bool cpit_arch_asked(void);

#endif
