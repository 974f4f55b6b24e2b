/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/claim.c: every row of contract 1.3 that reaches the portable claim, with
 * activations that no CPU ever made.  Which frames it finds is for
 * backtrace_test.c.
 */
#include "guest.h"
#include "memory.h"

static struct cpit_store store, second;
static struct cpit_activation act;
static struct cpit_outcome out;
static wasm_rt_memory_t mem, another;
static struct cpit_vm vm;
static struct cpit_instance instance;

/* ------------------------------------------------- what the claim refers to */

void cpit_arch_land(struct cpit_jmp *jmp, uintptr_t value)
{
	(void)jmp;
	(void)value;
	abort();		/* its address goes into a frame, that is all */
}

void cpit_leave_error(struct cpit_vm *v, int error)
{
	(void)v;
	printf("out of memory: %d\n", error);
	abort();
}

/* --------------------------------------------------------------- one claim */

static const enum cpit_cause causes[] = {
	CPIT_CAUSE_ACCESS, CPIT_CAUSE_ILLEGAL, CPIT_CAUSE_BREAK,
	CPIT_CAUSE_ALIGN, CPIT_CAUSE_OTHER,
};

static struct cpit_landing land;

static void clear(void)
{
	memset(&out, 0, sizeof(out));
	memset(&land, 0xee, sizeof(land));
	fake_faults = 0;
}

/* Beyond the memory that the entered instance defines, if it does. */
static bool beyond_own(uintptr_t addr)
{
	uintptr_t offset = addr - (uintptr_t)mem.data;

	return act.inst == &instance && cpit_embed_cpu()->top &&
	       offset + CPIT_BELOW < CPIT_RESERVATION && offset >= mem.size;
}

/* Claims in a call that has just begun; the fault itself is never changed. */
static enum cpit_verdict claim(enum cpit_cause cause, uintptr_t pc,
			       uintptr_t addr)
{
	const struct cpit_fault f = {
		.cause = cause, .pc = pc, .addr = addr, .ra = 0x7ea,
		.sp = store.stack.high - 64, .fp = store.stack.high,
	}, same = f;
	long allocs = fake_allocs;
	bool asks = cause == CPIT_CAUSE_ACCESS && !beyond_own(addr);
	enum cpit_verdict v;

	clear();
	v = cpit_trap_claim(&f, &land);
	CHECK(!memcmp(&f, &same, sizeof(f)));
	CHECK(fake_allocs == allocs);
	CHECK(fake_faults == asks);		/* once */
	CHECK(!asks || fake_fault_addr == addr);
	CHECK(!cpit_embed_cpu()->reading);
	return v;
}

/* Nothing was said about the guest, and nowhere to land. */
static bool untouched(void)
{
	struct cpit_landing none;
	struct cpit_outcome zero;

	memset(&none, 0xee, sizeof(none));
	memset(&zero, 0, sizeof(zero));
	return !memcmp(&land, &none, sizeof(land)) &&
	       !memcmp(&out, &zero, sizeof(out));
}

/* A claim that has to end the call by this kind. */
static void unwinds(enum cpit_cause cause, uintptr_t pc, uintptr_t addr,
		    enum cpit_trap kind)
{
	enum cpit_verdict v = claim(cause, pc, addr);

	CHECK_MSG(v == CPIT_UNWOUND, "verdict %d, not %s", v,
		  cpit_trap_name(kind));
	if (v != CPIT_UNWOUND)
		return;
	CHECK(land.pc == (uintptr_t)cpit_arch_land);
	CHECK(land.sp == act.jmp.sp);
	CHECK(land.arg0 == (uintptr_t)&act.jmp && land.arg1 == 1);
	CHECK(out.end == CPIT_TRAPPED);
	CHECK_MSG(out.trap == kind, "%s, not %s", cpit_trap_name(out.trap),
		  cpit_trap_name(kind));
	CHECK(out.signal == cpit_trap_signal(kind) && out.signal > 0);
	CHECK(out.code == 0);
	CHECK(out.pc == pc);
	CHECK(out.has_addr == (kind == CPIT_TRAP_MEM_OOB &&
			       cause == CPIT_CAUSE_ACCESS));
	if (pc < at_a(HELPER) || pc >= at_a(LEAF))
		CHECK(out.nframes && out.frames[0].module == &guest_a);
	/* The way back pops the activation, not the handler (1.4, step 10). */
	CHECK(cpit_embed_cpu()->top == &act && store.act == &act);
}

/* A claim that has to end the machine: module text, but no known cause. */
static void breaks(enum cpit_cause cause, uintptr_t pc, uintptr_t addr)
{
	enum cpit_verdict v = claim(cause, pc, addr);

	CHECK_MSG(v == CPIT_BROKEN, "verdict %d at pc +%#lx addr %#lx", v,
		  (unsigned long)(pc - at_a(0)), (unsigned long)addr);
	CHECK(untouched());
}

