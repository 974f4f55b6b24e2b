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
	uintptr_t pc, fp;
	const struct cpit_module *m;	/* where the last pc was: likely again */
	const struct cpit_stack *stack;
	unsigned steps;
};

/* Frames that are not wasm's (thunks, helpers) count here only. */
#define STEPS_MAX (4 * CPIT_FRAMES_MAX)

/* The stretch of text that holds `at', or NULL; w->m is its module, or NULL. */
static const struct cpit_func *find(struct walk *w, uintptr_t at)
{
	if (!w->m || at < (uintptr_t)w->m->text_start ||
	    at >= (uintptr_t)w->m->text_end)
		w->m = cpit_code_find(at);
	return w->m ? cpit_code_func(w->m, at) : NULL;
}

/* Appends pc's function; false when pc is in no module: the walk is over. */
__attribute__((noinline))		/* three times over is too large */
static bool visit(struct walk *w, struct cpit_outcome *out, uintptr_t pc,
		  const struct cpit_func *f)
{
	const struct cpit_module *m = w->m;
	struct cpit_frame *frame;

	if (!m)
		return false;
	if (!f || f->index == CPIT_NO_FUNC)
		return true;
	if (out->nframes == CPIT_FRAMES_MAX) {
		out->truncated = true;
		return false;
	}
	frame = &out->frames[out->nframes++];
	frame->module = m;
	frame->func = f;
	frame->offset = (uint32_t)(pc - (uintptr_t)m->text_start - f->start);
	return true;
}

/* A return address may be the first byte behind the caller. */
static bool visit_caller(struct walk *w, struct cpit_outcome *out, uintptr_t pc)
{
	return visit(w, out, pc, find(w, pc - 1));
}

static bool load(const struct cpit_stack *st, uintptr_t addr, uintptr_t *v)
{
	if ((addr & 7) || addr < st->low || addr > st->high - sizeof(*v))
		return false;
	*v = *(const uintptr_t *)addr;
	return true;
}

/* From a frame that is set up to its caller's. */
static bool step(struct walk *w, int leaf)
{
	uintptr_t at = w->fp + (uintptr_t)cpit_arch_saved_fp(leaf), fp;

	if (!load(w->stack, at, &fp) ||
	    (!leaf && !load(w->stack, at + sizeof(fp), &w->pc)))
		return false;
	if (fp && fp <= w->fp)
		return false;
	w->fp = fp;
	return true;
}

/*
 * The entry has set fp to 0: whose frame has that one saved is the export's
 * thunk, which is not wasm's, and its caller is the host.
 */
static void walk(struct walk *w, struct cpit_outcome *out)
{
	bool more = w->fp && step(w, 0);

	while (more && w->fp && w->steps++ < STEPS_MAX) {
		uintptr_t pc = w->pc;

		more = step(w, 0);
		if ((more && !w->fp) || !visit_caller(w, out, pc))
			return;
	}
}

static bool early_ra(const struct walk *w, const struct cpit_activation *a,
		     uint32_t off, int leaf, uintptr_t *ra)
{
	intptr_t at = cpit_arch_early_ra(off, leaf);

	*ra = a->ra;
	return at < 0 || load(w->stack, a->sp + (uintptr_t)at, ra);
}

/* The faulting function itself, whose frame may not be there yet. */
static bool first(struct walk *w, const struct cpit_activation *a,
		  struct cpit_outcome *out)
{
	const struct cpit_func *f = find(w, a->pc);
	uintptr_t ra;
	uint32_t off;
	int leaf;

	w->pc = a->pc;
	w->fp = a->fp;
	if (!f || !visit(w, out, w->pc, f))
		return false;
	off = (uint32_t)(w->pc - (uintptr_t)w->m->text_start - f->start);
	leaf = f->flags & CPIT_FUNC_LEAF;
	if (off >= f->prologue && !leaf &&
	    off >= f->flags >> CPIT_FUNC_RA_SHIFT)
		return true;
	/* The return address is in its register, or where the call left it. */
	if (early_ra(w, a, off, leaf || f->prologue == UINT16_MAX, &ra) &&
	    (off < f->prologue || step(w, leaf)) && visit_caller(w, out, ra)) {
		w->pc = ra;
		return true;
	}
	/* A helper of the C library may have set up a frame of its own. */
	return f->prologue == UINT16_MAX;
}

void cpit_backtrace(const struct cpit_activation *act,
		    struct cpit_outcome *out)
{
	struct walk w = { 0, 0, act->module, &act->store->stack, 0 };
	const struct cpit_activation *a;

	if (act->pc) {
		if (first(&w, act, out))
			walk(&w, out);
	} else {
		w.fp = act->store->run.exit_fp;
		walk(&w, out);
	}
	/* Older activations left through an import: start at its thunk. */
	for (a = act; a->prev && !out->truncated; a = a->prev) {
		const struct cpit_activation *older = a->prev;
		const struct cpit_activation *n = act;

		w.stack = &older->store->stack;
		/* The exit of `older' was saved by the next entry of its store. */
		w.fp = older->store->run.exit_fp;
		for (; n != older; n = n->prev)
			if (n->store == older->store)
				w.fp = n->exit_fp;
		walk(&w, out);
	}
}
