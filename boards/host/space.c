/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address space by mmap(2): a reservation has no rights and a page of nothing
 * at each side; what is committed gets them, and comes from the kernel zeroed.
 *
 * A process has one address space, so that one memory at a time may be at zero,
 * for all threads, and there it stays: a second view of its reservation.
 */
#include "../board.h"
#include <arch/machine.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

/* Committed pages are counted for the balance checks only. */
struct region {
	struct region *next;
	uint8_t *start, *end;
	size_t committed;
	uint8_t *seen;		/* what is seen from address 0 on, or NULL */
};

static struct region *regions;
static struct region *at_zero;	/* or NULL */
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
	*r = (struct region){ NULL, p + PAGE, p + PAGE + size, 0, NULL };
	pthread_mutex_lock(&lock);
	r->next = regions;
	regions = r;
	reserved += size;
	pthread_mutex_unlock(&lock);
	return r->start;
}

/* What is shared is no data to RLIMIT_DATA: it is counted here. */
static bool give(const struct region *r, uint8_t *p, size_t size)
{
	if (r->seen && r->committed + size > cpit_board.ram[0].end)
		return false;
	if (mprotect(p, size, PROT_READ | PROT_WRITE))
		return false;
	if (!r->seen || !mprotect((void *)(p - r->seen), size,
				  PROT_READ | PROT_WRITE))
		return true;
	mprotect(p, size, PROT_NONE);
	return false;
}

/* Linux gives pages when they are touched, and has its own way to be short. */
bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how)
{
	struct region *r;

	if (how == CPIT_COMMIT_TOUCH || how == CPIT_COMMIT_ASK)
		return true;
	pthread_mutex_lock(&lock);
	r = *find(p);
	pthread_mutex_unlock(&lock);
	if (!give(r, p, size))		/* only its store's CPU commits there */
		return false;
	pthread_mutex_lock(&lock);
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
	bool ours;

	pthread_mutex_lock(&lock);
	ours = *find(p);	/* not the heap's */
	pthread_mutex_unlock(&lock);
	return ours && !mprotect(p, size, exec ? PROT_READ | PROT_EXEC : PROT_READ);
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
	if (r == at_zero) {
		munmap(NULL, (size_t)(r->end - r->seen));
		at_zero = NULL;
	}
	pthread_mutex_unlock(&lock);
	munmap(r->start - PAGE, size + 2 * PAGE);
	free(r);
}

/* --------------------------------------------------- the memory at address 0 */

/* Fails where anything is below `size' already, the process's own text say. */
static bool show_at_zero(uint8_t *p, size_t size)
{
	if (mmap(p, size, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE |
		 MAP_FIXED, -1, 0) == MAP_FAILED ||
	    mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
		 MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0))
		return false;
	/* From a size of 0: the same pages once more (mremap(2)). */
	if (!mremap(p, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, NULL))
		return true;
	munmap(NULL, size);
	return false;
}

static uintptr_t space_make(void *p)
{
	struct region *r = NULL;

	pthread_mutex_lock(&lock);
	if (!at_zero) {
		r = *find(p);
		if (show_at_zero(p, (size_t)(r->end - (uint8_t *)p))) {
			r->seen = p;
			at_zero = r;
		} else {
			r = NULL;
		}
	}
	pthread_mutex_unlock(&lock);
	return (uintptr_t)r;
}

static void space_load(uintptr_t space)
{
	(void)space;
}

/*
 * Below vm.mmap_min_addr only root may map, or who has CAP_SYS_RAWIO.  The call
 * itself: ThreadSanitizer's mmap() would end the process.
 */
void cpit_board_spaces_start(void)
{
	static const struct cpit_spaces spaces = { space_make, space_load };

	if (syscall(SYS_mmap, NULL, PAGE, PROT_NONE, MAP_PRIVATE |
		    MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0))
		return;
	munmap(NULL, PAGE);
	cpit_embed_cpu()->spaces = &spaces;
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
