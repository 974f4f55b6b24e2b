/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worst case of a module's stack, or a recursion that has none: the longest
 * way through the calls of the compiled object (callgraph.c), each function with
 * the frame the compiler gave it.
 */
#include "callgraph.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>

static void add_node_name(struct graph *g, struct text *t, size_t n)
{
	const struct node *d = &g->nodes[n];

	if (!d->name || is_step(d->name))
		return;			/* a type, or a step */
	add(t, " ");
	if (d->func != CPIT_NO_FUNC)
		add_function(t, &g->j->mod, d->func);
	else
		add(t, "%s", d->name);
}

/*
 * Depth first without recursion: the input decides how deep.  False at the
 * first cycle, which *t tells then.
 */
static bool search(struct graph *g, size_t root, struct text *t)
{
	size_t *path = xmalloc((g->nnodes + 1) * sizeof(*path)), n = 0, k;

	path[n++] = root;
	while (n) {
		struct node *d = &g->nodes[path[n - 1]], *to;

		if (d->state == NEW) {
			d->state = OPEN;
			d->edge = g->first[path[n - 1]];
			d->depth = 0;
			d->deepest = SIZE_MAX;
		}
		if (d->state == DONE || d->edge == g->first[path[n - 1] + 1]) {
			if (d->state == OPEN)
				d->depth += d->frame;
			d->state = DONE;
			n--;
			continue;
		}
		to = &g->nodes[g->edges[d->edge].to];
		if (to->state == NEW) {
			path[n++] = g->edges[d->edge].to;
			continue;
		}
		if (to->state == OPEN) {
			for (k = 0; &g->nodes[path[k]] != to; k++)
				;
			for (; k < n; k++)
				add_node_name(g, t, path[k]);
			add_node_name(g, t, (size_t)(to - g->nodes));
			free(path);
			return false;
		}
		if (to->depth > d->depth || d->deepest == SIZE_MAX) {
			d->depth = to->depth;
			d->deepest = g->edges[d->edge].to;
		}
		d->edge++;
	}
	free(path);
	return true;
}

static bool is_root(const struct node *n)
{
	return n->name && (begins(n->name, "call_x") ||
			   !strcmp(n->name, "cpit_instantiate_m"));
}

static void find_deepest(struct graph *g, struct text *t)
{
	struct text cycle = { 0 }, way = { 0 };
	size_t i, deepest = SIZE_MAX;
	bool exact = true;

	for (i = 0; i < g->nfuncs; i++) {
		if (!is_root(&g->nodes[i]))
			continue;
		if (!search(g, i, &cycle)) {
			add(t, "stack unbounded\nstack-cycle%s\n", cycle.s);
			free(cycle.s);
			return;
		}
		if (deepest == SIZE_MAX ||
		    g->nodes[i].depth > g->nodes[deepest].depth)
			deepest = i;
	}
	if (deepest == SIZE_MAX)
		return;
	for (i = deepest; i != SIZE_MAX; i = g->nodes[i].deepest) {
		exact = exact && !g->nodes[i].inexact;
		add_node_name(g, &way, i);
	}
	add(t, "stack %llu %s\nstack-path%s\n",
	    (unsigned long long)g->nodes[deepest].depth,
	    exact ? "exact" : "at-most", way.s);
	free(way.s);
}

void stage_depth(struct job *j)
{
	struct graph g;

	if (j->mod.features & FEAT_TAIL_CALL) {
		add(&j->obj.depth, "stack unknown tail-calls\n");
		return;
	}
	read_graph(&g, j);
	find_deepest(&g, &j->obj.depth);
	free_graph(&g);
}
