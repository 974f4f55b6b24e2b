/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address space (Intel SDM vol. 3, 4.5).
 *
 *	0 .. 2^39			of each address space its own (boards/README.md)
 *	.. 2^47				guests; empty at first
 *	0xffff8000_00000000 + phys	direct map
 *	0xffffe000_00000000		kernel stacks, with guards
 *	0xffffffff_80000000		text and constants: the image, or flash
 *	0xffffffff_c0000000 + phys	data
 */
#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/machine.h>
#include <arch/pte.h>

void cpit_arch_mmu_init(void)
{
	uint64_t root = cpit_pagetable_new(4);

	cpit_board_map_image(CPIT_PROT_EXEC);
	cpit_board_map_ram();
	cpit_board_map_devices();
	/* The local APIC; all else goes by ports. */
	cpit_pagetable_map(DIRECT_BASE + 0xfee00000, 0xfee00000, 4096,
			   CPIT_PROT_WRITE | CPIT_PROT_DEVICE);
	cpit_pagetable_map(DIRECT_BASE + START_PAGE, START_PAGE, 4096,
			   CPIT_PROT_WRITE);
	cpit_arch_root_set(root);
}

void cpit_arch_root_set(uint64_t root)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(root) : "memory");
}

bool cpit_arch_has_door(void)
{
	uint64_t cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_SMAP;
}

uintptr_t cpit_arch_own_end(void)
{
	return 1ul << 39;		/* one entry of the root */
}

uintptr_t cpit_arch_stack_space(void)
{
	return STACKS_BASE;
}

uintptr_t cpit_arch_guest_end(void)
{
	return 1ul << 47;
}

const char *cpit_arch_mmu_name(void)
{
	return "4-level";
}
