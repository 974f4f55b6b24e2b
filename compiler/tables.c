/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that nobody can change: neither imported nor exported, filled by element
 * segments at constant places with the module's own functions, and no instruction
 * but a call looks at any table.  Such a table is constant data, of which the C
 * compiler knows place and size (CPIT_FIXED_TABLE); the instance's stays empty.
 * A call through it is checked as any other (KAN-02).
 */
#include "reader.h"
#include "stages.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>

enum { SPARSE = 8 };		/* entries for each element, at most */

/* The functions of a segment, at their places; false if one is imported. */
static bool read_elements(const struct module *m, const struct elements *e,
			  uint32_t *at)
{
	struct reader r;
	uint32_t n;

	reader_init(&r, m->bytes, m->size);
	r.p = e->funcs;
	for (n = 0; n < e->n; n++) {
		uint32_t func = reader_u32(&r);

		if (func >= m->nfuncs || m->funcs[func].imported)
			return false;
		if (at)
			at[e->offset + n] = func;
	}
	return true;
}

/*
 * Where a segment traps, those behind it do nothing, and functions that others have
 * got before still run: `certain' that none has trapped so far.
 */
void find_fixed_tables(struct job *j)
{
	const struct module *m = &j->mod;
	uint64_t *filled = xmalloc((m->ntables + 1) * sizeof(*filled));
	bool *fixed = xmalloc(m->ntables + 1), certain = true;
	uint32_t i;

	for (i = 0; i < m->ntables; i++)
		fixed[i] = !m->tables[i].imported && !m->tables_used &&
			   !(m->features & FEAT_TAIL_CALL);
	for (i = 0; i < m->nexports; i++)
		if (m->exports[i].kind == CPIT_TABLE)
			fixed[m->exports[i].index] = false;
	for (i = 0; i < m->nelem; i++) {
		const struct elements *e = &m->elems[i];

		if (!e->active)
			continue;
		filled[e->table] += e->n;
		certain = certain && e->placed && (uint64_t)e->offset + e->n <=
						  m->tables[e->table].lim.min;
		fixed[e->table] = fixed[e->table] && certain && e->functions &&
				  read_elements(m, e, NULL);
	}
	for (i = 0; i < m->ntables; i++)
		fixed[i] = fixed[i] && filled[i] &&
			   m->tables[i].lim.min <= SPARSE * filled[i];
	free(filled);
	j->fixed = fixed;
}

void declare_fixed_tables(struct text *t, const struct job *j)
{
	uint32_t i;

	for (i = 0; i < j->mod.ntables; i++)
		if (j->fixed[i])
			add(t, "CPIT_FIXED_TABLE(%u, %llu)\n"
			       "#pragma GCC poison w2c_t%u\n", i,
			    (unsigned long long)j->mod.tables[i].lim.min, i);
}

/* In pointers to types: equal ones together, by index. */
static int by_type(const void *a, const void *b)
{
	const struct functype *x = *(const struct functype *const *)a;
	const struct functype *y = *(const struct functype *const *)b;
	int order = strcmp(x->params, y->params);

	if (!order)
		order = strcmp(x->results, y->results);
	return order ? order : x < y ? -1 : x > y;
}

/* By index: the first type that is equal, the only one that wasm2c writes. */
static uint32_t *first_types(const struct module *m)
{
	const struct functype **all = xmalloc((m->ntypes + 1) * sizeof(*all));
	uint32_t *first = xmalloc((m->ntypes + 1) * sizeof(*first)), i, of = 0;

	for (i = 0; i < m->ntypes; i++)
		all[i] = &m->types[i];
	qsort(all, m->ntypes, sizeof(*all), by_type);
	for (i = 0; i < m->ntypes; i++) {
		if (!i || strcmp(all[i]->params, all[of]->params) ||
		    strcmp(all[i]->results, all[of]->results))
			of = i;
		first[all[i] - m->types] = (uint32_t)(all[of] - m->types);
	}
	free(all);
	return first;
}

static void add_entries(struct text *t, const struct module *m, uint32_t table,
			const uint32_t *at, const uint32_t *first)
{
	uint64_t i;

	add(t, "const struct cpit_entry cpit_entries%u[] = {\n", table);
	for (i = 0; i < m->tables[table].lim.min; i++)
		if (at[i] == UINT32_MAX)
			add(t, "\t{ 0, 0 },\n");
		else
			add(t, "\t{ w2c_m_t%u, (wasm_rt_function_ptr_t)"
			       "w2c_m_f%u },\n", first[m->funcs[at[i]].type],
			    at[i]);
	add(t, "};\n\n");
}

void add_fixed_tables(struct text *t, const struct job *j)
{
	const struct module *m = &j->mod;
	uint32_t **at = xmalloc((m->ntables + 1) * sizeof(*at));
	uint32_t *first = first_types(m), i;

	for (i = 0; i < m->ntables; i++)
		if (j->fixed[i]) {
			size_t size = m->tables[i].lim.min * sizeof(**at);

			at[i] = memset(xmalloc(size), 0xff, size);
		}
	for (i = 0; i < m->nelem; i++)
		if (m->elems[i].active && at[m->elems[i].table])
			read_elements(m, &m->elems[i], at[m->elems[i].table]);
	for (i = 0; i < m->ntables; i++)
		if (at[i]) {
			add_entries(t, m, i, at[i], first);
			free(at[i]);
		}
	free(at);
	free(first);
}

/* ------------------------------------------------------------ in C files */

/* Behind the number of a fixed table; NULL of any other. */
static char *behind_number(const struct job *j, char *at)
{
	char *end;
	unsigned long n = strtoul(at, &end, 10);

	return end != at && n < j->mod.ntables && j->fixed[n] ? end : NULL;
}

/* Lines that only an instance's own table needs. */
char *behind_fixed(char *line, const struct job *j)
{
	static const char segment[] =
		"const wasm_elem_segment_expr_t elem_segment_exprs_w2c_m_s";
	static const char *const lines[] = {
		"  wasm_rt_allocate_funcref_table(&instance->w2c_t",
		"  funcref_table_init(&instance->w2c_t",
		"  wasm_rt_free_funcref_table(&instance->w2c_t",
	};
	size_t i;

	if (begins(line, segment)) {
		unsigned long n = strtoul(line + strlen(segment), NULL, 10);
		const struct elements *e = j->mod.elems + n;

		if (n >= j->mod.nelem || !e->active || !j->fixed[e->table] ||
		    !(line = strstr(line, "\n};\n")))
			return NULL;
		return line + strlen("\n};\n");
	}
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (begins(line, lines[i]) &&
		    behind_number(j, line + strlen(lines[i])))
			return strchr(line, '\n') + 1;
	return NULL;
}

/*
 * "instance->w2c_t3" becomes "cpit_table3", and the instance of an element,
 * "instance->w2c_t3.data[var_i0].module_instance", "instance".
 */
void fixed_call(char *line, const struct job *j)
{
	static const char was[] = "instance->w2c_t", now[] = "cpit_table";
	static const char data[] = ".data[", whose[] = "].module_instance";

	while ((line = strstr(line, was))) {
		char *number = line + strlen(was);
		char *end = behind_number(j, number), *from = number;

		line += strlen(now);
		if (!end)
			continue;
		if (begins(end, data) && (end = strstr(end, whose))) {
			from = end + strlen(whose);
			line -= strlen(now) - strlen("instance");
		} else {
			memcpy(line - strlen(now), now, strlen(now));
		}
		memmove(line, from, strlen(from) + 1);
	}
}
