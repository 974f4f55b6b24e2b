/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address space (Intel SDM vol. 3, 4.5).
 *
 *	0 .. 2^47			guests; empty at first, page 0 too
 *	0xffff8000_00000000 + phys	direct map
 *	0xffffe000_00000000		kernel stacks, with guards
 *	0xffffffff_80000000 + phys	kernel, runtime and module text, linked
 */
#include <arch/cpu.h>
#include <arch/machine.h>
#include <arch/pte.h>

#include "layout.h"

extern char __image_start[], __rodata_start[], __data_start[], __image_end[];

void *cpit_arch_direct(uint64_t phys)
{
	return (void *)(DIRECT_BASE + phys);
}

uint64_t cpit_arch_phys(const void *direct)
{
	return (uintptr_t)direct - DIRECT_BASE;
}

uint64_t cpit_arch_image_phys(const void *linked)
{
	return (uintptr_t)linked - KERNEL_OFFSET;
}

static void map_image(const char *start, const char *end, unsigned prot)
{
	cpit_pagetable_map((uintptr_t)start, cpit_arch_image_phys(start),
			   (uint64_t)(end - start), prot);
}

void cpit_arch_mmu_init(void)
{
	uint64_t root = cpit_pagetable_new(4);

	map_image(__image_start, __rodata_start, CPIT_PROT_EXEC);
	map_image(__rodata_start, __data_start, 0);
	map_image(__data_start, __image_end, CPIT_PROT_WRITE);
	cpit_board_map_ram(DIRECT_BASE, cpit_arch_image_phys(__image_start),
			   cpit_arch_image_phys(__image_end));
	/* The local APIC; the I/O of our devices goes by ports. */
	cpit_pagetable_map(DIRECT_BASE + 0xfee00000, 0xfee00000, 4096,
			   CPIT_PROT_WRITE | CPIT_PROT_DEVICE);
	cpit_pagetable_map(DIRECT_BASE + START_PAGE, START_PAGE, 4096,
			   CPIT_PROT_WRITE);
	__asm__ volatile("mov %0, %%cr3" : : "r"(root) : "memory");
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
