/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crossing the border costs, in instructions of the board or in ns: into
 * an empty export and out, an import, a trap; and how far it is from reset to
 * the guest.  An image of its own, which links calls.wat as `catchpit compile'
 * leaves it.  One line on the console for each; run.sh makes a table.
 */
#include "board.h"
#include "bench.h"
#include "calls.h"

enum { ROUNDS = 1000 };

const struct cpit_module *const cpit_image_modules[] = { NULL };
const char cpit_image_config[] = "";

static struct cpit_outcome outcome;
static struct cpit_store *store;
static struct cpit_instance *instance;
static uint64_t marked;			/* when wasm called mark() last */

static void mark(struct cpit_caller *c)
{
	(void)c;
	marked = bench_count();
}

/* One return, as an embedder's may be: what is measured is the way there. */
__attribute__((optimize("omit-frame-pointer")))
static void nothing(struct cpit_caller *c)
{
	(void)c;
}

static _Noreturn void die(const char *why)
{
	cpit_console_print(CPIT_LOG, why);
	cpit_console_print(CPIT_LOG, "\n");
	cpit_board_exit(125);
}

/* ------------------------------------------------------------ measuring */

struct cost {
	uint64_t min, sum;
};

static void count(struct cost *c, uint64_t n)
{
	if (!c->sum || n < c->min)
		c->min = n;
	c->sum += n;
}

/* What measuring costs. */
static struct cost overhead(void)
{
	struct cost c = { 0 };
	int i;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_count();

		count(&c, bench_count() - start);
	}
	return c;
}

static const struct cpit_export *export(const char *name)
{
	const struct cpit_export *f;

	f = cpit_export_find(&cpit_module_calls, name, CPIT_FUNC);
	if (!f)
		die("no such export");
	return f;
}

/* Calls of an export; from its import on, when `from_mark' is set. */
static struct cost measure(const char *name, enum cpit_trap trap,
			   bool from_mark)
{
	const struct cpit_export *f = export(name);
	struct cost c = { 0 };
	int i;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_count(), end;

		if (cpit_call(instance, f, NULL, &outcome))
			die("cpit_call refused");
		end = bench_count();
		if (outcome.trap != trap)
			die("another outcome");
		count(&c, end - (from_mark ? marked : start));
	}
	return c;
}

#ifdef BENCH_TIME
/* A signal, and nothing of ours. */
static struct cost bare(void)
{
	struct cost c = { 0 };
	int i;

	bench_handler(true);
	for (i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_count();

		bench_fault();
		count(&c, bench_count() - start);
	}
	bench_handler(false);
	return c;
}
#endif

static void print(const char *name, uint64_t v)
{
	cpit_console_print(CPIT_LOG, name);
	cpit_console_number(CPIT_LOG, v, 10);
}

/* Minimum and mean of c, less what is known of it, as one of `parts'. */
static void tell(const char *name, struct cost c, struct cost less,
		 unsigned parts)
{
	uint64_t sum = c.sum - less.sum;

	cpit_console_print(CPIT_LOG, name);
	print(" ", (c.min - less.min) / parts);
	print(" ", (sum + ROUNDS * parts / 2) / (ROUNDS * parts));
	cpit_console_print(CPIT_LOG, "\n");
}

/* ------------------------------------------------------------- the image */

static struct cpit_instance *make(void)
{
	static const struct cpit_import imports[] = {
		{ .module = "host", .name = "mark",
		  .type = { .kind = CPIT_FUNC, .sig = ":" },
		  .fn = (void (*)(void))mark },
		{ .module = "host", .name = "nothing",
		  .type = { .kind = CPIT_FUNC, .sig = ":" },
		  .fn = (void (*)(void))nothing },
	};
	struct cpit_instance *i;

	if (cpit_instantiate(store, &cpit_module_calls, imports, 2, &i,
			     &outcome, NULL))
		die("the guest cannot be made");
	return i;
}

static void set_up(void)
{
	if (cpit_module_register(&cpit_module_calls) ||
	    cpit_store_create(&store, NULL))
		die("no store");
	instance = make();
}

/*
 * An instance, with its memory of a page, and away with it; ours goes first, as
 * a store has room for one memory at address zero.
 */
static struct cost life(void)
{
	struct cost c = { 0 };
	int i;

	if (cpit_instance_destroy(instance))
		die("in use");
	for (i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_count();

		if (cpit_instance_destroy(make()))
			die("in use");
		count(&c, bench_count() - start);
	}
	return c;
}

/* Reset, our main(), the guest; and the clock then, in microseconds. */
static void tell_boot(uint64_t main_insns)
{
	uint64_t count;

	if (cpit_call(instance, export("first"), NULL, &outcome))
		die("cpit_call refused");
	count = cpit_arch_counter();
	print("boot ", main_insns);
	print(" ", marked);
	print(" ", count * 1000000 / cpit_board.counter_hz);
	cpit_console_print(CPIT_LOG, "\n");
}

void cpit_board_main(void)
{
	uint64_t main_insns = bench_count();
	struct cost less;

	set_up();
	tell_boot(main_insns);
	less = overhead();
	tell("call", measure("empty", CPIT_TRAP_NONE, false), less, 1);
	tell("import", measure("eleven", CPIT_TRAP_NONE, false),
	     measure("one", CPIT_TRAP_NONE, false), 10);
	tell("unreachable", measure("unreachable", CPIT_TRAP_UNREACHABLE, true),
	     less, 1);
	tell("load", measure("load", CPIT_TRAP_MEM_OOB, true), less, 1);
	tell("life", life(), less, 1);
#ifdef BENCH_TIME
	tell("signal", bare(), less, 1);
#endif
	cpit_board_exit(0);
}
