/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the embedder supplies: nine hooks, a tenth to load modules; none is weak, a
 * missing one is a link error.  boards/embed.c is the example.
 *
 * None of them is called on the fault path and in cpit_tick() but
 * cpit_embed_cpu(), cpit_embed_fault() and cpit_embed_now(), which must not take
 * a lock, allocate or print.
 *
 * memory.grow, table.grow and instantiation call alloc, free, reserve, commit
 * and release on the store's guest stack, of which host_reserve is free then.
 */
#ifndef CPIT_EMBED_H
#define CPIT_EMBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpit_cpu;

/*
 * This CPU's block, set up by cpit_cpu_init().  It stays the same as long as
 * the caller cannot migrate.  Called from the fault path.  NULL, or a block of
 * zeros, where no wasm runs: faults, ticks and cpit_kill() may come there too.
 */
struct cpit_cpu *cpit_embed_cpu(void);

/*
 * Zeroed memory, 16-byte aligned, or NULL.  Never called in a trap, but handlers
 * touch what it gave: it has its pages.  May be called with a spin lock of the
 * library held: neither calls the library nor waits for a thread that is in it.
 */
void *cpit_embed_alloc(size_t size);
void cpit_embed_free(void *p, size_t size);

/*
 * Address space.  reserve: `size' bytes (a multiple of 4096), aligned to 4096,
 * of which no byte can be touched without a page fault, or NULL where the
 * kernel has none to give; memories then have to be in checked mode.  release:
 * give back the reservation and all its pages.
 *
 * commit: [p, p + size) of a reservation is zeroed read-write memory from now
 * on; false when out of memory, and nothing has changed.
 *   NOW    and has its pages: stacks, text
 *   LATER  its pages may come when they are touched, by cpit_embed_fault():
 *	    linear memories.  A kernel may as well do as for NOW.
 *   TOUCH  of what is committed, and may be in the middle of pages: host code is
 *	    about to touch it, and cannot be told in a fault that memory is out
 *   ASK    of that, too: whether it has its pages.  Changes nothing.
 * Who has no LATER says true to TOUCH and ASK.
 */
enum cpit_commit {
	CPIT_COMMIT_NOW,
	CPIT_COMMIT_LATER,
	CPIT_COMMIT_TOUCH,
	CPIT_COMMIT_ASK,
};
void *cpit_embed_reserve(size_t size);
bool cpit_embed_commit(void *p, size_t size, enum cpit_commit how);
void cpit_embed_release(void *p, size_t size);

/*
 * The embedder's own page-fault handling, asked before wasm is (K23-08): true
 * when it mapped the page and the access is to be repeated.  It may not be asked
 * about what is beyond the running guest's memory: no page can be there.  Runs on
 * the trap stack.  False inside of a linear memory means that memory is out: the guest
 * ends with CPIT_TRAP_HOST_RAISED and the number CPIT_ENOMEM.
 */
bool cpit_embed_fault(uintptr_t addr);

/*
 * Nanoseconds from any fixed point, the same for all CPUs.  Asked where a budget
 * is set, and by the tasks of sched.h at each switch and tick.
 */
uint64_t cpit_embed_now(void);

/*
 * For cpit_load() (load.h) only; who does not call it need not supply it.
 * Makes [p, p + size) read-only, or, with `exec', executable and not writable:
 * p is what cpit_embed_reserve() gave, or a page in it, and committed.  On
 * return every CPU fetches what was written there.  A kernel without an MMU,
 * whose cpit_embed_reserve() has never given anything, gets memory of
 * cpit_embed_alloc() and only has to see to the instruction caches; one with an
 * MMU says false to such memory, which it gets only when the first reservation of
 * all has failed, those of sched.h's stacks not counted.  False: it cannot.
 */
bool cpit_embed_protect(void *p, size_t size, bool exec);

/*
 * A broken invariant, or a fault that is nobody's.  Does not return.  May run
 * on the trap stack, at any time.  pc and addr are 0 where there are none;
 * `during' is the pc whose fault was being handled, for a fault inside the
 * handler (K23-04), else 0.
 */
_Noreturn void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
				uintptr_t during);

#endif
