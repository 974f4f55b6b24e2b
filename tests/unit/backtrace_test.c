/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/backtrace.c, through the claim: which frames it finds (K23-14, K23-02).
 * Built for the frame layout of each ISA.
 */
#include "frames.h"

/* ------------------------------------------------------------ whole stacks */

static void test_chain(void)
{
	const uintptr_t ra[] = { at_a(G + 0x30), at_b(F + 0x44), HOST };
	struct cpit_fault f = fault_at(at_a(H + 0x20));

	frames(&store, ra, 3);
	claim(&f);
	CHECK(out.nframes == 3 && !out.truncated);	/* once each */
	is_frame(0, f.pc);
	is_frame(1, ra[0]);
	is_frame(2, ra[1]);
}

/* Where the frame of the function is set up, or not yet. */
static void test_prologue(void)
{
	const uintptr_t ra[] = { at_a(F + 0x40), HOST };
	unsigned off;

	for (off = 0; off < 2 * PROLOGUE; off++) {
		struct cpit_fault f = fault_at(at_a(G + off));

		if (off >= PROLOGUE) {
			frames(&store, ra, 2);
		} else {
			/* fp is the caller's, frame 1; ra where it was put. */
			frames(&store, ra, 2);
			poke(fp_of(&store, 0) + SAVED_RA, 0);
			f.fp = fp_of(&store, 1);
#ifdef FRAMES_X86_64
			poke(f.sp + (off ? 8 : 0), ra[0]);
#else
			f.ra = ra[0];
#endif
		}
		claim(&f);
		CHECK_MSG(out.nframes == 2, "%u frames at +%u", out.nframes,
			  off);
		is_frame(0, f.pc);
		is_frame(1, ra[0]);
	}
}

static void test_leaf(void)
{
	const uintptr_t ra[] = { at_a(H + 0x10), at_a(F + 0x40), HOST };
	unsigned off;

	for (off = 0; off < 0x100; off++) {
		struct cpit_fault f = fault_at(at_a(LEAF + off));

		frames(&store, ra, 3);
		poke(fp_of(&store, 0) + SAVED_RA, 0);
		f.fp = fp_of(&store, 1);
#ifdef FRAMES_X86_64
		poke(f.sp, ra[0]);
#else
		f.ra = ra[0];
		if (off >= PROLOGUE) {
			f.fp = fp_of(&store, 0);
			poke(fp_of(&store, 0) + SAVED_FP, 0);
			poke(fp_of(&store, 0) + LEAF_SAVED_FP,
			     fp_of(&store, 1));
		}
#endif
		claim(&f);
		CHECK_MSG(out.nframes == 3, "%u frames at +%u", out.nframes,
			  off);
		is_frame(0, f.pc);
		is_frame(1, ra[0]);
		is_frame(2, ra[1]);
	}
}

/* Behind a call that does not return may be the next function, or the end. */
static void test_last_call(void)
{
	const uintptr_t ra[] = { at_a(H), at_a(G), at_a(GUEST_TEXT), HOST };
	struct cpit_fault f = fault_at(at_a(F + 0x20));

	frames(&store, ra, 4);
	claim(&f);
	CHECK(out.nframes == 4);
	is_frame(1, at_a(H));		/* in G, at its end */
	is_frame(2, at_a(G));		/* in F */
	is_frame(3, at_a(GUEST_TEXT));	/* in the last function of all */
}

/* Helpers in module text are walked through, and not shown. */
static void test_helpers(void)
{
	const uintptr_t ra[] = { at_a(G + 0x30), at_a(HELPER + 0x20),
				 at_a(HELPER + 0x30), at_a(F + 0x20), HOST };
	struct cpit_fault f = fault_at(at_a(HELPER + 0x10));

	frames(&store, ra, 5);
	claim(&f);
	CHECK(out.nframes == 2);
	CHECK(out.frames[0].func == &guest_funcs[1]);
	CHECK(out.frames[1].func == &guest_funcs[0]);
	CHECK(out.frames[0].offset == 0x30 && out.frames[1].offset == 0x20);
}

/* Deeper than the record has room for. */
static void test_deep(void)
{
	static const int depths[] = { 1, 2, 62, 63, 64, 65, 100, 200, 400 };
	uintptr_t ra[400];
	size_t i;
	int k;

	for (i = 0; i < LEN(depths); i++) {
		struct cpit_fault f = fault_at(at_a(H + 0x20));
		unsigned want = (unsigned)depths[i];

		for (k = 0; k < depths[i]; k++)
			ra[k] = at_a(G + 0x20 + (unsigned)k % 8);
		ra[depths[i] - 1] = HOST;
		frames(&store, ra, depths[i]);
		claim(&f);
		CHECK(out.truncated == (want > CPIT_FRAMES_MAX));
		CHECK(out.nframes == (want > 64 ? 64 : want));
		for (k = 1; k < (int)out.nframes; k++)
			is_frame((unsigned)k, ra[k - 1]);
	}
}

/* ---------------------------------------------------------- nested entries */

/*
 * A -> host -> B (another store) -> host -> A again: all of wasm, innermost
 * first, nothing of the host; each older part begins where its import is called.
 */