static void not_ours(enum cpit_cause cause, uintptr_t pc, uintptr_t addr)
{
	enum cpit_verdict v = claim(cause, pc, addr);

	CHECK_MSG(v == CPIT_NOT_OURS, "verdict %d at pc %#lx addr %#lx", v,
		  (unsigned long)pc, (unsigned long)addr);
	CHECK(untouched());
}

/* ---------------------------------------------------------------- the rows */

/* K23-07: no activation. */
static void test_no_activation(void)
{
	size_t i;

	for (i = 0; i < LEN(causes); i++) {
		not_ours(causes[i], site_of(CPIT_TRAP_UNREACHABLE), 0);
		not_ours(causes[i], at_a(H), (uintptr_t)mem.data + mem.size);
		not_ours(causes[i], at_a(H), store.stack.low - 1);
		not_ours(causes[i], 0, 0);
	}
}

/* K23-07, SLG-07: host code, whatever it touched. */
static void test_host_code(void)
{
	const uintptr_t pcs[] = {
		0, UINTPTR_MAX, at_a(0) - 1, at_a(GUEST_TEXT),
		at_b(0) - 1, at_b(GUEST_TEXT), (uintptr_t)test_host_code,
	};
	const uintptr_t addrs[] = {
		0, UINTPTR_MAX, (uintptr_t)mem.data,
		(uintptr_t)mem.data + mem.size, store.stack.low - 1,
	};
	size_t i, k, c;

	for (i = 0; i < LEN(pcs); i++)
		for (k = 0; k < LEN(addrs); k++)
			for (c = 0; c < LEN(causes); c++)
				not_ours(causes[c], pcs[i], addrs[k]);
}

static void test_sites(void)
{
	unsigned k;

	for (k = 1; k < CPIT_TRAP_INTERNAL; k++) {
		enum cpit_trap kind = (enum cpit_trap)k;
		uintptr_t pc = site_of(kind);

		unwinds(CPIT_CAUSE_ILLEGAL, pc, 0, kind);
		unwinds(CPIT_CAUSE_BREAK, pc, 0, kind);
		/* The address register is stale for these causes. */
		unwinds(CPIT_CAUSE_ILLEGAL, pc, (uintptr_t)mem.data + mem.size,
			kind);
		CHECK(!out.has_addr);
		breaks(CPIT_CAUSE_ILLEGAL, pc + 1, 0);
		breaks(CPIT_CAUSE_ILLEGAL, pc - 1, 0);
		breaks(CPIT_CAUSE_BREAK, pc + 2, 0);
		breaks(CPIT_CAUSE_OTHER, pc, 0);
	}
}

/* Registered, but nothing there may trap so: a miscompile, never guessed. */
static void test_no_site(void)
{
	unsigned off;

	for (off = 0; off < GUEST_TEXT; off++) {
		if (off >= SITES + 4 && off < SITES + 4 * CPIT_TRAP_INTERNAL &&
		    off % 4 == 0)
			continue;
		breaks(CPIT_CAUSE_ILLEGAL, at_a(off), 0);
		breaks(CPIT_CAUSE_BREAK, at_a(off), 0);
		breaks(CPIT_CAUSE_ALIGN, at_a(off), (uintptr_t)mem.data);
		breaks(CPIT_CAUSE_OTHER, at_a(off), 0);
	}
}

static void oob(uint64_t addr, const wasm_rt_memory_t *m)
{
	unwinds(CPIT_CAUSE_ACCESS, at_a(G + 0x40), (uintptr_t)m->data + addr,
		CPIT_TRAP_MEM_OOB);
	CHECK_MSG(out.addr == addr, "%#lx, not %#lx", (unsigned long)out.addr,
		  (unsigned long)addr);
	CHECK(out.size == m->size);
}

