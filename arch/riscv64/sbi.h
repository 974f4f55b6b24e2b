/* SPDX-License-Identifier: Apache-2.0 */
/* What payload.S and sbi.c share. */
#ifndef CPIT_RISCV64_SBI_H
#define CPIT_RISCV64_SBI_H

#define SBI_HART_CPU 0
#define SBI_HART_STACK 8
#define SBI_HART_SATP 16
#define SBI_HART_SIZE 24

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* What a hart that starts is told: its CPU, and the rest as in hart.h. */
struct sbi_hart {
	uintptr_t cpu, stack, satp;
};
_Static_assert(offsetof(struct sbi_hart, cpu) == SBI_HART_CPU, "cpu");
_Static_assert(offsetof(struct sbi_hart, stack) == SBI_HART_STACK, "stack");
_Static_assert(offsetof(struct sbi_hart, satp) == SBI_HART_SATP, "satp");
_Static_assert(sizeof(struct sbi_hart) == SBI_HART_SIZE, "size");
#endif

#endif
