/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_HOST_SIGNAL_H
#define CPIT_HOST_SIGNAL_H

#include "../x86_64/trap.h"

#define CPIT_SIGTICK SIGALRM

/* Handlers for the process: the faults' and the tick's. */
void cpit_arch_signals(void);

#endif
