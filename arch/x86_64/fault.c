/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C half of the trap entry: vector -> fault (contract 1.3), and the landing
 * by way of the frame.  On a trap stack, interrupts off, no SSE register.
 */
#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/machine.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>

#include "trap.h"

/*
 * The pc whose trap this CPU handles; 0 outside the handler.  A fault while it
 * is set is the handler's own (K23-04): the IST slot has begun at its top
 * again, over the first frame, so that nothing but a report is possible.
 */
static _Thread_local uintptr_t handling;

/*
 * A non-canonical address (#GP, #SS without one) is none of wasm's: it cannot
 * be formed, since a memory's base plus 33 bits stays in the low half, and a
 * guest stack with its guard does too.
 */
static enum cpit_cause cause_of(const struct cpit_frame_regs *f)
{
	switch (f->vector) {
	case VEC_PF:
		return f->error & PF_FETCH ? CPIT_CAUSE_OTHER
					   : CPIT_CAUSE_ACCESS;
	case VEC_UD:
		return CPIT_CAUSE_ILLEGAL;
	case VEC_BP:
		return CPIT_CAUSE_BREAK;
	case VEC_AC:
		return CPIT_CAUSE_ALIGN;
	}
	return CPIT_CAUSE_OTHER;
}

static const char *host_fault(uintptr_t vector)
{
	switch (vector) {
	case VEC_NMI:
		return "non-maskable interrupt";
	case VEC_DF:
		return "double fault";
	case VEC_MC:
		return "machine check";
	}
	return vector < 32 ? "fault in host code" : "unknown interrupt";
}

/* These come whatever the CPU does: a handler that they find has not faulted. */
static bool from_outside(uintptr_t vector)
{
	return vector == VEC_NMI || vector == VEC_MC;
}

/* By the exception return.  What a call may change is cleared of the guest's. */
static void land(struct cpit_frame_regs *f, const struct cpit_landing *l)
{
	f->rax = f->rcx = f->rdx = f->r8 = f->r9 = f->r10 = f->r11 = 0;
	f->rdi = l->arg0;
	f->rsi = l->arg1;
	f->rsp = l->sp;
	f->rip = l->pc;
	f->rflags &= ~(RFLAGS_DF | RFLAGS_AC | RFLAGS_NT | RFLAGS_TF);
}

static struct cpit_fault fault_of(const struct cpit_frame_regs *f,
				  uintptr_t cr2)
{
	return (struct cpit_fault){
		.cause = cause_of(f),
		.pc = f->rip, .sp = f->rsp, .fp = f->rbp, .ra = 0,
		.addr = f->vector == VEC_PF ? cr2 : 0,
	};
}

/* The timer, or another CPU that wants this one to look around. */
static void tick(struct cpit_frame_regs *f)
{
	struct cpit_fault at = fault_of(f, 0);
	struct cpit_landing l;

	cpit_arch_irq_done();
	if ((f->vector == VEC_TIMER ? cpit_board_tick(&at, f, &l)
				    : cpit_board_kick(&at, f, &l)) ==
	    CPIT_UNWOUND)
		land(f, &l);
}

static void fault(struct cpit_frame_regs *f, uintptr_t cr2)
{
	struct cpit_fault fault = fault_of(f, cr2);
	struct cpit_landing l;

	switch (cpit_trap_claim(&fault, &l)) {
	case CPIT_RESUMED:
		return;
	case CPIT_UNWOUND:
		land(f, &l);
		return;
	case CPIT_BROKEN:
		cpit_embed_panic("fault in module text that nothing explains",
				 f->rip, fault.addr, 0);
	case CPIT_NOT_OURS:
		break;
	}
	cpit_embed_panic(host_fault(f->vector), f->rip, fault.addr, 0);
}

void cpit_arch_trap(struct cpit_frame_regs *f, uintptr_t cr2)
{
	if (f->vector == VEC_NMI && cpit_arch_asked(f))
		return;			/* at any time, in a handler too */
	if (handling)
		cpit_embed_panic(from_outside(f->vector) ?
				 host_fault(f->vector) :
				 "fault inside the trap handler", f->rip,
				 f->vector == VEC_PF ? cr2 : 0, handling);
	handling = f->rip ? f->rip : 1;
	if (f->vector == VEC_TIMER || f->vector == VEC_WAKE)
		tick(f);
	else if (f->vector == VEC_SPURIOUS)
		;
	else if (f->vector == VEC_NMI || f->vector == VEC_DF ||
		 f->vector == VEC_MC || f->vector >= 32)
		cpit_embed_panic(host_fault(f->vector), f->rip, 0, 0);
	else
		fault(f, cr2);
	handling = 0;
}

bool cpit_arch_trap_clean(void)
{
	return !handling;
}

#ifdef CPIT_TEST_INJECT			/* tests/board/inject.c */
void cpit_test_leave_handler(void);
void cpit_test_leave_handler(void)
{
	handling = 0;
}
#endif
