/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap entry of a Linux process.  The kernel does what vectors.S does on the
 * machine: it saves the registers on the thread's alternate stack, and the
 * handler's return, sigreturn(2), takes them from there.  So the rest is the
 * x86_64 machine's: the vector is in the signal context, cpit_arch_trap()
 * edits the frame, and nothing ever jumps out of a handler.
 */
#include <arch/cpu.h>
#include <arch/machine.h>
#include <errno.h>
#include <signal.h>
#include <ucontext.h>

#include "signal.h"

/* The signals a fault can come as; kill(2) can send them too. */
static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

/* Where the words of struct cpit_frame_regs are among the kernel's. */
static const unsigned char place[] = {
	REG_R15, REG_R14, REG_R13, REG_R12, REG_R11, REG_R10, REG_R9, REG_R8,
	REG_RBP, REG_RDI, REG_RSI, REG_RDX, REG_RCX, REG_RBX, REG_RAX,
	REG_TRAPNO, REG_ERR, REG_RIP, REG_CSGSFS, REG_EFL, REG_RSP,
};
enum { WORDS = sizeof(place) };
_Static_assert((WORDS + 1) * sizeof(uintptr_t) == FRAME_SIZE, "all but ss");

union frame {
	struct cpit_frame_regs regs;
	uintptr_t word[WORDS + 1];
};

/*
 * On the machine the tick finds the float registers as the guest had them; the
 * kernel has put them by and given us fresh ones.
 */
static void take_floats(const ucontext_t *u)
{
	__asm__ volatile("fxrstor64 %0" : : "m"(*u->uc_mcontext.fpregs));
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	int i, saved = errno;	/* the tick sets its timer */
	union frame f;

	for (i = 0; i < WORDS; i++)
		f.word[i] = (uintptr_t)g[place[i]];
	f.word[WORDS] = 0;
	/* What is sent has no vector: there is one of an older fault. */
	if (sig == CPIT_SIGTICK) {
		f.regs.vector = info->si_code == SI_TKILL ? VEC_WAKE : VEC_TIMER;
		take_floats(context);
	} else if (info->si_code <= 0) {
		f.regs.vector = VEC_OTHER;
	}
	cpit_arch_trap(&f.regs, (uintptr_t)g[REG_CR2]);
	for (i = 0; i < WORDS; i++)
		g[place[i]] = (greg_t)f.word[i];
	errno = saved;
}

void cpit_arch_signals(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal };
	unsigned i;

	/* A fault in the handler has to come through: it is reported (K23-04). */
	sa.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART | SA_ONSTACK;
#ifdef CPIT_TEST_NO_TRAP_STACK		/* negative control of SLG-02 */
	sa.sa_flags &= ~SA_ONSTACK;
#endif
	sigfillset(&sa.sa_mask);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&sa.sa_mask, faults[i]);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigaction(faults[i], &sa, NULL);
#ifdef CPIT_TEST_TIMER_NO_IST		/* negative control of SLG-04 */
	sa.sa_flags &= ~SA_ONSTACK;
#endif
	sigaction(CPIT_SIGTICK, &sa, NULL);
}
