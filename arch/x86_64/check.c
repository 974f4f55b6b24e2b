/* SPDX-License-Identifier: Apache-2.0 */
#include <arch/contract.h>
#include <arch/cpu.h>
#include <stddef.h>

const char *cpit_arch_lacks(void)
{
	/* What generated code is compiled for (compiler/target.c: x86-64-v2). */
	const uint32_t v2 = 1u << 0 | 1u << 9 | 1u << 13 | 1u << 19 |
			    1u << 20 | 1u << 23;
	uintptr_t cr0, cr4;

	if ((cpuid(1, 0).c & v2) != v2)
		return "this CPU lacks SSE3 to SSE4.2 or POPCNT (x86-64-v2)";
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	if (cr0 & (CR0_EM | CR0_TS) || !(cr4 & CR4_OSFXSR))
		return "SSE is off on this CPU: wasm needs CR4.OSFXSR set, "
		       "CR0.EM and CR0.TS clear, and a kernel that switches "
		       "threads must save what fxsave saves";
	return NULL;
}
