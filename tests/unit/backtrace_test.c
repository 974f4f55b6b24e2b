/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/backtrace.c, through the claim: which frames it finds (K23-14, K23-02),
 * and that no stack, however ruined, makes it read elsewhere.  Built for the
 * frame layout of each ISA.
 */
#include "guest.h"

/* ------------------------------------------ frames, as compilers make them */

#ifdef FRAMES_X86_64
enum { SAVED_FP = 0, SAVED_RA = 8 };
#else
enum { SAVED_FP = -16, SAVED_RA = -8, LEAF_SAVED_FP = -8 };
#endif
enum { FRAME = 32 };

static char host_code[64];
#define HOST ((uintptr_t)host_code + 32)

static struct cpit_store store, second;
static struct cpit_activation act;
static struct cpit_outcome out;

static void poke(uintptr_t addr, uintptr_t v)
{
	memcpy((void *)addr, &v, sizeof(v));
}

static uintptr_t fp_of(const struct cpit_store *s, int n)
{
	return s->stack.low + 64 + (uintptr_t)n * FRAME;
}

/*
 * Frames 0 to n-1 on the store's stack, innermost and lowest first; frame k
 * returns to ra[k], the last one's caller is the entry code.
 */
static void frames(const struct cpit_store *s, const uintptr_t *ra, int n)
{
	int k;

	memset(s->stack.map, 0, STACK_WORDS * sizeof(uintptr_t));
	for (k = 0; k < n; k++) {
		poke(fp_of(s, k) + SAVED_FP, k + 1 < n ? fp_of(s, k + 1) : 0);
		poke(fp_of(s, k) + SAVED_RA, ra[k]);
	}
}

/* A fault at pc, with frame 0 set up. */
static struct cpit_fault fault_at(uintptr_t pc)
{
	return (struct cpit_fault){
		.cause = CPIT_CAUSE_ACCESS, .pc = pc, .ra = 0x1234,
		.addr = store.stack.low - 1, .fp = fp_of(&store, 0),
		.sp = fp_of(&store, 0) - 48,
	};
}

/* The claim; what holds for every backtrace is checked here. */
static void claim(const struct cpit_fault *f)
{
	struct cpit_activation *top = cpit_embed_cpu()->top;
	struct cpit_outcome *o = top->out;
	struct cpit_landing land;
	enum cpit_verdict v;
	unsigned i;

	memset(o, 0, sizeof(*o));
	v = cpit_trap_claim(f, &land);
	CHECK_MSG(v == CPIT_UNWOUND, "verdict %d", v);
	CHECK(o->nframes <= CPIT_FRAMES_MAX);
	CHECK(!o->truncated || o->nframes == CPIT_FRAMES_MAX);
	for (i = 0; i < o->nframes; i++) {
		const struct cpit_frame *fr = &o->frames[i];

		CHECK(fr->module == &guest_a || fr->module == &guest_b);
		CHECK(fr->func >= guest_funcs &&
		      fr->func < guest_funcs + LEN(guest_funcs));
		CHECK(fr->func->index != CPIT_NO_FUNC);
		CHECK_MSG(fr->offset <= 0x100, "offset %#x", fr->offset);
	}
	top->pc = 0;			/* next time it is another call */
}

/* One frame by its address: a return address is found by the byte before. */
static void is_frame(unsigned n, uintptr_t pc)
{
	const struct cpit_frame *f = &out.frames[n];
	const struct cpit_module *m = pc < at_b(0) ? &guest_a : &guest_b;
	uintptr_t off = pc - (uintptr_t)m->text_start;
	const struct cpit_func *func = &guest_funcs[(n ? off - 1 : off) / 0x100];

	CHECK_MSG(n < out.nframes, "frame %u of %u", n, out.nframes);
	if (n >= out.nframes)
		return;
	CHECK_MSG(f->module == m && f->func == func, "frame %u", n);
	CHECK(f->offset == off - func->start);
}

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
 * first, nothing of the host; each older part begins at its import's thunk.
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
	poke(a1_fp + SAVED_RA, in_a[0]);
	poke(a1_fp + SAVED_FP, a1_fp + FRAME);
	poke(a1_fp + FRAME + SAVED_RA, HOST);
	store.run.exit_fp = a1_fp;
	guest_enter(&b, &second, &ob);
	frames(&second, in_b, 3);
	second.run.exit_fp = fp_of(&second, 0);
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
	store.run.exit_fp = 0;
	second.run.exit_fp = 0;
}

/* An import asked to leave: no fault, the walk starts at its thunk. */
static void test_left_by_import(void)
{
	const uintptr_t ra[] = { at_a(H + 0x18), at_a(G + 0x20), HOST };

	guest_enter(&act, &store, &out);
	frames(&store, ra, 3);
	store.run.exit_fp = fp_of(&store, 0);
	cpit_backtrace(&act, &out);
	CHECK(out.nframes == 2 && !out.truncated);
	CHECK(out.frames[0].func == &guest_funcs[2]);
	CHECK(out.frames[1].func == &guest_funcs[1]);
	store.run.exit_fp = 0;
	guest_leave(&act);
}

