/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the threads do.  All of it runs at the same time, two threads on each
 * CPU, preempted every 200 us; first with a catchpit block per CPU and chains
 * swapped at each switch (K23-18), then with a block per thread and threads
 * that go where there is room.
 */
#include "kernel.h"
#include <catchpit/coredump.h>

#include "checked.h"
#include "guard.h"

enum { WORK = 60000, LAZY = 1000, HOST_BAD = 77, DEATHS = 13 };

struct worker {
	struct thread *thread;
	unsigned number;
	const char *name;
	const struct cpit_module *module;
	struct cpit_store *store;
	struct cpit_instance *inst;
	struct cpit_outcome out, inner;	/* too large for 4 KiB of stack */
	struct cpit_caller *in_host;	/* wasm of this thread waits there */
	bool tried;			/* somebody tried its store then */
	uint64_t work;			/* what work() gave first */
};

static struct worker workers[CPUS * PER_CPU];

#define CHECK(cond, v) check(cond, w->name, __LINE__, (uint64_t)(v))

/* ------------------------------------------------------------ host functions */

enum { WAIT, FAULTS, NESTED, BAD_LOAD };

static uint32_t *own_page;		/* the kernel's, mapped when touched */

static void own_faults(struct worker *w)
{
	uint64_t broken = broke;
	uint32_t v = 1;

	breakpoint();
	CHECK(broke > broken, broke);
	CHECK(!try_load((const volatile uint32_t *)(1ul << 46), &v), v);
	if (own_page) {
		own_page[w->number * PAGE / 4]++;
		CHECK(own_page[w->number * PAGE / 4] > 0, 0);
	}
}

/* As the guest asks: what a host function may do and have done to it. */
static uint32_t host(struct cpit_caller *c, uint32_t what)
{
	struct worker *w = c->ctx;
	uint32_t sum = 0;
	int err;

	switch (what) {
	case WAIT:		/* until another thread was refused our store */
		w->tried = false;
		__atomic_store_n(&w->in_host, c, __ATOMIC_RELEASE);
		while (!__atomic_load_n(&w->tried, __ATOMIC_ACQUIRE))
			yield();
		return 1;
	case FAULTS:
		own_faults(w);
		return 2;
	case NESTED:
		err = w->module->checked
			      ? checked_add(w->inst, 1, 2, &sum, &w->inner)
			      : guard_add(w->inst, 1, 2, &sum, &w->inner);
		CHECK(!err && w->inner.end == CPIT_RETURNED && sum == 3, sum);
		return sum;
	}
	cpit_fail(c, CPIT_SIGABRT, HOST_BAD);
	return 4;
}

static void end(struct cpit_caller *c, uint32_t code)
{
	cpit_exit(c, code);
}

/* ------------------------------------------------------------------ a worker */

static int call(struct worker *w, const char *name, union cpit_value *v)
{
	const struct cpit_export *f = cpit_export_find(w->module, name,
						       CPIT_FUNC);
	int err;

	if (!f)
		return -CPIT_ENOENT;
	stack_begin();
	err = cpit_call(w->inst, f, v, &w->out);
	stack_end(CALL);
	return err;
}

static void nowhere(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	(void)text;
	(void)len;
}

static void dump(struct worker *w)
{
	stack_begin();
	cpit_coredump(&w->out, &w->inst, 1, nowhere, NULL);
	stack_end(DUMP);
}

static void make(struct worker *w)
{
	const struct cpit_import imports[] = {
		{ .module = "kernel", .name = "host", .fn = (void (*)(void))host,
		  .type = { .kind = CPIT_FUNC, .sig = "i:i" }, .ctx = w },
		{ .module = "kernel", .name = "end", .fn = (void (*)(void))end,
		  .type = { .kind = CPIT_FUNC, .sig = "i:" }, .ctx = w },
	};
	struct cpit_store_options opt = { .stack_size = 32768 };
	int err;

	stack_begin();
	err = cpit_store_create(&w->store, &opt);
	if (!err)
		err = cpit_instantiate(w->store, w->module, imports, 2, &w->inst,
				       &w->out, NULL);
	stack_end(REST);
	CHECK(!err, -err);
	if (err)
		cpit_embed_panic(cpit_strerror(err), 0, 0, 0);
}

