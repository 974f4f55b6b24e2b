/* SPDX-License-Identifier: Apache-2.0 */
/* Backtraces, host functions, misuse of the API. */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <arch/machine.h>
#include <string.h>

extern const struct cpit_module cpit_module_t, cpit_module_share;

/* ------------------------------------------------------------- backtraces */

bool frame_is(const struct cpit_outcome *o, unsigned i,
		     const char *name)
{
	return i < o->nframes &&
	       !strcmp(o->frames[i].module->names + o->frames[i].func->name,
		       name);
}

static void backtrace(void)
{
	const struct cpit_outcome *o;
	struct world w;

	if (!world_make(&w, NULL, NULL))
		return;
	o = call(w.t, "f", 0, 0);
	CHECK(trapped(o, CPIT_TRAP_DIV_BY_ZERO));
	CHECK(o->nframes == 4 && !o->truncated);
	CHECK(frame_is(o, 0, "leaf") && frame_is(o, 1, "h") &&
	      frame_is(o, 2, "g") && frame_is(o, 3, "f"));
	o = call(w.t, "count", 10, 0);
	CHECK(o->nframes == 11 && !o->truncated);
	o = call(w.t, "count", 200, 0);
	CHECK(o->nframes == CPIT_FRAMES_MAX && o->truncated);
	world_free(&w);
}

/* Writes over the frame pointer that its caller saved. */
static uint32_t ruin_fp(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_store *s = cpit_instance_store(c->instance);
	const uintptr_t evil[] = { 0, 8, 1, UINTPTR_MAX - 7,
				   s->stack.low, s->stack.high, s->run.exit.fp };
	uintptr_t fp = s->run.exit.fp + (uintptr_t)cpit_arch_saved_fp(0);

	if (v < 7)
		*(uintptr_t *)fp = evil[v];
	return v;
}

/* K23-14: a shorter trace, and no second fault. */
static void ruined_frame(void)
{
	const struct cpit_outcome *o;
	struct world w;
	uint32_t i;

	if (!world_make(&w, ruin_fp, NULL))
		return;
	for (i = 0; i < 8; i++) {
		o = call(w.t, "under", i, 0);
		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
		CHECK(frame_is(o, 0, "host_then_trap"));
		if (i == 7)			/* left as it was */
			CHECK(o->nframes == 2 && frame_is(o, 1, "under"));
		else
			CHECK(o->nframes <= 2);
		if (i == 1 || i == 6)		/* below the frame itself */
			CHECK(o->nframes == 1);
		invariants();
	}
	world_free(&w);
}

/* -------------------------------------------------------- host functions */

struct how {
	int what;
	unsigned entered, left;		/* the host's own clean-up (K23-12) */
};

static uint32_t ending(struct cpit_caller *c, uint32_t v)
{
	struct how *how = c->ctx;

	how->entered++;
	if (how->what == 0)
		cpit_exit(c, v);
	else if (how->what == 1)
		cpit_raise(c, CPIT_TRAP_MEM_OOB);
	else if (how->what == 2)
		cpit_fail(c, CPIT_SIGTERM, v);
	how->left++;
	return 0xffffffff;	/* a result that looks like a sentinel */
}

static void host_ends(void)
{
	struct how how = { 0 };
	const struct cpit_outcome *o;
	struct world w;
	int i;

	if (!world_make(&w, ending, &how))
		return;
	for (i = 0; i < 10; i++) {
		how.what = 0;
		o = call(w.t, "call_host", 139, 0);	/* KAN-06, KAN-08 */
		CHECK(o->end == CPIT_EXITED && o->code == 139);
		CHECK(cpit_wait_status(o) == 139 << 8);
		CHECK(cpit_host_status(o) == 139);
		how.what = 1;
		o = call(w.t, "call_host", 0, 0);	/* SLG-09 */
		CHECK(trapped(o, CPIT_TRAP_MEM_OOB));
		CHECK(cpit_wait_status(o) == 11);
		how.what = 2;
		o = call(w.t, "call_host", 5, 0);	/* K23-11 */
		CHECK(trapped(o, CPIT_TRAP_HOST_RAISED));
		CHECK(o->signal == CPIT_SIGTERM && o->code == 5);
		CHECK(cpit_host_status(o) == 128 + CPIT_SIGTERM);
		CHECK(o->nframes == 1);
		how.what = 3;
		o = call(w.t, "call_host", 0, 0);
		CHECK(o->end == CPIT_RETURNED && result[0].i32 == 999);
		CHECK(how.entered == how.left);
		invariants();
	}
	world_free(&w);
}

