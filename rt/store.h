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
 * A5  While module text runs, the address space of its store is loaded; none is
 *     where the chain is empty.  A store that has one is `watched', so that each
 *     of its entries is a busy one; it cannot lose it while it has activations.
 * A6  While text of a module by segment runs, the segment is its memory's.  An
 *     entry's thunk sees to that, cpit_space_follow() when it goes on.
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

/* Bits of run.pending.  The first end of the two stands (KAN-07). */
enum {
	CPIT_PENDING_HOST = 1,	/* a host function has asked to leave */
	CPIT_PENDING_KILL = 2,	/* the entry is killed */
	CPIT_PENDING_TICK = 4,	/* a tick came in host code */
};

/* Why a host function asked to leave; valid with CPIT_PENDING_HOST. */
struct cpit_pending {
	enum cpit_end end;
	enum cpit_trap trap;
	int signal;
	uint32_t code;
	int error;		/* CPIT_E*: instantiation ran out of memory */
};

/*
 * The signal and the terminated word of an instance, and its place on the list
 * of an entry.
 *
 * W1  A node is on a list exactly while its store has an activation under that
 *     entry; only the CPU that runs the entry changes the list, in thread
 *     context, and only its own interrupts walk it.
 * W2  A node is whole before a pointer to it is stored, and every change of the
 *     list is one store: a walker sees the old list or the new one (WRK-10).
 * W3  Memory base and size are read when a word is written (WRK-13).
 */
struct cpit_words {
	struct cpit_words *next;
	struct cpit_store *store;
	wasm_rt_memory_t *memory;	/* NULL: neither word is used */
	uint32_t addr[CPIT_WORDS];
	uint8_t state[CPIT_WORDS];	/* enum cpit_word_state */
	uint32_t raised;		/* by cpit_kill(): bits 1 << signal */
};

/*
 * What makes an entry busy: CPIT_BUSY all that budgets, words and kills may
 * need, CPIT_BUSY_SPACE no more than an address space (A5).
 */
enum { CPIT_BUSY = 1, CPIT_BUSY_SPACE = 2 };

/*
 * An outermost entry of this CPU: all activations that it leads to share it.
 * Lives in the store that was entered.
 *
 * E1  While `busy' is not CPIT_BUSY, run and entry are at rest: no words, no
 *     limits, no kill, nothing pending.  So an entry that meets nothing of these
 *     leaves them alone, a trap too.
 */
struct cpit_entry {
	union {
		struct {
			uint32_t busy;
			uint32_t asked;	/* cpit_kill(): end what the store runs */
		};
		uint64_t any;		/* of the two, in one load */
	};
	struct cpit_words *words;	/* of the running stores, newest first */
	uint64_t soft_at, hard_at;	/* cpit_embed_now(); UINT64_MAX: none */
	uint32_t soft_due;		/* and not written yet */
	uint32_t soft_done;		/* a word that joins later starts as 24 */
	uint32_t kill;			/* enum cpit_trap: it is to end ... */
	struct cpit_activation *kill_last;	/* ... up to this activation */
	uint32_t deferred;		/* ticks since the guest ran */
	uint32_t borrowed;		/* ticks do no more than say they came */
};

/* The first 128 bytes are the shortest to get at. */
struct cpit_store {
	struct cpit_activation *act;
	struct cpit_cpu *cpu;		/* where it runs, or NULL */
	struct cpit_stack stack;
	struct cpit_instance *instances;
	wasm_rt_memory_t *memory0;	/* the one at address zero, or NULL */
	uint32_t watched;		/* CPIT_BUSY: it ever had a budget or words */
	bool zero;			/* its modules are of mode zero */
	struct cpit_run run;
	uintptr_t space;		/* where memory0 is; 0: not made yet */
	struct cpit_pending why;
	struct cpit_entry entry;	/* of which it is the outermost */
	struct cpit_store_options opt;	/* no zeros in it but the budget's */
};

struct cpit_activation {
	struct cpit_activation *prev;		/* older on this CPU */
	struct cpit_activation *store_prev;	/* older of this store */
	struct cpit_entry *entry;
	struct cpit_store *store;
	struct cpit_instance *inst;		/* that is entered ... */
	cpit_thunk_fn *fn;			/* ... by this ... */
	union cpit_value *v;			/* ... with these */
	struct cpit_outcome *out;
	int error;
	bool killed;			/* its store is to be poisoned (WRK-14) */
	/*
	 * Set when it ends early: where a fault happened, for the backtrace; pc 0:
	 * left by an import.
	 */
	uintptr_t pc, fp, sp, ra;
	const struct cpit_module *module;	/* of pc; NULL: to be found */
	struct cpit_jmp jmp;
	/* Of the store before this entry, unless it is the outermost one. */
	jmp_buf *unwind_target;
	struct cpit_place exit;
	uint32_t pending;
	struct cpit_pending why;
};

