/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory: pages are taken from the top of RAM down and kept in a stack
 * when they come back; the C library's heap grows from the bottom up, in the
 * direct map, so that it is contiguous.  They meet in the middle.
 *
 *	image | heap -->            <-- pages |
 *	      start     heap_end            end
 *
 * but below `heap_end', a sixteenth of all RAM, are no pages: when guests have
 * touched all that there is, the runtime can still make and end them.
 *
 * The fault handler takes pages too (cpit_embed_fault), so there is no lock:
 * each change is one compare-and-swap of one word, and one that fails means that
 * another CPU's has succeeded.
 */
#include "board.h"
#include <arch/machine.h>
#include <errno.h>
#include <unistd.h>

enum { PAGE = 4096, SHIFT = 12 };

/*
 * What nobody has had yet, as page numbers: [low half, high half).  From the
 * first to the last, which is the heap's, the largest, with the others' pages
 * gone before any of its own.
 */
static uint64_t fresh[CPIT_RAM_MAX + 2];	/* image and initrd part some */
static unsigned nfresh, now;			/* now: those below are empty */
static uint64_t *heap;				/* the last; NULL: not yet */
static uintptr_t brk_at;			/* up to where it begins */
static uint32_t heap_end;

/*
 * The page on top, and above it a number that each change raises: a page that
 * was taken and has come back in the meantime is not taken for the same.
 */
static uint64_t stack;
static uint64_t used;

void cpit_board_pages_add(uint64_t start, uint64_t end)
{
	fresh[nfresh++] = start >> SHIFT | end >> SHIFT << 32;
}

static uint64_t length(uint64_t stretch)
{
	return (stretch >> 32) - (uint32_t)stretch;
}

/* Of two that touch, as on PCs at 1 GiB, the second takes the first. */
__attribute__((cold))			/* small */
void cpit_board_heap_start(void)
{
	uint64_t *p, *most = fresh, all = 0, stretch;

	for (p = fresh; p < fresh + nfresh; p++) {
		all += length(*p);
		if (p != fresh && p[-1] >> 32 == (uint32_t)*p) {
			*p -= length(p[-1]);
			p[-1] = 0;
		}
		if (length(*p) > length(*most))
			most = p;
	}
	now = 0;
	heap = --p;
	stretch = *most;
	*most = *p;
	*p = stretch;
	heap_end = (uint32_t)(stretch + all / 16);
	brk_at = (uintptr_t)cpit_arch_direct((stretch & UINT32_MAX) << SHIFT);
}

static bool swap(uint64_t *at, uint64_t *old, uint64_t new)
{
	return __atomic_compare_exchange_n(at, old, new, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* The last page of a stretch, or 0. */
static uint64_t cut(uint64_t *at)
{
	uint64_t old = __atomic_load_n(at, __ATOMIC_ACQUIRE);

	while (old >> 32 > (uint32_t)old && (at != heap || old >> 32 > heap_end))
		if (swap(at, &old, old - (1ull << 32)))
			return ((old >> 32) - 1) << SHIFT;
	return 0;
}

static uint64_t pop(void)
{
	uint64_t old = __atomic_load_n(&stack, __ATOMIC_ACQUIRE), next;

	while ((uint32_t)old) {
		uint64_t phys = (uint64_t)(uint32_t)old << SHIFT;

		/* Nonsense if it has been taken: then `stack' is another. */
		next = __atomic_load_n((uint64_t *)cpit_arch_direct(phys),
				       __ATOMIC_RELAXED);
		if (swap(&stack, &old, ((old >> 32) + 1) << 32 | (uint32_t)next))
			return phys;
	}
	return 0;
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
	uint64_t phys = pop();
	unsigned i = __atomic_load_n(&now, __ATOMIC_RELAXED);

	while (!phys && !(phys = cut(&fresh[i]))) {
		if (++i >= nfresh)
			return 0;
		__atomic_store_n(&now, i, __ATOMIC_RELAXED);
	}
	__atomic_fetch_add(&used, 1, __ATOMIC_RELAXED);
	clear(cpit_arch_direct(phys));
	return phys;
}

void cpit_board_page_free(uint64_t phys)
{
	uint64_t old = __atomic_load_n(&stack, __ATOMIC_ACQUIRE);

	do
		__atomic_store_n((uint64_t *)cpit_arch_direct(phys),
				 (uint32_t)old, __ATOMIC_RELAXED);
	while (!swap(&stack, &old, ((old >> 32) + 1) << 32 | phys >> SHIFT));
	__atomic_fetch_sub(&used, 1, __ATOMIC_RELAXED);
}

uint64_t cpit_board_pages_used(void)
{
	return __atomic_load_n(&used, __ATOMIC_RELAXED);
}

/* For malloc, under the heap's lock. */
void *sbrk(ptrdiff_t n)
{
	uint64_t old = __atomic_load_n(heap, __ATOMIC_ACQUIRE);
	uintptr_t end = brk_at + (uintptr_t)n;
	uint64_t low;

	do {
		low = (cpit_arch_phys((void *)end) + PAGE - 1) >> SHIFT;
		if (low > old >> 32) {
			errno = ENOMEM;
			return (void *)-1;
		}
	} while (!swap(heap, &old, (old >> 32 << 32) | low));
	brk_at = end;
	return (void *)(end - (uintptr_t)n);
}
