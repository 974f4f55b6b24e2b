/* SPDX-License-Identifier: Apache-2.0 */
/* Linear memory, as the rest of the runtime sees it. */
#ifndef CPIT_RT_MEMORY_H
#define CPIT_RT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wasm-rt.h>

/*
 * Highest effective address is 2^33 - 2, plus 15 bytes of a v128: the
 * reservation is 8 GiB and one page, and CPIT_BELOW.
 */
#define CPIT_RESERVATION (CPIT_BELOW + ((uint64_t)1 << 33) + 4096)
#define CPIT_WASM_PAGE 65536u
#define CPIT_MEMORY_MOST ((uint64_t)1 << 32)	/* bytes, 64-bit memories too */

/* cpit_embed_reserve(); and whether it has ever given anything: there is an MMU. */
void *cpit_reserve(size_t size);
bool cpit_has_space(void);

/* The guarded memory whose reservation holds addr, or NULL.  Any context. */
wasm_rt_memory_t *cpit_memory_find(uintptr_t addr);

/*
 * [addr, addr + len), which is in the memory, may be touched by host code: it
 * has its pages.  False when there are none.
 */
bool cpit_memory_touch(const wasm_rt_memory_t *m, uint64_t addr, uint64_t len);

#endif
