/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of a model's instances (lives.h), and what each has to come to. */
#include "lives.h"

struct node another;

/* -------------------------------------------------------------- memory is out */

void become_scarce(struct life *l)
{
	if (l->scarce && !below(4))
		shortage_at = 1 + below(8);
	l->met = shortage_at;
}

void become_rich(struct life *l)
{
	if (!l->scarce)
		return;
	l->met = l->met && !shortage_at;
	shortage_at = 0;
}

/* A page of a memory was not to be had. */
bool out_of_pages(const struct life *l, const struct cpit_outcome *o)
{
	return l->met && trapped(o, CPIT_TRAP_HOST_RAISED) &&
	       o->code == CPIT_ENOMEM;
}

/* ---------------------------------------------------------------------- calls */

/* After a kill all of a store may be in the middle of something. */
static void poison(struct life *l, unsigned store)
{
	struct node *n;

	for (n = l->nodes; n < l->nodes + NODES; n++)
		if (n->inst && n->store == store)
			n->killed = true;
}

/* By a kill, or by a budget. */
static bool was_ended(const struct life *l, const struct cpit_outcome *o)
{
	if (trapped(o, CPIT_TRAP_KILLED)) {
		CHECK(o->signal == CPIT_SIGKILL);
		return true;
	}
	return l->hunted && trapped(o, CPIT_TRAP_CPU_LIMIT);
}

bool was_killed(struct life *l, bool doomed, unsigned store)
{
	bool killed = was_ended(l, &l->outs[l->depth]);

	AGREES(l, killed == !!l->doomed);
	if (killed && !doomed) {	/* else it has not begun */
		poison(l, store);
		l->killed++;
	}
	if (l->doomed == l->depth + 1)
		l->doomed = 0;
	return killed;
}

const struct cpit_outcome *enter(struct life *l, struct node *n,
				 const char *name, uint32_t a, uint32_t b)
{
	struct cpit_activation *head = cpit_embed_cpu()->top;
	union cpit_value *v = l->v[l->depth];
	struct cpit_outcome *o = &l->outs[l->depth];
	bool doomed = l->doomed, killed = n->killed;
	const struct cpit_export *f;
	int err;

	l->of[l->depth + 1] = n->store;
	v[0].i32 = a;
	v[1].i32 = b;
	f = cpit_export_find(cpit_instance_module(n->inst), name, CPIT_FUNC);
	err = cpit_call(n->inst, f, v, o);
	CHECK(cpit_embed_cpu()->top == head);
	AGREES(l, err == (n->dead ? -CPIT_EINVAL :
			  killed && !doomed ? -CPIT_EPOISONED : 0));
	if (err || was_killed(l, doomed, n->store))
		return NULL;
	l->calls++;
	return o;
}

static bool returned(const struct life *l, const struct cpit_outcome *o,
		     uint32_t v)
{
	return o->end == CPIT_RETURNED && l->v[l->depth][0].i32 == v;
}

static bool beyond(const struct cpit_outcome *o, const struct node *of,
		   uint32_t at)
{
	return trapped(o, CPIT_TRAP_MEM_OOB) &&
	       (cpit_module_root.checked ||
		(o->has_addr && o->addr == at && o->size == of->pages * PAGE));
}

static void peek(struct life *l, struct node *n, const char *name,
		 const struct node *of)
{
	uint32_t page = below(PAGES + 1), at = page * PAGE + WORD;
	const struct cpit_outcome *o;

	become_scarce(l);
	o = enter(l, n, name, at, 0);
	become_rich(l);
	if (!o || out_of_pages(l, o))
		return;
	AGREES(l, page < of->pages ? returned(l, o, of->words[page])
				   : beyond(o, of, at));
}

static void poke(struct life *l, struct node *n, const char *name,
		 struct node *of)
{
	uint32_t page = below(PAGES + 1), at = page * PAGE + WORD;
	uint32_t v = random32();
	const struct cpit_outcome *o;

	become_scarce(l);
	o = enter(l, n, name, at, v);
	become_rich(l);
	if (!o || out_of_pages(l, o))
		return;
	AGREES(l, page < of->pages ? o->end == CPIT_RETURNED : beyond(o, of, at));
	if (page < of->pages)
		of->words[page] = v;
}

static void grow(struct life *l, struct node *n, const char *name,
		 struct node *of)
{
	uint32_t more = below(3);
	bool fits = of->pages + more <= PAGES;
	const struct cpit_outcome *o;

	become_scarce(l);
	o = enter(l, n, name, more, 0);
	become_rich(l);
	if (!o || (l->met && returned(l, o, UINT32_MAX)))
		return;
	AGREES(l, returned(l, o, fits ? of->pages : UINT32_MAX));
	if (fits)
		of->pages += more;
}