/* ----------------------------------------------------------- misuse */

static void misuse(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_import imp = { .module = "env", .name = "host",
				   .type = { .kind = CPIT_FUNC, .sig = "i:I" } };
	const struct cpit_import_decl *bad = NULL;
	static struct cpit_outcome out;
	struct cpit_instance *inst;
	struct cpit_store *s;
	union cpit_value v[4];
	struct world w;

	CHECK(cpit_module_register(&cpit_module_t) == -CPIT_EEXIST);
	if (!world_make(&w, NULL, NULL))
		return;
	CHECK(cpit_module_unregister(&cpit_module_t) == -CPIT_EBUSY);
	CHECK(cpit_store_destroy(w.store) == -CPIT_EBUSY);
	CHECK(cpit_call(w.t, NULL, v, &out) == -CPIT_EINVAL);
	CHECK(cpit_call(w.t, cpit_export_find(&cpit_module_t, "memory",
					      CPIT_MEMORY), v, &out) ==
	      -CPIT_EINVAL);
	cpu->ready = 0;					/* SLG-14 */
	CHECK(cpit_call(w.t, cpit_export_find(&cpit_module_t, "add",
					      CPIT_FUNC), v, &out) ==
	      -CPIT_ENOTREADY);
	cpu->ready = 1;
	world_free(&w);

	CHECK(cpit_store_create(&s, NULL) == 0);	/* wrong import type */
	CHECK(cpit_instantiate(s, &cpit_module_t, &imp, 1, &inst, &out, &bad) ==
	      -CPIT_ELINK);
	CHECK(bad && !strcmp(bad->name, "host") && !inst);
	CHECK(cpit_instantiate(s, &cpit_module_t, NULL, 0, &inst, &out, &bad) ==
	      -CPIT_ELINK);
	CHECK(cpit_store_destroy(s) == 0);
	CHECK(cpit_module_unregister(&cpit_module_t) == 0);
	CHECK(cpit_module_unregister(&cpit_module_t) == -CPIT_ENOENT);
	CHECK(cpit_module_register(&cpit_module_t) == 0);
}

/* A damaged descriptor is refused before anything is registered (K23-06). */
static void damaged(void)
{
	struct cpit_module m = cpit_module_t;
	static uint32_t pcs[2] = { 8, 4 };
	static const uint8_t kinds[2] = { 1, 1 }, none[2] = { 0, 1 };

	m.abi++;
	CHECK(cpit_module_register(&m) == -CPIT_ENOEXEC);
	m = cpit_module_t;
	m.site_pc = pcs;
	m.site_kind = kinds;
	m.nsites = 2;
	CHECK(cpit_module_register(&m) == -CPIT_ENOEXEC);	/* unsorted */
	pcs[0] = 2;
	m.site_kind = none;
	CHECK(cpit_module_register(&m) == -CPIT_ENOEXEC);	/* no kind */
	m.site_kind = kinds;
	m.text_end = m.text_start;
	CHECK(cpit_module_register(&m) == -CPIT_ENOEXEC);	/* no text */
}

/*
 * SLG-15: the landing stands on the host's stack, so a guest's may go at once.
 * Here it is ruined first, since what is freed may stay mapped.
 */
static void stack_goes_at_once(void)
{
	unsigned i, n = cpit_config_number("rounds", 10000) / 10;
	struct world w;

	for (i = 0; i < n; i++) {
		const struct cpit_stack *st;

		if (!world_make(&w, NULL, NULL))
			return;
		st = &w.store->stack;
		if (i % 8)
			call(w.t, "trap", i % 8, 0);
		else
			call(w.t, "direct", 0, 0);
		CHECK((uintptr_t)&i - st->low > st->high - st->low);
		memset((void *)st->low, 0xa5, st->high - st->low);
		world_free(&w);
		if (!invariants())
			break;
	}
}

/* ------------------------------------------- calls through another's table */

/* They reach whatever functions the table has, the caller's own among them. */
static void through_imported_table(void)
{
	static struct cpit_outcome out;
	struct cpit_import table = { .module = "env", .name = "table",
		.export = cpit_export_find(&cpit_module_t, "table", CPIT_TABLE) };
	struct cpit_instance *share;
	struct world w;

	CHECK(cpit_module_register(&cpit_module_share) == 0);
	if (!world_make(&w, NULL, NULL))
		return;
	table.from = w.t;
	CHECK(!cpit_instantiate(w.store, &cpit_module_share, &table, 1, &share,
				&out, NULL));
	call(share, "store_grow_store", 64, 0);
	CHECK(result[0].i32 == 2);
	CHECK(call(share, "store_grow_store", 16 * 65536, 0)->end ==
	      CPIT_RETURNED && result[0].i32 == 2);
	CHECK(trapped(call(share, "deep", 0, 0), CPIT_TRAP_STACK_EXHAUSTED));
	CHECK(cpit_instance_destroy(share) == 0);
	world_free(&w);
	CHECK(cpit_module_unregister(&cpit_module_share) == 0);
}

