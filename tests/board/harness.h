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
	const char *name;	/* NULL ends a table */
	void (*run)(void);
	unsigned cpus;		/* as many are needed; 0: one */
};

/* Supplied by the image's main test file; ends with NULL. */
extern const struct test *const tests[];
/* By the other files. */
extern const struct test overflow_tests[], call_tests[], nest_tests[],
	shortage_tests[], registry_tests[], smp_tests[], space_tests[],
	base_tests[], time_tests[];

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
/* The first results of this CPU's last call(). */
extern _Thread_local union cpit_value result[4];
static inline bool trapped(const struct cpit_outcome *o, enum cpit_trap kind)
{
	return o->end == CPIT_TRAPPED && o->trap == kind;
}

/* Whether frame i of the backtrace is the function of that name. */
bool frame_is(const struct cpit_outcome *o, unsigned i, const char *name);

/* Asked at each page fault, on the trap stack; NULL: nothing is paged. */
extern bool (*fault_hook)(uintptr_t addr);

/*
 * Of the calls for heap, address space and pages that follow, the n-th fails,
 * and this becomes 0; while it is 0 none does.
 */
extern uint32_t shortage_at;

/* What cpit_arch_has_base() says: no. */
extern bool base_hidden;

/* At each tick, in the handler, and when memory is asked for; NULL: nothing. */
extern void (*tick_hook)(void), (*alloc_hook)(size_t size);

/*
 * Runs fn on every CPU, this one included, at the same time; returns when all
 * have.
 */
void on_each_cpu(void (*fn)(void *), void *arg);
/* What a call came to on CPU n before its cpit_cpu_init(); n > 0. */
extern int before_init[];

uint32_t random32(void);	/* fixed seed, the same on each CPU */

#endif
