/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An embedder that does whatever it may, at random: stores and instances that
 * come and go, have each other's memories, tables, globals and functions, begin with
 * a trap, are killed and reset; calls that end in every way there is, and host
 * functions that do all that again.  A model says what each has to come to
 * (lives.h).  On one CPU memory gives out, too; on several another CPU kills what
 * there is (live_hunt.c).
 *
 * Settings: rounds=N, seed=N.
 */
#include "lives.h"
#include <arch/machine.h>
#include <string.h>

static struct life lives[CPIT_CPUS_MAX];

struct node *any(struct life *l)
{
	struct node *n = &l->nodes[below(NODES)];

	return n->inst ? n : NULL;
}

/* -------------------------------------------------------------- host functions */

static void something(struct life *l);

uint32_t lives_host(struct cpit_caller *c, uint32_t v)
{
	struct life *l = &lives[cpit_arch_cpu()];
	const struct plan *p = &l->plans[l->depth];
	unsigned i, n = below(4);

	if (!p->caller->inst)
		begin(p->caller);
	else
		CHECK(c->instance == p->caller->inst);
	l->depth++;
	for (i = 0; i < n && l->depth <= DEPTH && !l->stops; i++)
		something(l);
	l->depth--;
	l->stops = false;
	if (p->way == EXIT)
		cpit_exit(c, p->v);
	else if (p->way == RAISE)
		cpit_raise(c, CPIT_TRAP_INT_OVERFLOW);
	else if (p->way == FAIL)
		cpit_fail(c, CPIT_SIGTERM, p->v);
	return v * 3;
}

/* -------------------------------------------------------------------- they go */

static bool is_used(const struct life *l, const struct node *n)
{
	const struct node *m;

	for (m = l->nodes; m < l->nodes + NODES; m++)
		if (m->taken && (m->base == n || m->lender == n))
			return true;
	return false;
}

/*
 * Empties a slot; of a base that is killed meanwhile, when nothing is left that could
 * be ended with it.
 */
static bool empty(struct life *l, struct node *base, uint32_t slot)
{
	const struct cpit_outcome *o;

	do {
		cpit_instance_reset(base->inst);
		base->killed = false;
		o = enter(l, base, "clear", slot, 0);
		AGREES(l, o);
	} while (!o && !l->depth && is_hit(l));
	if (o)
		base->slots[slot] = NULL;
	return o;
}

/* No table has a function of it any more. */
static bool forget(struct life *l, struct node *n)
{
	struct node *base = n->base;
	uint32_t slot;

	for (slot = 0; slot < SLOTS; slot++)
		if ((base->slots[slot] == n || is_hit(l)) &&
		    !empty(l, base, slot))
			return false;
	return true;
}

static void go(struct life *l, struct node *n)
{
	static const struct cpit_budget none;

	if (l->running[n->store]) {
		CHECK(cpit_instance_destroy(n->inst) == -CPIT_EBUSY);
		return;
	}
	if (l->hunted)
		cpit_budget_set(l->stores[n->store], &none);
	if (is_used(l, n) || (n->base && (l->doomed || !forget(l, n))))
		return;
	show_prey(l, n, NULL);
	CHECK(cpit_instance_destroy(n->inst) == 0);
	n->inst = NULL;
	n->taken = false;
	l->ended++;
}

static void limit(struct life *l, struct cpit_store *s)
{
	struct cpit_budget b = { .soft_ns = 1 + below(2000000) };

	b.hard_ns = b.soft_ns + below(1000000);
	set_hit(l, true);
	cpit_budget_set(s, &b);
}

static void make_store(struct life *l, struct cpit_store **s)
{
	struct cpit_store_options opt = { .stack_size = (64 + below(64)) * 1024 };
	int err;

	become_scarce(l);
	err = cpit_store_create(s, below(2) ? &opt : NULL);
	become_rich(l);
	CHECK(!err || (l->met && err == -CPIT_ENOMEM));
	if (err)
		*s = NULL;
	else if (l->hunted && !below(8))
		limit(l, *s);
}

static void destroy_store(struct life *l, unsigned i)
{
	const struct node *n;
	bool empty = true;

	for (n = l->nodes; n < l->nodes + NODES; n++)
		empty &= !n->taken || n->store != i;
	CHECK(cpit_store_destroy(l->stores[i]) == (empty ? 0 : -CPIT_EBUSY));
	if (empty)
		l->stores[i] = NULL;
}

static bool reads(struct life *l, struct node *n, uint32_t signal)
{
	const struct cpit_outcome *o = enter(l, n, "get", 0, 0);

	return !o || *(uint32_t *)cpit_memory_at(n->inst, SIGNAL, 4) == signal;
}

/* What a root is told before a call it reads in that one, and not in the next. */
static void tell(struct life *l, struct node *n)
{
	bool told = cpit_word_state(n->inst, CPIT_WORD_SIGNAL) == CPIT_WORD_USED;

	CHECK(cpit_kill(n->inst, CPIT_SIGTERM) == (told ? 0 : -CPIT_ENOENT));
	if (!told || n->killed || l->running[n->store])
		return;
	AGREES(l, reads(l, n, CPIT_SIGTERM));
	AGREES(l, reads(l, n, 0));
}