static void healthy(struct worker *w)
{
	union cpit_value v[2] = { { .i32 = 40 }, { .i32 = 2 } };

	CHECK(!call(w, "add", v) && w->out.end == CPIT_RETURNED &&
	      v[0].i32 == 42, v[0].i32);
}

/* Each kind of death, and after each one a call that is well. */
static void deaths(struct worker *w)
{
	static const struct {
		const char *export;
		enum cpit_trap trap;
	} table[DEATHS - 1] = {
		{ "unreachable", CPIT_TRAP_UNREACHABLE },
		{ "memory_oob", CPIT_TRAP_MEM_OOB },
		{ "table_oob", CPIT_TRAP_TABLE_OOB },
		{ "call_undefined", CPIT_TRAP_CALL_UNDEFINED },
		{ "call_null", CPIT_TRAP_CALL_NULL },
		{ "call_signature", CPIT_TRAP_CALL_SIGNATURE },
		{ "divide", CPIT_TRAP_DIV_BY_ZERO },
		{ "overflow", CPIT_TRAP_INT_OVERFLOW },
		{ "conversion", CPIT_TRAP_BAD_CONVERSION },
		{ "exhaust", CPIT_TRAP_STACK_EXHAUSTED },
		{ "unaligned", CPIT_TRAP_UNALIGNED_ATOMIC },
		{ "throw", CPIT_TRAP_UNCAUGHT_EXCEPTION },
	};
	union cpit_value v[1];
	unsigned i;

	for (i = 0; i < DEATHS - 1; i++) {
		CHECK(!call(w, table[i].export, v), i);
		CHECK(w->out.end == CPIT_TRAPPED &&
		      w->out.trap == table[i].trap, i * 100 + w->out.trap);
		CHECK(w->out.signal == cpit_trap_signal(table[i].trap), i);
		CHECK(w->out.nframes && w->out.frames[0].module == w->module, i);
		healthy(w);
	}
	v[0].i32 = BAD_LOAD;
	CHECK(!call(w, "host", v) && w->out.end == CPIT_TRAPPED &&
	      w->out.trap == CPIT_TRAP_HOST_RAISED &&
	      w->out.code == HOST_BAD, w->out.code);
	v[0].i32 = 139;
	CHECK(!call(w, "end", v) && w->out.end == CPIT_EXITED &&
	      w->out.code == 139, w->out.code);
	healthy(w);
}

/* What never ends has a budget (cpit_tick()). */
static void forever(struct worker *w)
{
	const struct cpit_budget none = { 0 }, some = { .hard_ns = 3000000 };
	union cpit_value v[1];

	cpit_budget_set(w->store, &some);
	CHECK(!call(w, "forever", v) && w->out.end == CPIT_TRAPPED &&
	      w->out.trap == CPIT_TRAP_CPU_LIMIT, w->out.trap);
	cpit_budget_set(w->store, &none);
	cpit_instance_reset(w->inst);
	healthy(w);
}

/* Whether this phase has seen wasm preempted often; the timer may be late. */
enum { SWITCHES = 10 };
static uint64_t inside_before;

static bool preempted(void)
{
	return __atomic_load_n(&swapped_inside, __ATOMIC_RELAXED) -
	       inside_before > SWITCHES;
}

static void worker(void *arg)
{
	struct worker *w = arg;
	union cpit_value v[1];
	unsigned i;

	make(w);
	for (i = 0; i < ROUNDS || (!preempted() && i < 100 * ROUNDS); i++) {
		deaths(w);
		forever(w);
		v[0].i32 = WORK;
		CHECK(!call(w, "work", v) && w->out.end == CPIT_RETURNED, 0);
		if (!i)
			w->work = v[0].i64;
		CHECK(v[0].i64 == w->work, v[0].i64);
		own_faults(w);
		v[0].i32 = FAULTS;
		CHECK(!call(w, "host", v) && v[0].i32 == 3, v[0].i32);
		v[0].i32 = NESTED;
		CHECK(!call(w, "host", v) && v[0].i32 == 4, v[0].i32);
	}
	v[0].i32 = WAIT;
	CHECK(!call(w, "host", v) && v[0].i32 == 2, v[0].i32);
	v[0].i32 = LAZY;
	CHECK(!call(w, "touch", v) && w->out.end == CPIT_RETURNED &&
	      v[0].i32 == LAZY * (LAZY - 1) / 2, v[0].i32);
	CHECK(!call(w, "unreachable", v), 0);
	dump(w);
	stack_begin();
	CHECK(!cpit_instance_destroy(w->inst), 0);
	CHECK(!cpit_store_destroy(w->store), 0);
	stack_end(REST);
}

