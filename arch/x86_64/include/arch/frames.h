/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frame layout on x86_64 with frame pointers, leaves included: the old rbp at
 * rbp, the return address at rbp+8.  Before "push %rbp" the return address is
 * at rsp, after it at rsp+8.  gcc gives a small leaf no frame, whatever it is
 * asked for: there it stays at rsp (K23-14).
 */
static inline intptr_t cpit_arch_saved_fp(int leaf)
{
	(void)leaf;
	return 0;
}

static inline intptr_t cpit_arch_early_ra(uint32_t offset, int leaf)
{
	return leaf || !offset ? 0 : 8;
}
