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
static uintptr_t entry_sp(const struct cpit_store *s,
			  const struct cpit_cpu *cpu)
{
	const struct cpit_activation *a = cpu->top;

	if (!s->act)
		return s->stack.high;
	if (a == s->act)
		return 0;
	/* The entry made from our stack saved the sp it left us with. */
	while (a->prev != s->act)
		a = a->prev;
	return a->jmp.sp & ~(uintptr_t)15;
}

/*
 * Takes the store.  It is ours already if it is in this very chain; that its
 * CPU is ours does not suffice: another thread may be in it.
 */
static int take(struct cpit_store *s, struct cpit_cpu *cpu)
{
	const struct cpit_activation *a;
	struct cpit_cpu *none = NULL;

	for (a = cpu->top; a; a = a->prev)
		if (a->store == s)
			return 0;
	return __atomic_compare_exchange_n(&s->cpu, &none, cpu, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
		       ? 0 : -CPIT_EINVAL;
}

static void clear(struct cpit_outcome *out)
{
	out->end = CPIT_RETURNED;
	out->trap = CPIT_TRAP_NONE;
	out->signal = 0;
	out->code = 0;
	out->has_addr = false;
	out->pc = 0;
	out->depth = 0;
	out->nframes = 0;
	out->truncated = false;
}

int cpit_enter(struct cpit_store *s, cpit_thunk_fn *fn, void *state,
	       union cpit_value *v, struct cpit_outcome *out)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation act;	/* no initialiser: jmp is large */
	uintptr_t sp;
	int err;

	if (!cpu || !__atomic_load_n(&cpu->ready, __ATOMIC_ACQUIRE))
		return -CPIT_ENOTREADY;
	err = take(s, cpu);
	if (err)
		return err;
	clear(out);
	sp = entry_sp(s, cpu);
	act.prev = cpu->top;
	act.store_prev = s->act;
	act.store = s;
	act.out = out;
	act.unwind_target = s->run.unwind_target;
	act.exit_fp = s->run.exit_fp;
	act.exit_slot = s->run.exit_slot;
	act.pending = s->run.pending;
	act.why = s->why;
	act.error = 0;
	act.pc = 0;
	s->run.unwind_target = NULL;
	s->run.exit_slot = NULL;
	s->run.pending = 0;
	s->act = &act;
	cpu->top = &act;

	cpit_arch_enter(&act.jmp, sp, fn, state, v);

	/* Read again, not kept: a kernel may have moved this thread. */
	cpit_embed_cpu()->top = act.prev;		/* A4 from here on */
	s->act = act.store_prev;
	s->run.unwind_target = act.unwind_target;
	s->run.exit_fp = act.exit_fp;
	s->run.exit_slot = act.exit_slot;
	s->run.pending = act.pending;
	s->why = act.why;
	if (!s->act)
		__atomic_store_n(&s->cpu, NULL, __ATOMIC_RELEASE);
	return act.error ? -act.error : 0;
}

int cpit_call(struct cpit_instance *inst, const struct cpit_export *f,
	      union cpit_value *v, struct cpit_outcome *out)
{
	const struct cpit_module *m = inst->module;

	if (f < m->exports || f >= m->exports + m->nexports ||
	    f->type.kind != CPIT_FUNC)
		return -CPIT_EINVAL;
	return cpit_enter(inst->store, f->call, inst->state, v, out);
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

/* An import returned with `pending' set: nothing of the host is on the way. */
void cpit_rt_leave(struct cpit_vm *vm)
{
	struct cpit_store *s = vm->instance->store;
	struct cpit_activation *act = s->act;
	struct cpit_outcome *out = act->out;
	const struct cpit_activation *a;

	out->end = s->why.end;
	out->trap = s->why.trap;
	out->signal = s->why.signal;
	out->code = s->why.code;
	act->error = s->why.error;
	for (a = act; a; a = a->prev)
		out->depth++;
	cpit_backtrace(act, out);
	cpit_arch_land(&act->jmp, 1);
}

static void ask(struct cpit_store *s, const struct cpit_pending *why)
{
	if (s->run.pending)
		cpit_embed_panic("second end of one call raised by a host "
				 "function (K23-11)", 0, 0, 0);
	s->why = *why;
	s->run.pending = 1;
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
	cpit_rt_leave(vm);
}
