/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `inspect' tells of a module: one fact a line, "key value ...", the
 * lines that begin with "module" starting a new one.  Built images carry it in
 * the section .cpit_info, which is not loaded.
 *
 *	module NAME PATH		text BYTES
 *	isa NAME			memory-mode guard|checked|zero
 *	feature NAME			frame BYTES SYMBOL
 *	import KIND SIG MODULE NAME	sites KIND COUNT
 *	export KIND SIG NAME		wasm BYTES
 *	memory MIN MAX|- PAGE-SIZE	functions COUNT
 *	code CRC-32 (of the code section)	cpu NAME (--cpu)
 *	base gs (--base)
 *
 *	stack BYTES exact|at-most, or unbounded, or unknown WHY
 *	stack-path FUNCTION...		stack-cycle FUNCTION...
 *
 * Names are percent-encoded, so that a blank separates.
 */
#include "elffile.h"
#include "stages.h"
#include <catchpit/load.h>
#include <catchpit/module.h>
#include <catchpit/trap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = { "func", "table", "memory", "global",
					  "tag" };

void add_encoded(struct text *t, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= ' ' || c > '~' || c == '%')
			add(t, "%%%02x", c);
		else
			add(t, "%c", c);
	}
	if (!len)
		add(t, "%%");	/* an empty name is still a word */
}

static void add_signature(struct text *t, const struct module *m,
			  const struct entity *e)
{
	char *sig = signature(m, e);

	add(t, " %s %s ", kind_names[e->kind], *sig ? sig : "-");
	free(sig);
}

void add_function(struct text *t, const struct module *m, uint32_t index)
{
	const char *name = function_name(m, index);

	if (*name)
		add_encoded(t, name, strlen(name));
	else
		add(t, "#%u", index);
}

static void add_memories(struct text *t, const struct module *m)
{
	uint32_t i;

	for (i = 0; i < m->nmemories; i++) {
		const struct limits *l = &m->memories[i].lim;

		add(t, "memory %llu ", (unsigned long long)l->min);
		if (l->has_max)
			add(t, "%llu", (unsigned long long)l->max);
		else
			add(t, "-");
		add(t, " %u\n", l->page_size);
	}
}

static void add_sites(struct text *t, const struct object *o)
{
	unsigned count[CPIT_TRAP_COUNT] = { 0 }, k;
	size_t i;

	for (i = 0; i < o->nsites; i++)
		count[o->sites[i].kind]++;
	for (k = 0; k < CPIT_TRAP_COUNT; k++)
		if (count[k])
			add(t, "sites %s %u\n",
			    cpit_trap_name((enum cpit_trap)k), count[k]);
}

void make_info(const struct job *j, struct text *t)
{
	const struct module *m = &j->mod;
	uint32_t i;

	add(t, "module %s ", j->name);
	add_encoded(t, j->path, strlen(j->path));
	add(t, "\nisa %s\nmemory-mode %s\nwasm %zu\ncode %08x\n"
	    "text %u\nfunctions %u\n",
	    j->set->arch->name,
	    memory_name(j->set->memory), m->size,
	    cpit_crc32(m->bytes + m->code_at, m->code_size),
	    j->obj.text_size, m->nfuncs - m->nimported_funcs);
	if (is_by_segment(j))
		add(t, "base gs\n");
	if (j->set->cpu)
		add(t, "cpu %s\n", j->set->cpu);
	add(t, "frame %u %s %s\n", j->obj.func.size + j->obj.step.size,
	    j->obj.step.name ? j->obj.step.name : "-",
	    j->obj.func.name ? j->obj.func.name : "-");
	add_bytes(t, j->obj.depth.s, j->obj.depth.len);
	add_memories(t, m);
	for (i = 0; i < FEAT_COUNT; i++)
		if (m->features & (1u << i))
			add(t, "feature %s\n",
			    feature_name((enum feature)(1u << i)));
	for (i = 0; i < m->nimports; i++) {
		const struct entity *e = entity_of(m, m->imports[i].kind,
						   m->imports[i].index);

		add(t, "import");
		add_signature(t, m, e);
		add_encoded(t, e->module, e->module_len);
		add(t, " ");
		add_encoded(t, e->field, e->field_len);
		add(t, "\n");
	}
	for (i = 0; i < m->nexports; i++) {
		const struct export *x = &m->exports[i];

		add(t, "export");
		add_signature(t, m, entity_of(m, x->kind, x->index));
		add_encoded(t, x->name, x->name_len);
		add(t, "\n");
	}
	add_sites(t, &j->obj);
}

bool read_info(const char *path, struct text *t)
{
	struct elffile f;
	Elf_Scn *scn = elffile_open(&f, path) ?
		       elffile_section(&f, ".cpit_info") : NULL;
	Elf_Data *d = elf_getdata(scn, NULL);

	if (d && d->d_buf)
		add_bytes(t, d->d_buf, d->d_size);
	elffile_close(&f);
	return scn;
}

/* The next line of an info text, as a copy; NULL at its end. */
static char *next_line(const struct text *info, size_t *at)
{
	size_t start = *at;
	const char *nl;

	if (start >= info->len)
		return NULL;
	nl = memchr(info->s + start, '\n', info->len - start);
	*at = nl ? (size_t)(nl - info->s) + 1 : info->len;
	return format("%.*s", (int)(*at - start - (nl ? 1 : 0)),
		      info->s + start);
}

char *info_signature(const struct text *info, const char *export, bool *differ)
{
	struct text want = { 0 };
	size_t at = 0;
	char *line, *found = NULL;

	*differ = false;

	add_encoded(&want, export, strlen(export));
	while ((line = next_line(info, &at))) {
		char *sig = line + strlen("export func ");
		char *name = begins(line, "export func ") ? strchr(sig, ' ') :
							    NULL;

		if (name && !strcmp(name + 1, want.s)) {
			*name = '\0';
			*differ |= found && strcmp(found, sig);
			if (!found)
				found = xstrdup(sig);
		}
		free(line);
	}
	free(want.s);
	return found;
}

char *info_fact(const struct text *info, const char *module, const char *key)
{
	size_t at = 0, len = strlen(key);
	bool here = false;
	char *line, *fact = NULL;

	while (!fact && (line = next_line(info, &at))) {
		char name[400];

		if (sscanf(line, "module %399s ", name) == 1)
			here = !strcmp(name, module);
		else if (here && !strncmp(line, key, len) && line[len] == ' ')
			fact = xstrdup(line + len + 1);
		free(line);
	}
	return fact;
}

static void print_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

/*
 * As JSON: an array of modules, each an array of facts, each fact an array of
 * its words (names percent-encoded as in the text).
 */
static void print_json(const struct text *info)
{
	bool open = false, first = true;
	size_t at = 0;
	char *line;

	printf("[");
	while ((line = next_line(info, &at))) {
		char *save, *word = strtok_r(line, " ", &save);

		if (!word)
			continue;
		if (!strcmp(word, "module")) {
			printf(open ? "],\n[" : "[");
			open = first = true;
		}
		printf(first ? "[" : ",\n [");
		first = false;
		print_string(word);
		while ((word = strtok_r(NULL, " ", &save))) {
			printf(", ");
			print_string(word);
		}
		printf("]");
		free(line);
	}
	printf(open ? "]]\n" : "]\n");
}

void print_info(const struct text *info, bool json)
{
	if (json)
		print_json(info);
	else if (info->len)
		fwrite(info->s, 1, info->len, stdout);
}
