/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module that arrives on a running machine, by the loader: it runs as those in
 * the image do, leaves nothing behind, and is refused when anything of it is
 * not as it was made (KAN-11).
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <catchpit/load.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *blob;
static size_t size;

static bool given(void)
{
	size = cpit_board.initrd.end - cpit_board.initrd.start;
	CHECK(size);
	blob = cpit_arch_direct(cpit_board.initrd.start);
	return size;
}

static void use(const struct cpit_module *m)
{
	struct world w;

	if (!world_make_of(&w, m))
		return;
	call(w.t, "add", 40, 2);
	CHECK(result[0].i32 == 42);
	CHECK(trapped(call(w.t, "trap", 2, 0), CPIT_TRAP_DIV_BY_ZERO));
	CHECK(trapped(call(w.t, "load", 0x10000, 0), CPIT_TRAP_MEM_OOB));
	CHECK(trapped(call(w.t, "direct", 0, 0), CPIT_TRAP_STACK_EXHAUSTED));
	CHECK(trapped(call(w.t, "trap", 7, 0), CPIT_TRAP_CALL_SIGNATURE));
	call(w.t, "load", 16, 0);
	CHECK(result[0].i32 == 42);		/* its data segment */
	world_free(&w);
}

/* W^X: with the setting write=text or write=constants, which stops it here. */
static void write_to(const struct cpit_module *m)
{
	const char *what = cpit_config("write", 0);
	const char *at = what && !strcmp(what, "text") ? m->text_start
						       : (const char *)m;

	if (!what)
		return;
	*(volatile char *)(uintptr_t)at = 0;
	CHECK(!"it was written to");
}

static void runs(void)
{
	struct cpit_loaded *l;
	const struct cpit_outcome *o;
	struct world w;

	int err;

	if (!given())
		return;
	err = cpit_load(&l, blob, size);
	if (err) {
		check_failed(cpit_strerror(err), (int)size, "");
		return;
	}
	use(cpit_loaded_module(l));
	write_to(cpit_loaded_module(l));
	if (world_make_of(&w, cpit_loaded_module(l))) {
		CHECK(cpit_unload(l) == -CPIT_EBUSY);
		o = call(w.t, "trap", 0, 0);
		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE) && o->nframes == 1 &&
		      o->frames[0].module == cpit_loaded_module(l));
		world_free(&w);
	}
	CHECK(!cpit_unload(l));
}

/* Two at a time are two modules, beside the one in the image. */
static void twice(void)
{
	struct cpit_loaded *a, *b;

	if (!given())
		return;
	CHECK(!cpit_load(&a, blob, size));
	CHECK(!cpit_load(&b, blob, size));
	CHECK(cpit_loaded_module(a)->text_start !=
	      cpit_loaded_module(b)->text_start);
	use(cpit_loaded_module(a));
	CHECK(!cpit_unload(a));
	use(cpit_loaded_module(b));
	CHECK(!cpit_unload(b));
}

static void cycles(void)
{
	struct cpit_loaded *l;
	int i;

	if (!given())
		return;
	for (i = 0; i < 1000; i++) {
		if (cpit_load(&l, blob, size)) {
			CHECK(!"not loaded");
			return;
		}
		use(cpit_loaded_module(l));
		CHECK(!cpit_unload(l));
	}
}

/* -------------------------------------------------------- on another CPU */

enum { THERE = 1, ENOUGH, GONE };

struct visit {
	const struct cpit_module *m;
	uint32_t stage, traps;
};

/* One trap after the other, in module text and at its memory. */
static void traps_there(void *arg)
{
	struct visit *v = arg;
	struct world w;

	if (!world_make_of(&w, v->m))
		return;
	__atomic_store_n(&v->stage, THERE, __ATOMIC_SEQ_CST);
	do {
		const struct cpit_outcome *o = call(w.t, "trap", 0, 0);

		CHECK(trapped(o, CPIT_TRAP_UNREACHABLE));
		CHECK(o->nframes == 1 && o->frames[0].module == v->m);
		CHECK(trapped(call(w.t, "load", 0x10000, 0),
			      CPIT_TRAP_MEM_OOB));
		v->traps++;
	} while (__atomic_load_n(&v->stage, __ATOMIC_SEQ_CST) == THERE);
	__atomic_store_n(&v->stage, GONE, __ATOMIC_SEQ_CST);
	world_free(&w);
}

