/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks for the tests of the backtrace: frames as the compilers of each ISA
 * make them, and a claim that walks them.
 */
#ifndef CPIT_TESTS_FRAMES_H
#define CPIT_TESTS_FRAMES_H

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

static inline void poke(uintptr_t addr, uintptr_t v)
{
	memcpy((void *)addr, &v, sizeof(v));
}

static inline uintptr_t fp_of(const struct cpit_store *s, int n)
{
	return s->stack.low + 64 + (uintptr_t)n * FRAME;
}

/* The frame at fp is the last of wasm's: above is its thunk's, then the host. */
static inline void last_frame(uintptr_t fp)
{
	poke(fp + SAVED_FP, fp + FRAME);
	poke(fp + SAVED_RA, at_a(HELPER + 0x40));
	poke(fp + FRAME + SAVED_FP, 0);
	poke(fp + FRAME + SAVED_RA, HOST);
}

/*
 * Frames 0 to n-1 on the store's stack, innermost and lowest first; frame k
 * returns to ra[k], the last one to its thunk.
 */
static inline void frames(const struct cpit_store *s, const uintptr_t *ra, int n)
{
	int k;

	memset(s->stack.map, 0, STACK_WORDS * sizeof(uintptr_t));
	for (k = 0; k < n - 1; k++) {
		poke(fp_of(s, k) + SAVED_FP, fp_of(s, k + 1));
		poke(fp_of(s, k) + SAVED_RA, ra[k]);
	}
	last_frame(fp_of(s, k));
}

/* A fault at pc, with frame 0 set up. */
static inline struct cpit_fault fault_at(uintptr_t pc)
{
	return (struct cpit_fault){
		.cause = CPIT_CAUSE_ACCESS, .pc = pc, .ra = 0x1234,
		.addr = store.stack.low - 1, .fp = fp_of(&store, 0),
		.sp = fp_of(&store, 0) - 48,
	};
}

/* The claim; what holds for every backtrace is checked here. */
static inline void claim(const struct cpit_fault *f)
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
static inline void is_frame(unsigned n, uintptr_t pc)
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

/* ------------------------------------------------- what the claim refers to */

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

static inline void frames_begin(void)
{
	fake_cpu_is(0);
	guest_store(&store);
	guest_store(&second);
	guest_register();
}

static inline int frames_end(void)
{
	guest_unregister();
	free(store.stack.map);
	free(second.stack.map);
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}

#endif
