/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory: pages are taken from the top of RAM down and kept in a free
 * list when they come back; the C library's heap grows from the bottom up, in
 * the direct map, so that it is contiguous.  They meet in the middle.
 *
 *	image | heap -->            <-- pages |
 *	      low   brk            top        end
 */
#include "board.h"
#include <arch/machine.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096 };

struct free_page {
	struct free_page *next;
};

static uint64_t brk_at, low, top;
static struct free_page *free_list;
static uint64_t used;

void cpit_board_pages_init(uint64_t start, uint64_t end)
{
	low = brk_at = start;
	top = end & ~(uint64_t)(PAGE - 1);
}

uint64_t cpit_board_page_alloc(void)
{
	void *p = free_list;

	if (p) {
		free_list = free_list->next;
	} else if (top - brk_at >= PAGE) {
		top -= PAGE;
		p = cpit_arch_direct(top);
	} else {
		return 0;
	}
	memset(p, 0, PAGE);
	used++;
	return cpit_arch_phys(p);
}

void cpit_board_page_free(uint64_t phys)
{
	struct free_page *p = cpit_arch_direct(phys);

	p->next = free_list;
	free_list = p;
	used--;
}

uint64_t cpit_board_pages_used(void)
{
	return used;
}

/* For malloc. */
void *sbrk(ptrdiff_t n)
{
	uint64_t old = brk_at;

	if (n > 0 ? (uint64_t)n > top - brk_at : (uint64_t)-n > brk_at - low) {
		errno = ENOMEM;
		return (void *)-1;
	}
	brk_at += (uint64_t)n;
	return cpit_arch_direct(old);
}
