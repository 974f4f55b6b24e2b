/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder's hooks on our own boards; address space is in vspace.c. */
#include "board.h"
#include <arch/machine.h>
#include <catchpit/code.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Per-CPU by way of the C compiler: tp (riscv64), fs (x86_64). */
_Thread_local struct cpit_cpu cpit_this_cpu;

struct cpit_cpu *cpit_embed_cpu(void)
{
	return &cpit_this_cpu;
}

static uint64_t heap_used;

void *cpit_embed_alloc(size_t size)
{
	void *p = memalign(16, size);

	if (p) {
		memset(p, 0, size);
		heap_used += size;
	}
	return p;
}

void cpit_embed_free(void *p, size_t size)
{
	heap_used -= size;
	free(p);
}

uint64_t cpit_board_heap_used(void)
{
	return heap_used;
}

/* Nothing is paged here. */
bool cpit_embed_fault(uintptr_t addr)
{
	(void)addr;
	return false;
}

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr)
{
	static bool again;

	if (!again) {		/* a fault in here must still end the run */
		again = true;
		cpit_console_print(CPIT_LOG, "catchpit: fatal: ");
		cpit_console_print(CPIT_LOG, why);
		cpit_console_print(CPIT_LOG, " pc=0x");
		cpit_console_number(CPIT_LOG, pc, 16);
		cpit_console_print(CPIT_LOG, " addr=0x");
		cpit_console_number(CPIT_LOG, addr, 16);
		cpit_console_print(CPIT_LOG, "\n");
		cpit_console_print(CPIT_CTL, "fatal\n");
	}
	cpit_board_exit(125);
}
