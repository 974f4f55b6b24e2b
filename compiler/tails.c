/* SPDX-License-Identifier: Apache-2.0 */
/* Tail calls, as read and as the canonical copy has them (module.h). */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

void parse_tail_call(struct parser *p, const uint8_t *at, uint32_t callee,
		     uint32_t type)
{
	struct module *m = p->m;
	struct tail_call *t;

	if (!parse_ok(p))
		return;
	if (callee != UINT32_MAX)	/* no such function: wasm2c says so */
		type = callee < m->nfuncs ? m->funcs[callee].type : UINT32_MAX;
	if (type < m->ntypes &&
	    (parse_struct_size(m->types[type].params) > PARSE_MAX_TAIL ||
	     parse_struct_size(m->types[type].results) > PARSE_MAX_TAIL))
		parse_refuse_at(p, REFUSE_TAIL_ARGUMENTS, at);
	t = parse_grow(p, m->tails, m->ntails, sizeof(*t));
	if (!t)
		return;
	m->tails = t;
	t += m->ntails++;
	*t = (struct tail_call){ p->function, callee,
				 (uint32_t)(at - p->r.base),
				 (uint32_t)(p->r.p - p->r.base),
				 p->tries != 0, true };
}

/* Not for an invalid module: it must stay one. */
static bool same_results(const struct module *m, uint32_t f, uint32_t g)
{
	return !strcmp(m->types[m->funcs[f].type].results,
		       m->types[m->funcs[g].type].results);
}

/* Lists of tail calls by what they call; functions without one that stays. */
struct settling {
	uint32_t *first;	/* by function, + 1; 0: none */
	uint32_t *next;		/* by tail call, the same */
	uint32_t *staying;	/* by function: how many of its tail calls */
	uint32_t *without;	/* functions, each once at most */
	uint32_t n;
};

static void prepare(struct settling *s, const struct module *m)
{
	uint32_t i;

	for (i = 0; i < m->ntails; i++) {
		const struct tail_call *t = &m->tails[i];

		s->staying[t->func]++;
		if (t->callee < m->nfuncs) {
			s->next[i] = s->first[t->callee];
			s->first[t->callee] = i + 1;
		}
	}
	for (i = 0; i < m->nfuncs; i++)
		if (!s->staying[i])
			s->without[s->n++] = i;
}

static void settle(struct settling *s, const struct module *m)
{
	uint32_t i;

	while (s->n) {
		uint32_t f = s->without[--s->n];

		for (i = s->first[f]; i; i = s->next[i - 1]) {
			struct tail_call *t = &m->tails[i - 1];

			if (t->in_try || !same_results(m, t->func, f))
				continue;
			t->stays = false;
			if (!--s->staying[t->func])
				s->without[s->n++] = t->func;
		}
	}
}

/*
 * The greatest set of tail calls each of which calls, or may call, a function
 * with one of them: so loops of functions stay.  Each call is looked at once.
 */
bool parse_settle_tail_calls(struct module *m)
{
	struct settling s = { .n = 0 };
	size_t n = m->nfuncs;
	uint32_t *all;

	if (!m->ntails)
		return true;
	all = calloc(3 * n + m->ntails, sizeof(*all));
	if (!all)
		return false;
	s.first = all;
	s.staying = all + n;
	s.without = all + 2 * n;
	s.next = all + 3 * n;
	prepare(&s, m);
	settle(&s, m);
	free(all);
	return true;
}
