/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least that a fault costs a Linux process: SIGSEGV on the alternate stack,
 * a handler that changes the pc, sigreturn(2).  What a trap costs on board host
 * is this and what the runtime does besides.
 */
#include "bench.h"
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

enum { LOAD = 2 };			/* bytes of movb (%rdi), %al */

static struct sigaction runtime;	/* what it has set */

static void skip(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += LOAD;
}

void bench_handler(bool on)
{
	struct sigaction ours = { .sa_sigaction = skip };

	ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
	if (on)
		sigaction(SIGSEGV, &ours, &runtime);
	else
		sigaction(SIGSEGV, &runtime, NULL);
}

void bench_fault(void)
{
	__asm__ volatile("movb (%%rdi), %%al" : : "D"(0) : "rax", "memory");
}
