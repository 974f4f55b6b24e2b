/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boards/ asks of an ISA to run on the bare machine: vectors, page
 * tables, counters.  An embedding kernel has its own and links none of it.
 */
#ifndef CPIT_ARCH_MACHINE_H
#define CPIT_ARCH_MACHINE_H

#include <catchpit/code.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* boards/ram.c: physical memory is seen here, read-write, never executable. */
void *cpit_arch_direct(uint64_t phys);
uint64_t cpit_arch_phys(const void *direct);
/* The physical address of something linked into the image. */
uint64_t cpit_arch_image_phys(const void *linked);

/* Rights of a mapping; every one can be read. */
enum {
	CPIT_PROT_WRITE = 1,
	CPIT_PROT_EXEC = 2,
	CPIT_PROT_DEVICE = 4,	/* not cached */
	CPIT_PROT_GLOBAL = 8,	/* the same in every address space */
	CPIT_PROT_USER = 16,	/* only through the door: cpit_rt_open() */
};

/*
 * boards/pagetable.c, for cpit_arch_mmu_init(): a root table with that many
 * levels, its physical address; and a mapping with the largest pages that fit.
 * Both panic when there is no memory for tables.
 */
uint64_t cpit_pagetable_new(int levels);
void cpit_pagetable_map(uintptr_t va, uint64_t phys, uint64_t size,
			unsigned prot);
/*
 * boards/pagetable.c: every root table is empty from now on, each space's too, for
 * CPUs that are to stop.  The caller runs on a copy of one.
 */
void cpit_pagetable_cut(void);
/*
 * boards/ram.c: the image where it is linked, with these rights of its text; and
 * the direct map of all RAM but that of the image, which has no second, writable
 * address (W^X).
 */
void cpit_board_map_image(unsigned text);
void cpit_board_map_ram(void);
/* x86_64: what a board has in memory besides its CPUs' own. */
void cpit_board_map_devices(void);

/*
 * Takes over from the boot page tables: kernel text read-execute, constants
 * read-only, everything else no-execute, RAM and devices in the direct map,
 * the low half empty.  Once, on the boot CPU.
 */
void cpit_arch_mmu_init(void);

/* The low half, which belongs to guests: addresses below this. */
uintptr_t cpit_arch_guest_end(void);

/*
 * An address space is a root table: what is below cpit_arch_own_end() is its own,
 * all else is everybody's.  Whether this CPU keeps host code out of user pages;
 * and its root, whose change also flushes.
 */
uintptr_t cpit_arch_own_end(void);
bool cpit_arch_has_door(void);
void cpit_arch_root_set(uint64_t root);

/* Kernel stacks are mapped from here up, each above a page of nothing. */
uintptr_t cpit_arch_stack_space(void);

/*
 * [va, end), in the low half or among the kernel stacks, is zeroed memory,
 * read-write, from now on; its pages come by cpit_arch_give().  False, with part
 * of it done, when there is no memory for the tables.
 */
bool cpit_arch_mark(uintptr_t va, uintptr_t end);
/*
 * Gives the page at va, with `ask' only tells of it.  NOT: it is not marked, may
 * not be written to, or there is no memory.  Any context, the fault handler's
 * too: no lock.  This CPU sees it after cpit_arch_map_seen(), the others after a
 * fault of their own or cpit_arch_map_sync().
 */
enum cpit_given {
	CPIT_NOT_GIVEN,
	CPIT_GIVEN_BEFORE,
	CPIT_GIVEN,
};
enum cpit_given cpit_arch_give(uintptr_t va, bool ask);
void cpit_arch_map_seen(void);
/*
 * boards/pagetable.c: an address space in which what is at [from, end) is seen
 * at 0, by whom the door is open for; NULL: no memory.  give: as
 * cpit_arch_give(), of the page at `at' in it; by the CPU that uses the space,
 * whose right was missed if it has that page.  load: on this CPU, any context;
 * NULL: the kernel's.
 */
struct cpit_space;
struct cpit_space *cpit_space_new(uintptr_t from, uintptr_t end);
void cpit_space_free(struct cpit_space *s);
enum cpit_given cpit_space_give(struct cpit_space *s, uintptr_t at);
void cpit_space_load(struct cpit_space *s);
struct cpit_space *cpit_space_loaded(void);

