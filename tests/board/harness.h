/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that run on a board: an image with a table of cases.  After each case
 * the harness checks what every trap must leave behind (contract section 7):
 * trap machinery clean, chain empty, interrupts as before, memory balanced.
 */
#ifndef CPIT_TESTS_HARNESS_H
#define CPIT_TESTS_HARNESS_H

#include <catchpit/call.h>
#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <catchpit/module.h>
#include <stdbool.h>

struct test {
	const char *name;
	void (*run)(void);
};

/* Defined by the image's test file; ends with a NULL name. */
extern const struct test tests[], more_tests[];

/* Re-enters the guest it was called from: a host_fn. */
uint32_t reenter(struct cpit_caller *c, uint32_t v);

/* Fails the running case; the first failure is reported, with its line. */
#define CHECK(cond)							\
	do {								\
		if (!(cond))						\
			check_failed(__FILE__, __LINE__, #cond);	\
	} while (0)
void check_failed(const char *file, int line, const char *what);

/* False, with a failed check, unless all is as outside any call. */
bool invariants(void);

/* A fresh store and instance of module t, with imports of env.host. */
struct world {
	struct cpit_store *store;
	struct cpit_instance *t;
};
typedef uint32_t host_fn(struct cpit_caller *c, uint32_t v);
bool world_make(struct world *w, host_fn *host, void *ctx);
bool world_make_of(struct world *w, const struct cpit_module *m);
void world_free(struct world *w);

/* Calls an export with up to two i32; the outcome, for CHECKs. */
const struct cpit_outcome *call(struct cpit_instance *t, const char *name,
				uint32_t a, uint32_t b);
/* The first result of the last call(). */
extern union cpit_value result[4];
/* The last call() trapped as `kind'. */
#define TRAPPED(o, kind) ((o)->end == CPIT_TRAPPED && (o)->trap == (kind))

/* Asked at each page fault, on the trap stack; NULL: nothing is paged. */
extern bool (*fault_hook)(uintptr_t addr);

uint32_t random32(void);	/* fixed seed */

#endif