/*
 * Loaded here, run there; others come and go here while it faults there; it
 * cannot be unloaded before it is over there.
 */
static void visited(void)
{
	struct visit v = { .stage = 0 };
	struct cpit_loaded *a, *b;
	int err;
	unsigned i;

	CHECK(!cpit_load(&a, blob, size));
	v.m = cpit_loaded_module(a);
	CHECK(!cpit_board_cpu_run(1, traps_there, &v));
	while (!__atomic_load_n(&v.stage, __ATOMIC_SEQ_CST))
		;
	for (i = 0; i < 20; i++) {
		CHECK(!cpit_load(&b, blob, size));
		CHECK(cpit_unload(a) == -CPIT_EBUSY);
		CHECK(!cpit_unload(b));
	}
	__atomic_store_n(&v.stage, ENOUGH, __ATOMIC_SEQ_CST);
	while ((err = cpit_unload(a)) == -CPIT_EBUSY)
		;
	CHECK(!err && __atomic_load_n(&v.stage, __ATOMIC_SEQ_CST) == GONE);
	cpit_board_cpu_wait(1);
	CHECK(v.traps);
}

static void other_cpu(void)
{
	unsigned i;

	if (given())
		for (i = 0; i < 20 && invariants(); i++)
			visited();
}

/* ------------------------------------------------------------------- refusals */

static void refused(size_t n)
{
	struct cpit_loaded *l = NULL;

	CHECK(cpit_load(&l, blob, n) == -CPIT_ENOEXEC && !l);
}

static void truncated(void)
{
	size_t n;

	if (!given())
		return;
	for (n = 0; n < size; n++)
		refused(n);
}

/* Every bit of the header, and a bit of each 97th byte behind it. */
static void damaged(void)
{
	size_t at, bit;

	if (!given())
		return;
	for (at = 0; at < size; at += at < sizeof(struct cpit_container) ? 1 : 97) {
		for (bit = 0; bit < 8; bit++) {
			blob[at] ^= (uint8_t)(1 << bit);
			if (at < sizeof(struct cpit_container) || bit == at % 8)
				refused(size);
			blob[at] ^= (uint8_t)(1 << bit);
		}
	}
}

/* What the checksums do not tell: made so, by whoever made it. */
static void seal(struct cpit_container *c)
{
	c->body_crc = cpit_crc32(blob + sizeof(*c), size - sizeof(*c));
	c->header_crc = cpit_crc32(c, offsetof(struct cpit_container,
					       header_crc));
}

static void sealed_refused(struct cpit_container *c,
			   const struct cpit_container *was)
{
	seal(c);
	refused(size);
	*c = *was;
}

static void wrong_header(void)
{
	struct cpit_container *c, was;
	uint32_t *field;

	if (!given())
		return;
	c = (struct cpit_container *)(void *)blob;
	was = *c;
	for (field = &c->format; field < &c->body_crc; field++) {
		++*field;
		sealed_refused(c, &was);
	}
	c->isa = was.isa == 243 ? 62 : 243;
	sealed_refused(c, &was);
	c->abi--;
	sealed_refused(c, &was);
	/* Ends in another order, or too far away. */
	c->const_end = c->data_end + 4096;
	c->end = c->const_end + 4096;
	sealed_refused(c, &was);
	c->end = c->data_end - 4096;
	sealed_refused(c, &was);
	c->end = (1u << 30) + 4096;
	sealed_refused(c, &was);
	/* Its first word among the constants, its last one behind them. */
	c->module = c->const_end - 8;
	sealed_refused(c, &was);
	c->runtime = c->const_end - 8;
	sealed_refused(c, &was);
}

/* Where in the file a byte is that has been loaded: text begins the image. */
static void *in_file(const struct cpit_loaded *l, const void *p)
{
	return blob + sizeof(struct cpit_container) + ((const char *)p -
		cpit_loaded_module(l)->text_start);
}

