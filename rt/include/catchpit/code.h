/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For kernels: this CPU's state, and the claim that their own vectors call.
 */
#ifndef CPIT_CODE_H
#define CPIT_CODE_H

#include <catchpit/trap.h>
#include <stdbool.h>
#include <stdint.h>

struct cpit_activation;
struct cpit_import_decl;
struct cpit_loop;

/*
 * For linear memories at virtual address zero (compiler's --memory zero), from
 * a machine whose low half is the guests' and that keeps host code out of user
 * pages: SUM or AC off, which the library turns on around module text only.
 *
 *   make   the reservation that p is in has just been made: what is committed of
 *	    it from p on is seen from 0 on as well, in pages of the user's, in an address
 *	    space that shares all else with the kernel's, and has nothing in its last
 *	    CPIT_BELOW bytes, where the guest gets as well.  Its handle, or 0 when
 *	    there is no memory.  It goes when the reservation is released.
 *   load   makes it, or with 0 the kernel's, that of this CPU.  Any context.
 */
struct cpit_spaces {
	uintptr_t (*make)(void *p);
	void (*load)(uintptr_t space);
};

/* Per-CPU state.  The memory is the embedder's and zero at first, what is in it ours. */
struct cpit_cpu {
	struct cpit_activation *top;	/* newest activation, or NULL */
	struct cpit_cpu *next;		/* all CPUs, for registry writers */
	uint32_t reading;		/* a registry reader is on this CPU */
	uint32_t ready;			/* 1 after cpit_cpu_init() */
	/* Ticks in host code (SLG-12): most that one return made up for ... */
	uint32_t deferred_max;
	uint32_t replayed;		/* ... and how many returns did */
	/*
	 * The embedder's, set before cpit_cpu_init() or NULL: interrupts that
	 * CPU, which may be this one and calls cpit_tick() then.  From
	 * cpit_kill(), in its context.
	 */
	void (*kick)(const struct cpit_cpu *cpu);
	/* Called at such a return, unless it leaves; rt/sched's, or NULL. */
	void (*at_edge)(void);
	struct cpit_loop *loop;		/* rt/sched: what runs here */
	/* The embedder's, as `kick'; NULL: modules of mode zero are refused. */
	const struct cpit_spaces *spaces;
	uintptr_t space;		/* the one that is loaded; 0: none */
};

/*
 * Makes a CPU able to run wasm: call once per CPU after its fault vectors,
 * trap stack and FPU are on, and before cpit_call() there (SLG-14).  Panics,
 * in words, where the FPU is off or the CPU is known to lack what wasm takes.
 * exit takes the block out of the runtime's hands; -CPIT_EBUSY while wasm runs
 * on it, -CPIT_ENOTREADY when it is not in them.  Both spin for a lock:
 * module.h says what that needs.
 *
 * A kernel that preempts threads in the middle of wasm has two choices:
 *
 *   a block per CPU	it calls cpit_cpu_swap() at each context switch, and a
 *			thread stays on its CPU while it is in a cpit_ function
 *   a block per thread	cpit_embed_cpu() gives the running thread's: nothing to
 *			swap but gs's base (--base gs), threads go where they
 *			like; init when a thread begins, exit when it ends
 */
void cpit_cpu_init(struct cpit_cpu *cpu);
int cpit_cpu_exit(struct cpit_cpu *cpu);

/*
 * Sets this CPU's chain of activations and returns the old one (K23-18); NULL
 * for a thread that is new.  With it go the address space of its store and, by
 * segment, gs's base.  Any context, interrupts off.
 */
struct cpit_activation *cpit_cpu_swap(struct cpit_activation *top);

/*
 * For a scheduler, about such a chain; NULL is one that has nothing.  Thread
 * context, interrupts on or off.  No other CPU may run the chain meanwhile.
 *   delay  its limits are so many nanoseconds later: it waited for a CPU
 *   due    a limit has been reached, or a kill has come: what waits on its
 *	    behalf should return, and then the guest ends, tick or none.  For
 *	    the chain that runs here too.
 */
void cpit_chain_delay(struct cpit_activation *top, uint64_t ns);
bool cpit_chain_due(struct cpit_activation *top);

/*
 * Whether this CPU is in module text that a guest runs: the only place where
 * an interrupt at pc may switch to another thread that is one of wasm, if
 * threads are to be switched at no other.  In the tick.
 */
bool cpit_guest_at(uintptr_t pc);

/*
 * The import that wasm called last on this CPU, for a fatal report: it still
 * runs unless the pc is in module text (cpit_guest_at()).  NULL: none.  Any
 * context.
 */
const struct cpit_import_decl *cpit_running_import(void);

/* What a fault looked like, in terms both ISAs share. */
enum cpit_cause {
	CPIT_CAUSE_ACCESS,	/* page or access fault on a load or store */
	CPIT_CAUSE_ILLEGAL,	/* undefined instruction */
	CPIT_CAUSE_BREAK,	/* breakpoint instruction */
	CPIT_CAUSE_ALIGN,	/* misaligned access */
	CPIT_CAUSE_OTHER,	/* never wasm's */
};

struct cpit_fault {
	enum cpit_cause cause;
	uintptr_t pc, sp, fp;
	uintptr_t ra;		/* return-address register; 0 where none */
	uintptr_t addr;		/* faulting address, for ACCESS */
};

enum cpit_verdict {
	CPIT_NOT_OURS,	/* go on with the kernel's own handling */
	CPIT_RESUMED,	/* the embedder's hook mapped it: retry */
	CPIT_UNWOUND,	/* *land tells where the exception must return to */
	CPIT_BROKEN,	/* module text, but no known cause: stop (1.3) */
};

/* Registers the exception return must load; all other caller-saved are free. */
struct cpit_landing {
	uintptr_t pc, sp, arg0, arg1;
};

/*
 * Decides on a fault.  Call with interrupts off, on a stack that is not the
 * interrupted one, once per fault.  Takes no lock, allocates and prints
 * nothing.
 */
enum cpit_verdict cpit_trap_claim(const struct cpit_fault *f,
				  struct cpit_landing *land);

/*
 * The timer's part: call it from each timer interrupt, under the conditions of
 * cpit_trap_claim(), with the registers of what was interrupted (cause and addr
 * are not used).  CPIT_RESUMED: return there.  CPIT_UNWOUND: the guest has been
 * killed; return to *land.
 */
enum cpit_verdict cpit_tick(const struct cpit_fault *at,
			    struct cpit_landing *land);

#endif