static void global(struct life *l, struct node *n, const char *get,
		   const char *set, struct node *of)
{
	uint32_t v = random32();
	const struct cpit_outcome *o = enter(l, n, get, 0, 0);

	AGREES(l, !o || returned(l, o, of->own));
	o = enter(l, n, set, v, 0);
	AGREES(l, !o || o->end == CPIT_RETURNED);
	if (o)
		of->own = v;
}

static void put(struct life *l, struct node *n)
{
	static const char *const names[] = { "put", "put_other", "clear" };
	struct node *const what[] = { n, &another, NULL };
	uint32_t i = below(3), slot = below(SLOTS + 1);
	const struct cpit_outcome *o = enter(l, n, names[i], slot, 0);

	if (!o)
		return;
	AGREES(l, slot < SLOTS ? o->end == CPIT_RETURNED
			       : trapped(o, CPIT_TRAP_TABLE_OOB));
	if (slot < SLOTS)
		root_of(n)->slots[slot] = what[i];
}

static void call_slot(struct life *l, struct node *n)
{
	uint32_t slot = below(SLOTS + 1), v = random32();
	const struct cpit_outcome *o = enter(l, n, "call", slot, v);
	const struct node *of = slot < SLOTS ? root_of(n)->slots[slot] : NULL;

	if (!o)
		return;
	if (slot == SLOTS)
		AGREES(l, trapped(o, CPIT_TRAP_CALL_UNDEFINED));
	else if (!of)
		AGREES(l, trapped(o, CPIT_TRAP_CALL_NULL));
	else if (of == &another)
		AGREES(l, trapped(o, CPIT_TRAP_CALL_SIGNATURE));
	else
		AGREES(l, returned(l, o, v + of->own));
}

static void deep(struct life *l, struct node *n)
{
	const struct cpit_outcome *o = enter(l, n, "deep", 0, 0);

	AGREES(l, !o || trapped(o, CPIT_TRAP_STACK_EXHAUSTED));
}

/* For ever, if nobody came for it, and with interrupts. */
static void spin(struct life *l, struct node *n)
{
	if (!l->hunted || n->dead || !cpit_config_number("tick", 0))
		return;
	show_bait(l, n->inst);
	CHECK(!enter(l, n, "spin", 0, 0));
	show_bait(l, NULL);
}

static void call_theirs(struct life *l, struct node *n)
{
	switch (below(5)) {
	case 0:
		peek(l, n, "their_peek", n->lender);
		break;
	case 1:
		poke(l, n, "their_poke", n->lender);
		break;
	case 2:
		grow(l, n, "their_grow", n->lender);
		break;
	case 3:
		global(l, n, "their_get", "their_set", n->lender);
		break;
	default:
		peek(l, n, "ask", n->base);
	}
}

void call_any(struct life *l, struct node *n)
{
	switch (below(n->base ? 11 : 8)) {
	case 0:
		peek(l, n, "peek", n);
		break;
	case 1:
		poke(l, n, "poke", n);
		break;
	case 2:
		grow(l, n, "grow", n);
		break;
	case 3:
		global(l, n, "get", "set", n);
		break;
	case 4:
		put(l, n);
		break;
	case 5:
		call_slot(l, n);
		break;
	case 6:
		deep(l, n);
		break;
	case 7:
		spin(l, n);
		break;
	default:
		call_theirs(l, n);
	}
}

/* -------------------------------------------------------------- host functions */

void plan(struct life *l, struct node *caller)
{
	struct plan *p = &l->plans[l->depth];

	p->caller = caller;
	p->way = below(2) ? RETURN : (enum way)below(WAYS);
	p->v = below(256);
}

bool as_planned(const struct life *l, const struct cpit_outcome *o, bool then)
{
	const struct plan *p = &l->plans[l->depth];

	switch (p->way) {
	case EXIT:
		return o->end == CPIT_EXITED && o->code == p->v;
	case RAISE:
		return trapped(o, CPIT_TRAP_INT_OVERFLOW);
	case FAIL:
		return trapped(o, CPIT_TRAP_HOST_RAISED) &&
		       o->signal == CPIT_SIGTERM && o->code == p->v;
	default:
		return then;
	}
}

/* The host function makes three of v; then memory is what it is by now. */
static uint32_t after_host(const struct node *n, uint32_t v)
{
	return v * 3 + n->words[0] + (n->base ? n->lender->words[0] : 0);
}

void call_host(struct life *l, struct node *n)
{
	bool traps = below(2);
	const struct cpit_outcome *o;
	uint32_t v = random32();

	plan(l, n);
	l->running[n->store]++;
	o = enter(l, n, traps ? "host_trap" : "host", v, 0);
	l->running[n->store]--;
	if (!o)
		return;
	AGREES(l, as_planned(l, o, traps
				   ? trapped(o, CPIT_TRAP_UNREACHABLE)
				   : returned(l, o, after_host(n, v))));
	CHECK(o->end == CPIT_RETURNED || o->depth == l->depth + 1);
}