/* An address that is relocated becomes that of the constants. */
static void poked(void)
{
	const struct cpit_export *f, *memory;
	const struct cpit_module *m;
	struct cpit_container *c, was;
	struct cpit_loaded *l;
	uint64_t held;

	if (!given() || cpit_load(&l, blob, size))
		return;
	c = (struct cpit_container *)(void *)blob;
	was = *c;
	m = cpit_loaded_module(l);
	f = cpit_export_find(m, "add", CPIT_FUNC);
	memory = cpit_export_find(m, "memory", CPIT_MEMORY);
	CHECK(m->nmemories && m->nglobals && f && memory);

	const struct { const void *at; size_t size; uint64_t value; } to[] = {
		{ &m->memory_at[0], 4, 1u << 30 },	/* outside of the state */
		{ &m->global_at[0], 4, 1u << 30 },
		{ &m->state_size, 8, 1ull << 32 },
		{ &m->checked, 1, 2 }, { &m->zero, 1, 2 }, { &m->at_zero, 1, 1 },
		{ &m->by_segment, 1, 2 },
		{ &m->instantiate, 8, was.text_end },	/* not of the text */
		{ &m->destroy, 8, was.text_end },
		{ &m->memory0, 8, was.text_end },
		{ &f->call, 8, was.text_end }, { &f->fn, 8, was.text_end },
		{ &memory->get, 8, was.text_end },
		{ &m->word[CPIT_WORD_SIGNAL], 8, was.text_end },
		{ &m->word[CPIT_WORD_TERMINATED], 8, was.text_end },
	};
	for (unsigned i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		void *p = in_file(l, to[i].at);

		memcpy(&held, p, to[i].size);
		memcpy(p, &to[i].value, to[i].size);
		sealed_refused(c, &was);
		memcpy(p, &held, to[i].size);
	}
	CHECK(!cpit_unload(l));
	CHECK(!cpit_load(&l, blob, size) && !cpit_unload(l));
}

static void shuffled(void)
{
	struct cpit_container *c, was;
	struct cpit_loaded *l;
	uint32_t x;

	if (!given() || cpit_load(&l, blob, size))
		return;
	c = (struct cpit_container *)(void *)blob;
	was = *c;

	const struct { uint32_t *at; unsigned other; } words[] = {
		{ in_file(l, cpit_loaded_module(l)->site_pc), 1 },
		{ in_file(l, cpit_loaded_module(l)->funcs), 4 },
		{ (void *)(blob + sizeof(*c) + c->data_end), 1 },
	};
	CHECK(sizeof(struct cpit_func) == 16);
	CHECK(!cpit_unload(l));
	for (unsigned i = 0; i < 3; i++) {
		uint32_t *at = words[i].at, *other = at + words[i].other;

		x = *at, *at = *other, *other = x;
		sealed_refused(c, &was);
		x = *at, *at = *other, *other = x;
	}
	CHECK(!cpit_load(&l, blob, size) && !cpit_unload(l));
}

/*
 * A string may begin at the last byte of the constants, which is NUL as it
 * arrives: addresses that are put there later must not change that.
 */
static void unended(void)
{
	struct cpit_container *c, was;

	/* A process's addresses have a NUL for their last byte. */
	if (!((uintptr_t)unended >> 56) || !given())
		return;
	c = (struct cpit_container *)(void *)blob;
	was = *c;
	c->runtime = c->const_end - c->nruntime * 8;
	sealed_refused(c, &was);
}

static const struct test cases[] = {
	{ "load-runs", runs, 0 },
	{ "load-twice", twice, 0 },
	{ "load-1000-cycles", cycles, 0 },
	{ "load-other-cpu", other_cpu, 2 },
	{ "load-truncated", truncated, 0 },
	{ "load-damaged", damaged, 0 },
	{ "load-wrong-header", wrong_header, 0 },
	{ "load-poked", poked, 0 },
	{ "load-shuffled", shuffled, 0 },
	{ "load-unended", unended, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { cases, NULL };