/* ---------------------------------------------------------- ruined stacks */

enum { DEPTH = 8 };

static const uintptr_t *evil_values(size_t *n)
{
	const uintptr_t low = store.stack.low, high = store.stack.high;
	static uintptr_t v[64];
	size_t i = 0;
	unsigned k;

	v[i++] = 0;
	v[i++] = UINTPTR_MAX;
	v[i++] = (uintptr_t)1 << 63;
	v[i++] = (uintptr_t)&act;
	v[i++] = at_a(G);
	v[i++] = at_a(0);
	v[i++] = at_a(GUEST_TEXT);
	v[i++] = at_b(0);
	v[i++] = HOST;
	for (k = 0; k <= 16; k += 8) {
		v[i++] = k;
		v[i++] = UINTPTR_MAX - 7 - k;
		v[i++] = low - k;
		v[i++] = low + k;
		v[i++] = high - k;
		v[i++] = high + k;
	}
	for (k = 1; k < 8; k++)
		v[i++] = fp_of(&store, 3) + k;
	for (k = 0; k <= DEPTH; k++)		/* itself, loops, a short cut */
		v[i++] = fp_of(&store, (int)k);
	*n = i;
	return v;
}

/* Each word of each frame by each value, and each register of the fault. */
static void test_ruined(void)
{
	uintptr_t ra[DEPTH];
	size_t n, i, k;
	const uintptr_t *evil = evil_values(&n);

	for (k = 0; k < DEPTH; k++)
		ra[k] = k == DEPTH - 1 ? HOST : at_a(G + 0x20);
	guest_enter(&act, &store, &out);
	for (i = 0; i < n; i++) {
		for (k = 0; k < DEPTH * FRAME / 8; k++) {
			struct cpit_fault f = fault_at(at_a(H + 0x20));

			frames(&store, ra, DEPTH);
			poke(fp_of(&store, 0) - 16 + k * 8, evil[i]);
			claim(&f);
			is_frame(0, f.pc);
			CHECK(out.nframes <= DEPTH + 1);
		}
		for (k = 0; k < 3 * 16; k++) {
			struct cpit_fault f = fault_at(at_a(
				k / 16 == 0 ? H + 0x20 : k / 16 == 1 ? H : LEAF) +
				k % 16);

			frames(&store, ra, DEPTH);
			f.fp = evil[i];
			claim(&f);
			is_frame(0, f.pc);
			f.sp = evil[(i + k) % n];
			f.ra = evil[(i * 7 + k) % n];
			claim(&f);
			is_frame(0, f.pc);
		}
	}
	guest_leave(&act);
}

/* Stacks of arbitrary words, most of which look like something. */
static void test_random(void)
{
	uintptr_t *words = (uintptr_t *)(void *)store.stack.map;
	uint64_t seed = 5;
	size_t n, i, k;
	const uintptr_t *evil = evil_values(&n);
	unsigned deepest = 0;

	guest_enter(&act, &store, &out);
	for (i = 0; i < 20000; i++) {
		struct cpit_fault f = fault_at(at_a(0) + i % GUEST_TEXT);

		for (k = 0; k < 128; k++) {
			uint64_t r = fake_random(&seed) >> 16, which = r % 64;
			uintptr_t fp = store.stack.low +
				       (k + 2 + r / 64 % 4 * 2) * 8;

			words[k] = which == 0 ? evil[r / 64 % n] :
				   which == 1 ? fake_random(&seed) :
				   which == 2 ? fp - 8 :
				   k % 2 ? at_a(0) + r / 64 % GUEST_TEXT : fp;
		}
		f.fp = store.stack.low + fake_random(&seed) % 16 * 8;
		f.sp = store.stack.low + fake_random(&seed) % 128 * 8;
		f.ra = words[i % 128];
		claim(&f);
		if (out.nframes > deepest)
			deepest = out.nframes;
	}
	CHECK_MSG(deepest > 20, "at most %u frames: too little found", deepest);
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

void cpit_arch_land(struct cpit_jmp *jmp, uintptr_t value)
{
	(void)jmp;
	(void)value;
	abort();
}

void cpit_leave_error(struct cpit_vm *v, int error)
{
	(void)v;
	(void)error;
	abort();
}

int main(void)
{
	fake_cpu_is(0);
	guest_store(&store);
	guest_store(&second);
	guest_register();

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
	test_ruined();
	test_random();
	test_neighbours();
	test_no_function();

	guest_unregister();
	free(store.stack.map);
	free(second.stack.map);
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
