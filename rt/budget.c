/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budgets and kills: what a tick does to the guest it interrupts, and what
 * happens when an import or growth returns, if it could do nothing (WRK-07, SLG-12).
 *
 * An end is decided on the CPU that runs the entry, and nowhere else: in the
 * tick, in the trap claim, or at an import's return.  cpit_kill() only asks.
 * So of several ends the first one to be recorded stands, since it leaves the
 * activation at once; run.pending tells which of two that wait came first.
 */
#include "code.h"
#include "store.h"
#include "trace.h"
#include <stddef.h>

#define NEVER UINT64_MAX

/* --------------------------------------------------- around an activation */

__attribute__((noinline))		/* four times over is too large */
static uint64_t deadline(uint64_t now, uint64_t ns)
{
	return ns && ns < NEVER - now ? now + ns : NEVER;
}

static void arm(struct cpit_entry *e, const struct cpit_budget *b)
{
	uint64_t now = b->soft_ns || b->hard_ns ? cpit_embed_now() : 0;

	__atomic_store_n(&e->hard_at, deadline(now, b->hard_ns),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&e->soft_at, deadline(now, b->soft_ns),
			 __ATOMIC_RELAXED);
	e->busy = CPIT_BUSY;
}

/*
 * WRK-14: CPIT_EPOISONED, or the instance can know and starts again.  Until it
 * has begun it is as killed as it was: another kill may have come just before
 * it was reset.
 */
static void admit(struct cpit_activation *act)
{
	struct cpit_instance *inst = act->inst;

	if (!__atomic_load_n(&inst->poisoned, __ATOMIC_SEQ_CST))
		return;
	if (cpit_word_state(inst, CPIT_WORD_TERMINATED) != CPIT_WORD_USED) {
		act->error = CPIT_EPOISONED;
		return;
	}
	act->killed = true;
	cpit_instance_reset(inst);
	cpit_words_write(&inst->words, CPIT_WORD_TERMINATED, 1);
}

/* Makes E1 true, all but `busy'; it is on no chain, so that no tick sees it. */
void cpit_entry_idle(struct cpit_entry *e)
{
	e->words = NULL;
	e->soft_at = e->hard_at = NEVER;
	e->soft_due = e->soft_done = 0;
	e->deferred = e->borrowed = 0;
	e->kill = CPIT_TRAP_NONE;
}

void cpit_entry_begin(struct cpit_activation *act)
{
	struct cpit_instance *i;

	cpit_space_follow();
	if (act->entry->busy == CPIT_BUSY_SPACE &&
	    !__atomic_load_n(&act->inst->poisoned, __ATOMIC_SEQ_CST))
		return;
	if (!act->store_prev)
		for (i = act->store->instances; i; i = i->next)
			if (i->words.memory)
				cpit_words_join(act->entry, &i->words);
	if (!act->prev) {
		CPIT_TRACE(CPIT_EVENT_ENTRY);
		arm(act->entry, &act->store->opt.budget);
	}
	if (!act->entry->kill)
		admit(act);
}

/*
 * The activation is off the chain and what it had saved is back.  A kill that
 * means older ones as well goes on to the next, at its import's return.
 */
void cpit_entry_end(struct cpit_activation *act)
{
	struct cpit_entry *e = act->entry;
	struct cpit_instance *i;

	if (CPIT_WITH_UNLINK && !act->store_prev && e->words)
		cpit_words_filter(e, act->store);
	cpit_borrow(e, 1);
	if (e->kill && act == e->kill_last)
		e->kill = CPIT_TRAP_NONE;
	else if (e->kill)
		__atomic_fetch_or(&act->prev->store->run.pending,
				  CPIT_PENDING_KILL, __ATOMIC_RELAXED);
	cpit_borrow(e, -1u);
	if (act->killed)
		for (i = act->store->instances; i; i = i->next)
			__atomic_store_n(&i->poisoned, 1, __ATOMIC_SEQ_CST);
	if (act->prev)
		return;
	CPIT_TRACE(CPIT_EVENT_PUBLISH);
	cpit_entry_idle(e);
	e->busy = act->store->watched;
}

/* -------------------------------------------------------- what is due */

static bool is_older(const struct cpit_activation *a,
		     const struct cpit_activation *than)
{
	while (than && than != a)
		than = than->prev;
	return than != NULL;
}

