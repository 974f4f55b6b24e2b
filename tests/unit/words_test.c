/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/signal.c: which words an instance has (WRK-01 to WRK-06), and their list
 * at every point where an interrupt matters (WRK-10): built with
 * -DCPIT_TEST_PREEMPT, each store to the list is followed by a walk.
 */
#include "enter.h"
#include <sys/mman.h>

/* --------------------------------------------------------------- the list */

enum { NODES = 5, POISON = 0x5a };

static struct cpit_entry entry;
static struct cpit_store stores[2];
static struct cpit_words nodes[NODES];
static bool whole[NODES];	/* initialised, so that it may be reached */
static unsigned walks, longest;

/* What the list has to be: a subsequence of `before' that holds `after'. */
static const struct cpit_words *before[NODES + 1], *after[NODES + 1];

void cpit_test_preempt(void)
{
	const struct cpit_words *w = entry.words;
	unsigned b = 0, a = 0, n = 0;

	walks++;
	for (; w; w = w->next, n++) {
		if (w < nodes || w >= nodes + NODES || !whole[w - nodes]) {
			CHECK(!"a node that is not whole");
			return;
		}
		CHECK(w->store == &stores[0] || w->store == &stores[1]);
		while (before[b] && before[b] != w)
			b++;
		CHECK_MSG(before[b], "node %td out of order", w - nodes);
		if (after[a] == w)
			a++;
	}
	CHECK(!after[a]);		/* none that stays was lost */
	if (n > longest)
		longest = n;
}

static void set(const struct cpit_words **list, unsigned n,
		const struct cpit_words *const *from)
{
	memcpy(list, from, n * sizeof(*list));
	list[n] = NULL;
}

/* Pushes n nodes; node i is of store 1 where bit i of mask is set. */
static void push(unsigned n, unsigned mask)
{
	const struct cpit_words *now[NODES + 1];
	unsigned i, k;

	memset(nodes, POISON, sizeof(nodes));
	memset(whole, 0, sizeof(whole));
	entry.words = NULL;
	for (i = 0; i < n; i++) {
		for (k = 0; k < i; k++)
			now[k + 1] = &nodes[i - 1 - k];
		now[0] = &nodes[i];
		set(before, i + 1, now);
		set(after, i, now + 1);
		nodes[i].store = &stores[mask >> i & 1];
		whole[i] = true;
		cpit_words_push(&entry, &nodes[i]);
		CHECK(entry.words == &nodes[i]);
	}
}

static unsigned filter(unsigned n, unsigned mask)
{
	const struct cpit_words *now[NODES + 1], *stay[NODES + 1];
	const struct cpit_words *w;
	unsigned i, left = 0;

	for (i = 0; i < n; i++) {
		now[i] = &nodes[n - 1 - i];
		if (!(mask >> (n - 1 - i) & 1))
			stay[left++] = now[i];
	}
	set(before, n, now);
	set(after, left, stay);
	cpit_words_filter(&entry, &stores[1]);
	for (w = entry.words, i = 0; w; w = w->next, i++)
		CHECK(i < left && w == stay[i]);
	CHECK(i == left);
	return left;
}

/* Every list of up to five, every set of them taken off; then all. */
static void test_list(void)
{
	unsigned n, mask;

	for (n = 0; n <= NODES; n++) {
		for (mask = 0; mask < 1u << n; mask++) {
			walks = longest = 0;
			push(n, mask);
			filter(n, mask);
			CHECK(walks >= 2 * n && longest == n);
			cpit_words_filter(&entry, &stores[1]);	/* again: none */
			set(after, 0, after);
			cpit_words_filter(&entry, &stores[0]);
			CHECK(!entry.words);
			push(n, mask);			/* used again */
			CHECK(n == 0 || entry.words == &nodes[n - 1]);
		}
	}
}

/* --------------------------------------------------------- finding words */

static struct {
	struct cpit_vm vm;
	wasm_rt_memory_t memory;
	uint32_t signal, terminated;
} guest;

static void *get_signal(void *state)
{
	(void)state;
	return &guest.signal;
}

static void *get_terminated(void *state)
{
	(void)state;
	return &guest.terminated;
}

static void *get_memory0(void *state)
{
	(void)state;
	return &guest.memory;
}

