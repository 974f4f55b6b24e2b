/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The backtrace (K23-14): wasm functions only, innermost first, through every
 * activation of this CPU.  Runs before the landing, in the fault handler too:
 * where a store was entered again from its own guest stack, the host code that
 * the landing returns to stands on that stack and writes over the dead frames.
 *
 * Each load is checked against the store's stack, and fp must rise, so that a
 * frame the guest has ruined ends the walk and no more.
 */
#include "code.h"
#include "store.h"

struct walk {
	struct cpit_outcome *out;
	struct cpit_place at;
	const struct cpit_module *m;	/* where the last pc was: likely again */
	const struct cpit_func *f;	/* and in which stretch of it, or NULL */
	const struct cpit_stack *stack;
	unsigned steps;
};

/* Frames that are not wasm's (thunks, helpers) count here only. */
#define STEPS_MAX (4 * CPIT_FRAMES_MAX)

/*
 * Appends the function of pc, the one that holds `at'; false when it is in no
 * module: the walk is over.
 */
__attribute__((noinline))		/* three times over is too large */
static bool visit(struct walk *w, uintptr_t pc, uintptr_t at)
{
	struct cpit_outcome *out = w->out;
	struct cpit_frame *frame;

	if (!w->m || !cpit_code_in(w->m, at))
		w->m = cpit_code_find(at);
	if (!w->m)
		return false;
	w->f = cpit_code_func(w->m, at);
	if (!w->f || w->f->index == CPIT_NO_FUNC)
		return true;
	if (out->nframes == CPIT_FRAMES_MAX) {
		out->truncated = true;
		return false;
	}
	frame = &out->frames[out->nframes++];
	frame->module = w->m;
	frame->func = w->f;
	frame->offset = (uint32_t)(pc - (uintptr_t)w->m->text_start - w->f->start);
	return true;
}

/* A return address may be the first byte behind the caller. */
static bool visit_caller(struct walk *w, uintptr_t pc)
{
	return visit(w, pc, pc - 1);
}

/* n words on the stack, or NULL. */
static const uintptr_t *words(const struct cpit_stack *st, uintptr_t at,
			      unsigned n)
{
	if ((at & 7) || at < st->low || at > st->high - n * sizeof(at))
		return NULL;
	return (const uintptr_t *)at;
}

/* From a frame that is set up to its caller's. */
static bool step(struct walk *w, int leaf)
{
	const uintptr_t *at = words(w->stack, w->at.fp +
				    (uintptr_t)cpit_arch_saved_fp(leaf),
				    leaf ? 1 : 2);

	if (!at || (at[0] && at[0] <= w->at.fp))
		return false;
	if (!leaf)
		w->at.pc = at[1];
	w->at.fp = at[0];
	return true;
}

/*
 * The entry has set fp to 0: whose frame has that one saved is the export's
 * thunk, which is not wasm's, and its caller is the host.
 */
__attribute__((noinline))
static void walk(struct walk *w)
{
	bool more = step(w, 0);

	while (more && w->at.fp && w->steps++ < STEPS_MAX) {
		uintptr_t pc = w->at.pc;

		more = step(w, 0);
		if ((more && !w->at.fp) || !visit_caller(w, pc))
			return;
	}
}

/* Of a leaf, or before the frame is there; off: bytes into the function. */
__attribute__((cold, noinline))
static bool early(struct walk *w, const struct cpit_activation *a, uint32_t off)
{
	const struct cpit_func *f = w->f;
	int leaf = f->flags & CPIT_FUNC_LEAF;
	intptr_t at = cpit_arch_early_ra(off, leaf ||
					 f->prologue == UINT16_MAX);
	const uintptr_t *ra = at < 0 ? &a->ra
				     : words(w->stack, a->sp + (uintptr_t)at, 1);

	/* The return address is in its register, or where the call left it. */
	if (ra && (off < f->prologue || step(w, leaf)) &&
	    visit_caller(w, *ra)) {
		w->at.pc = *ra;
		return true;
	}
	/* A helper of the C library may have set up a frame of its own. */
	return f->prologue == UINT16_MAX;
}

/* Whether the frame of the faulting function, or of its caller, is there. */
static bool framed(struct walk *w, const struct cpit_activation *a)
{
	const struct cpit_func *f = w->f;
	uint32_t off;

	if (!f)
		return false;
	off = (uint32_t)(w->at.pc - (uintptr_t)w->m->text_start - f->start);
	if (off >= f->prologue && !(f->flags & CPIT_FUNC_LEAF) &&
	    off >= f->flags >> CPIT_FUNC_RA_SHIFT)
		return true;
	return early(w, a, off);
}

/* Older activations left through an import. */
__attribute__((cold, noinline))
static void older(struct walk *w, const struct cpit_activation *act)
{
	const struct cpit_activation *a, *n;
	const struct cpit_place *at;

	for (a = act->prev; a && !w->out->truncated; a = a->prev) {
		w->stack = &a->store->stack;
		/* The exit of `a' was saved by the next entry of its store. */
		at = &a->store->run.exit;
		for (n = act; n != a; n = n->prev)
			if (n->store == a->store)
				at = &n->exit;
		w->at = *at;
		if (visit(w, at->pc, at->pc))
			walk(w);
	}
}

void cpit_backtrace(const struct cpit_activation *act,
		    struct cpit_outcome *out)
{
	struct walk w = { .out = out, .at = { act->pc, act->fp },
			  .m = act->module, .stack = &act->store->stack };

	if (!act->pc)			/* left by an import, or not begun */
		w.at = act->store->run.exit;
	if (visit(&w, w.at.pc, w.at.pc) && (!act->pc || framed(&w, act)))
		walk(&w);
	if (act->prev)
		older(&w, act);
}
