/* SPDX-License-Identifier: Apache-2.0 */
#include "fake.h"
#include <arch/contract.h>
#include <catchpit/load.h>
#include <sys/mman.h>

long fake_blocks, fake_bytes, fake_fail_at, fake_allocs;
bool fake_no_memory;
void (*fake_on_alloc)(size_t size);
void (*fake_on_free)(const void *p, size_t size);

/* The size lies in front, for free() to compare. */
enum { HEAD = 16, POISON = 0xdb };

void *cpit_embed_alloc(size_t size)
{
	uint8_t *p;

	__atomic_fetch_add(&fake_allocs, 1, __ATOMIC_RELAXED);
	if (fake_on_alloc)
		fake_on_alloc(size);
	if (fake_no_memory || (fake_fail_at && --fake_fail_at == 0))
		return NULL;
	p = calloc(1, HEAD + size);
	if (!p)
		abort();
	memcpy(p, &size, sizeof(size));
	__atomic_fetch_add(&fake_blocks, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&fake_bytes, (long)size, __ATOMIC_RELAXED);
	return p + HEAD;
}

void cpit_embed_free(void *p, size_t size)
{
	uint8_t *block = (uint8_t *)p - HEAD;
	size_t was;

	memcpy(&was, block, sizeof(was));
	if (was != size) {
		printf("free of %zu bytes, which were %zu\n", size, was);
		abort();
	}
	if (fake_on_free)
		fake_on_free(p, size);
	memset(block, POISON, HEAD + size);
	__atomic_fetch_sub(&fake_blocks, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&fake_bytes, (long)size, __ATOMIC_RELAXED);
	free(block);
}

/* Between two reservations is a page of nothing. */
enum { GAP = 4096 };

bool fake_no_space;

void *cpit_embed_reserve(size_t size)
{
	uint8_t *p = fake_no_space ? MAP_FAILED : mmap(NULL, size + 2 * GAP, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p + GAP;
}

bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how)
{
	if (how == CPIT_COMMIT_TOUCH || how == CPIT_COMMIT_ASK)
		return true;
	if (fake_fail_at && --fake_fail_at == 0)
		return false;
	return !mprotect(p, size, PROT_READ | PROT_WRITE);
}

void cpit_embed_release(void *p, size_t size)
{
	munmap((uint8_t *)p - GAP, size + 2 * GAP);
}

const char *fake_lacks;

const char *cpit_arch_lacks(void)
{
	return fake_lacks;
}

uintptr_t cpit_test_base;		/* arch/base.h */

bool cpit_arch_has_base(void)
{
	return true;
}

bool cpit_embed_protect(void *p, size_t size, bool exec)
{
	(void)exec;
	return !mprotect(p, size, PROT_READ);
}

/* The runtime keeps a list of CPUs for good, so they outlive their threads. */
static struct cpit_cpu cpus[FAKE_CPUS];
static _Thread_local struct cpit_cpu *cpu;

struct cpit_cpu *fake_cpu_is(int n)
{
	cpu = &cpus[n];
	cpit_cpu_init(cpu);
	return cpu;
}

void fake_cpu_back(int n)
{
	cpu = n == FAKE_NO_CPU ? NULL : &cpus[n];
}

struct cpit_cpu *cpit_embed_cpu(void)
{
	return cpu;
}

uint64_t fake_now;
void (*fake_on_now)(void);

uint64_t cpit_embed_now(void)
{
	if (fake_on_now)
		fake_on_now();
	return fake_now;
}

unsigned fake_faults;
uintptr_t fake_fault_addr;
bool fake_fault_maps;

bool cpit_embed_fault(uintptr_t addr)
{
	fake_faults++;
	fake_fault_addr = addr;
	return fake_fault_maps;
}

jmp_buf *fake_panics;
const char *fake_panic_why;

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	fake_panic_why = why;
	if (fake_panics)
		longjmp(*fake_panics, 1);
	printf("panic: %s pc=%#lx addr=%#lx during=%#lx\n", why,
	       (unsigned long)pc, (unsigned long)addr, (unsigned long)during);
	fflush(stdout);
	abort();
}

/* Mode zero is the boards': load.c only names them; fuzz/load_fuzz.c has its own. */
__attribute__((weak)) void cpit_rt_open(void)
{
}

__attribute__((weak)) void cpit_rt_close(void)
{
}
