/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory 0, which generated code treats apart: where it is, how it is addressed,
 * how small it can be, and when it is made.  rt/include/wasm-rt-memory.h has the
 * other half.
 */
#include "stages.h"
#include <catchpit/module.h>
#include <string.h>

/* Of 32-bit addresses and 64 KiB pages: the kind that has guards. */
static bool is_plain(const struct job *j)
{
	const struct entity *e = j->mod.memories;

	return j->mod.nmemories && !e->lim.is64 && e->lim.page_size == 65536;
}

bool is_at_zero(const struct job *j)
{
	return j->set->memory == MEMORY_ZERO && is_plain(j);
}

bool keeps_memory0(const struct job *j)
{
	const struct module *m = &j->mod;

	if (!m->nmemories || m->memories[0].imported)
		return false;
	/* A try block or a trampoline comes back by other ways than a call's. */
	return j->set->memory != MEMORY_CHECKED ||
	       !(m->ntails || m->features & FEAT_EXCEPTIONS);
}

bool keeps_plain_memory0(const struct job *j)
{
	return keeps_memory0(j) && is_plain(j);
}

bool is_by_segment(const struct job *j)
{
	return is_gs_free(j->set) && keeps_plain_memory0(j) &&
	       j->mod.nmemories == 1;
}

bool signed_memory0(const struct job *j)
{
	const struct limits *l = &j->mod.memories[0].lim;

	return j->set->arch->is_signed && keeps_plain_memory0(j) && l->min &&
	       l->min <= 32768 && !(l->has_max && l->max > 32768);
}

unsigned long long least_memory0(const struct job *j)
{
	const struct limits *l = &j->mod.memories[0].lim;

	return l->is64 ? 0 : l->min * l->page_size;
}

uint32_t import_of_memory0(const struct module *m)
{
	uint32_t i = 0;

	while (m->imports[i].kind != CPIT_MEMORY)
		i++;
	return i;
}

bool has_memory0(const struct job *j)
{
	const struct module *m = &j->mod;

	return m->nmemories && (is_at_zero(j) ||
				word_export(m, CPIT_WORD_SIGNAL) ||
				word_export(m, CPIT_WORD_TERMINATED));
}

void add_memory0(struct text *t, const struct job *j)
{
	const struct module *m = &j->mod;
	uint32_t i;

	if (!has_memory0(j))
		return;
	add(t, "void *cpit_memory0(void *s)\n{\n\t");
	if (m->memories[0].imported) {
		add(t, "return CPIT_SLOT(s, %u)->object;\n}\n\n",
		    import_of_memory0(m));
		return;
	}
	for (i = 0; i < m->nexports; i++)
		if (m->exports[i].kind == CPIT_MEMORY && !m->exports[i].index)
			break;
	if (i < m->nexports)
		add(t, "return w2c_m_x%u(s);\n}\n\n", i);
	else
		add(t, "return &((w2c_m *)s)->w2c_m0;\n}\n\n");
}

bool memory_first(struct text *out, struct text *memories, const char *line)
{
	if (begins(line, "  wasm_rt_allocate_memory")) {
		add(memories, "%s\n", line);
		return true;
	}
	if ((!strcmp(line, "  init_tables(instance);") ||
	     !strcmp(line, "  init_memories(instance);")) && memories->len) {
		add(out, "%s  CPIT_SET_BASE(instance);\n", memories->s);
		memories->len = 0;
	}
	return false;
}