/* ------------------------------------------------------------------- a phase */

/* From another thread, while wasm of w is under way: its store is taken. */
static void try_store(struct worker *w)
{
	static struct cpit_outcome out;
	static union cpit_value v[2];
	struct cpit_caller *c = __atomic_load_n(&w->in_host, __ATOMIC_ACQUIRE);
	const struct cpit_export *add;

	if (!c)
		return;
	add = cpit_export_find(w->module, "add", CPIT_FUNC);
	CHECK(cpit_call(c->instance, add, v, &out) == -CPIT_EINVAL, 0);
	CHECK(cpit_module_unregister(w->module) == -CPIT_EBUSY, 0);
	w->in_host = NULL;
	__atomic_store_n(&w->tried, true, __ATOMIC_RELEASE);
}

static void end_worker(struct worker *w)
{
	CHECK(w->work == workers[0].work, w->number);
	thread_free(w->thread);
}

/* Of the caller's stack: as rt/README.md and coredump.h say. */
static void check_stacks(const char *name)
{
	static const unsigned allowed[PATHS] = { CALL_STACK, REST_STACK, 1024 };
	unsigned i;

	for (i = 0; i < PATHS; i++)
		check(stack_most[i] && stack_most[i] <= allowed[i], name,
		      __LINE__, stack_most[i]);
	put("  stack for a call, the rest, a dump:");
	for (i = 0; i < PATHS; i++) {
		put(" ");
		put_number(stack_most[i], 10);
	}
	put("\n");
}

static void phase(const char *name, const struct cpit_module *m, bool per_thread)
{
	uint64_t lazily = mapped_lazily;
	unsigned i, left, before = failures;
	size_t pages = pages_used() - table_pages;
	uintptr_t flags;

	own_page = cpit_embed_reserve(CPUS * PER_CPU * PAGE);
	check(own_page ? cpit_embed_commit(own_page, CPUS * PER_CPU * PAGE,
					   CPIT_COMMIT_NOW)
		       : !has_mmu, name, __LINE__, 0);

	inside_before = swapped_inside;
	flags = irq_save();
	block_per_thread = per_thread;
	irq_restore(flags);
	for (i = 0; i < CPUS * PER_CPU; i++) {
		struct worker *w = &workers[i];

		w->number = i;
		w->name = name;
		w->module = m;
		w->thread = thread_new(worker, w,
				       per_thread ? -1 : (int)(i % CPUS));
	}
	do {
		for (i = left = 0; i < CPUS * PER_CPU; i++) {
			try_store(&workers[i]);
			left += __atomic_load_n(&workers[i].thread->state,
						__ATOMIC_ACQUIRE) != DEAD;
		}
		yield();
	} while (left);
	for (i = 0; i < CPUS * PER_CPU; i++)
		end_worker(&workers[i]);
	check(preempted(), name, __LINE__, swapped_inside - inside_before);
	check(m->checked || mapped_lazily - lazily >= CPUS * PER_CPU * LAZY,
	      name, __LINE__, mapped_lazily - lazily);
	if (own_page)
		cpit_embed_release(own_page, CPUS * PER_CPU * PAGE);
	check(pages_used() - table_pages - pages == 0, name, __LINE__,
	      pages_used() - table_pages - pages);
	check_stacks(name);
	put("  ");
	put(name);
	put(": ");
	put_number(swapped_inside - inside_before, 10);
	put(" switches inside wasm, ");
	put_number(mapped_lazily - lazily, 10);
	put(" pages mapped when touched");
	if (CPUS == 1) {		/* run.sh counts instructions then */
		put(", longest claim ");
		put_number(claim_max, 10);
	}
	put("\n");
	if (failures == before) {
		put("ok ");
		put(name);
		put("\n");
	}
}

