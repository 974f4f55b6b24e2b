/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtime's own records: stores, instances, guest stacks, activations.
 *
 * An activation is one entry into wasm, newest first:
 *
 *	host -> wasm A -> import -> host -> wasm B
 *	cpu->top ----> [B] ---prev---> [A] ---prev---> NULL
 *
 * A trap unwinds to `top' and no further, so host frames between two entries
 * are never skipped (K23-12).  The record lives in the frame of cpit_enter(),
 * which is alive whenever the trap lands.
 *
 * A1  cpu->top is NULL or a record in a live frame on this CPU.
 * A2  jmp is filled before the first instruction of module text runs, so a
 *     fault that the registry owns always finds it valid.
 * A3  store->act is the newest activation of that store, and exactly the
 *     activations of one store share its guest stack.
 * A4  Everything entry changes is put back on the one way out that a return,
 *     a trap and an exit share (K23-02).
 */
#ifndef CPIT_RT_STORE_H
#define CPIT_RT_STORE_H

#include <arch/contract.h>
#include <catchpit/call.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <catchpit/module.h>
#include <catchpit/trap.h>
#include <wasm-rt.h>

/*
 *	high ------ first frame
 *	     ...
 *	guest_limit: checked prologues trap below
 *	low  ------ lowest mapped byte
 *	     guard: no page there; at least the largest frame (SLG-06)
 *	map  ------
 */
struct cpit_stack {
	uint8_t *map;
	size_t map_size;
	uintptr_t low, high;
	size_t guard;		/* bytes; 0: no address space, checked only */
};

/* Why a host function asked to leave; valid while run.pending is set. */
struct cpit_pending {
	enum cpit_end end;
	enum cpit_trap trap;
	int signal;
	uint32_t code;
	int error;		/* CPIT_E*: instantiation ran out of memory */
};

struct cpit_store {
	struct cpit_run run;
	struct cpit_stack stack;
	struct cpit_activation *act;
	struct cpit_cpu *cpu;		/* where it runs, or NULL */
	struct cpit_pending why;
	struct cpit_store_options opt;	/* no zeros left in it */
	uint32_t instances;
};

struct cpit_activation {
	struct cpit_jmp jmp;
	struct cpit_activation *prev;		/* older on this CPU */
	struct cpit_activation *store_prev;	/* older of this store */
	struct cpit_store *store;
	struct cpit_outcome *out;
	jmp_buf *unwind_target;		/* the store's, before this entry */
	uintptr_t exit_fp;		/* likewise ... */
	const struct cpit_slot *exit_slot;
	uint32_t pending;
	struct cpit_pending why;
	int error;
	/* Where a fault happened, for the backtrace; pc 0: left by an import. */
	uintptr_t pc, fp, sp, ra;
};

/* Allocated with slots, struct cpit_vm and state behind it. */
struct cpit_instance {
	struct cpit_store *store;
	const struct cpit_module *module;
	void *state;
	size_t size;			/* of the whole allocation */
	wasm_rt_memory_t *memory;	/* exported; NULL: none, or not yet */
};

#define CPIT_PAGE 4096u
/* What helpers in module text (memset, floor, ...) may use below a frame. */
#define CPIT_HELPER_STACK 4096u

/* Room for the frames of a module's functions: guard, or slack when checked. */
int cpit_stack_fit(struct cpit_store *s, uint32_t max_frame);
void cpit_stack_free(struct cpit_stack *st);

/* Runs fn(state, v) on the store's guest stack; as cpit_call(), 0 or -E. */
int cpit_enter(struct cpit_store *s, cpit_thunk_fn *fn, void *state,
	       union cpit_value *v, struct cpit_outcome *out);
/* Ends the running call at once, from the runtime called by module text. */
_Noreturn void cpit_leave_error(struct cpit_vm *vm, int error);

void cpit_backtrace(const struct cpit_activation *act,
		    struct cpit_outcome *out);

#endif
