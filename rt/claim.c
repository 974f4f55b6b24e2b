/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap claim: ours or not, which kind, where to land (contract 1.3).
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

/* Where an address is: the memory, and its offset there, negative below it. */
struct place {
	const wasm_rt_memory_t *mem;
	uintptr_t offset;
};

/* In the memory of the instance that was entered, which is the likely one. */
static struct place own(const struct cpit_instance *inst, uintptr_t addr)
{
	struct place at = { NULL, addr - inst->base };

	if (at.offset + CPIT_BELOW < CPIT_RESERVATION)
		at.mem = inst->own;
	return at;
}

/* The kind of an access fault by module text, or NONE: a wild access. */
static enum cpit_trap classify_access(const struct cpit_activation *act,
				      uintptr_t addr, struct place at,
				      struct cpit_outcome *out)
{
	if (in_guard(&act->store->stack, addr))
		return CPIT_TRAP_STACK_EXHAUSTED;
	if (!at.mem) {
		at.mem = cpit_memory_find(addr);
		at.offset = at.mem ? addr - (uintptr_t)at.mem->data : addr;
	}
	if (!at.mem && act->store->space && addr + CPIT_BELOW < CPIT_RESERVATION)
		at.mem = act->store->memory0;	/* seen at 0 */
	if (!at.mem)
		return CPIT_TRAP_NONE;
	out->has_addr = true;
	out->addr = at.offset;
	if ((intptr_t)at.offset < 0)	/* sign-extended (CPIT_BELOW) */
		out->addr += (uint64_t)1 << 32;
	out->size = at.mem->size;
	/* In bounds: cpit_embed_fault() had no page. */
	if (CPIT_WITH_SHORTAGE && out->addr < out->size) {
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

__attribute__((noinline))		/* of two callers, for its size */
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
	const struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation *act = cpu ? cpu->top : NULL;	/* as cpit_top() */
	bool access = f->cause == CPIT_CAUSE_ACCESS;
	const struct cpit_module *m;
	enum cpit_trap trap = CPIT_TRAP_NONE;
	struct place at = { NULL, 0 };

	if (access) {
		if (act)
			at = own(act->inst, f->addr);
		/* K23-08: paging first, but where no page can be. */
		if (!(at.mem && at.offset >= at.mem->size) &&
		    cpit_embed_fault(f->addr))
			return CPIT_RESUMED;
	}
	if (!act)
		return CPIT_NOT_OURS;		/* K23-07: no guest runs */
	m = act->inst->module;			/* most often; else: */
	if (!cpit_code_in(m, f->pc))
		m = cpit_code_find(f->pc);
	if (!m)
		return CPIT_NOT_OURS;		/* SLG-07: host code */

	if (f->cause == CPIT_CAUSE_ILLEGAL || f->cause == CPIT_CAUSE_BREAK)
		trap = cpit_code_site(m, f->pc);
	else if (access)
		trap = classify_access(act, f->addr, at, act->out);
	if (trap == CPIT_TRAP_NONE)
		return CPIT_BROKEN;	/* a miscompile, never guessed at */

	cpit_record(act, f, m, trap);
	cpit_landing_of(act, land);
	return CPIT_UNWOUND;
}
