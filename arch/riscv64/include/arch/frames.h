/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frame layout of gcc and clang on riscv64: fp points above the frame, ra is
 * at fp-8 and the old fp at fp-16.  A leaf of gcc's saves only the old fp, at
 * fp-8, or nothing at all, and keeps ra in its register (seen with gcc 12; K23-14).
 */
static inline intptr_t cpit_arch_saved_fp(int leaf)
{
	return leaf ? -8 : -16;
}

static inline intptr_t cpit_arch_early_ra(uint32_t offset, int leaf)
{
	(void)leaf;
	(void)offset;
	return -1;
}
