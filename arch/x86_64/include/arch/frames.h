/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frame layout on x86_64 with frame pointers, leaves included: the old rbp at
 * rbp, the return address at rbp+8.  Before "push %rbp" the return address is
 * at rsp, after it at rsp+8.
 */
static inline intptr_t cpit_arch_saved_fp(int leaf)
{
	(void)leaf;
	return 0;
}

static inline intptr_t cpit_arch_saved_ra(void)
{
	return 8;
}

static inline intptr_t cpit_arch_early_ra(uint32_t offset)
{
	return offset ? 8 : 0;
}
