/* SPDX-License-Identifier: Apache-2.0 */
#include <arch/contract.h>
#include <arch/cpu.h>
#include <stddef.h>

/* The FPU is the kernel's business: for a process it is on. */
const char *cpit_arch_lacks(void)
{
	return cpuid_v2() ? NULL : CPUID_LACKS_V2;
}
