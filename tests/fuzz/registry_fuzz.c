/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: the code registry against a linear model (K23-05, K23-06).  The
 * bytes are a program: modules with tables good and bad come and go, are held
 * and let go, memory gives out; after each step both say the same.
 */
#include "fake.h"
#include "../../rt/code.h"
#include "ranges.h"

enum { SLOTS = 24, ENTRIES = 3, UNIT = 4, SPACE = 256 * UNIT };

static struct slot {
	struct cpit_module m;
	uint32_t pc[ENTRIES];
	uint8_t kind[ENTRIES];
	struct cpit_func func[ENTRIES];
	struct cpit_exit exit[ENTRIES];
	bool live;
	uint32_t held;
} slots[SLOTS];

static struct {
	const uint8_t *p, *end;
} input;

static uint8_t byte(void)
{
	return input.p < input.end ? *input.p++ : 0;
}

#define MUST(cond) \
	((cond) ? (void)0 : (fprintf(stderr, "%s: no!\n", #cond), abort()))

/* ------------------------------------------------------------- the model */

static uintptr_t start_of(const struct slot *s)
{
	return (uintptr_t)s->m.text_start;
}

static uintptr_t end_of(const struct slot *s)
{
	return (uintptr_t)s->m.text_end;
}

static struct slot *model_find(uintptr_t pc)
{
	struct slot *s;

	for (s = slots; s < slots + SLOTS; s++)
		if (s->live && pc >= start_of(s) && pc < end_of(s))
			return s;
	return NULL;
}

static bool overlaps(const struct slot *s)
{
	const struct slot *o;

	for (o = slots; o < slots + SLOTS; o++)
		if (o->live && start_of(o) < end_of(s) &&
		    start_of(s) < end_of(o))
			return true;
	return false;
}

static bool well_formed(const struct slot *s)
{
	uint32_t i, k;

	if (s->m.abi != CPIT_ABI || end_of(s) <= start_of(s) ||
	    end_of(s) - start_of(s) > UINT32_MAX)
		return false;
	for (i = 0; i < s->m.nsites; i++) {
		if (s->pc[i] >= end_of(s) - start_of(s) ||
		    s->kind[i] < 1 || s->kind[i] >= CPIT_TRAP_INTERNAL)
			return false;
		for (k = 0; k < i; k++)
			if (s->pc[k] >= s->pc[i])
				return false;
	}
	for (i = 0; i < s->m.nfuncs; i++) {
		if (s->func[i].start >= end_of(s) - start_of(s))
			return false;
		for (k = 0; k < i; k++)
			if (s->func[k].start >= s->func[i].start)
				return false;
	}
	for (i = 0; i < s->m.nexits; i++) {
		if (s->exit[i].pc >= end_of(s) - start_of(s))
			return false;
		for (k = 0; k < i; k++)
			if (s->exit[k].pc >= s->exit[i].pc)
				return false;
	}
	return true;
}

/* What the handler asks of a pc. */
static void same_at(uintptr_t pc)
{
	const struct slot *s = model_find(pc);
	const struct cpit_module *m = cpit_code_find(pc);
	enum cpit_trap kind = CPIT_TRAP_NONE;
	const struct cpit_func *func = NULL;
	uint32_t i;

	MUST(m == (s ? &s->m : NULL));
	if (!s)
		return;
	for (i = 0; i < m->nsites; i++)
		if (s->pc[i] == pc - start_of(s))
			kind = (enum cpit_trap)s->kind[i];
	for (i = 0; i < m->nfuncs; i++)
		if (s->func[i].start <= pc - start_of(s))
			func = &s->func[i];
	MUST(cpit_code_site(m, pc) == kind);
	MUST(cpit_code_func(m, pc) == func);
}

static void same_around(const struct slot *s)
{
	same_at(start_of(s) - 1);
	same_at(start_of(s));
	same_at(end_of(s) - 1);
	same_at(end_of(s));
}

/* ----------------------------------------------------------------- steps */

/* At one end of the address space or in the middle; empty or less, as well. */
static void describe(struct slot *s)
{
	static const uintptr_t bases[] = { 0, 1ul << 40, 0 - SPACE - 1ul };
	uint8_t shape = byte();
	uintptr_t start = bases[shape % 3] + byte() * UNIT;
	uint32_t i;

	memset(s, 0, sizeof(*s));
	s->m.abi = shape == 255 ? CPIT_ABI + 1 : CPIT_ABI;
	s->m.text_start = (const char *)start;
	s->m.text_end = (const char *)(start + (uintptr_t)(byte() % 32 - 1));
	s->m.nsites = shape / 3 % (ENTRIES + 1);
	s->m.nfuncs = shape / 12 % (ENTRIES + 1);
	s->m.nexits = shape / 48 % (ENTRIES + 1);
	s->m.site_pc = s->pc;
	s->m.site_kind = s->kind;
	s->m.funcs = s->func;
	s->m.exits = s->exit;
	for (i = 0; i < s->m.nsites; i++) {
		s->pc[i] = byte() % 32;
		s->kind[i] = byte() % (CPIT_TRAP_INTERNAL + 2);
	}
	for (i = 0; i < s->m.nfuncs; i++)
		s->func[i].start = byte() % 32;
	for (i = 0; i < s->m.nexits; i++)
		s->exit[i].pc = byte() % 32;
}

/* An allocation fails, or none: what is refused has changed nothing. */
static void add(struct slot *s, unsigned fail_at)
{
	long blocks = fake_blocks;
	int want = !well_formed(s) ? -CPIT_ENOEXEC :
		   overlaps(s) ? -CPIT_EEXIST : 0;
	int err;

	fake_fail_at = fail_at;
	err = cpit_module_register(&s->m);
	if (err == -CPIT_ENOMEM)
		MUST(fail_at && !fake_fail_at && want != -CPIT_ENOEXEC);
	else
		MUST(err == want);
	fake_fail_at = 0;
	MUST(!err || fake_blocks == blocks);
	s->live |= !err;
}

static void take(struct slot *s)
{
	int want = !s->live ? -CPIT_ENOENT : s->held ? -CPIT_EBUSY : 0;

	MUST(cpit_module_unregister(&s->m) == want);
	s->live &= want != 0;
}

static void step(struct slot *s)
{
	uint8_t what = byte();

	switch (what % 8) {
	case 0: case 1: case 2:
		if (!s->live)
			describe(s);
		add(s, what / 8 % 8 < 4 ? 0 : what / 8 % 4 + 1);
		break;
	case 3: case 4:
		take(s);
		break;
	case 5:
		MUST(cpit_code_hold(&s->m) == (s->live ? 0 : -CPIT_ENOENT));
		s->held += s->live;
		break;
	case 6:
		if (s->held) {
			cpit_code_drop(&s->m);
			s->held--;
		}
		break;
	case 7:
		same_at(start_of(s) + what / 8);
	}
	same_around(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slot *s;

	if (!cpit_embed_cpu())
		fake_cpu_is(0);
	memset(slots, 0, sizeof(slots));
	input.p = data;
	input.end = data + size;
	while (input.p < input.end)
		step(&slots[byte() % SLOTS]);
	for (s = slots; s < slots + SLOTS; s++)
		same_around(s);
	for (s = slots; s < slots + SLOTS; s++) {
		for (; s->held; s->held--)
			cpit_code_drop(&s->m);
		take(s);
		same_around(s);
	}
	MUST(!fake_blocks && !fake_bytes && !cpit_embed_cpu()->reading);
	return 0;
}