/* K23-09: the effective address, of up to 33 bits, and the memory's size. */
static void test_memory(void)
{
	const uintptr_t data = (uintptr_t)mem.data;
	const uint64_t end = CPIT_RESERVATION - CPIT_BELOW;
	uint64_t addr;

	for (addr = mem.size; addr < end; addr = addr * 2 + 1)
		oob(addr, &mem);
	oob(mem.size + 1, &mem);
	oob(0xfffffff0, &mem);
	oob(0xfffffff0ull + 0xffffffffull, &mem);
	oob(end - 1, &mem);
	oob(another.size, &another);
	oob(0x100000000, &another);
	/* One that was sign-extended; its true number is told. */
	unwinds(CPIT_CAUSE_ACCESS, at_a(G), data - 1, CPIT_TRAP_MEM_OOB);
	CHECK(out.addr == 0xffffffff);
	unwinds(CPIT_CAUSE_ACCESS, at_a(G), data - CPIT_BELOW,
		CPIT_TRAP_MEM_OOB);
	CHECK(out.addr == 0x80000000);
	breaks(CPIT_CAUSE_ACCESS, at_a(G), data - CPIT_BELOW - 1);
	breaks(CPIT_CAUSE_ACCESS, at_a(G), data + end);
	breaks(CPIT_CAUSE_ALIGN, at_a(G), data + mem.size);
	/* A site's pc does not make another kind of it. */
	unwinds(CPIT_CAUSE_ACCESS, site_of(CPIT_TRAP_UNREACHABLE),
		data + mem.size, CPIT_TRAP_MEM_OOB);
}

/* In mode zero, too, where what was sign-extended is in the top 2 GiB. */
static void test_at_zero(void)
{
	breaks(CPIT_CAUSE_ACCESS, at_a(G), UINTPTR_MAX);
	store.space = 1;
	store.memory0 = &mem;
	unwinds(CPIT_CAUSE_ACCESS, at_a(G), mem.size, CPIT_TRAP_MEM_OOB);
	CHECK(out.addr == mem.size && out.size == mem.size);
	unwinds(CPIT_CAUSE_ACCESS, at_a(G), UINTPTR_MAX, CPIT_TRAP_MEM_OOB);
	CHECK(out.addr == 0xffffffff);
	unwinds(CPIT_CAUSE_ACCESS, at_a(G), -CPIT_BELOW, CPIT_TRAP_MEM_OOB);
	CHECK(out.addr == 0x80000000);
	breaks(CPIT_CAUSE_ACCESS, at_a(G), -CPIT_BELOW - 1);
	breaks(CPIT_CAUSE_ACCESS, at_a(G), CPIT_RESERVATION - CPIT_BELOW);
	store.space = 0;
	store.memory0 = NULL;
}

/* Memory that grew says so; one that is gone is no memory any more. */
static void test_memory_changes(void)
{
	uint64_t pages = mem.pages;
	wasm_rt_memory_t gone;

	oob((pages + 2) * CPIT_WASM_PAGE, &mem);
	CHECK(cpit_rt_memory_grow(&vm, &mem, 1) == pages);
	oob((pages + 1) * CPIT_WASM_PAGE, &mem);
	CHECK(out.size == (pages + 1) * CPIT_WASM_PAGE);

	cpit_rt_memory_new(&vm, &gone, 0, 65536, CPIT_WASM_PAGE);
	oob(0, &gone);
	CHECK(out.size == 0);
	{
		uintptr_t was = (uintptr_t)gone.data;

		cpit_rt_memory_free(&gone);
		breaks(CPIT_CAUSE_ACCESS, at_a(G), was);
	}
}

/* SLG-05: only what is below the running guest's stack is its guard. */
static void test_guard(void)
{
	const uintptr_t low = store.stack.low, high = store.stack.high;
	const struct cpit_stack was = store.stack;

	unwinds(CPIT_CAUSE_ACCESS, at_a(F), low - 1,
		CPIT_TRAP_STACK_EXHAUSTED);
	unwinds(CPIT_CAUSE_ACCESS, at_a(F), low - GUARD,
		CPIT_TRAP_STACK_EXHAUSTED);
	unwinds(CPIT_CAUSE_ACCESS, at_a(HELPER), low - 8,
		CPIT_TRAP_STACK_EXHAUSTED);
	breaks(CPIT_CAUSE_ACCESS, at_a(F), low - GUARD - 1);
	breaks(CPIT_CAUSE_ACCESS, at_a(F), low);
	breaks(CPIT_CAUSE_ACCESS, at_a(F), high - 1);
	breaks(CPIT_CAUSE_ACCESS, at_a(F), high);
	/* Another store's guard. */
	store.stack.low = high - 4096;
	breaks(CPIT_CAUSE_ACCESS, at_a(F), second.stack.low - 1);
	/* No address space, hence no guard. */
	store.stack = was;
	store.stack.guard = 0;
	breaks(CPIT_CAUSE_ACCESS, at_a(F), low - 1);
	store.stack = was;
}

/* In neither: a wild access by module text. */
static void test_wild(void)
{
	static int host_data;
	const uintptr_t addrs[] = {
		0, 8, 4095, UINTPTR_MAX, UINTPTR_MAX - 4096,
		(uintptr_t)&host_data, (uintptr_t)&act, at_a(0),
		(uintptr_t)test_wild, (uintptr_t)1 << 47,
	};
	size_t i;

	for (i = 0; i < LEN(addrs); i++)
		breaks(CPIT_CAUSE_ACCESS, at_a(G + 4), addrs[i]);
}

