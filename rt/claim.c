/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap claim: ours or not, which kind, where to land (contract 1.3, 1.4).
 *
 * Runs on the trap stack with interrupts off, after an arbitrary instruction:
 * no heap, no lock, no printing, no float register (tests/lint checks it).
 */
#include "code.h"
#include "memory.h"
#include "store.h"
#include "trace.h"

/* Only what is below the running guest's stack is its guard (SLG-05). */
static bool in_guard(const struct cpit_stack *st, uintptr_t addr)
{
	return addr < st->low && addr >= st->low - st->guard;
}

/* The kind of an access fault by module text, or NONE: a wild access. */
static enum cpit_trap classify_access(const struct cpit_activation *act,
				      const struct cpit_fault *f,
				      struct cpit_outcome *out)
{
	const wasm_rt_memory_t *mem;
	uintptr_t base = 0;

	if (in_guard(&act->store->stack, f->addr))
		return CPIT_TRAP_STACK_EXHAUSTED;
	mem = cpit_memory_find(f->addr);
	if (mem)
		base = (uintptr_t)mem->data;
	else if (act->store->space && f->addr + CPIT_BELOW < CPIT_RESERVATION)
		mem = act->store->memory0;	/* seen at 0 */
	if (!mem)
		return CPIT_TRAP_NONE;
	out->has_addr = true;
	out->addr = f->addr - base;
	if ((int64_t)out->addr < 0)	/* sign-extended (CPIT_BELOW) */
		out->addr += (uint64_t)1 << 32;
	out->size = mem->size;
	if (CPIT_IN_MEMORY(out)) {	/* cpit_embed_fault() had no page */
		out->code = CPIT_ENOMEM;
		return CPIT_TRAP_HOST_RAISED;
	}
	return CPIT_TRAP_MEM_OOB;
}

void cpit_record(struct cpit_activation *act, const struct cpit_fault *at,
		 const struct cpit_module *m, enum cpit_trap trap)
{
	struct cpit_outcome *out = act->out;
	const struct cpit_activation *a;

	out->end = CPIT_TRAPPED;
	out->trap = trap;
	out->signal = cpit_trap_signal(trap);
	for (a = act; a; a = a->prev)
		out->depth++;
	act->module = m;
	act->pc = 0;
	if (at) {
		out->pc = at->pc;
		act->pc = at->pc;
		act->fp = at->fp;
		act->sp = at->sp;
		act->ra = at->ra;
	}
	cpit_backtrace(act, out);
	CPIT_TRACE(CPIT_EVENT_LANDING);
}

void cpit_landing_of(struct cpit_activation *act, struct cpit_landing *land)
{
	land->pc = (uintptr_t)cpit_arch_land;
	land->sp = act->jmp.sp;
	land->arg0 = (uintptr_t)&act->jmp;
	land->arg1 = 1;
}

enum cpit_verdict cpit_trap_claim(const struct cpit_fault *f,
				  struct cpit_landing *land)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation *act = cpu->top;
	const struct cpit_module *m;
	enum cpit_trap trap = CPIT_TRAP_NONE;

	if (f->cause == CPIT_CAUSE_ACCESS && cpit_embed_fault(f->addr))
		return CPIT_RESUMED;		/* K23-08: paging first */
	if (!act)
		return CPIT_NOT_OURS;		/* K23-07: no guest runs */
	m = cpit_code_find(f->pc);
	if (!m)
		return CPIT_NOT_OURS;		/* SLG-07: host code */

	if (f->cause == CPIT_CAUSE_ILLEGAL || f->cause == CPIT_CAUSE_BREAK)
		trap = cpit_code_site(m, f->pc);
	else if (f->cause == CPIT_CAUSE_ACCESS)
		trap = classify_access(act, f, act->out);
	if (trap == CPIT_TRAP_NONE)
		return CPIT_BROKEN;	/* a miscompile, never guessed at */

	cpit_record(act, f, m, trap);
	cpit_landing_of(act, land);
	return CPIT_UNWOUND;
}