/*
 * Of a store that runs, by its host function or by one further in, which returns
 * then: where interrupts are off that is when it is noticed.
 */
static void kill_running(struct life *l, struct node *n)
{
	unsigned i = 1;

	while (l->of[i] != n->store)
		i++;
	CHECK(cpit_kill(n->inst, CPIT_SIGKILL) == 0);
	n->killed = l->stops = true;
	l->plans[l->depth - 1].way = RETURN;
	if (!l->doomed || i < l->doomed)
		l->doomed = i;
}

static void kill_or_reset(struct life *l, struct node *n)
{
	if (n->dead)
		return;
	tell(l, n);
	if (l->running[n->store]) {
		kill_running(l, n);
	} else if (!n->killed && !below(4)) {
		CHECK(cpit_kill(n->inst, CPIT_SIGKILL) == 0);
		n->killed = true;
	} else {
		cpit_instance_reset(n->inst);
		n->killed = false;
	}
	AGREES(l, cpit_instance_poisoned(n->inst) == n->killed);
}

static void look(struct life *l, struct node *n)
{
	uint32_t page = below(PAGES + 1), *p;

	if (n->dead)
		return;
	become_scarce(l);
	p = cpit_memory_at(n->inst, page * PAGE + WORD, 4);
	become_rich(l);
	if (!p && l->met)
		return;
	AGREES(l, !p == (page >= n->pages));
	AGREES(l, !p || *p == n->words[page]);
}

/* ----------------------------------------------------------------- all of it */

static void with(struct life *l, struct node *n)
{
	switch (below(16)) {
	case 0:
		look(l, n);
		break;
	case 1:
	case 2:
		kill_or_reset(l, n);
		break;
	case 3:
		go(l, n);
		break;
	case 4:
	case 5:
	case 6:
		if (l->depth < DEPTH)
			call_host(l, n);
		break;
	default:
		call_any(l, n);
	}
}

static void something(struct life *l)
{
	struct node *n = any(l);
	unsigned i = below(STORES);

	if (n && below(8))
		with(l, n);
	else if (below(3))
		come(l);
	else if (!l->stores[i])
		make_store(l, &l->stores[i]);
	else
		destroy_store(l, i);
}

static void end_all(struct life *l)
{
	struct node *n;
	unsigned i;

	for (i = 0; i < NODES; i++)	/* each time those go that nobody uses */
		for (n = l->nodes; n < l->nodes + NODES; n++)
			if (n->inst)
				go(l, n);
	for (i = 0; i < STORES; i++)
		if (l->stores[i])
			destroy_store(l, i);
	set_hit(l, false);
}

/* For so many rounds, 0: until enough was killed; all ends each generation. */
static void live_for(struct life *l, unsigned rounds, unsigned generation)
{
	unsigned seed = cpit_config_number("seed", 1) + cpit_arch_cpu();
	unsigned i;

	for (i = 0; i < seed * 1000; i++)
		random32();
	for (i = 0; (!rounds || i < rounds) && !is_enough(l) && invariants(); i++) {
		something(l);
		if (i % generation == generation - 1)
			end_all(l);
	}
	end_all(l);
	CHECK(l->calls && l->ended == l->began);
}

static unsigned rounds(void)
{
	return cpit_config_number("rounds", 4000);
}

static void live(void *arg)
{
	struct life *l = &lives[cpit_arch_cpu()];

	(void)arg;
	live_for(l, rounds(), 1000);
	CHECK(l->calls > rounds() / 8 && l->began > rounds() / 80);
	CHECK(l->killed > rounds() / 800);
}

static void live_hunted(void *arg)
{
	struct life *l = &lives[cpit_arch_cpu()];

	(void)arg;
	l->hunted = true;
	if (l == lives)
		hunt(lives, cpit_board.cpus, rounds() / 40);
	else
		live_for(l, 0, 50);
	set_over(l);
}

static void live_alone(void *arg)
{
	if (cpit_arch_cpu())
		return;
	lives->scarce = true;
	live(arg);
}

static const struct cpit_module *const modules[] = {
	&cpit_module_root, &cpit_module_leaf, &cpit_module_segment,
};

static void with_modules(void (*fn)(void *))
{
	unsigned i;

	memset(lives, 0, sizeof(lives));
	for (i = 0; i < 3; i++)
		CHECK(cpit_module_register(modules[i]) == 0);
	on_each_cpu(fn, NULL);
	for (i = 0; i < 3; i++)
		CHECK(cpit_module_unregister(modules[i]) == 0);
}

static void one_life(void)
{
	with_modules(live_alone);
}

static void many_lives(void)
{
	with_modules(live);
}

static void hunted_lives(void)
{
	with_modules(live_hunted);
}

static const struct test live_tests[] = {
	{ "one-life", one_life, 0 },
	{ "many-lives", many_lives, 2 },
	{ "hunted-lives", hunted_lives, 2 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { live_tests, NULL };