/*
 * The same where the entered instance defines that memory: the embedder's paging
 * is not asked about what is beyond it, and nothing else is any different.
 */
static void test_own_memory(void)
{
	struct cpit_instance *was = act.inst;

	act.inst = &instance;
	test_memory();
	test_memory_changes();
	test_guard();
	test_wild();
	test_host_code();
	fake_fault_maps = true;
	CHECK(claim(CPIT_CAUSE_ACCESS, at_a(G), (uintptr_t)mem.data) ==
	      CPIT_RESUMED);
	CHECK(claim(CPIT_CAUSE_ACCESS, at_a(G), (uintptr_t)mem.data +
		    mem.size - 1) == CPIT_RESUMED);
	oob(mem.size, &mem);
	fake_fault_maps = false;
	act.inst = was;
}

/* K23-08: the embedder's paging is asked before anything else is looked at. */
static void test_hook_first(void)
{
	const uintptr_t pcs[] = { 0, at_a(G), site_of(CPIT_TRAP_MEM_OOB) };
	const uintptr_t addrs[] = { 0, (uintptr_t)mem.data + mem.size,
				    store.stack.low - 1 };
	struct cpit_activation *top = cpit_embed_cpu()->top;
	size_t i, k;

	fake_fault_maps = true;
	for (i = 0; i < LEN(pcs); i++) {
		for (k = 0; k < LEN(addrs); k++) {
			CHECK(claim(CPIT_CAUSE_ACCESS, pcs[i], addrs[k]) ==
			      CPIT_RESUMED);
			CHECK(untouched());
			cpit_embed_cpu()->top = NULL;
			CHECK(claim(CPIT_CAUSE_ACCESS, pcs[i], addrs[k]) ==
			      CPIT_RESUMED);
			CHECK(untouched());
			cpit_embed_cpu()->top = top;
		}
	}
	/* It is not asked about an instruction. */
	unwinds(CPIT_CAUSE_ILLEGAL, site_of(CPIT_TRAP_UNREACHABLE), 0,
		CPIT_TRAP_UNREACHABLE);
	fake_fault_maps = false;
}

/* The newest activation gets the record, and its depth is the chain's. */
static void test_depth(void)
{
	static struct cpit_activation inner[32];
	static struct cpit_outcome outs[32];
	const struct cpit_fault f = {
		.cause = CPIT_CAUSE_ILLEGAL,
		.pc = site_of(CPIT_TRAP_DIV_BY_ZERO),
	};
	int i, k;

	for (i = 0; i < 32; i++) {
		guest_enter(&inner[i], i % 2 ? &store : &second, &outs[i]);
		inner[i].jmp.sp = 0x1000 * (uintptr_t)(i + 1);
		clear();
		CHECK(cpit_trap_claim(&f, &land) == CPIT_UNWOUND);
		CHECK(outs[i].depth == (unsigned)i + 2);
		CHECK(outs[i].trap == CPIT_TRAP_DIV_BY_ZERO);
		CHECK(land.sp == inner[i].jmp.sp);
		CHECK(land.arg0 == (uintptr_t)&inner[i].jmp);
		for (k = 0; k < i; k++)
			CHECK(outs[k].trap == CPIT_TRAP_NONE);
		CHECK(out.trap == CPIT_TRAP_NONE);
		memset(&outs[i], 0, sizeof(outs[i]));
		inner[i].pc = 0;	/* it went on, left by an import */
	}
	while (i-- > 0)
		guest_leave(&inner[i]);
	CHECK(cpit_embed_cpu()->top == &act);
}

int main(void)
{
	fake_cpu_is(0);
	guest_store(&store);
	guest_store(&second);
	store.opt.max_memory = CPIT_MEMORY_MOST;
	instance.store = &store;
	instance.module = &guest_a;
	vm.instance = &instance;
	cpit_rt_memory_new(&vm, &mem, 1, 100, CPIT_WASM_PAGE);
	cpit_rt_memory_new(&vm, &another, 2, 100, CPIT_WASM_PAGE);
	guest_register();

	test_no_activation();
	guest_enter(&act, &store, &out);
	test_host_code();
	test_sites();
	test_no_site();
	test_memory();
	test_at_zero();
	test_memory_changes();
	test_guard();
	test_wild();
	test_own_memory();
	test_hook_first();
	test_depth();
	guest_leave(&act);
	test_no_activation();

	guest_unregister();
	cpit_rt_memory_free(&mem);
	cpit_rt_memory_free(&another);
	free(store.stack.map);
	free(second.stack.map);
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
