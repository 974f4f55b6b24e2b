/* SPDX-License-Identifier: Apache-2.0 */
/*
 * THE contract: what rt/ asks of an ISA.  Each arch/<isa>/ provides
 * <arch/jump.h> with struct cpit_jmp (its first member is `sp') and the
 * functions here; <arch/guest.h> is what generated code needs, and rt/ of it
 * CPIT_ISA and CPIT_BELOW; rt/sched/ needs <arch/task.h> besides.
 */
#ifndef CPIT_ARCH_CONTRACT_H
#define CPIT_ARCH_CONTRACT_H

#include <arch/jump.h>
#include <catchpit/module.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Saves the callee-saved registers of the psABI and sp into *jmp, moves to
 * stack `sp' (16-aligned; 0: stay on this one) with frame pointer 0 and calls
 * fn(state, v), rounding to nearest.  Returns 0 after fn returned, or `value' when somebody landed.
 */
uintptr_t cpit_arch_enter(struct cpit_jmp *jmp, uintptr_t sp,
			  cpit_thunk_fn *fn, void *state, union cpit_value *v);

/*
 * Makes the cpit_arch_enter() that filled *jmp return `value' (not 0).  Called
 * from ordinary code, or "returned to" by an exception return with the two
 * arguments in place and sp = jmp->sp.  The rounding mode is put back too.
 */
_Noreturn void cpit_arch_land(struct cpit_jmp *jmp, uintptr_t value);

/*
 * What this CPU, as it is set up now, lacks to run wasm, in words; NULL: nothing.
 * cpit_cpu_init() asks, so that it is not found out by a ruined register.
 */
const char *cpit_arch_lacks(void);

/*
 * Whether this CPU has a register for the base of a memory, which code of any kind
 * may set (--base gs); and sets it, in an interrupt too.
 */
bool cpit_arch_has_base(void);
static inline void cpit_arch_base_set(uintptr_t base);

/*
 * One step of a frame walk: for a frame pointer whose function has set up its
 * frame, the place of the saved frame pointer, as an offset in bytes; `leaf' is
 * CPIT_FUNC_LEAF of the function.  The return address is the word above, but a
 * leaf's.
 */
static inline intptr_t cpit_arch_saved_fp(int leaf);

/*
 * Where the return address is in a function that has not set up its frame yet
 * (`offset' bytes into it), or in a leaf: the offset from sp, or -1 when it is
 * in its register.
 */
static inline intptr_t cpit_arch_early_ra(uint32_t offset, int leaf);

#include <arch/base.h>		/* the inline functions above */
#include <arch/frames.h>

#endif
