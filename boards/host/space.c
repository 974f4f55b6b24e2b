/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address space by mmap(2): a reservation has no rights and a page of nothing
 * at each side; what is committed gets them, and comes from the kernel zeroed.
 */
#include "../board.h"
#include <arch/machine.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

/* Committed pages are counted for the balance checks only. */
struct region {
	struct region *next;
	uint8_t *start, *end;
	size_t committed;
};

static struct region *regions;
static uint64_t reserved, committed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The link to the region that holds p, or to NULL.  Under the lock. */
static struct region **find(const uint8_t *p)
{
	struct region **link = &regions;

	while (*link && (p < (*link)->start || p >= (*link)->end))
		link = &(*link)->next;
	return link;
}

void *cpit_embed_reserve(size_t size)
{
	struct region *r = malloc(sizeof(*r));
	uint8_t *p;

	if (!r || size > SIZE_MAX - 2 * PAGE)
		p = MAP_FAILED;
	else
		p = mmap(NULL, size + 2 * PAGE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		free(r);
		return NULL;
	}
	*r = (struct region){ NULL, p + PAGE, p + PAGE + size, 0 };
	pthread_mutex_lock(&lock);
	r->next = regions;
	regions = r;
	reserved += size;
	pthread_mutex_unlock(&lock);
	return r->start;
}

/* Linux gives pages when they are touched, and has its own way to be short. */
bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how)
{
	struct region *r;

	if (how == CPIT_COMMIT_TOUCH || how == CPIT_COMMIT_ASK)
		return true;
	if (mprotect(p, size, PROT_READ | PROT_WRITE))
		return false;
	pthread_mutex_lock(&lock);
	r = *find(p);
	r->committed += size;
	committed += size;
	pthread_mutex_unlock(&lock);
	return true;
}

bool cpit_embed_fault(uintptr_t addr)
{
	(void)addr;
	return false;
}

bool cpit_embed_protect(void *p, size_t size, bool exec)
{
	return !mprotect(p, size, exec ? PROT_READ | PROT_EXEC : PROT_READ);
}

void cpit_embed_release(void *p, size_t size)
{
	struct region **link, *r;

	pthread_mutex_lock(&lock);
	link = find(p);
	r = *link;
	if (!r || r->start != p || r->end != r->start + size)
		cpit_embed_panic("release of what was not reserved", 0,
				 (uintptr_t)p, 0);
	*link = r->next;
	reserved -= size;
	committed -= r->committed;
	pthread_mutex_unlock(&lock);
	munmap(r->start - PAGE, size + 2 * PAGE);
	free(r);
}

/* A process has one, and its own text is where a memory would begin. */
void cpit_board_spaces_start(void)
{
}

uint64_t cpit_board_reserved(void)
{
	return reserved;
}

uint64_t cpit_board_touched(void)
{
	return 0;			/* not counted */
}

static uint64_t pages;

uint64_t cpit_board_page_alloc(void)
{
	void *p = aligned_alloc(PAGE, PAGE);

	if (!p)
		return 0;
	memset(p, 0, PAGE);
	__atomic_fetch_add(&pages, 1, __ATOMIC_RELAXED);
	return cpit_arch_phys(p);
}

void cpit_board_page_free(uint64_t phys)
{
	free(cpit_arch_direct(phys));
	__atomic_fetch_sub(&pages, 1, __ATOMIC_RELAXED);
}

uint64_t cpit_board_pages_used(void)
{
	return committed / PAGE + pages;
}

void *cpit_board_stack_alloc(size_t size)
{
	uint8_t *p = cpit_embed_reserve(size);

	if (!p || !cpit_embed_commit(p, size, CPIT_COMMIT_NOW))
		cpit_embed_panic("no memory for a trap stack", 0, 0, 0);
	return p + size;
}
