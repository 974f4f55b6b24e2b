/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core dump, streamed.  Each section is made twice: the first time only to
 * learn its size, which stands before it.  In the dump instance n is one of
 * module n.
 */
#include <catchpit/coredump.h>
#include "store.h"
#include <string.h>

enum { OP_END = 0x0b, OP_I32_CONST = 0x41 };

/* Of memory contents: leaves room for what else the section has. */
#define DATA_MAX 0xf0000000u

struct dump {
	const struct cpit_outcome *out;
	struct cpit_instance *const *insts;
	size_t ninsts;
	cpit_put_fn *put;
	void *ctx;
	bool counting;			/* `size' grows, nothing is put */
	uint64_t size;
	/* While the data section is made. */
	uint64_t room;			/* left of DATA_MAX */
	uint32_t memory;		/* number of the memory at hand */
	uint32_t nsegments;
	bool put_segments;		/* else they are only counted */
};

/* ------------------------------------------------------------- encoding */

static void bytes(struct dump *d, const void *p, size_t n)
{
	if (d->counting)
		d->size += n;
	else
		d->put(d->ctx, p, n);
}

static void byte(struct dump *d, uint8_t b)
{
	bytes(d, &b, 1);
}

static void u64(struct dump *d, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		byte(d, (uint8_t)(v | 0x80));
	byte(d, (uint8_t)v);
}

static void s64(struct dump *d, int64_t v)
{
	for (; v < -64 || v > 63; v >>= 7)
		byte(d, (uint8_t)(v | 0x80));
	byte(d, (uint8_t)(v & 0x7f));
}

static void name(struct dump *d, const char *s)
{
	size_t n = strlen(s);

	u64(d, n);
	bytes(d, s, n);
}

static void section(struct dump *d, uint8_t id, void (*body)(struct dump *d))
{
	d->counting = true;
	d->size = 0;
	body(d);
	d->counting = false;
	byte(d, id);
	u64(d, d->size);
	body(d);
}

/* -------------------------------------------------- what an instance has */

/*
 * Memory or global k, imports first as wasm counts them; NULL behind the last.
 * *type is a global's letter.
 */
static const void *object(const struct cpit_instance *inst,
			  enum cpit_kind kind, uint32_t k, char *type)
{
	const struct cpit_module *m = inst->module;
	const uint8_t *state = inst->state;
	uint32_t i;

	for (i = 0; i < m->nimports; i++) {
		const struct cpit_type *t = &m->imports[i].type;

		if (t->kind == kind && !k--) {
			*type = t->sig[0];
			return CPIT_SLOT(state, i)->object;
		}
	}
	if (kind == CPIT_MEMORY)
		return k < m->nmemories ? state + m->memory_at[k] : NULL;
	if (k >= m->nglobals)
		return NULL;
	*type = m->global_types[k];
	return state + m->global_at[k];
}

typedef void object_fn(struct dump *d, const void *at, char type);

/* All memories or globals of instances i to end - 1; how many. */
static uint32_t each(struct dump *d, size_t i, size_t end, enum cpit_kind kind,
		     object_fn *fn)
{
	uint32_t n = 0, k;
	const void *at;
	char type = 0;

	for (; i < end; i++) {
		for (k = 0; (at = object(d->insts[i], kind, k, &type)); k++) {
			if (fn)
				fn(d, at, type);
			n++;
		}
	}
	return n;
}

static void all(struct dump *d, enum cpit_kind kind, object_fn *fn)
{
	u64(d, each(d, 0, d->ninsts, kind, NULL));
	each(d, 0, d->ninsts, kind, fn);
}

/* -------------------------------------------------------- custom sections */

static void core(struct dump *d)
{
	name(d, "core");
	byte(d, 0);
	name(d, d->ninsts ? d->insts[0]->module->name : "");
}

static void coremodules(struct dump *d)
{
	size_t i;

	name(d, "coremodules");
	u64(d, d->ninsts);
	for (i = 0; i < d->ninsts; i++) {
		byte(d, 0);
		name(d, d->insts[i]->module->name);
	}
}

/* The dump's memories or globals that are instance i's. */
static void own(struct dump *d, size_t i, enum cpit_kind kind)
{
	uint32_t first = each(d, 0, i, kind, NULL);
	uint32_t n = each(d, i, i + 1, kind, NULL);

	u64(d, n);
	while (n--)
		u64(d, first++);
}

static void coreinstances(struct dump *d)
{
	size_t i;

	name(d, "coreinstances");
	u64(d, d->ninsts);
	for (i = 0; i < d->ninsts; i++) {
		byte(d, 0);
		u64(d, i);
		own(d, i, CPIT_MEMORY);
		own(d, i, CPIT_GLOBAL);
	}
}

/* Those in an instance of the dump; or only their number. */
static uint32_t frames(struct dump *d, bool put)
{
	const struct cpit_frame *f = d->out->frames;
	const struct cpit_frame *end = f + d->out->nframes;
	uint32_t n = 0, i;

	for (; f < end; f++) {
		for (i = 0; i < d->ninsts; i++)
			if (d->insts[i]->module == f->module)
				break;
		if (i == d->ninsts)
			continue;
		n++;
		if (!put)
			continue;
		byte(d, 0);
		u64(d, i);
		u64(d, f->func->index);
		bytes(d, "\0\0\0", 3);	/* offset, locals, operands */
	}
	return n;
}

