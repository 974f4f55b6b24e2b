/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted: instructions, or where there is no such number (host), ns. */
#ifndef CPIT_BENCH_H
#define CPIT_BENCH_H

#include <arch/machine.h>

#ifdef BENCH_TIME
#define bench_count cpit_arch_counter
#else
#define bench_count cpit_arch_instret
#endif

/* sigsegv.c: a handler that skips the load of bench_fault(), or none. */
void bench_handler(bool on);
void bench_fault(void);

#endif