/* -------------------------------------------- the library's own scheduler */

static struct cpit_task *spinner, *computer;

static void task_ends(struct worker *w)
{
	cpit_task_leave(&w->out);
	CHECK(!cpit_instance_destroy(w->inst), 0);
	CHECK(!cpit_store_destroy(w->store), 0);
}

static void spins(void *arg)
{
	struct worker *w = arg;
	union cpit_value v[1];

	make(w);
	cpit_task_enter();
	w->tried = true;	/* it is not preempted before it is in there */
	CHECK(!call(w, "forever", v) && w->out.end == CPIT_TRAPPED &&
	      w->out.trap == CPIT_TRAP_KILLED, w->out.trap);
	task_ends(w);
}

/* Gets nowhere unless the other one is preempted. */
static void computes(void *arg)
{
	struct worker *w = arg, *other = w - 1;
	union cpit_value v[1];

	make(w);
	cpit_task_enter();
	v[0].i32 = WORK;
	CHECK(!call(w, "work", v) && w->out.end == CPIT_RETURNED, 0);
	CHECK(v[0].i64 == w->work, v[0].i64);
	while (!other->tried)
		cpit_task_yield();
	CHECK(!cpit_kill(other->inst, CPIT_SIGKILL), 0);
	task_ends(w);
}

static void tasks(const char *name, const struct cpit_module *m)
{
	const struct cpit_sched_options opt = { .quantum_ns = 300000 };
	struct worker *w = workers;
	unsigned before = failures;
	struct cpit_sched *s;

	w[0].name = w[1].name = name;
	w[0].module = w[1].module = m;
	w[0].tried = false;
	CHECK(!cpit_sched_create(&s, &opt), 0);
	CHECK(!cpit_task_create(s, spins, &w[0], NULL, &spinner), 0);
	CHECK(!cpit_task_create(s, computes, &w[1], NULL, &computer), 0);
	CHECK(!cpit_task_start(spinner) && !cpit_task_start(computer), 0);
	tasks_run = true;
	CHECK(!cpit_sched_run(s), 0);
	tasks_run = false;
	CHECK(cpit_task_state(computer) == CPIT_TASK_RETURNED, 0);
	CHECK(cpit_task_state(spinner) == CPIT_TASK_POISONED, 0);
	CHECK(!cpit_task_destroy(spinner) && !cpit_task_destroy(computer), 0);
	CHECK(!cpit_sched_destroy(s), 0);
	if (failures == before) {
		put("ok ");
		put(name);
		put("\n");
	}
}

/* Guard mode needs address space: refused, never run without bounds. */
static void refused_without_mmu(void)
{
	struct worker *w = &workers[0];

	check(!cpit_store_create(&w->store, NULL), "no-mmu", __LINE__, 0);
	check(cpit_instantiate(w->store, &cpit_module_guard, NULL, 0, &w->inst,
			       &w->out, NULL) == -CPIT_ENOMEM,
	      "no-mmu", __LINE__, 0);
	check(!cpit_store_destroy(w->store), "no-mmu", __LINE__, 0);
}

void run_tests(void)
{
	test_types();
	check(!cpit_module_register(&cpit_module_checked), "register", 1, 0);
	check(!cpit_module_register(&cpit_module_guard), "register", 2, 0);
	phase("checked", &cpit_module_checked, false);
	phase("checked-migrating", &cpit_module_checked, true);
	if (has_mmu) {
		phase("guard", &cpit_module_guard, false);
		phase("guard-migrating", &cpit_module_guard, true);
		/* Not in M-mode (rt/README.md). */
		block_per_thread = false;
		tasks("tasks", &cpit_module_guard);
		tasks("tasks-checked", &cpit_module_checked);
	} else {
		refused_without_mmu();
	}
	test_loads();
	check(!cpit_module_unregister(&cpit_module_guard), "unregister", 1, 0);
	check(!cpit_module_unregister(&cpit_module_checked), "unregister", 2, 0);
}
