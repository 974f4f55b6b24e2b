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

/*
 * The greatest set of tail calls each of which calls, or may call, a function
 * with one of them: so loops of functions stay.
 */
void parse_settle_tail_calls(struct module *m)
{
	bool *has = m->ntails ? calloc(m->nfuncs, sizeof(*has)) : NULL;
	bool again = has;
	uint32_t i;

	while (again) {
		again = false;
		memset(has, 0, m->nfuncs * sizeof(*has));
		for (i = 0; i < m->ntails; i++)
			has[m->tails[i].func] |= m->tails[i].stays;
		for (i = 0; i < m->ntails; i++) {
			struct tail_call *t = &m->tails[i];

			if (t->stays && !t->in_try &&
			    t->callee < m->nfuncs && !has[t->callee] &&
			    same_results(m, t->func, t->callee)) {
				t->stays = false;
				again = true;
			}
		}
	}
	free(has);
}
