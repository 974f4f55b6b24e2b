/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel three ways in one process of board host: natively, as wasm with
 * guard pages and as wasm that checks.  In turn, so that whatever else the
 * computer does meets all three; the best of TURNS counts.  run.sh links it,
 * once more with BENCH_ZERO: mode zero, whose process is another kind.
 */
#include "board.h"
#include "bench.h"
#include <catchpit/call.h>

enum { TURNS = 15 };

extern const struct cpit_module cpit_module_guard, cpit_module_checked,
	cpit_module_zero;
unsigned kernel(unsigned n);

const struct cpit_module *const cpit_image_modules[] = { NULL };
const char cpit_image_config[] = "";

static struct cpit_outcome outcome;

static _Noreturn void die(const char *why)
{
	cpit_console_print(CPIT_LOG, why);
	cpit_console_print(CPIT_LOG, "\n");
	cpit_board_exit(125);
}

static struct cpit_instance *make(const struct cpit_module *m)
{
	struct cpit_instance *t;
	struct cpit_store *store;

	if (cpit_module_register(m) || cpit_store_create(&store, NULL) ||
	    cpit_instantiate(store, m, NULL, 0, &t, &outcome, NULL))
		die("the guest cannot be made");
	return t;
}

static unsigned run(struct cpit_instance *t, unsigned n)
{
	union cpit_value v[4] = { { .i32 = n } };
	const struct cpit_export *f;

#ifndef BENCH_ZERO
	if (!t)
		return kernel(n);
#endif
	f = cpit_export_find(cpit_instance_module(t), "kernel", CPIT_FUNC);
	if (cpit_call(t, f, v, &outcome) || outcome.end != CPIT_RETURNED)
		die("the guest did not return");
	return v[0].i32;
}

static void print(const char *name, uint64_t v)
{
	cpit_console_print(CPIT_LOG, name);
	cpit_console_number(CPIT_LOG, v, 10);
}

/* "result ns" of each way. */
void cpit_board_main(void)
{
	struct cpit_instance *const ways[] = {
#ifdef BENCH_ZERO
		make(&cpit_module_zero),
#else
		NULL,		/* natively */
		make(&cpit_module_guard), make(&cpit_module_checked),
#endif
	};
	enum { WAYS = sizeof(ways) / sizeof(ways[0]) };
	unsigned n = cpit_config_number("n", 1), i, result[WAYS];
	uint64_t best[WAYS];

	for (i = 0; i < TURNS * WAYS; i++) {
		unsigned way = i % WAYS;
		uint64_t start = bench_count(), time;

		result[way] = run(ways[way], n);
		time = bench_count() - start;
		if (i < WAYS || time < best[way])
			best[way] = time;
	}
	cpit_console_print(CPIT_LOG, "timed");
	for (i = 0; i < WAYS; i++) {
		print(" ", result[i]);
		print(" ", best[i]);
	}
	cpit_console_print(CPIT_LOG, "\n");
	cpit_board_exit(0);
}