/* Everything from the newest activation to `last' is to end. */
static void kill_up_to(struct cpit_entry *e, struct cpit_activation *last,
		       enum cpit_trap why)
{
	e->busy = CPIT_BUSY;
	if (!e->kill || is_older(last, e->kill_last))
		e->kill_last = last;
	if (!e->kill)
		e->kill = why;
}

/*
 * One reason at a time: what comes while an end waits for another stays due, as
 * cpit_budget_renew() may take back the one, and the other means less or more.
 */
static void note_due(struct cpit_activation *top)
{
	struct cpit_entry *e = top->entry;
	uint64_t now = e->soft_at != NEVER || e->hard_at != NEVER
			       ? cpit_embed_now() : 0;
	struct cpit_activation *a;

	if (now >= e->soft_at) {
		e->soft_at = NEVER;
		e->soft_due = 1;
	}
	for (a = top;; a = a->prev) {
		uint32_t *asked = &a->store->entry.asked;

		/* All that the store runs: up to its oldest one. */
		if (!a->store_prev && e->kill != CPIT_TRAP_CPU_LIMIT &&
		    __atomic_load_n(asked, __ATOMIC_ACQUIRE)) {
			__atomic_store_n(asked, 0, __ATOMIC_RELAXED);
			kill_up_to(e, a, CPIT_TRAP_KILLED);
		}
		if (!a->prev)
			break;
	}
	if (!e->kill && now >= e->hard_at) {
		e->hard_at = NEVER;
		kill_up_to(e, a, CPIT_TRAP_CPU_LIMIT);
	}
}

/* Whether the kill ends the activations of this store that are on the chain. */
static bool dooms(const struct cpit_entry *e, const struct cpit_activation *top,
		  const struct cpit_store *s)
{
	for (; top; top = top->prev) {
		if (top->store == s)	/* unless its host function was first */
			return !(s->run.pending & CPIT_PENDING_HOST);
		if (top == e->kill_last)
			break;
	}
	return false;
}

/*
 * Tells the guests: signal words first, then terminated words.  True: the
 * newest one has to end now.
 */
static bool deliver(struct cpit_activation *top)
{
	struct cpit_entry *e = top->entry;
	struct cpit_words *w;

	for (w = e->words; w; w = w->next) {
		uint32_t raised = cpit_words_raised(w);

		if (raised || e->soft_due)
			cpit_words_write(w, CPIT_WORD_SIGNAL,
					 raised ? raised : CPIT_SIGXCPU);
	}
	if (e->soft_due) {
		CPIT_TRACE(CPIT_EVENT_SOFT);
		e->soft_done = 1;
		e->soft_due = 0;
	}
	/* A host function's end is about to be taken: it came first. */
	if (!e->kill || top->store->run.pending & CPIT_PENDING_HOST)
		return false;
	CPIT_TRACE(CPIT_EVENT_HARD);
	for (w = e->words; w; w = w->next)
		if (dooms(e, top, w->store))
			cpit_words_write(w, CPIT_WORD_TERMINATED, 1);
	return true;
}

void cpit_chain_delay(struct cpit_activation *top, uint64_t ns)
{
	struct cpit_entry *e;

	if (!top || !ns)
		return;
	e = top->entry;
	e->soft_at = deadline(e->soft_at, ns);
	e->hard_at = deadline(e->hard_at, ns);
}

/* The import's return does what a tick would. */
static void look_at_edge(struct cpit_activation *top)
{
	top->entry->busy = CPIT_BUSY;
	__atomic_fetch_or(&top->store->run.pending, CPIT_PENDING_TICK,
			  __ATOMIC_RELAXED);
}

bool cpit_chain_due(struct cpit_activation *top)
{
	const struct cpit_activation *a;
	bool due;

	if (!top)
		return false;
	due = top->entry->kill || (top->entry->hard_at != NEVER &&
				   cpit_embed_now() >= top->entry->hard_at);
	for (a = top; a; a = a->prev)
		due |= __atomic_load_n(&a->store->entry.asked, __ATOMIC_ACQUIRE);
	if (due)
		look_at_edge(top);
	return due;
}

/* -------------------------------------------------------------- the tick */

bool cpit_guest_at(uintptr_t pc)
{
	const struct cpit_activation *top = cpit_top();

	return top && !top->entry->borrowed && cpit_code_find(pc);
}

