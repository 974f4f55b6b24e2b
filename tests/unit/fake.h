/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fake embedder (catchpit/embed.h): memory that is counted, poisoned when it
 * is freed and can run out; address space by mmap(); a CPU for each thread.
 */
#ifndef CPIT_TESTS_FAKE_H
#define CPIT_TESTS_FAKE_H

#include "check.h"
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* What is allocated and not freed. */
extern long fake_blocks, fake_bytes;
/* Counts down at each allocation, which fails when it gets to 0. */
extern long fake_fail_at;
extern bool fake_no_memory;		/* every one fails */
extern bool fake_no_space;		/* cpit_embed_reserve() gives nothing */
extern long fake_allocs;		/* that were asked for */
/* Called at each allocation and free, where not NULL. */
extern void (*fake_on_alloc)(size_t size);
extern void (*fake_on_free)(const void *p, size_t size);

/* Makes the calling thread CPU n; once a thread and a number. */
#define FAKE_CPUS 16
struct cpit_cpu *fake_cpu_is(int n);
/* That one again, as it was; or a thread that has no block. */
enum { FAKE_NO_CPU = -1 };
void fake_cpu_back(int n);

extern uint64_t fake_now;		/* what cpit_embed_now() says, ... */
extern void (*fake_on_now)(void);	/* ... and calls first, where not NULL */

extern unsigned fake_faults;		/* calls of cpit_embed_fault() */
extern uintptr_t fake_fault_addr;	/* of the last one */
extern bool fake_fault_maps;		/* its answer */

extern const char *fake_lacks;		/* the answer of cpit_arch_lacks() */

/* A panic with fake_panics set jumps to it; else it ends the test. */
extern jmp_buf *fake_panics;
extern const char *fake_panic_why;

#endif
