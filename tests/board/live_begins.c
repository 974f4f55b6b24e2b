/* SPDX-License-Identifier: Apache-2.0 */
/* How a model's instances (lives.h) come: what they import, and how they begin. */
#include "lives.h"
#include <string.h>

void begin(struct node *n)
{
	if (n->begun)
		return;
	n->begun = true;
	n->base->slots[n->elem_at] = n;
	n->words[0] = 7;
}

enum { IMPORTS = 8 };

/* Of the same store, or of any as an object. */
static struct cpit_import offered(struct node *of, const char *name,
				  enum cpit_kind kind, bool object)
{
	const struct cpit_export *x;
	struct cpit_import i = { .module = "env", .name = name };

	x = cpit_export_find(cpit_instance_module(of->inst), name, kind);
	i.type = x->type;
	if (object) {
		i.object = cpit_export_object(of->inst, x);
	} else {
		i.from = of->inst;
		i.export = x;
	}
	return i;
}

static struct cpit_import number(const char *name, uint32_t *v)
{
	return (struct cpit_import){ .module = "env", .name = name,
		.type = { .kind = CPIT_GLOBAL, .sig = "i" }, .object = v };
}

/* How many there are: one is left out now and then, *bad or none. */
static size_t import(struct node *n, struct cpit_import *v, size_t *bad)
{
	struct node *lender = n->lender;
	size_t count = 1;
	bool apart;

	v[0] = (struct cpit_import){ .module = "env", .name = "host",
		.fn = (void (*)(void))lives_host,
		.type = { .kind = CPIT_FUNC, .sig = "i:i" } };
	if (n->base) {
		apart = lender->store != n->store || below(2);
		v[1] = offered(n->base, "peek", CPIT_FUNC, false);
		v[2] = offered(n->base, "table", CPIT_TABLE, false);
		v[3] = offered(lender, "memory", CPIT_MEMORY, apart);
		v[4] = offered(lender, "own", CPIT_GLOBAL, apart);
		v[5] = number("elem_at", &n->elem_at);
		v[6] = number("data_at", &n->data_at);
		v[7] = number("how", &n->how);
		count = IMPORTS;
	}
	*bad = below(16);
	if (*bad < count)
		v[*bad].name = "none";
	else
		*bad = IMPORTS;
	return count;
}

/* The end of a leaf's beginning; the model has it too. */
static bool begins(struct life *l, struct node *n, int err)
{
	const struct cpit_outcome *o = &l->outs[l->depth];

	if (n->elem_at >= SLOTS)
		return err && trapped(o, CPIT_TRAP_TABLE_OOB);
	if ((err && out_of_pages(l, o)) || n->data_at > PAGE - 4) {
		n->base->slots[n->elem_at] = n;
		return err && (out_of_pages(l, o) ||
			       trapped(o, CPIT_TRAP_MEM_OOB));
	}
	begin(n);
	if (n->how == 1)
		return err && trapped(o, CPIT_TRAP_UNREACHABLE);
	if (n->how == 2 && l->plans[l->depth].way != RETURN)
		return err && as_planned(l, o, false);
	return !err && o->end == CPIT_RETURNED;
}

/* By segment, a store has one instance. */
static bool fits(const struct life *l, const struct cpit_module *m, unsigned store)
{
	const struct node *n;

	for (n = l->nodes; n < l->nodes + NODES; n++)
		if (n->inst && n->store == store)
			return !m->by_segment &&
			       !cpit_instance_module(n->inst)->by_segment;
	return true;
}

static void began(struct life *l, struct node *n, int err, bool doomed)
{
	enum cpit_word_state word;

	CHECK(n->inst && (!err || err == -CPIT_ETRAPPED));
	l->began++;
	word = cpit_word_state(n->inst, CPIT_WORD_SIGNAL);
	CHECK(n->base || err ? word == CPIT_WORD_ABSENT
			     : word == CPIT_WORD_USED || l->met);
	if (was_killed(l, doomed, n->store))
		CHECK(err);
	else
		AGREES(l, n->base ? begins(l, n, err) : !err);
	if (!err)
		show_prey(l, n, n->inst);
}

static void make(struct life *l, struct node *n, const struct cpit_module *m)
{
	struct cpit_import imports[IMPORTS];
	const struct cpit_import_decl *missing = NULL;
	struct cpit_instance *inst = NULL;
	bool doomed = l->doomed, fit = fits(l, m, n->store);
	size_t bad, count;
	int err;

	count = import(n, imports, &bad);
	plan(l, n);
	n->taken = true;
	l->of[l->depth + 1] = n->store;
	l->running[n->store]++;
	if (n->how != 2)
		become_scarce(l);
	err = cpit_instantiate(l->stores[n->store], m, imports, count, &inst,
			       &l->outs[l->depth], &missing);
	if (n->how != 2)
		become_rich(l);
	else
		l->met = false;
	l->running[n->store]--;
	n->taken = inst;
	n->dead = err;
	n->inst = inst;
	if (err == -CPIT_ENOMEM && l->met) {
		CHECK(!inst);
	} else if (bad < count && err == -CPIT_ELINK) {
		CHECK(!inst && missing->type.kind == imports[bad].type.kind);
	} else if (!fit) {
		CHECK(!inst && err == -CPIT_EMODE);
	} else {
		CHECK(bad >= count);
		began(l, n, err, doomed);
	}
}

void come(struct life *l)
{
	struct node *n = &l->nodes[below(NODES)];
	struct node *base = any(l), *lender = any(l);
	unsigned store = below(STORES);

	if (n->taken)
		return;
	memset(n, 0, sizeof(*n));
	n->pages = 1;
	if (base && lender && !base->base && !base->dead && !lender->dead &&
	    below(4)) {
		n->base = base;
		n->lender = lender;
		n->store = base->store;
		n->elem_at = below(8) ? below(SLOTS) : SLOTS;
		n->data_at = below(8) ? WORD : PAGE - 3;
		n->how = below(4);
		make(l, n, &cpit_module_leaf);
	} else if (l->stores[store]) {
		n->store = store;
		make(l, n, below(2) ? &cpit_module_root : &cpit_module_segment);
	}
}