/*
 * No CPU of the machine misses what was mapped, or remembers what was unmapped,
 * when these return.  The others are asked by an interrupt that nothing can hold
 * off, so it does not matter what they do: wait for a lock, run wasm, handle a
 * fault.
 */
void cpit_arch_map_sync(void);
void cpit_arch_unmap_sync(void);

/* Gives the pages of [va, end), which are mapped, other rights. */
void cpit_arch_protect(uintptr_t va, uintptr_t end, unsigned prot);

/* Unmaps [va, end) and gives its pages and tables back to the board. */
void cpit_arch_unmap_range(uintptr_t va, uintptr_t end);

/* Names the paging mode, for the banner: "Sv48". */
const char *cpit_arch_mmu_name(void);

/*
 * This CPU's fault vectors, trap stacks and FPU.  Takes stacks with a guard
 * below each from cpit_board_trap_stack().
 */
void cpit_arch_cpu_init(void);
/* boards/start.c: the top of a fresh stack, 16-aligned; the first is painted. */
void *cpit_board_trap_stack(void);

/* Sets up this CPU's thread pointer for the thread block `tls'. */
void cpit_arch_tls_set(void *tls);

/*
 * A free-running counter, and its frequency if cpit_arch_cpu_init() measured
 * it: 0 where the board knows it.
 */
uint64_t cpit_arch_counter(void);
uint64_t cpit_arch_counter_hz(void);

/* Instructions this CPU has retired; exact under QEMU's -icount. */
uint64_t cpit_arch_instret(void);

/*
 * boards/tick.c, called by the fault handler: the timer interrupt; and another
 * CPU's, which woke this one.  `land' is filled for CPIT_UNWOUND.
 */
struct cpit_frame_regs;
enum cpit_verdict cpit_board_tick(const struct cpit_fault *at,
				  const struct cpit_frame_regs *frame,
				  struct cpit_landing *land);
enum cpit_verdict cpit_board_kick(const struct cpit_fault *at,
				  const struct cpit_frame_regs *frame,
				  struct cpit_landing *land);

/* Timer: the next tick when the counter reaches `when'; UINT64_MAX: never. */
void cpit_arch_timer_set(uint64_t when);
void cpit_arch_irq_enable(void);
bool cpit_arch_irq_enabled(void);
void cpit_arch_wait(void);		/* until an interrupt is pending */
/*
 * The same unless awake() says true, which is asked with interrupts off: none
 * that comes in between is missed.  Where it waited the interrupt is taken, even
 * if they were off.
 */
void cpit_arch_sleep(bool (*awake)(void));
/* riscv64: asks what is below S-mode to switch off; false: nobody can. */
bool cpit_arch_off(bool failed);

/*
 * Several CPUs, numbered from 0, which booted.  start lets one run from
 * cpit_board_cpu_enter() on, with the page tables of the caller and the stack
 * whose top is given; that calls online before anything is mapped.
 */
enum { CPIT_CPUS_MAX = 4 };
unsigned cpit_arch_cpu(void);		/* which one this is */
void cpit_arch_cpu_start(unsigned cpu, void *stack);
void cpit_arch_cpu_online(unsigned cpu);
_Noreturn void cpit_board_cpu_enter(unsigned cpu);	/* boards/smp.c */
/*
 * Sleeps while *flag == value; who changes it wakes this CPU.  One that does not
 * sleep calls cpit_board_kick(), as soon as its interrupts are on.
 */
void cpit_arch_wait_while(const uint32_t *flag, uint32_t value);
void cpit_arch_wake(unsigned cpu);
/* For a panic: no other CPU runs another instruction of ours, for good. */
void cpit_arch_stop_others(void);

/*
 * For the tests' invariant check: true when the trap machinery is
 * as it must be outside a handler, e.g. the scratch register at the trap
 * stack's top.
 */
bool cpit_arch_trap_clean(void);
/* And whether user pages can be touched: cpit_rt_open(). */
bool cpit_arch_door_is_open(void);

#endif
