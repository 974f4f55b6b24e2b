/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entering wasm and the one way out of it.  store.h states the invariants.
 *
 * Most entries are the outermost one of a store with no budget, words, address
 * space or kill: that way is the straight one, and what the others need besides
 * is in functions that are cold.
 */
#include "code.h"
#include "store.h"
#include "trace.h"
#include <stddef.h>

/*
 * The guest stack pointer to enter with: the top, or below what the store's
 * older activation has in use.  0 means that we stand on that stack already.
 */
static uintptr_t entry_sp(const struct cpit_activation *act)
{
	const struct cpit_activation *a = act->prev;

	if (!act->store_prev)
		return act->store->stack.high;
	if (a == act->store_prev)
		return 0;
	/* The entry made from our stack saved the sp it left us with. */
	while (a->prev != act->store_prev)
		a = a->prev;
	return a->jmp.sp & ~(uintptr_t)15;
}

/*
 * False where it runs on another CPU, or in another thread of this one.
 * cpit_kill() writes `poisoned', then reads s->cpu; we write s->cpu, then read
 * `poisoned'.  SEQ_CST: at least one of the two sees the other's write.
 */
static bool take(struct cpit_store *s, struct cpit_cpu *cpu)
{
	struct cpit_cpu *none = NULL;

	return __atomic_compare_exchange_n(&s->cpu, &none, cpu, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/*
 * A kill's interrupt before this finds no activation to end.  It has set
 * `poisoned' by then, so the caller reads `poisoned' after this.
 */
static void publish(struct cpit_activation *act, struct cpit_cpu *cpu)
{
	CPIT_PREEMPT();
	act->store->act = act;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	cpu->top = act;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void clear(struct cpit_outcome *out)
{
	out->end = CPIT_RETURNED;
	out->trap = CPIT_TRAP_NONE;
	out->signal = 0;
	out->code = 0;
	out->pc = 0;
	out->depth = 0;
	out->nframes = 0;
	out->has_addr = false;
	out->truncated = false;
}

/* What the store is in the middle of. */
static void save(struct cpit_activation *act)
{
	struct cpit_store *s = act->store;

	act->unwind_target = s->run.unwind_target;
	act->exit = s->run.exit;
	act->pending = s->run.pending;
	if (act->pending)
		act->why = s->why;
	s->run.unwind_target = NULL;
	s->run.exit.pc = 0;
	s->run.pending = 0;
}

static void leave(struct cpit_store *s)
{
	s->run.unwind_target = NULL;	/* a trap leaves try blocks, too */
	s->run.exit.pc = 0;
}

/* --------------------------------------------- the ways that are not straight */

bool cpit_runs_here(const struct cpit_store *s)
{
	const struct cpit_activation *a = cpit_top();

	while (a && a->store != s)
		a = a->prev;
	return a;
}

static void borrow(uint32_t n)
{
	struct cpit_activation *top = cpit_top();

	if (top)
		cpit_borrow(top->entry, n);
}

void cpit_borrow_text(void)
{
	borrow(1);
}

void cpit_return_text(void)
{
	borrow(-1u);
}

/* Under an older activation. */
static bool nest(struct cpit_activation *act, struct cpit_cpu *cpu)
{
	if (!cpit_runs_here(act->store) && !take(act->store, cpu))
		return false;
	act->store_prev = act->store->act;
	act->entry = act->prev->entry;
	act->entry->busy = CPIT_BUSY;
	save(act);
	return true;
}

/* A4, for a busy entry; the activation is off the chain. */
static void restore(struct cpit_activation *act)
{
	struct cpit_store *s = act->store;

	cpit_space_follow();
	if (act->entry->busy == CPIT_BUSY_SPACE)
		return;
	if (act->prev) {
		s->run.unwind_target = act->unwind_target;
		s->run.exit = act->exit;
		s->run.pending = act->pending;
		if (act->pending)
			s->why = act->why;
	} else {
		s->run.pending = 0;
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	cpit_entry_end(act);
}

__attribute__((cold, noinline))
static int end(struct cpit_activation *act)
{
	struct cpit_store *s = act->store;

	/*
	 * Off the chain first: a tick in between marks an older activation.  If
	 * that is of the same store its `pending' is replaced below: a kill is
	 * marked again by cpit_entry_end().
	 */
	s->cpu->top = act->prev;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	s->act = act->store_prev;
	leave(s);
	if (act->entry->busy)
		restore(act);
	if (!act->store_prev)
		__atomic_store_n(&s->cpu, NULL, __ATOMIC_RELEASE);
	return -act->error;
}

__attribute__((cold, noinline))
static int published(struct cpit_activation *act)
{
	cpit_entry_begin(act);
	if (!act->error) {
		clear(act->out);
		/* What is to end does not begin anything new (WRK-15). */
		if (act->entry->kill) {
			cpit_record(act, NULL, NULL,
				    (enum cpit_trap)act->entry->kill);
		} else {
			act->killed = false;
			cpit_arch_enter(&act->jmp, entry_sp(act), act->fn,
					act->inst->state, act->v);
		}
	}
	return end(act);
}

/* An outermost entry has taken the store; a nested one does so in nest(). */
__attribute__((cold, noinline))
static int enter(struct cpit_activation *act, struct cpit_cpu *cpu)
{
	act->prev = cpu->top;
	if (act->prev && !nest(act, cpu))
		return -CPIT_EINVAL;
	/* A kill that came before finds its instance poisoned instead. */
	if (!act->store_prev)
		__atomic_exchange_n(&act->store->entry.asked, 0,
				    __ATOMIC_SEQ_CST);
	publish(act, cpu);
	return published(act);
}

/* --------------------------------------------------------- the straight one */

int cpit_enter(struct cpit_instance *inst, cpit_thunk_fn *fn,
	       union cpit_value *v, struct cpit_outcome *out)
{
	struct cpit_activation act;	/* no initialiser: jmp is large */
	struct cpit_cpu *cpu;
	struct cpit_store *s;

	/*
	 * Kept in memory: they are needed after the call, and in registers each
	 * would be one to save.
	 */
	act.inst = inst;
	act.fn = fn;
	act.v = v;
	act.out = out;
	cpu = cpit_embed_cpu();
	if (!cpu || !cpu->ready)
		return -CPIT_ENOTREADY;
	inst = act.inst;
	s = inst->store;
	act.store = s;
	act.prev = act.store_prev = NULL;
	act.entry = &s->entry;
	act.error = 0;
	act.killed = false;
	if (cpu->top)
		return enter(&act, cpu);
	if (!take(s, cpu))
		return -CPIT_EINVAL;
	if (__atomic_load_n(&s->entry.any, __ATOMIC_RELAXED))
		return enter(&act, cpu);
	publish(&act, cpu);
	if (__atomic_load_n(&inst->poisoned, __ATOMIC_SEQ_CST))
		return published(&act);
	clear(act.out);
	cpit_arch_enter(&act.jmp, s->stack.high, act.fn, inst->state, act.v);

	/* It may be another CPU by now (cpit_cpu_swap). */
	s = act.store;
	s->cpu->top = NULL;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (s->entry.busy)
		return end(&act);
	s->act = NULL;
	leave(s);
	__atomic_store_n(&s->cpu, NULL, __ATOMIC_RELEASE);
	return 0;
}

int cpit_call(struct cpit_instance *inst, const struct cpit_export *f,
	      union cpit_value *v, struct cpit_outcome *out)
{
	if (!cpit_offers(inst, f) || f->type.kind != CPIT_FUNC)
		return -CPIT_EINVAL;
	return cpit_enter(inst, f->call, v, out);
}

/* ------------------------------------------- what a host function may ask for */

const struct cpit_import_decl *cpit_running_import(void)
{
	const struct cpit_activation *act = cpit_top();
	uintptr_t pc = act ? act->store->run.exit.pc : 0;
	const struct cpit_module *m = pc ? cpit_code_find(pc) : NULL;
	uint32_t i;

	/* A loaded module's table may say anything. */
	for (i = 0; m && i < m->nexits; i++)
		if ((uintptr_t)m->text_start + m->exits[i].pc == pc &&
		    m->exits[i].import < m->nimports)
			return &m->imports[m->exits[i].import];
	return NULL;
}

/* Nothing of the host is on the way: the import has returned. */
void cpit_rt_edge(struct cpit_vm *vm)
{
	struct cpit_store *s = vm->instance->store;
	struct cpit_activation *act = s->act;
	struct cpit_outcome *out = act->out;

	if (s->run.pending & CPIT_PENDING_HOST) {
		act->entry->busy = CPIT_BUSY;
		cpit_record(act, NULL, NULL, s->why.trap);
		out->end = s->why.end;
		out->signal = s->why.signal;
		out->code = s->why.code;
		act->error = s->why.error;
	} else if (cpit_entry_replay(act)) {
		act->killed = true;
		cpit_record(act, NULL, NULL, (enum cpit_trap)act->entry->kill);
	} else {
		void (*at_edge)(void) = cpit_embed_cpu()->at_edge;

		if (at_edge)
			at_edge();
		return;
	}
	cpit_arch_land(&act->jmp, 1);
}

/* The first end stands: a kill that has been noticed, or this one (KAN-07). */
static void ask(struct cpit_store *s, const struct cpit_pending *why)
{
	uint32_t old = __atomic_fetch_or(&s->run.pending, CPIT_PENDING_HOST,
					 __ATOMIC_RELAXED);

	if (old & CPIT_PENDING_HOST)
		cpit_embed_panic("second end of one call by a host "
				 "function (K23-11)", 0, 0, 0);
	if (old & CPIT_PENDING_KILL)
		__atomic_fetch_and(&s->run.pending,
				   ~(uint32_t)CPIT_PENDING_HOST,
				   __ATOMIC_RELAXED);
	else
		s->why = *why;
}

void cpit_exit(struct cpit_caller *c, uint32_t code)
{
	ask(c->instance->store, &(struct cpit_pending){
		.end = CPIT_EXITED, .code = code });
}

void cpit_raise(struct cpit_caller *c, enum cpit_trap trap)
{
	if (!cpit_trap_signal(trap))
		trap = CPIT_TRAP_HOST_RAISED;
	ask(c->instance->store, &(struct cpit_pending){
		.end = CPIT_TRAPPED, .trap = trap,
		.signal = cpit_trap_signal(trap) });
}

void cpit_fail(struct cpit_caller *c, int signal, uint32_t number)
{
	/* Only these fit a wait status: every view has to say the same. */
	if (signal < 1 || signal > 126)
		signal = CPIT_SIGABRT;
	ask(c->instance->store, &(struct cpit_pending){
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_HOST_RAISED,
		.signal = signal, .code = number });
}

void cpit_leave_error(struct cpit_vm *vm, int error)
{
	ask(vm->instance->store, &(struct cpit_pending){
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_NONE, .error = error });
	cpit_rt_edge(vm);
	__builtin_unreachable();	/* one of the two ends is pending */
}
