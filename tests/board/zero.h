/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories at address zero: the tests in zero.c and spaces.c.  Modules t and
 * peer are of mode zero, g is t in guard mode; checked_t and guard_peer are of
 * the mode in their names.
 */
#ifndef CPIT_TESTS_BOARD_ZERO_H
#define CPIT_TESTS_BOARD_ZERO_H

#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t, cpit_module_g, cpit_module_peer,
	cpit_module_checked_t, cpit_module_guard_peer, cpit_module_alone,
	cpit_module_two;

/* With env.host, and a memory or what has the name "". */
int instantiate(struct cpit_store *s, const struct cpit_module *m, host_fn *host,
		void *ctx, const struct cpit_import *memory,
		struct cpit_instance **inst);
uint32_t same(struct cpit_caller *c, uint32_t v);	/* a host function */

/* A store with a memory, t's, and a peer that uses it. */
struct pair {
	struct world w;
	struct cpit_instance *peer;
};

bool pair_make(struct pair *p, host_fn *host, void *ctx);
void pair_free(struct pair *p);

uintptr_t space_here(void);

/* The harness knows of t only. */
void with_modules(void (*test)(void));
#define TEST(fn) static void test_##fn(void) { with_modules(fn); }

#endif
