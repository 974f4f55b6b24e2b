/* SPDX-License-Identifier: Apache-2.0 */
/* A base that nothing is reached by: what was set last, to be looked at. */
extern uintptr_t cpit_test_base;
static inline void cpit_arch_base_set(uintptr_t base)
{
	cpit_test_base = base;
}
