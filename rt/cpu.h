/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_RT_CPU_H
#define CPIT_RT_CPU_H

#include <stdint.h>

/* A spin lock, for thread context only; 0 is free. */
void cpit_lock(uint32_t *lock);
void cpit_unlock(uint32_t *lock);

/* 0, or -CPIT_ENOTREADY: no block that cpit_cpus_quiet() looks at (SLG-14). */
int cpit_cpu_ready(void);

/*
 * Returns after every CPU was seen outside a registry reader.  Readers run in
 * fault handlers only, for a bounded time.
 */
void cpit_cpus_quiet(void);

#endif
