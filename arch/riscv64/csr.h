/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the RISC-V privileged architecture 1.12, as far as used. */
#ifndef CPIT_RISCV64_CSR_H
#define CPIT_RISCV64_CSR_H

#define CAUSE_ILLEGAL 2u
#define CAUSE_BREAK 3u
#define CAUSE_LOAD_ALIGN 4u
#define CAUSE_LOAD_ACCESS 5u
#define CAUSE_STORE_ALIGN 6u
#define CAUSE_STORE_ACCESS 7u
#define CAUSE_LOAD_PAGE 13u
#define CAUSE_STORE_PAGE 15u
#define CAUSE_SOFT_IRQ ((1ul << 63) | 1)
#define CAUSE_TIMER_IRQ ((1ul << 63) | 5)

#define SSTATUS_SIE 2		/* in assembly, too; ... */
#define SSTATUS_FS (3ul << 13)
#define SSTATUS_SUM 0x40000	/* ... and this */
#define SSTATUS_FS_INITIAL (1ul << 13)
#define SIE_SSIE (1ul << 1)
#define SIE_STIE (1ul << 5)

#define SATP_SV39 (8ul << 60)
#define SATP_SV48 (9ul << 60)

#define csr_read(csr)							\
	({								\
		uintptr_t v_;						\
		__asm__ volatile("csrr %0, " #csr : "=r"(v_) : : "memory"); \
		v_;							\
	})
#define csr_write(csr, v)						\
	__asm__ volatile("csrw " #csr ", %0" : : "r"(v) : "memory")
#define csr_set(csr, v)							\
	__asm__ volatile("csrs " #csr ", %0" : : "r"(v) : "memory")
#define csr_clear(csr, v)						\
	__asm__ volatile("csrc " #csr ", %0" : : "r"(v) : "memory")

#endif