static void corestack(struct dump *d)
{
	name(d, "corestack");
	byte(d, 0);
	name(d, "main");
	u64(d, frames(d, false));
	frames(d, true);
}

/* ------------------------------------------------------ globals, memories */

static const struct valtype {
	char letter;
	uint8_t code, op, size;		/* op: that makes a constant */
} valtypes[] = {
	{ 'i', 0x7f, OP_I32_CONST, 4 }, { 'I', 0x7e, 0x42, 8 },
	{ 'f', 0x7d, 0x43, 4 }, { 'F', 0x7c, 0x44, 8 }, { 'v', 0x7b, 0xfd, 16 },
	/* ref.null; the last is exnref */
	{ 'r', 0x70, 0xd0, 0 }, { 'e', 0x6f, 0xd0, 0 }, { 'x', 0x69, 0xd0, 0 },
};

static void global(struct dump *d, const void *at, char type)
{
	const struct valtype *t = valtypes;
	int64_t v = 0;

	while (t->letter != type && t->letter != 'x')
		t++;
	bytes(d, (const uint8_t[]){ t->code, 0, t->op }, 3);
	if (t->letter == 'i' || t->letter == 'I') {
		memcpy(&v, at, t->size);
		s64(d, t->size == 4 ? (int32_t)v : v);
	} else {
		if (t->size == 16)
			byte(d, 0x0c);		/* v128.const */
		else if (!t->size)
			byte(d, t->code);	/* its heap type */
		bytes(d, at, t->size);
	}
	byte(d, OP_END);
}

static void globals(struct dump *d)
{
	all(d, CPIT_GLOBAL, global);
}

static void memory(struct dump *d, const void *at, char type)
{
	const wasm_rt_memory_t *m = at;
	bool bytewise = m->page_size == 1;

	(void)type;
	/* No maximum; one with 64-bit addresses is in reach of 32 too. */
	byte(d, bytewise ? 8 : 0);
	u64(d, m->pages);
	if (bytewise)
		u64(d, 0);			/* 2^0 */
}

static void memories(struct dump *d)
{
	all(d, CPIT_MEMORY, memory);
}

/* ------------------------------------------------------------------ data */

/* What was never touched is zeros, and stays without a page. */
static bool has_pages(const wasm_rt_memory_t *m, uint64_t at, uint64_t n)
{
	return !m->guarded ||
	       cpit_embed_commit(m->data + at, n, CPIT_COMMIT_ASK);
}

static bool is_zero(const uint8_t *p, size_t n)
{
	uint64_t w;

	for (; n >= sizeof(w); p += sizeof(w), n -= sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		if (w)
			return false;
	}
	while (n--)
		if (*p++)
			return false;
	return true;
}

static void segment(struct dump *d, uint64_t at, const uint8_t *p, uint64_t n)
{
	byte(d, 2);				/* active, in memory ... */
	u64(d, d->memory);
	byte(d, OP_I32_CONST);
	s64(d, (int32_t)(uint32_t)at);
	byte(d, OP_END);
	u64(d, n);
	bytes(d, p, (size_t)n);
}

/* A segment for each run of pages that are not zero. */
static void runs(struct dump *d, const void *object, char type)
{
	const wasm_rt_memory_t *m = object;
	uint64_t at, run = 0, page;

	(void)type;
	for (at = 0; at < m->size || run; at += page) {
		page = m->size - at < CPIT_PAGE ? m->size - at : CPIT_PAGE;
		if (page && page <= d->room && has_pages(m, at, page) &&
		    !is_zero(m->data + at, page)) {
			d->room -= page;
			run += page;
			continue;
		}
		if (run && d->put_segments)
			segment(d, at - run, m->data + at - run, run);
		d->nsegments += run != 0;
		run = 0;
	}
	d->memory++;
}

static void all_runs(struct dump *d, bool put)
{
	d->room = DATA_MAX;
	d->memory = d->nsegments = 0;
	d->put_segments = put;
	each(d, 0, d->ninsts, CPIT_MEMORY, runs);
}

static void data(struct dump *d)
{
	all_runs(d, false);
	u64(d, d->nsegments);
	all_runs(d, true);
}

void cpit_coredump(const struct cpit_outcome *out,
		   struct cpit_instance *const *insts, size_t n,
		   cpit_put_fn *put, void *ctx)
{
	static const struct {
		uint8_t id;
		void (*body)(struct dump *d);
	} sections[] = {
		{ 0, core }, { 0, coremodules }, { 0, coreinstances },
		{ 0, corestack }, { 5, memories }, { 6, globals }, { 11, data },
	};
	struct dump d = { .out = out, .insts = insts, .ninsts = n, .put = put,
			  .ctx = ctx };
	size_t i;

	if (out->end != CPIT_TRAPPED)
		return;
	bytes(&d, "\0asm\1\0\0", 8);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		section(&d, sections[i].id, sections[i].body);
}