/* In an interrupt, where nothing else can change `pending'. */
static void put_off(struct cpit_activation *top)
{
	uint32_t *pending = &top->store->run.pending;
	struct cpit_entry *e = top->entry;

	e->busy = CPIT_BUSY;
	e->deferred++;
	*pending |= CPIT_PENDING_TICK;
	/* It may be of one that has just ended above this one. */
	if (e->kill && is_older(e->kill_last, top) &&
	    !(*pending & CPIT_PENDING_HOST))
		*pending |= CPIT_PENDING_KILL;
}

enum cpit_verdict cpit_tick(const struct cpit_fault *at,
			    struct cpit_landing *land)
{
	struct cpit_activation *top = cpit_top();

	if (!top)
		return CPIT_RESUMED;
	if (!top->entry->borrowed)
		note_due(top);
	if (!cpit_guest_at(at->pc)) {
		put_off(top);
		return CPIT_RESUMED;
	}
	top->entry->deferred = 0;	/* by a return that had no edge */
	if (!deliver(top))
		return CPIT_RESUMED;
	top->killed = true;
	cpit_record(top, at, NULL, (enum cpit_trap)top->entry->kill);
	cpit_landing_of(top, land);
	return CPIT_UNWOUND;
}

bool cpit_entry_replay(struct cpit_activation *act)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_entry *e = act->entry;
	bool due;

	__atomic_store_n(&act->store->run.pending, 0, __ATOMIC_RELAXED);
	if (e->deferred) {
		if (e->deferred > cpu->deferred_max)
			cpu->deferred_max = e->deferred;
		e->deferred = 0;
		cpu->replayed++;
	}
	cpit_borrow(e, 1);
	note_due(act);
	due = deliver(act);
	cpit_borrow(e, -1u);
	return due;
}

/* ------------------------------------------------- what the embedder asks */

void cpit_budget_set(struct cpit_store *s, const struct cpit_budget *b)
{
	s->opt.budget = *b;
	s->watched = s->entry.busy = CPIT_BUSY;
}

void cpit_budget_renew(struct cpit_caller *c, const struct cpit_budget *b)
{
	struct cpit_store *s = c->instance->store;
	struct cpit_entry *e = s->act->entry;

	/* A tick in between must neither find the old limits nor lose the new. */
	__atomic_store_n(&e->hard_at, NEVER, __ATOMIC_RELAXED);
	e->soft_at = NEVER;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	e->soft_due = e->soft_done = 0;
	if (e->kill == CPIT_TRAP_CPU_LIMIT) {
		e->kill = CPIT_TRAP_NONE;
		__atomic_fetch_and(&s->run.pending,
				   ~(uint32_t)CPIT_PENDING_KILL,
				   __ATOMIC_RELAXED);
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	arm(e, b);
}

int cpit_kill(struct cpit_instance *inst, int signal)
{
	struct cpit_store *s = inst->store;
	struct cpit_cpu *where;

	switch (signal) {
	case CPIT_SIGTERM:
	case CPIT_SIGXCPU:
		if (cpit_word_state(inst, CPIT_WORD_SIGNAL) != CPIT_WORD_USED)
			return -CPIT_ENOENT;
		__atomic_fetch_or(&inst->words.raised, 1u << signal,
				  __ATOMIC_SEQ_CST);
		break;
	case CPIT_SIGKILL:
		__atomic_store_n(&inst->poisoned, 1, __ATOMIC_SEQ_CST);
		__atomic_store_n(&s->entry.asked, 1, __ATOMIC_SEQ_CST);
		break;
	default:
		return -CPIT_EINVAL;
	}
	/* Asked by a host function: there need be no tick, nor one in time. */
	where = __atomic_load_n(&s->cpu, __ATOMIC_SEQ_CST);
	if (!where)
		return 0;
	if (where == cpit_embed_cpu() && where->top)
		look_at_edge(where->top);
	if (where->kick)
		where->kick(where);
	return 0;
}

bool cpit_instance_poisoned(const struct cpit_instance *inst)
{
	return __atomic_load_n(&inst->poisoned, __ATOMIC_SEQ_CST);
}

void cpit_instance_reset(struct cpit_instance *inst)
{
	__atomic_store_n(&inst->poisoned, 0, __ATOMIC_SEQ_CST);
}
