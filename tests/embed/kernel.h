/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small kernel that embeds catchpit by its installed headers alone: its own
 * vectors, linker scripts, page allocator, lazily mapped address space,
 * preemptive threads with 4 KiB stacks on several CPUs, a system call, a
 * breakpoint, a timer.
 */
#ifndef EMBED_KERNEL_H
#define EMBED_KERNEL_H

#include <catchpit/call.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <catchpit/module.h>
#include <catchpit/sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef N_CPUS
#define N_CPUS 2
#endif

enum {
	PAGE = 4096,
	CPUS = N_CPUS,
	PER_CPU = 2,		/* worker threads of each */
	STACK = 4096,		/* of a thread */
	TRAP_STACK = 8192,
	FP_STATE = 512,
};

/* --------------------------------------------- <isa>.c, <isa>.S: the machine */

struct frame;			/* registers, as the vector saves them */
enum { FRAME_ROOM = 36 * sizeof(uintptr_t) };

struct cpu {
	struct cpu *self;	/* these three are <isa>.S's */
	uintptr_t trap_sp, scratch;
	unsigned id;
	struct thread *current;
	struct cpit_cpu block;
	uintptr_t in_trap;	/* pc that trapped, or 0 */
	uint8_t kept_frame[FRAME_ROOM];	/* of the fault, as it came */
	uint8_t trap_stack[TRAP_STACK] __attribute__((aligned(16)));
};

extern struct cpu cpus[CPUS];
extern const bool has_mmu;

struct cpu *this_cpu(void);
void machine_cpu_init(struct cpu *c);		/* vectors, FPU, timer */
void machine_fpu_off(void);
void machine_start_cpus(void);			/* each calls cpu_main() */
_Noreturn void machine_exit(unsigned status);
void machine_putc(char c);
void machine_map(uintptr_t va, uintptr_t page);
uintptr_t machine_unmap(uintptr_t va);		/* the page, or 0 */
void machine_protect(uintptr_t va, bool exec);	/* not writable any more */
void machine_flush(void);			/* what was written is fetched */
void timer_next(void);
uint64_t instructions(void);
uint64_t machine_ns(void);
uintptr_t irq_save(void);
void irq_restore(uintptr_t flags);
void breakpoint(void);
void yield(void);				/* the system call */
/* A load that may fault: false when it did (recover() is its way out). */
bool try_load(const volatile uint32_t *p, uint32_t *value);
extern char try_load_pc[], try_load_failed[];
void fp_save(void *state);
void fp_load(const void *state);

extern const size_t frame_size;
uintptr_t frame_pc(const struct frame *f);
void frame_set_pc(struct frame *f, uintptr_t pc);
void frame_skip_breakpoint(struct frame *f);
void frame_land(struct frame *f, const struct cpit_landing *l);
void frame_new(struct frame *f, void (*fn)(void *), void *arg, uintptr_t sp);

/* ----------------------------------------------------- kernel.c, from <isa> */

_Noreturn void kernel_main(void);		/* boot CPU */
_Noreturn void cpu_main(unsigned id);		/* the others */

enum event { TIMER, SYSCALL, FAULT };
/* Interrupts off, on this CPU's trap stack; `at': what was interrupted. */
void kernel_trap(struct frame *f, enum event e, const struct cpit_fault *at);

/* ------------------------------------------------------------------ threads */

enum state { FREE, READY, RUNNING, ENDING, DEAD };

struct thread {
	uint8_t frame[FRAME_ROOM], fp[FP_STATE] __attribute__((aligned(16)));
	enum state state;
	int only_on;			/* its CPU, or -1 */
	struct cpit_activation *chain;	/* while it does not run */
	struct cpit_cpu block;		/* when each thread has one: ... */
	uintptr_t base;			/* ... and of gs, where that is wasm's */
	uint8_t *stack;
	void (*fn)(void *);
	void *arg;
};

extern bool block_per_thread;		/* cpit_embed_cpu()'s answer */
struct thread *thread_new(void (*fn)(void *), void *arg, int only_on);
void thread_boot(struct cpu *c);	/* makes the boot context a thread */
void thread_free(struct thread *t);
/* What lies between takes that much of a thread's stack, at most. */
enum path { CALL, REST, DUMP, PATHS };
void stack_begin(void);
void stack_end(enum path path);
extern unsigned stack_most[PATHS];
extern uint64_t swapped_inside, broke, recovered, claim_max;
extern bool tasks_run;			/* ticks are the library's scheduler's */

/* ------------------------------------------------------------------- memory */

void *page_alloc(size_t n);		/* contiguous, zeroed; NULL */
void page_free(void *p, size_t n);
size_t pages_used(void);
extern uint64_t mapped_lazily;
extern size_t table_pages;		/* page tables: never freed */
extern bool no_space;			/* no more addresses are given */
extern unsigned protected_heap;		/* of it, by cpit_embed_protect() */

struct lock {
	uint32_t held;
};
uintptr_t lock(struct lock *l);
void unlock(struct lock *l, uintptr_t flags);

/* ------------------------------------------------------------------- console */

void put(const char *text);
void put_number(uint64_t v, unsigned base);
/* "ok name" or "FAIL name: at line N (v)". */
void check(bool good, const char *name, int line, uint64_t v);
extern unsigned failures;

void run_tests(void);
void test_types(void);
void test_loads(void);

#endif
