/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C half of the trap entry: cause -> fault (contract 1.3), and the landing
 * by way of the frame.  On the trap stack, interrupts off, no float register.
 */
#include <arch/frame.h>
#include <arch/machine.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>

#include "csr.h"
#include "hart.h"

void cpit_arch_trap(struct cpit_frame_regs *f, uintptr_t cause, uintptr_t tval);
_Noreturn void cpit_arch_trap_nested(uintptr_t pc, uintptr_t tval,
				     uintptr_t during);

static enum cpit_cause cause_of(uintptr_t cause)
{
	switch (cause) {
	case CAUSE_LOAD_PAGE:
	case CAUSE_STORE_PAGE:
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_ACCESS:
		return CPIT_CAUSE_ACCESS;
	case CAUSE_ILLEGAL:
		return CPIT_CAUSE_ILLEGAL;
	case CAUSE_BREAK:
		return CPIT_CAUSE_BREAK;
	case CAUSE_LOAD_ALIGN:
	case CAUSE_STORE_ALIGN:
		return CPIT_CAUSE_ALIGN;
	}
	return CPIT_CAUSE_OTHER;	/* fetches and calls: never wasm's */
}

/* By the exception return.  What a call may change is cleared of the guest's. */
static void land(struct cpit_frame_regs *f, const struct cpit_landing *l)
{
	unsigned i;

	f->x[X_RA] = 0;
	for (i = X_T0; i <= X_T2; i++)
		f->x[i] = 0;
	for (i = X_A0; i <= X_A7; i++)
		f->x[i] = 0;
	for (i = X_T3; i <= X_T6; i++)
		f->x[i] = 0;
	f->x[X_A0] = l->arg0;
	f->x[X_A1] = l->arg1;
	f->x[X_SP] = l->sp;
	f->status &= ~SSTATUS_SUM;
	f->pc = l->pc;
}

/* The timer, or another hart, which may have wanted M-mode only. */
static enum cpit_verdict interrupt(uintptr_t cause, struct cpit_frame_regs *f,
				   const struct cpit_fault *at,
				   struct cpit_landing *l)
{
	if (cause == CAUSE_TIMER_IRQ)
		return cpit_board_tick(at, f, l);
	csr_clear(sip, SIE_SSIE);
	return cpit_arch_kicked() ? cpit_board_kick(at, f, l) : CPIT_RESUMED;
}

void cpit_arch_trap(struct cpit_frame_regs *f, uintptr_t cause, uintptr_t tval)
{
	struct cpit_fault fault;
	struct cpit_landing l;

	fault.cause = cause_of(cause);
	fault.pc = f->pc;
	fault.sp = f->x[X_SP];
	fault.fp = f->x[X_S0];
	fault.ra = f->x[X_RA];
	fault.addr = tval;
	if (cause == CAUSE_TIMER_IRQ || cause == CAUSE_SOFT_IRQ) {
		if (interrupt(cause, f, &fault, &l) == CPIT_UNWOUND)
			land(f, &l);
		return;
	}
	switch (cpit_trap_claim(&fault, &l)) {
	case CPIT_RESUMED:
		return;
	case CPIT_UNWOUND:
		land(f, &l);
		return;
	case CPIT_BROKEN:
		cpit_embed_panic("fault in module text that nothing explains",
				 f->pc, tval, 0);
	case CPIT_NOT_OURS:
		break;
	}
	cpit_embed_panic("fault in host code", f->pc, tval, 0);
}

void cpit_arch_trap_nested(uintptr_t pc, uintptr_t tval, uintptr_t during)
{
	cpit_embed_panic("fault inside the trap handler", pc, tval, during);
}
