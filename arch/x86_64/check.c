/* SPDX-License-Identifier: Apache-2.0 */
#include <arch/contract.h>
#include <arch/cpu.h>
#include <stddef.h>

const char *cpit_arch_lacks(void)
{
	uintptr_t cr0, cr4;

	if (!cpuid_v2())
		return CPUID_LACKS_V2;
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	if (cr0 & (CR0_EM | CR0_TS) || !(cr4 & CR4_OSFXSR))
		return "SSE is off on this CPU: wasm needs CR4.OSFXSR set, "
		       "CR0.EM and CR0.TS clear, and each thread switch to "
		       "save what fxsave saves";
	return NULL;
}

bool cpit_arch_has_base(void)
{
	uintptr_t cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_FSGSBASE;
}