/* --------------------------------------------------- callee-saved registers */

/* registers.S: fills them, calls, compares; 0 when all are intact. */
uint64_t cpit_test_registers(struct cpit_instance *t,
			     const struct cpit_export *f, union cpit_value *v,
			     struct cpit_outcome *out);

/* Its result; the registers were intact, the rounding mode among them. */
static uint32_t with_registers(struct cpit_instance *t, const char *name,
			       uint32_t arg)
{
	static struct cpit_outcome out;
	union cpit_value v[4];

	memset(v, 0, sizeof(v));
	v[0].i32 = arg;
	CHECK(cpit_test_registers(t, cpit_export_find(&cpit_module_t, name,
			CPIT_FUNC), v, &out) == 0);
	return v[0].i32;
}

static void registers(void)
{
	static const char *const names[] = { "trap", "direct", "fib" };
	struct world w;
	unsigned i;

	if (!world_make(&w, NULL, NULL))
		return;
	for (i = 0; i < 30; i++)			/* K23-15 */
		with_registers(w.t, names[i % 3], i % 8);
	/* The guest rounds to nearest: 1 + 2^-24 + 2^-30 is 1 + 2^-23. */
	CHECK(with_registers(w.t, "one_more", 0x33820000) == 0x3f800001);
	world_free(&w);
}

/* registers.S: 0 when none of them changed in so many rounds of a loop. */
uint64_t cpit_test_interrupted(uint64_t rounds);

/*
 * K23-16: whatever a handler does, what it interrupted gets all of it back.  A
 * busy host's QEMU may be late with the ticks: it goes on until there are some.
 */
static void interrupted(void)
{
	uint64_t wanted = cpit_config_number("tick", 0) >= 10000 ? 10 : 0;
	uint64_t enough = cpit_board_ticks() + wanted;
	unsigned i;

	for (i = 0; i < 20 || (cpit_board_ticks() < enough && i < 50000); i++)
		CHECK(cpit_test_interrupted(1000000) == 0);
	CHECK(cpit_board_ticks() >= enough);
}

/* registers.S: as cpit_arch_enter(); then the registers that a call may change. */
uintptr_t cpit_test_landing(struct cpit_jmp *jmp, uintptr_t sp,
			    cpit_thunk_fn *fn, void *state,
			    union cpit_value *v, uint64_t regs[16]);

/* K23-16: where a trap lands nothing of the guest's is left in them. */
static void landing(void)
{
	static struct cpit_outcome out;
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_activation act = { .out = &out };
	uint64_t regs[16] = { 0 };
	union cpit_value v[4];
	struct world w;
	unsigned i;

	if (!world_make(&w, NULL, NULL))
		return;
	memset(v, 0, sizeof(v));
	act.inst = w.t;
	act.entry = &w.store->entry;
	act.store = w.store;
	w.store->cpu = cpu;
	w.store->act = cpu->top = &act;
	CHECK(cpit_test_landing(&act.jmp, w.store->stack.high,
		cpit_export_find(&cpit_module_t, "trap", CPIT_FUNC)->call,
		w.t->state, v, regs) == 1);
	w.store->act = cpu->top = NULL;
	w.store->cpu = NULL;
	CHECK(trapped(&out, CPIT_TRAP_UNREACHABLE));
	for (i = 0; i < 16; i++)
		CHECK(!regs[i]);
	world_free(&w);
}

const struct test call_tests[] = {
	{ "ruined-frame", ruined_frame, 0 },
	{ "backtrace", backtrace, 0 },
	{ "host-ends", host_ends, 0 },
	{ "misuse", misuse, 0 },
	{ "damaged-descriptor", damaged, 0 },
	{ "stack-goes-at-once", stack_goes_at_once, 0 },
	{ "through-imported-table", through_imported_table, 0 },
	{ "callee-saved-registers", registers, 0 },
	{ "interrupted-registers", interrupted, 0 },
	{ "landing-registers", landing, 0 },
	{ NULL, NULL, 0 },
};
