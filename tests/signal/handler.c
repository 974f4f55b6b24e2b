/* SPDX-License-Identifier: Apache-2.0 */
/* A handler for SIGFPE, which raise() runs and a trap does not (KAN-12). */
#include <signal.h>
#include <unistd.h>

static volatile int zero;

static void on_fpe(int signal)
{
	(void)signal;
	write(1, "handler\n", 8);
}

int main(void)
{
	signal(SIGFPE, on_fpe);
	raise(SIGFPE);
	return 100 / zero;
}
