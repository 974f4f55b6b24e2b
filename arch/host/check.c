/* SPDX-License-Identifier: Apache-2.0 */
#include <arch/contract.h>
#include <arch/cpu.h>
#include <stddef.h>
#include <sys/auxv.h>

#define HWCAP2_FSGSBASE 2ul	/* asm/hwcap2.h, which C libraries lack */

/* The FPU is the kernel's business: for a process it is on. */
const char *cpit_arch_lacks(void)
{
	return cpuid_v2() ? NULL : CPUID_LACKS_V2;
}

/* Linux 5.9 lets a process, and keeps it for each thread. */
bool cpit_arch_has_base(void)
{
	return getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
}
