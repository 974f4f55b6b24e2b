/* SPDX-License-Identifier: Apache-2.0 */
/* An access names the register its base is in: there is none for all of them. */
static inline void cpit_arch_base_set(uintptr_t base)
{
	(void)base;
}