static struct cpit_export exports[2] = {
	{ "__instance_signal", { .kind = CPIT_GLOBAL, .sig = "i" }, NULL, NULL,
	  get_signal },
	{ "__instance_terminated", { .kind = CPIT_GLOBAL, .sig = "i" }, NULL,
	  NULL, get_terminated },
};
static struct cpit_module module;
static struct cpit_store store;
static struct cpit_instance inst;
static uint8_t *bytes;

enum { PAGE = 65536 };
#define IS(s, t) ((CPIT_WORD_##s) << 4 | (CPIT_WORD_##t))

static void find(uint32_t s, uint32_t t)
{
	guest.signal = s;
	guest.terminated = t;
	memset(&inst, 0, sizeof(inst));
	inst.module = &module;
	inst.store = &store;
	cpit_words_find(&inst);
}

static unsigned states(void)
{
	return (unsigned)cpit_word_state(&inst, CPIT_WORD_SIGNAL) << 4 |
	       (unsigned)cpit_word_state(&inst, CPIT_WORD_TERMINATED);
}

static uint32_t word(uint32_t addr)
{
	uint32_t v;

	memcpy(&v, guest.memory.data + addr, sizeof(v));
	return v;
}

static void exported(bool s, bool t)
{
	module.word[CPIT_WORD_SIGNAL] = s ? &exports[0] : NULL;
	module.word[CPIT_WORD_TERMINATED] = t ? &exports[1] : NULL;
}

/* WRK-01, WRK-06: both, either, none; only the signal word is cleared. */
static void test_which(void)
{
	static const unsigned want[] = {
		IS(ABSENT, ABSENT), IS(USED, ABSENT), IS(ABSENT, USED),
		IS(USED, USED),
	};
	unsigned i;

	for (i = 0; i < 4; i++) {
		exported(i & 1, i & 2);
		memset(bytes, 0xde, PAGE);
		find(16, 20);
		CHECK_MSG(states() == want[i], "%u: %x", i, states());
		CHECK(!inst.words.memory == !i);
		CHECK(word(16) == (i & 1 ? 0 : 0xdededede));
		CHECK(word(12) == 0xdededede && word(20) == 0xdededede);
	}
}

/* WRK-02 */
static void test_types(void)
{
	static const struct cpit_type types[] = {
		{ .kind = CPIT_FUNC, .sig = ":" },
		{ .kind = CPIT_TABLE, .sig = "r" },
		{ .kind = CPIT_MEMORY, .sig = "" },
		{ .kind = CPIT_GLOBAL, .sig = "f" },
		{ .kind = CPIT_GLOBAL, .sig = "F" },
		{ .kind = CPIT_GLOBAL, .sig = "I" },
		{ .kind = CPIT_GLOBAL, .sig = "im" },
		{ .kind = CPIT_TAG, .sig = "i:" },
	};
	const struct cpit_type good = exports[0].type;
	size_t i;

	exported(true, true);
	for (i = 0; i < LEN(types); i++) {
		exports[0].type = types[i];
		find(16, 20);
		CHECK_MSG(states() == IS(TYPE, USED), "%zu: %x", i, states());
		exports[0].type = good;
		exports[1].type = types[i];
		find(16, 20);
		CHECK_MSG(states() == IS(USED, TYPE), "%zu: %x", i, states());
		exports[1].type = good;
	}
}

/* WRK-03, for each word; the other one is where it is fine. */
static void test_bounds(void)
{
	static const struct { uint32_t addr; bool ok; } cases[] = {
		{ 0, true }, { 65528, true }, { 65532, true },
		{ 65536, false }, { 70000, false }, { 0x80000000, false },
		{ 0xfffffffc, false }, { 0xffffffff, false },
		{ 65533, false }, { 65534, false }, { 65535, false },
	};
	size_t i;

	for (i = 0; i < LEN(cases); i++) {
		bool ok = cases[i].ok;

		find(cases[i].addr, 32);
		CHECK_MSG(states() == (ok ? IS(USED, USED) : IS(BOUNDS, USED)),
			  "signal at %u: %x", cases[i].addr, states());
		find(32, cases[i].addr);
		CHECK_MSG(states() == (ok ? IS(USED, USED) : IS(USED, BOUNDS)),
			  "terminated at %u: %x", cases[i].addr, states());
	}
	guest.memory.size = 0;			/* a memory of no pages */
	find(0, 4);
	CHECK(states() == IS(BOUNDS, BOUNDS) && !inst.words.memory);
	guest.memory.size = PAGE;
	module.memory0 = NULL;
	find(0, 4);
	CHECK(states() == IS(NO_MEMORY, NO_MEMORY) && !inst.words.memory);
	module.memory0 = get_memory0;
}

