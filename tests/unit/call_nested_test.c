/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/activation.c: calls out of host functions, and the chain that they make
 * (K23-02, K23-13, K23-18).
 */
#define BY_SEGMENT true
#include "called.h"

enum { LEVELS = 32 };

static int level, trap_at;
static int cleanups;

/* Each level calls the next one, in the two stores by turns or in one. */
static bool both_stores;

static void nests(struct cpit_caller *c)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;
	struct cpit_instance *next = both_stores && level % 2 ? other : inst;
	struct cpit_store *s = c->instance->store;
	uintptr_t pc = s->run.exit.pc;
	struct cpit_outcome o = junk;
	union cpit_value w[2];
	jmp_buf *try_block = (jmp_buf *)&w;	/* as if in a try */
	bool trapped = false;

	s->run.unwind_target = try_block;
	s->run.exit.fp = 0x1000 + (uintptr_t)level;
	if (++level < LEVELS) {
		CHECK(!cpit_call(next, HOST, w, &o));
		trapped = level + 1 == trap_at;
		CHECK(o.end == (trapped ? CPIT_TRAPPED : CPIT_RETURNED));
		CHECK(o.depth == (trapped ? (unsigned)trap_at : 0));
		/* What the inner call changed is back, whatever its end. */
		CHECK(cpit_embed_cpu()->top == top && s->act == top);
		CHECK(cpit_test_base == c->instance->base);	/* A6 */
		CHECK(s->run.unwind_target == try_block);
		CHECK(s->run.exit.fp == 0x1000 + (uintptr_t)level - 1);
		CHECK(s->run.exit.pc == pc && !s->run.pending);
		CHECK(cpit_running_import() == &imports[0]);
	}
	cleanups++;
	s->run.exit.fp = 0;
	if (level == trap_at)
		cpit_raise(c, CPIT_TRAP_DIV_BY_ZERO);
	level--;
}

static void test_nested(void)
{
	for (both_stores = false;; both_stores = true) {
		for (trap_at = 1; trap_at <= LEVELS; trap_at++) {
			level = cleanups = 0;
			CHECK(!call(HOST, nests));
			idle(second);
			CHECK(cleanups == LEVELS);	/* each host frame */
			CHECK(out.end == (trap_at == 1 ? CPIT_TRAPPED
						       : CPIT_RETURNED));
		}
		if (both_stores)
			return;
	}
}

/* Which stack an entry gets: K23-13, and store.h A3. */
static uintptr_t outer_jmp_sp;

static void enters_same(struct cpit_caller *c)
{
	struct cpit_outcome o;

	host = goes_on;
	CHECK(!cpit_call(c->instance, HOST, v, &o));
	CHECK(entered_sp == 0);		/* we stand on it */
}

static void enters_first_again(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(c->instance == other);
	outer_jmp_sp = cpit_embed_cpu()->top->jmp.sp;
	host = goes_on;
	CHECK(!cpit_call(inst, HOST, v, &o));
	CHECK(entered_sp == (outer_jmp_sp & ~(uintptr_t)15));
}

static void enters_other(struct cpit_caller *c)
{
	struct cpit_outcome o;

	CHECK(c->instance == inst);
	host = enters_first_again;
	CHECK(!cpit_call(other, HOST, v, &o));
}

static void test_stacks(void)
{
	CHECK(!call(HOST, enters_same));
	CHECK(out.end == CPIT_RETURNED);
	CHECK(!call(HOST, enters_other));
	CHECK(out.end == CPIT_RETURNED);
	idle(second);
}

/* An end that was asked for survives a call that is made after it. */
static void exits_and_calls(struct cpit_caller *c)
{
	struct cpit_outcome o;

	cpit_exit(c, 7);
	host = goes_on;
	CHECK(!cpit_call(c->instance, HOST, v, &o));
	CHECK(o.end == CPIT_RETURNED);
}

static void test_exit_then_call(void)
{
	CHECK(!call(HOST, exits_and_calls));
	CHECK(out.end == CPIT_EXITED && out.code == 7);
}

/* K23-18: a kernel that switches threads swaps the chain. */
static void test_swap(void)
{
	struct cpit_activation a;

	a.prev = NULL;
	a.store = store;
	a.inst = inst;
	cpit_test_base = 0;
	CHECK(!cpit_cpu_swap(&a));
	CHECK(cpit_test_base == inst->base);
	CHECK(cpit_embed_cpu()->top == &a);
	CHECK(store->cpu == cpit_embed_cpu());	/* it may have moved */
	CHECK(cpit_cpu_swap(NULL) == &a);
	store->cpu = NULL;
	idle(store);
}

/* Another thread of this CPU, while wasm of ours is under way (K23-18). */
static struct cpit_outcome its_out;

static void as_other_thread(struct cpit_caller *c)
{
	struct cpit_activation *ours = cpit_cpu_swap(NULL);

	CHECK(ours && c->instance == inst);
	its_out = junk;
	CHECK(cpit_call(inst, ADD, v, &its_out) == -CPIT_EINVAL);
	CHECK(its_out.end == junk.end && !cpit_embed_cpu()->top);
	CHECK(!cpit_call(other, ADD, v, &its_out));
	CHECK(its_out.end == CPIT_RETURNED);
	CHECK(!cpit_cpu_swap(ours));
	CHECK(!cpit_call(inst, ADD, v, &its_out));
}

static void test_other_thread(void)
{
	CHECK(!call(HOST, as_other_thread));
	CHECK(out.end == CPIT_RETURNED);
}

int main(void)
{
	called_begin();
	inst->base = 0x1000;
	other->base = 0x2000;
	test_nested();
	test_other_thread();
	test_stacks();
	test_swap();
	test_exit_then_call();
	return called_end();
}
