/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boards/pages.c: whose pages go first, that the heap has the largest piece, and
 * that a sixteenth of all is left for it.
 */
#include "board.h"
#include "check.h"
#include <arch/machine.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, MIB = 1 << 20, PAGES = 64 * MIB / PAGE };

/* Where a physical address is seen: a part of a page is enough. */
static uint8_t ram[64 * MIB];
static bool taken[PAGES];

void *cpit_arch_direct(uint64_t phys)
{
	return ram + phys;
}

uint64_t cpit_arch_phys(const void *direct)
{
	return (uint64_t)((const uint8_t *)direct - ram);
}

/* One page, which nobody has. */
static uint64_t take(void)
{
	uint64_t phys = cpit_board_page_alloc();

	if (phys) {
		CHECK(phys / PAGE < PAGES && !taken[phys / PAGE]);
		taken[phys / PAGE] = true;
	}
	return phys;
}

/* Until there are none in [from, to), which go before all others. */
static void take_all(unsigned from, unsigned to)
{
	unsigned n;

	for (n = (to - from) / PAGE; n; n--) {
		uint64_t phys = take();

		CHECK(phys >= from && phys < to);
	}
}

/* Before the heap there are the first one's, which alone may be mapped. */
static void test_pages(void)
{
	cpit_board_pages_add(1 * MIB, 2 * MIB);
	cpit_board_pages_add(4 * MIB, 16 * MIB);
	cpit_board_pages_add(16 * MIB, 30 * MIB);
	cpit_board_pages_add(40 * MIB, 49 * MIB);
	CHECK(take() == 2 * MIB - PAGE);
	cpit_board_heap_start();
	take_all(1 * MIB, 2 * MIB - PAGE);
	take_all(40 * MIB, 49 * MIB);
	CHECK(cpit_board_pages_used() == 10 * MIB / PAGE);
}

/* 36 MiB less a page in all. */
static void test_heap(void)
{
	const uint64_t least = 36 * MIB / 16;
	uint64_t phys, last = 0;

	CHECK(cpit_arch_phys(sbrk(0)) == 4 * MIB);
	while ((phys = take()))
		last = phys;
	CHECK(last >= 4 * MIB + least - PAGE && last <= 4 * MIB + least);
	CHECK(sbrk((intptr_t)least - PAGE) == ram + 4 * MIB);
	errno = 0;
	CHECK(sbrk(2 * PAGE) == (void *)-1 && errno == ENOMEM);
	cpit_board_page_free(last);
	CHECK(cpit_board_page_alloc() == last && !cpit_board_page_alloc());
}

int main(void)
{
	test_pages();
	test_heap();
	return check_done();
}
