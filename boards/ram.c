/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory: where it is seen, what the image takes of it, which of it
 * the board gives away.
 */
#include "board.h"
#include <arch/layout.h>
#include <arch/machine.h>

extern char __image_start[], __rodata_start[], __rodata_end[], __data_start[],
	__image_end[];
extern uint64_t cpit_boot_image;	/* where its first byte is */

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
	uintptr_t va = (uintptr_t)linked;

	return va < DATA_BASE ? va - KERNEL_BASE + cpit_boot_image
			      : va - DATA_OFFSET;
}

static void map_image(const char *start, const char *end, unsigned prot)
{
	cpit_pagetable_map((uintptr_t)start, cpit_arch_image_phys(start),
			   (uint64_t)(end - start), prot);
}

void cpit_board_map_image(unsigned text)
{
	map_image(__image_start, __rodata_start, text);
	map_image(__rodata_start, __rodata_end, 0);
	map_image(__data_start, __image_end, CPIT_PROT_WRITE);
}

/* The RAM that the image takes: where its text is in flash, its data's only. */
static struct cpit_ram image_ram(void)
{
	uint64_t data = cpit_arch_image_phys(__data_start);

	return (struct cpit_ram){
		cpit_arch_image_phys(__rodata_end) == data ?
			cpit_arch_image_phys(__image_start) : data,
		cpit_arch_image_phys(__image_end),
	};
}

static void map_piece(uint64_t start, uint64_t end)
{
	if (start < end)
		cpit_pagetable_map(DIRECT_BASE + start, start, end - start,
				   CPIT_PROT_WRITE);
}

void cpit_board_map_ram(void)
{
	struct cpit_ram image = image_ram();
	unsigned i;

	for (i = 0; i < cpit_board.nram; i++) {
		const struct cpit_ram *r = &cpit_board.ram[i];

		if (image.start < r->start || image.start >= r->end) {
			map_piece(r->start, r->end);
			continue;
		}
		map_piece(r->start, image.start);
		map_piece(image.end, r->end);
	}
}

static void add_region(uint64_t start, uint64_t end)
{
	struct cpit_ram image = image_ram();

	if (image.start >= start && image.end <= end) {
		if (start < image.start)
			cpit_board_pages_add(start, image.start);
		start = image.end;
	}
	if (start < end)
		cpit_board_pages_add(start, end);
}

void cpit_board_pages_start(void)
{
	uint64_t start = cpit_board.initrd.start & ~(uint64_t)4095;
	uint64_t end = (cpit_board.initrd.end + 4095) & ~(uint64_t)4095;
	unsigned i;

	for (i = 0; i < cpit_board.nram; i++) {
		const struct cpit_ram *r = &cpit_board.ram[i];

		/* The initrd may be in several regions. */
		if (start < end && start < r->end && end > r->start) {
			add_region(r->start, start);
			add_region(end, r->end);
		} else {
			add_region(r->start, r->end);
		}
	}
}
