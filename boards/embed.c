/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder's hooks on our own boards; address space is in vspace.c. */
#include "board.h"
#include "lock.h"
#include <arch/machine.h>
#include <catchpit/code.h>
#include <stddef.h>
#include <stdlib.h>

/* Per-CPU by way of the C compiler: tp (riscv64), fs (x86_64). */
_Thread_local struct cpit_cpu cpit_this_cpu;

struct cpit_cpu *cpit_embed_cpu(void)
{
	return &cpit_this_cpu;
}

uint64_t cpit_embed_now(void)
{
	return cpit_board_ns();
}

_Static_assert(_Alignof(max_align_t) == 16, "what the heap aligns to");

/* The C library's heap knows of no other CPU. */
static uint32_t heap_lock;
static uint64_t heap_used;

void *cpit_embed_alloc(size_t size)
{
	void *p;

	board_lock(&heap_lock);
	p = calloc(1, size);		/* picolibc's malloc clears, too */
	if (p)
		heap_used += size;
	board_unlock(&heap_lock);
	return p;
}

void cpit_embed_free(void *p, size_t size)
{
	board_lock(&heap_lock);
	heap_used -= size;
	free(p);
	board_unlock(&heap_lock);
}

uint64_t cpit_board_heap_used(void)
{
	return heap_used;
}

/* " import=env.host": in whose host function the machine stopped (SLG-07). */
static void print_import(void)
{
	const struct cpit_import_decl *d = cpit_running_import();

	if (!d)
		return;
	cpit_console_print(CPIT_LOG, " import=");
	cpit_console_name(d->module);
	cpit_console_print(CPIT_LOG, ".");
	cpit_console_name(d->name);
}

static void print_hex(const char *name, uintptr_t v)
{
	cpit_console_print(CPIT_LOG, name);
	cpit_console_number(CPIT_LOG, v, 16);
}

static void print_fatal(const char *why, uintptr_t pc, uintptr_t addr,
			uintptr_t during)
{
	cpit_console_print(CPIT_LOG, "catchpit: fatal: ");
	cpit_console_print(CPIT_LOG, why);
	print_hex(" pc=0x", pc);
	print_hex(" addr=0x", addr);
	if (during)
		print_hex(" during=0x", during);
	else if (!cpit_guest_at(pc))
		print_import();
	cpit_console_print(CPIT_LOG, "\n");
	cpit_console_print(CPIT_CTL, "fatal\n");
}

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	static unsigned first;		/* the CPU that was here first, plus 1 */
	unsigned was = 0, self = cpit_arch_cpu() + 1;

	/* One tells; a fault of its own in here must still end the run. */
	if (__atomic_compare_exchange_n(&first, &was, self, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		cpit_console_seize();
		print_fatal(why, pc, addr, during);
	} else if (was != self) {
		cpit_console_leave();
		for (;;)
			cpit_arch_wait();
	}
	cpit_board_exit(CPIT_STATUS_FATAL);
}
