/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls whom in a compiled module, and with how large a frame: the nodes are
 * its C functions, the host, the C library, imports, and types of functions,
 * which stand for what an indirect call may reach.
 */
#ifndef CPIT_COMPILER_CALLGRAPH_H
#define CPIT_COMPILER_CALLGRAPH_H

#include "elffile.h"
#include "stages.h"

struct node {
	uint64_t start;
	char *name;		/* C symbol, NULL for a type */
	uint32_t frame;
	uint32_t func;		/* wasm function, or CPIT_NO_FUNC */
	bool taken, inexact;
	/* The search (depth.c). */
	enum { NEW, OPEN, DONE } state;
	size_t edge;		/* the next to look at */
	uint64_t depth;
	size_t deepest;		/* callee, or SIZE_MAX */
};

struct edge {
	size_t from, to;
};

struct graph {
	struct job *j;
	struct node *nodes;	/* functions by start, host, libc, imports, types */
	size_t nfuncs, nnodes, host, helper, imports, types;
	struct edge *edges;	/* by the node they come from ... */
	size_t *first;		/* ... which begins here; one more than nodes */
	/* While it is read. */
	size_t nedges;
	struct elffile file;
	size_t text;		/* section number */
};

/* Of merged.o, which stage_object() has read.  Fails when that is no object of ours. */
void read_graph(struct graph *g, struct job *j);
void free_graph(struct graph *g);

#endif