static void test_nested(void)
{
	static struct cpit_activation a1, b, a2;
	static struct cpit_outcome o1, ob;
	const uintptr_t in_a[] = { at_a(F + 0x50), HOST };
	const uintptr_t in_b[] = { at_b(G + 0x60), at_b(F + 0x70), HOST };
	struct cpit_fault f = fault_at(at_a(H + 0x20));
	uintptr_t a2_fp = fp_of(&store, 0), a1_fp = fp_of(&store, 20);

	guest_enter(&a1, &store, &o1);
	/* The newer A's frames are below the older one's, on the same stack. */
	frames(&store, (uintptr_t[]){ at_a(G + 0x40), HOST }, 2);
	poke(a1_fp + SAVED_RA, in_a[1]);
	poke(a1_fp + SAVED_FP, a1_fp + FRAME);
	last_frame(a1_fp + FRAME);
	store.run.exit.pc = in_a[0];
	store.run.exit.fp = a1_fp;
	guest_enter(&b, &second, &ob);
	frames(&second, in_b + 1, 2);
	second.run.exit.pc = in_b[0];
	second.run.exit.fp = fp_of(&second, 0);
	guest_enter(&a2, &store, &out);
	f.fp = a2_fp;
	claim(&f);
	CHECK(out.nframes == 5 && out.depth == 3);
	is_frame(0, f.pc);
	is_frame(1, at_a(G + 0x40));
	is_frame(2, in_b[0]);
	is_frame(3, in_b[1]);
	is_frame(4, in_a[0]);
	guest_leave(&a2);

	/* K23-02: after the inner trap was caught, B's own shows no A2. */
	b.out = &out;
	frames(&second, in_b, 3);
	f = fault_at(at_b(H + 0x30));
	f.addr = second.stack.low - 1;
	f.fp = fp_of(&second, 0);
	claim(&f);
	CHECK(out.nframes == 4 && out.depth == 2);
	is_frame(0, f.pc);
	is_frame(1, in_b[0]);
	is_frame(3, in_a[0]);
	guest_leave(&b);
	guest_leave(&a1);
	store.run.exit.pc = 0;
	second.run.exit.pc = 0;
}

/* An import asked to leave: no fault, the walk starts where it was called. */
static void test_left_by_import(void)
{
	const uintptr_t ra[] = { at_a(H + 0x18), at_a(G + 0x20), HOST };

	guest_enter(&act, &store, &out);
	frames(&store, ra + 1, 2);
	store.run.exit.pc = ra[0];
	store.run.exit.fp = fp_of(&store, 0);
	cpit_backtrace(&act, &out);
	CHECK(out.nframes == 2 && !out.truncated);
	CHECK(out.frames[0].func == &guest_funcs[2]);
	CHECK(out.frames[1].func == &guest_funcs[1]);
	CHECK(out.frames[0].offset == 0x18 && out.frames[1].offset == 0x20);

	/* A thunk, or what the compiler made of its own: its callers only. */
	out.nframes = 0;
	store.run.exit.pc = at_a(HELPER + 0x18);
	cpit_backtrace(&act, &out);
	CHECK(out.nframes == 1 && out.frames[0].func == &guest_funcs[1]);

	/* Nothing was called yet, as when a kill is noticed before the guest runs. */
	out.nframes = 0;
	store.run.exit.pc = 0;
	cpit_backtrace(&act, &out);
	CHECK(!out.nframes);
	guest_leave(&act);
}

/* -------------------------------------------------- descriptors at the edge */

/* Modules that touch: the end of one is not the beginning of the other. */
static void test_neighbours(void)
{
	const uintptr_t ra[] = { at_a(GUEST_TEXT), HOST };
	struct cpit_fault f = fault_at(at_a(F + 0x20));
	struct cpit_module c = guest_a;

	c.name = "c";
	c.text_start = guest_a.text_end;
	c.text_end = c.text_start + 16;
	c.nsites = 0;
	c.nfuncs = 1;
	CHECK(!cpit_module_register(&c));
	guest_enter(&act, &store, &out);
	frames(&store, ra, 2);
	memset(&out, 0, sizeof(out));
	CHECK(cpit_trap_claim(&f, &(struct cpit_landing){ 0 }) == CPIT_UNWOUND);
	CHECK(out.nframes == 2);
	is_frame(1, ra[0]);
	guest_leave(&act);
	CHECK(!cpit_module_unregister(&c));
}

/*
 * A descriptor whose functions do not begin where its text does is refused, or
 * a fault before the first one just has no frame.
 */
static void test_no_function(void)
{
	static const struct cpit_func late[] = { { 8, 0, 0, 4, 0 } };
	struct cpit_module c = guest_a;
	unsigned n;

	c.text_start = guest_a.text_end;
	c.text_end = c.text_start + 16;
	c.nsites = 0;
	c.funcs = late;
	for (n = 0; n < 2; n++) {
		struct cpit_fault f = fault_at((uintptr_t)c.text_start);
		struct cpit_landing land;
		int err;

		c.nfuncs = n;
		err = cpit_module_register(&c);
		CHECK(!err || err == -CPIT_ENOEXEC);
		if (err)
			continue;
		guest_enter(&act, &store, &out);
		CHECK(cpit_trap_claim(&f, &land) == CPIT_UNWOUND);
		CHECK(out.nframes == 0);
		guest_leave(&act);
		CHECK(!cpit_module_unregister(&c));
	}
}

int main(void)
{
	frames_begin();
	guest_enter(&act, &store, &out);
	test_chain();
	test_prologue();
	test_leaf();
	test_last_call();
	test_helpers();
	test_deep();
	guest_leave(&act);
	test_nested();
	test_left_by_import();
	test_neighbours();
	test_no_function();
	return frames_end();
}
