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
#include "lock.h"
#include <arch/machine.h>
#include <errno.h>
#include <unistd.h>

enum { PAGE = 4096 };

struct free_page {
	struct free_page *next;
};

static uint32_t lock;
static uint64_t brk_at, low, top;
static struct free_page *free_list;
static uint64_t used;

void cpit_board_pages_init(uint64_t start, uint64_t end)
{
	low = brk_at = start;
	top = end & ~(uint64_t)(PAGE - 1);
}

/* RAM elsewhere: pages only, taken when the main region's are gone. */
static struct cpit_ram more[CPIT_RAM_MAX + 2];	/* image and initrd part some */
static unsigned nmore;

void cpit_board_pages_add(uint64_t start, uint64_t end)
{
	more[nmore++] = (struct cpit_ram){ start, end };
}

static uint64_t fresh_page(void)
{
	if (top - brk_at >= PAGE)
		return top -= PAGE;
	while (nmore && more[nmore - 1].start == more[nmore - 1].end)
		nmore--;
	return nmore ? more[nmore - 1].end -= PAGE : 0;
}

/* picolibc's memset goes by bytes: four times the whole of booting. */
static void clear(uint64_t *p)
{
	uint64_t *end = p + PAGE / sizeof(*p);

	for (; p < end; p += 8) {
		p[0] = p[1] = p[2] = p[3] = 0;
		p[4] = p[5] = p[6] = p[7] = 0;
	}
}

uint64_t cpit_board_page_alloc(void)
{
	struct free_page *p;
	uint64_t phys;

	board_lock(&lock);
	p = free_list;
	if (p) {
		free_list = p->next;
		phys = cpit_arch_phys(p);
	} else {
		phys = fresh_page();
	}
	used += phys != 0;
	board_unlock(&lock);
	if (phys)
		clear(cpit_arch_direct(phys));
	return phys;
}

void cpit_board_page_free(uint64_t phys)
{
	struct free_page *p = cpit_arch_direct(phys);

	board_lock(&lock);
	p->next = free_list;
	free_list = p;
	used--;
	board_unlock(&lock);
}

uint64_t cpit_board_pages_used(void)
{
	return used;
}

/* For malloc. */
void *sbrk(ptrdiff_t n)
{
	uint64_t old;
	bool fits;

	board_lock(&lock);
	old = brk_at;
	fits = n > 0 ? (uint64_t)n <= top - old : (uint64_t)-n <= old - low;
	if (fits)
		brk_at += (uint64_t)n;
	board_unlock(&lock);
	if (fits)
		return cpit_arch_direct(old);
	errno = ENOMEM;
	return (void *)-1;
}
