/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A spin lock, 0 when free.  Thread context only: neither the fault path nor
 * the tick takes one.  Nesting, outermost first: address space, page tables,
 * heap; the log, the console.  Pages have none (pages.c).
 */
#ifndef CPIT_BOARDS_LOCK_H
#define CPIT_BOARDS_LOCK_H

#include <stdint.h>

static inline void board_lock(uint32_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		;
}

static inline void board_unlock(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

#endif
