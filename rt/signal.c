/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signal and the terminated word (WRK-01 to WRK-13): which of them an
 * instance has, and the list of those that run.  store.h states W1 to W3.
 */
#include "memory.h"
#include "trace.h"
#include "store.h"
#include <string.h>

/* ------------------------------------------------- after instantiation */

static enum cpit_word_state find_one(const struct cpit_instance *inst,
				     const wasm_rt_memory_t *mem,
				     enum cpit_word which, uint32_t *addr)
{
	const struct cpit_export *x = inst->module->word[which];
	uint32_t at;

	if (!x)
		return CPIT_WORD_ABSENT;
	if (x->type.kind != CPIT_GLOBAL || strcmp(x->type.sig, "i"))
		return CPIT_WORD_TYPE;
	if (!mem)
		return CPIT_WORD_NO_MEMORY;
	at = *(const uint32_t *)x->get(inst->state);
	/* The tick, which is in a handler itself, may not meet a fault there. */
	if ((uint64_t)at + sizeof(uint32_t) > mem->size ||
	    !cpit_memory_touch(mem, at, sizeof(uint32_t)))
		return CPIT_WORD_BOUNDS;
	*addr = at;
	return CPIT_WORD_USED;
}

/* Both, where what is wrong with one makes the pair useless (WRK-04). */
static void refuse(struct cpit_words *w, enum cpit_word_state why)
{
	unsigned i;

	for (i = 0; i < CPIT_WORDS; i++)
		if (w->state[i] == CPIT_WORD_USED)
			w->state[i] = (uint8_t)why;
}

static bool used(const struct cpit_words *w, enum cpit_word which)
{
	return w->state[which] == CPIT_WORD_USED;
}

/* The address of one that is not used is 0. */
static void check_pair(struct cpit_words *w)
{
	uint32_t s = w->addr[CPIT_WORD_SIGNAL];
	uint32_t t = w->addr[CPIT_WORD_TERMINATED];
	uint32_t distance = s > t ? s - t : t - s;

	if (CPIT_WITH_OVERLAP_CHECK && used(w, CPIT_WORD_SIGNAL) &&
	    used(w, CPIT_WORD_TERMINATED) && distance < sizeof(uint32_t))
		refuse(w, CPIT_WORD_OVERLAP);
	if ((s | t) % sizeof(uint32_t))
		refuse(w, CPIT_WORD_ALIGNMENT);
}

void cpit_words_find(struct cpit_instance *inst)
{
	const struct cpit_module *m = inst->module;
	struct cpit_words *w = &inst->words;
	wasm_rt_memory_t *mem;
	unsigned i;

	if (!m->word[CPIT_WORD_SIGNAL] && !m->word[CPIT_WORD_TERMINATED])
		return;
	cpit_borrow_text();
	mem = m->memory0 ? m->memory0(inst->state) : NULL;
	for (i = 0; i < CPIT_WORDS; i++)
		w->state[i] = (uint8_t)find_one(inst, mem, (enum cpit_word)i,
						&w->addr[i]);
	cpit_return_text();
	check_pair(w);
	w->store = inst->store;
	if (used(w, CPIT_WORD_SIGNAL) || used(w, CPIT_WORD_TERMINATED)) {
		w->memory = mem;
		inst->store->watched = inst->store->entry.busy = CPIT_BUSY;
	}
	cpit_words_write(w, CPIT_WORD_SIGNAL, 0);
	/* Made by a host function of a store that runs: it takes part at once. */
	if (w->memory && inst->store->act)
		cpit_words_join(inst->store->act->entry, w);
}

enum cpit_word_state cpit_word_state(const struct cpit_instance *inst,
				     enum cpit_word w)
{
	return (enum cpit_word_state)inst->words.state[w];
}

/* ------------------------------------------------------------ at run time */

/* One aligned store, also in an interrupt (WRK-08). */
void cpit_words_write(const struct cpit_words *w, enum cpit_word which,
		      uint32_t value)
{
	const wasm_rt_memory_t *m = w->memory;
	uint32_t *p;

	if (!m || !used(w, which) || !m->data ||
	    (uint64_t)w->addr[which] + sizeof(*p) > m->size)
		return;
	p = (uint32_t *)(void *)(m->data + w->addr[which]);
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

uint32_t cpit_words_raised(struct cpit_words *w)
{
	uint32_t set = __atomic_load_n(&w->raised, __ATOMIC_ACQUIRE);

	if (!set)
		return 0;
	/* Only what was seen: another CPU may be adding the other one. */
	__atomic_fetch_and(&w->raised, ~set, __ATOMIC_ACQ_REL);
	return set & 1u << CPIT_SIGTERM ? CPIT_SIGTERM : CPIT_SIGXCPU;
}

/* A word starts with 0, or with what it would have been told by now. */
void cpit_words_join(struct cpit_entry *e, struct cpit_words *w)
{
	uint32_t raised = cpit_words_raised(w);

	e->busy = CPIT_BUSY;
	cpit_words_write(w, CPIT_WORD_SIGNAL,
			 raised ? raised : e->soft_done ? CPIT_SIGXCPU : 0);
	cpit_words_push(e, w);
}

void cpit_words_push(struct cpit_entry *e, struct cpit_words *w)
{
	__atomic_store_n(&w->next, e->words, __ATOMIC_RELAXED);
	CPIT_PREEMPT();
	__atomic_store_n(&e->words, w, __ATOMIC_RELEASE);
	CPIT_PREEMPT();
}

void cpit_words_filter(struct cpit_entry *e, const struct cpit_store *s)
{
	struct cpit_words **link = &e->words, *w;

	while ((w = *link)) {
		if (w->store == s) {
			__atomic_store_n(link, w->next, __ATOMIC_RELEASE);
			CPIT_PREEMPT();
		} else {
			link = &w->next;
		}
	}
}
