/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of a compiled object.  A direct call is a relocation (each function
 * has a section of its own, or calls within a file had none); an indirect call
 * may reach every function whose address is taken and whose type it asks for; a
 * call of an import has a record of its own (wasm-rt.h).  Where others share a
 * table, or hand functions over, it may lead to the host, or to theirs.
 *
 * An import, or the runtime, is entered only with the host reserve free and
 * counts as that; a helper of the C library as the room that is kept for one.
 */
#include "callgraph.h"
#include <catchpit/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NEAR_REACH = 1 << 20,	/* of R_RISCV_JAL, either way */
	HOST_RESERVE = 16384,	/* the default of struct cpit_store_options */
	HELPER_STACK = 4096,	/* CPIT_HELPER_STACK of rt/store.h */
};

static void add_edge(struct graph *g, size_t from, size_t to)
{
	NEXT(g->edges, g->nedges) = (struct edge){ from, to };
}

/* --------------------------------------------------------------- the nodes */

static int by_start(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* The wasm function a symbol stands for when it is called through a table. */
static uint32_t wasm_function(const struct module *m, const char *name)
{
	unsigned i;

	if (sscanf(name, "w2c_m_f%u", &i) == 1 && i < m->nfuncs)
		return i;
	if (sscanf(name, "w2c_h_i%u", &i) == 1 && i < m->nimports &&
	    m->imports[i].kind == CPIT_FUNC)
		return m->imports[i].index;
	return CPIT_NO_FUNC;
}

static void read_nodes(struct graph *g)
{
	const struct module *m = &g->j->mod;
	size_t i, n = 0;

	g->nodes = xmalloc((g->file.nsymbols + m->nimports + m->ntypes + 2) *
			   sizeof(*g->nodes));
	for (i = 0; i < g->file.nsymbols; i++) {
		const char *symbol;
		GElf_Sym s = elffile_symbol(&g->file, i, &symbol);
		char *name;

		if (s.st_shndx != g->text || s.st_value >= g->j->obj.helpers ||
		    GELF_ST_TYPE(s.st_info) != STT_FUNC)
			continue;
		name = xstrdup(symbol);
		name[strcspn(name, ".")] = '\0';	/* "f.constprop.0" */
		g->nodes[n++] = (struct node){
			.start = s.st_value, .name = name,
			.func = wasm_function(m, name) };
	}
	qsort(g->nodes, n, sizeof(*g->nodes), by_start);
	g->nfuncs = n;
	g->host = n;
	g->nodes[n++] = (struct node){ .name = "host", .frame = HOST_RESERVE,
				       .func = CPIT_NO_FUNC };
	g->helper = n;
	g->nodes[n++] = (struct node){ .name = "libc", .frame = HELPER_STACK,
				       .func = CPIT_NO_FUNC, .inexact = true };
	g->imports = n;
	for (i = 0; i < m->nimports; i++)
		g->nodes[n++] = (struct node){ .name = "import", .func =
			m->imports[i].kind == CPIT_FUNC ? m->imports[i].index
						       : CPIT_NO_FUNC };
	g->types = n;
	for (i = 0; i < m->ntypes; i++)
		g->nodes[n++] = (struct node){ .func = CPIT_NO_FUNC };
	g->nnodes = n;
}

/* The function that holds an address. */
static size_t holder(const struct graph *g, uint64_t at)
{
	size_t low = 0, high = g->nfuncs;

	if (at >= g->j->obj.helpers)
		return g->helper;
	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (g->nodes[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* --------------------------------------------------------------- the edges */

/* gcc takes for granted that a jump reaches all of its function. */
static void check_near(const struct graph *g, uint64_t from, uint64_t to)
{
	const struct node *n = &g->nodes[holder(g, from)];

	if (to - from + NEAR_REACH >= 2 * NEAR_REACH)
		fail(EXIT_NOEXEC, "%s: function %s is larger than gcc's jumps "
		     "reach (1 MiB); --cc clang has others",
		     g->j->path, n->name);
}

static void one_reloc(struct graph *g, bool in_text, const GElf_Rela *r)
{
	const struct arch *a = g->j->set->arch;
	uint32_t type = GELF_R_TYPE(r->r_info);
	bool call = type == a->call[0] || type == a->call[1];
	size_t to = g->host;
	uint64_t target;
	const char *name;
	GElf_Sym s = elffile_symbol(&g->file, GELF_R_SYM(r->r_info), &name);

	if (s.st_shndx == g->text) {
		target = s.st_value + (uint64_t)r->r_addend;
		if (type == a->pcrel || call)
			target += a->pc_bias;
		if (in_text && a->near && type == a->near)
			check_near(g, r->r_offset, target);
		to = holder(g, target);
		if (!call && to < g->nfuncs && g->nodes[to].start == target)
			g->nodes[to].taken = true;
	} else if (s.st_shndx != SHN_UNDEF) {
		return;
	}
	if (call && in_text && r->r_offset < g->j->obj.helpers)
		add_edge(g, holder(g, r->r_offset), to);
}

static void read_relocs(struct graph *g)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while ((scn = elf_nextscn(g->file.elf, scn))) {
		Elf_Data *d;
		GElf_Rela r;
		size_t i;

		gelf_getshdr(scn, &sh);
		d = sh.sh_type == SHT_RELA ? elf_getdata(scn, NULL) : NULL;
		for (i = 0; d && i < sh.sh_size / sh.sh_entsize; i++)
			if (gelf_getrela(d, (int)i, &r))
				one_reloc(g, sh.sh_info == g->text, &r);
	}
}

/* The first of the types that are the same as this one. */
static size_t type_node(const struct graph *g, uint32_t type)
{
	const struct functype *t = g->j->mod.types;
	uint32_t i = 0;

	while (strcmp(t[i].params, t[type].params) ||
	       strcmp(t[i].results, t[type].results))
		i++;
	return g->types + i;
}

/* They are in the order of the functions that make them. */
static size_t first_indirect(const struct module *m, uint32_t func)
{
	size_t low = 0, high = m->nindirect;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (m->indirect[mid].func < func)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Calls of imports are indirect, too. */
static void add_hosts(struct graph *g)
{
	const struct object *o = &g->j->obj;
	size_t i;

	for (i = 0; i < o->nexits; i++)
		add_edge(g, holder(g, o->exits[i].pc),
			 g->imports + o->exits[i].import);
	for (i = g->imports; i < g->types; i++)
		add_edge(g, i, g->host);
}

/* Whether a function can come this way, in a table or as a funcref. */
static bool brings_functions(const struct module *m, uint8_t kind,
			     uint32_t index)
{
	const struct entity *e = entity_of(m, kind, index);
	const struct functype *t;

	if (kind == CPIT_TABLE || kind == CPIT_GLOBAL)
		return e->letter == 'r';
	if (kind != CPIT_FUNC && kind != CPIT_TAG)
		return false;
	t = &m->types[e->type];
	return strchr(t->params, 'r') || strchr(t->results, 'r');
}

/* In or out: who is given a function may call it with one of his own. */
static bool shares_functions(const struct module *m)
{
	uint32_t i;

	for (i = 0; i < m->nexports; i++)
		if (brings_functions(m, m->exports[i].kind,
				     m->exports[i].index))
			return true;
	for (i = 0; i < m->nimports; i++)
		if (brings_functions(m, m->imports[i].kind,
				     m->imports[i].index))
			return true;
	return false;
}

static void add_indirect(struct graph *g)
{
	const struct module *m = &g->j->mod;
	size_t i, k;

	for (i = g->types; i < g->nnodes && shares_functions(m); i++)
		add_edge(g, i, g->host);
	for (i = 0; i < g->nfuncs; i++) {
		const struct node *n = &g->nodes[i];

		if (n->taken && n->func != CPIT_NO_FUNC)
			add_edge(g, type_node(g, m->funcs[n->func].type), i);
		if (!begins(n->name, "w2c_m_f") || n->func == CPIT_NO_FUNC)
			continue;
		for (k = first_indirect(m, n->func); k < m->nindirect &&
		     m->indirect[k].func == n->func; k++)
			add_edge(g, i, type_node(g, m->indirect[k].type));
	}
}

/* An import before the runtime: of what is as deep, the first is told. */
static int by_from(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to > y->to ? -1 : x->to < y->to;
}

static void sort_edges(struct graph *g)
{
	size_t i, e = 0;

	if (g->nedges)
		qsort(g->edges, g->nedges, sizeof(*g->edges), by_from);
	g->first = xmalloc((g->nnodes + 1) * sizeof(*g->first));
	for (i = 0; i <= g->nnodes; i++) {
		while (e < g->nedges && g->edges[e].from < i)
			e++;
		g->first[i] = e;
	}
}

/* ------------------------------------------------------------- the frames */

static void set_frames(struct graph *g)
{
	const struct object *o = &g->j->obj;
	size_t i;

	for (i = 0; i < g->nfuncs; i++) {
		struct node *n = &g->nodes[i];
		const struct frame *f = o->nframes ?
			bsearch(&(struct frame){ .name = n->name }, o->frames,
				o->nframes, sizeof(*f), frame_by_name) : NULL;

		n->inexact = !f;
		n->frame = f ? f->size : HELPER_STACK;
		if (f && g->j->set->clang)
			n->frame += g->j->set->arch->clang_frame;
	}
}

void read_graph(struct graph *g, struct job *j)
{
	char *path = format("%s/merged.o", j->dir);
	char *text = format("wasm_text_%s", j->name);

	*g = (struct graph){ .j = j };
	if (elffile_open(&g->file, path))
		g->text = elf_ndxscn(elffile_section(&g->file, text));
	if (!g->text)
		fail(EXIT_TOOL, "%s: the compiled object cannot be read",
		     j->path);
	read_nodes(g);
	set_frames(g);
	read_relocs(g);
	add_indirect(g);
	add_hosts(g);
	sort_edges(g);
	elffile_close(&g->file);
	free(path);
	free(text);
}

void free_graph(struct graph *g)
{
	size_t i;

	for (i = 0; i < g->nfuncs; i++)
		free(g->nodes[i].name);
	free(g->nodes);
	free(g->edges);
	free(g->first);
}
