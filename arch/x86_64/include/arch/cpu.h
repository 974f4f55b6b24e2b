/* SPDX-License-Identifier: Apache-2.0 */
/* Registers and instructions of x86-64, as far as used in C (Intel SDM). */
#ifndef CPIT_ARCH_CPU_H
#define CPIT_ARCH_CPU_H

#include <stdbool.h>
#include <stdint.h>

enum {			/* vectors, SDM vol. 3, table 6-1 */
	VEC_NMI = 2,
	VEC_BP = 3,
	VEC_UD = 6,
	VEC_DF = 8,
	VEC_PF = 14,
	VEC_AC = 17,
	VEC_MC = 18,
	VEC_TIMER = 32,
	VEC_SPURIOUS = 33,	/* the local APIC's: means nothing */
	VEC_WAKE = 34,		/* another CPU's: ends a hlt, a kick */
	VEC_OTHER = 35,		/* the stub of all vectors above */
};

#define PF_FETCH 16u		/* error code of #PF: instruction fetch */

#define RFLAGS_IF 0x200ul
#define RFLAGS_TF 0x100ul
#define RFLAGS_DF 0x400ul
#define RFLAGS_NT 0x4000ul
#define RFLAGS_AC 0x40000ul

#define CR0_EM (1ul << 2)
#define CR0_TS (1ul << 3)

#define CR4_MCE (1ul << 6)
#define CR4_PGE (1ul << 7)
#define CR4_OSFXSR (1ul << 9)
#define CR4_UMIP (1ul << 11)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_SMEP (1ul << 20)
#define CR4_SMAP (1ul << 21)

#define MSR_APIC_BASE 0x1bu
#define MSR_TSC_DEADLINE 0x6e0u
#define MSR_FS_BASE 0xc0000100u

static inline void wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v),
			 "d"((uint32_t)(v >> 32)) : "memory");
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (uint64_t)hi << 32 | lo;
}

static inline uint64_t rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

struct cpuid {
	uint32_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t sub)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d)
			 : "a"(leaf), "c"(sub));
	return r;
}

/* What generated code is compiled for (compiler/target.c: x86-64-v2). */
#define CPUID_LACKS_V2 "this CPU lacks SSE3 to SSE4.2 or POPCNT (x86-64-v2)"
static inline bool cpuid_v2(void)
{
	const uint32_t v2 = 1u << 0 | 1u << 9 | 1u << 13 | 1u << 19 |
			    1u << 20 | 1u << 23;

	return (cpuid(1, 0).c & v2) == v2;
}

static inline void outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outw(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outl(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint16_t inw(uint16_t port)
{
	uint16_t v;

	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint32_t inl(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

#endif