/* An address with the top bit set is an address like any other. */
static void test_high(void)
{
	size_t size = (size_t)PAGE + (1ul << 31);
	uint8_t *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	guest.memory = (wasm_rt_memory_t){ .data = p, .size = size };
	p[0x80000000] = 7;
	find(0x80000000, 0x80000000 + PAGE - 4);
	CHECK(states() == IS(USED, USED) && p[0x80000000] == 0);
	find(0x80000000 + PAGE, 0);
	CHECK(states() == IS(BOUNDS, USED));
	munmap(p, size);
	guest.memory = (wasm_rt_memory_t){ .data = bytes, .size = PAGE };
}

/* WRK-04, in both orders. */
static void test_pair(void)
{
	uint32_t d, at;

	for (d = 0; d < 4; d++) {
#ifdef CPIT_TEST_NO_OVERLAP_CHECK
		if (d == 0) {	/* the control: one word is told both things */
			find(64, 64);
			cpit_words_write(&inst.words, CPIT_WORD_SIGNAL,
					 CPIT_SIGXCPU);
			CHECK(states() == IS(USED, USED) && word(64) == 24);
		}
		continue;
#endif
		find(64, 64 + d);
		CHECK_MSG(states() == IS(OVERLAP, OVERLAP), "%u: %x", d,
			  states());
		find(64 + d, 64);
		CHECK(states() == IS(OVERLAP, OVERLAP) && !inst.words.memory);
	}
	find(64, 68);
	CHECK(states() == IS(USED, USED));
	find(68, 64);
	CHECK(states() == IS(USED, USED));
	for (at = 1; at < 4; at++) {
		find(at, 64);
		CHECK(states() == IS(ALIGNMENT, ALIGNMENT));
		find(64, at);
		CHECK(states() == IS(ALIGNMENT, ALIGNMENT));
		exported(true, false);
		find(at, 64);
		CHECK(states() == IS(ALIGNMENT, ABSENT));
		exported(true, true);
	}
}

/* WRK-13: base and size are those of the moment; WRK-09: no stray byte. */
static void test_write(void)
{
	static uint8_t moved[2 * PAGE], same[PAGE];
	unsigned k;

	memset(bytes, 0, PAGE);
	find(PAGE - 8, PAGE - 4);
	cpit_words_write(&inst.words, CPIT_WORD_SIGNAL, 24);
	cpit_words_write(&inst.words, CPIT_WORD_TERMINATED, 1);
	CHECK(word(PAGE - 8) == 24 && word(PAGE - 4) == 1);
	memset(bytes + PAGE - 8, 0, 8);
	CHECK(!memcmp(bytes, same, PAGE));
	guest.memory = (wasm_rt_memory_t){ .data = moved, .size = 2 * PAGE };
	cpit_words_write(&inst.words, CPIT_WORD_SIGNAL, 24);
	CHECK(word(PAGE - 8) == 24 && !memcmp(bytes, same, PAGE));
	guest.memory = (wasm_rt_memory_t){ .data = bytes, .size = PAGE };
	/* A word that is not used is not written: it has no address. */
	for (k = 0; k < CPIT_WORDS; k++) {
		exported(k, !k);
		find(16, 16);
		cpit_words_write(&inst.words, (enum cpit_word)!k, 9);
		cpit_words_write(&inst.words, (enum cpit_word)k, 9);
		CHECK(word(0) == 0 && word(16) == 9);
		memset(bytes, 0, PAGE);
	}
}

int main(void)
{
	fake_cpu_is(0);
	bytes = calloc(1, PAGE);
	guest.memory = (wasm_rt_memory_t){ .data = bytes, .size = PAGE };
	module.memory0 = get_memory0;
	test_list();
	test_which();
	test_types();
	test_bounds();
	test_high();
	test_pair();
	test_write();
	free(bytes);
	return check_done();
}
