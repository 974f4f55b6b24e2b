/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address space, RISC-V privileged architecture 1.12, chapters 4.3 to 4.5.
 *
 *	0 .. 2^39, Sv39: 9 * 2^30	of each address space its own (boards/README.md)
 *	.. 2^38 or 2^47			guests; empty at first
 *	0xffffffc0_00000000 + phys	direct map (first 128 GiB of physical)
 *	0xffffffe0_00000000		kernel stacks, with guards
 *	0xfffffff0_00000000		text and constants: the image, or flash
 *	0xfffffff0_40000000		data
 *	0xffffffff_80000000		nothing: sign-extended addresses of guests
 *
 * Sv48 where the CPU has it: Sv39's lower half holds 24 guarded memories.
 */
#include <arch/layout.h>
#include <arch/machine.h>
#include <arch/pte.h>

#include "csr.h"

static int levels;		/* 3: Sv39, 4: Sv48 */

void cpit_arch_mmu_init(void)
{
	uint64_t satp = csr_read(satp), root;

	levels = (satp & (15ul << 60)) == SATP_SV48 ? 4 : 3;
	root = cpit_pagetable_new(levels);
#ifdef CPIT_TEST_INJECT			/* tests/board/inject.c patches it */
	cpit_board_map_image(CPIT_PROT_EXEC | CPIT_PROT_WRITE);
#else
	cpit_board_map_image(CPIT_PROT_EXEC);
#endif
	cpit_pagetable_map(DIRECT_BASE, 0, DEVICES_END,
			   CPIT_PROT_WRITE | CPIT_PROT_DEVICE);
	cpit_board_map_ram();
	cpit_arch_root_set(root);
}

/* ASID 0 for all: what is global is kept. */
void cpit_arch_root_set(uint64_t root)
{
	csr_write(satp, (levels == 4 ? SATP_SV48 : SATP_SV39) | root >> 12);
	__asm__ volatile("sfence.vma zero, %0" : : "r"(0ul) : "memory");
}

bool cpit_arch_has_door(void)
{
	return true;
}

/* What entries of a root cover, for a memory with its guard. */
uintptr_t cpit_arch_own_end(void)
{
	return levels == 4 ? 1ul << 39 : 9ul << 30;
}

uintptr_t cpit_arch_stack_space(void)
{
	return STACKS_BASE;
}

uintptr_t cpit_arch_guest_end(void)
{
	return 1ul << (levels == 4 ? 47 : 38);
}

const char *cpit_arch_mmu_name(void)
{
	return levels == 4 ? "Sv48" : "Sv39";
}
