/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entering wasm and the one way out of it.  store.h states the invariants.
 */
#include "store.h"
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
 * Takes the store.  It is ours already if it is in this very chain; that its
 * CPU is ours does not suffice: another thread may be in it.
 */
static bool take(struct cpit_store *s, struct cpit_cpu *cpu)
{
	const struct cpit_activation *a;
	struct cpit_cpu *none = NULL;

	for (a = cpu->top; a; a = a->prev)
		if (a->store == s)
			return true;
	if (!__atomic_compare_exchange_n(&s->cpu, &none, cpu, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	/* A kill that came before finds its instance poisoned instead. */
	if (__atomic_load_n(&s->entry.asked, __ATOMIC_RELAXED))
		__atomic_exchange_n(&s->entry.asked, 0, __ATOMIC_SEQ_CST);
	return true;
}

static void clear(struct cpit_outcome *out)
{
	out->end = CPIT_RETURNED;
	out->trap = CPIT_TRAP_NONE;
	out->signal = 0;
	out->code = 0;
	out->has_addr = false;
	out->truncated = false;
	out->pc = 0;
	out->depth = 0;
	out->nframes = 0;
}

/* Under an older activation: what the store is in the middle of. */
static struct cpit_entry *save(struct cpit_activation *act)
{
	struct cpit_store *s = act->store;

	act->entry = act->prev->entry;
	act->entry->busy = 1;
	act->unwind_target = s->run.unwind_target;
	act->exit_fp = s->run.exit_fp;
	act->exit_slot = s->run.exit_slot;
	act->pending = s->run.pending;
	if (act->pending)
		act->why = s->why;
	s->run.unwind_target = NULL;
	s->run.exit_slot = NULL;
	s->run.pending = 0;
	return act->entry;
}

/* A4, for a busy entry; the activation is off the chain. */
static void restore(struct cpit_activation *act)
{
	struct cpit_store *s = act->store;

	cpit_space_of(cpit_embed_cpu(), act->prev);
	if (act->entry->busy == CPIT_BUSY_SPACE)
		return;
	if (act->prev) {
		s->run.unwind_target = act->unwind_target;
		s->run.exit_fp = act->exit_fp;
		s->run.exit_slot = act->exit_slot;
		s->run.pending = act->pending;
		if (act->pending)
			s->why = act->why;
	} else {
		s->run.pending = 0;
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	cpit_entry_end(act);
}

/* Whether the guest may run, where the entry is busy or it was killed. */
static bool admit(struct cpit_activation *act, struct cpit_instance *inst)
{
	cpit_space_of(cpit_embed_cpu(), act);
	if (act->entry->busy == CPIT_BUSY_SPACE &&
	    !__atomic_load_n(&inst->poisoned, __ATOMIC_RELAXED))
		return true;
	cpit_entry_arm(act);
	if (act->entry->kill) {
		/* What is to end does not begin anything new (WRK-15). */
		clear(act->out);
		cpit_record(act, NULL, NULL, (enum cpit_trap)act->entry->kill);
		return false;
	}
	act->error = cpit_admit(inst);
	return !act->error;
}

int cpit_enter(struct cpit_instance *inst, cpit_thunk_fn *fn,
	       union cpit_value *v, struct cpit_outcome *out)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_store *s = inst->store;
	struct cpit_entry *e = &s->entry;
	struct cpit_activation act;	/* no initialiser: jmp is large */

	if (!cpu || !__atomic_load_n(&cpu->ready, __ATOMIC_RELAXED))
		return -CPIT_ENOTREADY;
	if (!take(s, cpu))
		return -CPIT_EINVAL;
	act.store = s;
	act.inst = inst;
	act.prev = cpu->top;
	act.store_prev = s->act;
	act.entry = e;
	act.out = out;
	act.error = 0;
	act.killed = false;
	if (act.prev)
		e = save(&act);
	s->act = &act;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&cpu->top, &act, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);

	if ((!e->busy &&
	     !__atomic_load_n(&inst->poisoned, __ATOMIC_RELAXED)) ||
	    admit(&act, inst)) {
		clear(out);
		cpit_arch_enter(&act.jmp, entry_sp(&act), fn, inst->state, v);
	}

	/*
	 * Off the chain first: a tick in between marks the activation whose
	 * `pending' is not going to be replaced.  It may be another CPU by now
	 * (cpit_cpu_swap).
	 */
	s = act.store;
	s->cpu->top = act.prev;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	s->act = act.store_prev;
	s->run.unwind_target = NULL;	/* a trap leaves try blocks, too */
	s->run.exit_slot = NULL;
	s->run.exit_fp = 0;
	if (act.entry->busy)
		restore(&act);
	if (!act.store_prev)
		__atomic_store_n(&s->cpu, NULL, __ATOMIC_RELEASE);
	return -act.error;
}

int cpit_call(struct cpit_instance *inst, const struct cpit_export *f,
	      union cpit_value *v, struct cpit_outcome *out)
{
	const struct cpit_module *m = inst->module;

	if (f < m->exports || f >= m->exports + m->nexports ||
	    f->type.kind != CPIT_FUNC)
		return -CPIT_EINVAL;
	return cpit_enter(inst, f->call, v, out);
}

const struct cpit_import_decl *cpit_running_import(void)
{
	const struct cpit_activation *act = cpit_embed_cpu()->top;
	const struct cpit_slot *slot = act ? act->store->run.exit_slot : NULL;
	const struct cpit_instance *inst;

	if (!slot)
		return NULL;
	inst = slot->caller.instance;
	return &inst->module->imports[slot - CPIT_VM(inst->state)->slots];
}

/* Nothing of the host is on the way: the import has returned. */
void cpit_rt_edge(struct cpit_vm *vm)
{
	struct cpit_store *s = vm->instance->store;
	struct cpit_activation *act = s->act;
	struct cpit_outcome *out = act->out;

	if (s->run.pending & CPIT_PENDING_HOST) {
		act->entry->busy = 1;
		cpit_record(act, NULL, NULL, s->why.trap);
		out->end = s->why.end;
		out->signal = s->why.signal;
		out->code = s->why.code;
		act->error = s->why.error;
	} else if (cpit_entry_replay(act)) {
		act->killed = true;
		cpit_record(act, NULL, NULL, (enum cpit_trap)act->entry->kill);
	} else {
		if (cpit_embed_cpu()->at_edge)
			cpit_embed_cpu()->at_edge();
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
		cpit_embed_panic("second end of one call raised by a host "
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
