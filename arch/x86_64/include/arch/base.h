/* SPDX-License-Identifier: Apache-2.0 */
/* gs, by FSGSBASE (Intel SDM vol. 3, 3.4.4). */
static inline void cpit_arch_base_set(uintptr_t base)
{
	__asm__ volatile("wrgsbase %0" : : "r"(base) : "memory");
}
