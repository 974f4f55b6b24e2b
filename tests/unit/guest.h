/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A made-up guest for the claim and the backtrace: module text that is never
 * run, activations as cpit_enter() would leave them, and a stack whose every
 * word a test can choose.
 */
#ifndef CPIT_TESTS_GUEST_H
#define CPIT_TESTS_GUEST_H

#include "code.h"
#include "fake.h"
#include "store.h"

enum {
	GUEST_TEXT = 0x500,
	/* Where its functions start; each is 0x100 bytes. */
	F = 0, G = 0x100, H = 0x200, HELPER = 0x300, LEAF = 0x400,
	PROLOGUE = 8,
	/* The trap site of each kind k is at H + 0x20 + 4 * k. */
	SITES = H + 0x20,

	STACK_WORDS = 2048, GUARD = 3 * 4096,
};

/* Two modules with a gap between, and host code around. */
static char guest_text[3 * GUEST_TEXT];
#define GUEST_A (guest_text + 16)
#define GUEST_B (guest_text + 16 + GUEST_TEXT + 64)

/* A leaf on x86_64 never has a frame; on riscv64 it saves fp, and keeps ra. */
#ifdef FRAMES_X86_64
#define LEAF_PROLOGUE UINT16_MAX
#else
#define LEAF_PROLOGUE PROLOGUE
#endif

static const struct cpit_func guest_funcs[] = {
	{ F, 0, 1, PROLOGUE, 0 },
	{ G, 1, 3, PROLOGUE, 0 },
	{ H, 2, 5, PROLOGUE, 0 },
	{ HELPER, CPIT_NO_FUNC, 0, PROLOGUE, 0 },
	{ LEAF, 3, 7, LEAF_PROLOGUE, CPIT_FUNC_LEAF },
};

static uint32_t guest_site_pc[CPIT_TRAP_INTERNAL - 1];
static uint8_t guest_site_kind[CPIT_TRAP_INTERNAL - 1];

static struct cpit_module guest_a = {
	.abi = CPIT_ABI, .name = "a", .names = "\0f\0g\0h\0leaf",
	.text_start = GUEST_A, .text_end = GUEST_A + GUEST_TEXT,
	.funcs = guest_funcs, .nfuncs = LEN(guest_funcs),
	.site_pc = guest_site_pc, .site_kind = guest_site_kind,
	.nsites = LEN(guest_site_pc),
};
static struct cpit_module guest_b;
static struct cpit_instance guest_instance = { .module = &guest_a };

static inline uintptr_t at_a(unsigned offset)
{
	return (uintptr_t)GUEST_A + offset;
}

static inline uintptr_t at_b(unsigned offset)
{
	return (uintptr_t)GUEST_B + offset;
}

static inline uintptr_t site_of(enum cpit_trap kind)
{
	return at_a(SITES + 4 * (unsigned)kind);
}

static inline void guest_register(void)
{
	unsigned k;

	for (k = 1; k < CPIT_TRAP_INTERNAL; k++) {
		guest_site_pc[k - 1] = SITES + 4 * k;
		guest_site_kind[k - 1] = (uint8_t)k;
	}
	guest_b = guest_a;
	guest_b.name = "b";
	guest_b.text_start = GUEST_B;
	guest_b.text_end = GUEST_B + GUEST_TEXT;
	CHECK(!cpit_module_register(&guest_a));
	CHECK(!cpit_module_register(&guest_b));
}

static inline void guest_unregister(void)
{
	CHECK(!cpit_module_unregister(&guest_a));
	CHECK(!cpit_module_unregister(&guest_b));
}

/* A store with a stack of exactly so many bytes: ASan sees one beyond. */
static inline void guest_store(struct cpit_store *s)
{
	size_t size = STACK_WORDS * sizeof(uintptr_t);

	memset(s, 0, sizeof(*s));
	s->stack.map = malloc(size);
	s->stack.low = (uintptr_t)s->stack.map;
	s->stack.high = s->stack.low + size;
	s->stack.guard = GUARD;
	memset(s->stack.map, 0, size);
}

/* Enters the store on this CPU, as cpit_enter() does. */
static inline void guest_enter(struct cpit_activation *act,
			       struct cpit_store *s, struct cpit_outcome *out)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();

	memset(act, 0, sizeof(*act));
	memset(out, 0, sizeof(*out));
	act->prev = cpu->top;
	act->store_prev = s->act;
	act->store = s;
	act->inst = &guest_instance;
	act->entry = act->prev ? act->prev->entry : &s->entry;
	act->out = out;
	act->exit = s->run.exit;
	act->jmp.sp = 0x5070;
	s->act = act;
	cpu->top = act;
}

static inline void guest_leave(struct cpit_activation *act)
{
	cpit_embed_cpu()->top = act->prev;
	act->store->run.exit = act->exit;
	act->store->act = act->store_prev;
}

#endif