/* Allocated with slots, struct cpit_vm and state behind it. */
struct cpit_instance {
	struct cpit_store *store;
	const struct cpit_module *module;
	void *state;
	wasm_rt_memory_t *memory;	/* exported; NULL: none, or not yet */
	wasm_rt_memory_t *own;		/* a guarded one that it defines, or NULL: */
	uintptr_t base;			/* where the guest sees that one */
	struct cpit_instance *next;	/* of its store */
	struct cpit_words words;
	uint32_t poisoned;		/* WRK-14 */
	const struct cpit_export *exports, *exports_end;	/* on offer */
	size_t size;			/* of the whole allocation */
};

/* cpu.c: this CPU's newest activation; NULL where no block is, too (SLG-14). */
struct cpit_activation *cpit_top(void);
/* A5, A6: after this CPU's head has changed, or the space of its store. */
void cpit_space_follow(void);

/* Whether an export is one of this instance's, which may be entered. */
static inline bool cpit_offers(const struct cpit_instance *inst,
			       const struct cpit_export *x)
{
	return x >= inst->exports && x < inst->exports_end;
}

#define CPIT_PAGE 4096u
/* What helpers in module text (memset, floor, ...) may use below a frame. */
#define CPIT_HELPER_STACK 4096u

/* Room for the frames of a module's functions: guard, or slack when checked. */
int cpit_stack_fit(struct cpit_store *s, const struct cpit_module *m);
void cpit_stack_free(struct cpit_stack *st);

/* Runs fn(state, v) on the store's guest stack; as cpit_call(), 0 or -E. */
int cpit_enter(struct cpit_instance *inst, cpit_thunk_fn *fn,
	       union cpit_value *v, struct cpit_outcome *out);
/*
 * Whether a store is ours already: it is in this very chain; that its CPU is ours
 * does not suffice.
 */
bool cpit_runs_here(const struct cpit_store *s);
/* Ends the running call at once, from the runtime called by module text. */
_Noreturn void cpit_leave_error(struct cpit_vm *vm, int error);

/*
 * Records the end of the newest activation by a kind, at *at, or at an import's
 * return where it is NULL.  m is the module of at->pc, NULL where that is to be
 * found.
 */
void cpit_record(struct cpit_activation *act, const struct cpit_fault *at,
		 const struct cpit_module *m, enum cpit_trap trap);
/* Where the exception return has to go for that. */
void cpit_landing_of(struct cpit_activation *act, struct cpit_landing *land);

/* signal.c: finds the words of an instance that has been made (WRK-06). */
void cpit_words_find(struct cpit_instance *inst);
/*
 * Puts words on an entry's list, and takes all of a store off it; join also
 * sets the signal word to what it starts with.
 */
void cpit_words_join(struct cpit_entry *e, struct cpit_words *w);
void cpit_words_push(struct cpit_entry *e, struct cpit_words *w);
void cpit_words_filter(struct cpit_entry *e, const struct cpit_store *s);
/* The signal cpit_kill() left for it, once; 0: none.  Any context. */
uint32_t cpit_words_raised(struct cpit_words *w);
/* Stores a value into a word, if it is used.  Any context. */
void cpit_words_write(const struct cpit_words *w, enum cpit_word which,
		      uint32_t value);

/* budget.c: around an activation of a busy entry; see cpit_enter(). */
void cpit_entry_idle(struct cpit_entry *e);
/* It is published; sets `error', or the entry's `kill', or it may begin. */
void cpit_entry_begin(struct cpit_activation *act);
void cpit_entry_end(struct cpit_activation *act);
/*
 * Until as many are given back ticks only say that they came: where thread
 * context changes what is to end (`kill', `kill_last'), as a tick in between
 * would do so as well, and one of two reasons be lost.
 */
__attribute__((always_inline))		/* -Os would call it, for more bytes */
static inline void cpit_borrow(struct cpit_entry *e, uint32_t n)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	e->borrowed += n;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}
/*
 * activation.c: the same of the running entry, around module text that host code
 * calls by itself: what is above it on the stack is the host's, so a kill has to
 * wait.
 */
void cpit_borrow_text(void);
void cpit_return_text(void);
/* In thread context, at an import's return: true when the caller must leave. */
bool cpit_entry_replay(struct cpit_activation *act);

void cpit_backtrace(const struct cpit_activation *act,
		    struct cpit_outcome *out);

#endif
