/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source lines out of a module's DWARF.  Its addresses count from the start of
 * the code section's contents, so that addr2line of binutils can be asked, with
 * these contents as the text of an ELF file and the .debug_* sections beside.
 */
#include "parse.h"
#include "symbolize.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* .debug_loc and the like say nothing of lines. */
static const char *const wanted[] = {
	".debug_abbrev", ".debug_addr", ".debug_info", ".debug_line",
	".debug_line_str", ".debug_ranges", ".debug_rnglists", ".debug_str",
	".debug_str_offsets",
};

/* Each wanted section in a file of its own; false when none has lines. */
static bool push_sections(struct list *oc, const struct module *m,
			  const char *prefix)
{
	struct reader file, r;
	struct section s;
	bool found = false;
	const char *name;
	size_t len, i;

	reader_init(&file, m->bytes, m->size);
	reader_bytes(&file, 8);
	while (parse_next_section(&file, &s)) {
		reader_init(&r, s.body, (size_t)(s.end - s.body));
		name = s.id == SECTION_CUSTOM ? reader_name(&r, &len) : NULL;
		for (i = 0; name && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
			char *path;

			if (strlen(wanted[i]) != len ||
			    memcmp(wanted[i], name, len))
				continue;
			path = format("%s%s", prefix, wanted[i]);
			write_file(path, r.p, reader_left(&r));
			push(oc, "--add-section");
			push(oc, "%s=%s", wanted[i], path);
			free(path);
			found |= !strcmp(wanted[i], ".debug_line");
		}
	}
	return found;
}

/* Where the bodies are, behind their sizes: there the DWARF's ranges begin. */
static void find_bodies(struct lines *l)
{
	struct reader r;
	uint32_t i, size;

	reader_init(&r, l->m->bytes + l->m->code_at, l->m->code_size);
	l->n = reader_u32(&r);
	l->at = xmalloc(l->n * sizeof(*l->at));
	l->known = xmalloc(l->n * sizeof(*l->known));
	for (i = 0; i < l->n; i++) {
		size = reader_u32(&r);
		l->at[i] = (uint32_t)reader_offset(&r);
		reader_bytes(&r, size);
	}
}

/* What addr2line says, "" when it knows nothing. */
static char *ask(const struct lines *l, uint32_t at)
{
	struct list cmd = { 0 };
	char *out, *end;
	int status;

	push_all(&cmd, (const char *const[]){ "addr2line", "-e", l->elf, NULL });
	push(&cmd, "0x%x", at);
	status = run_command(&cmd, &out);
	out[strcspn(out, "\n")] = '\0';
	parse_one_line(out);
	/* It ends well after complaints too, which begin with its name. */
	if (status || begins(out, "addr2line: "))
		fail(EXIT_TOOL, "%s: addr2line failed (status %d): %s",
		     l->m->path, status, first_line(out));
	end = strstr(out, " (discriminator ");
	if (end)
		*end = '\0';
	end = strrchr(out, ':');
	if (!end || begins(out, "??") || strchr("?0", end[1]))
		*out = '\0';
	return out;
}

void lines_open(struct lines *l, const struct module *m)
{
	static unsigned count;
	char *prefix = work_path("dwarf%u", count++);
	struct list oc = { 0 };

	l->m = m;
	push_all(&oc, (const char *const[]){ "objcopy", "-I", "binary", "-O",
		"elf32-little", "--rename-section",
		".data=.text,alloc,load,readonly,code,contents", NULL });
	if (m->code_size && push_sections(&oc, m, prefix)) {
		find_bodies(l);
		l->elf = format("%s.elf", prefix);
		push(&oc, "%s.code", prefix);
		push(&oc, "%s", l->elf);
		write_file(oc.v[oc.n - 2], m->bytes + m->code_at, m->code_size);
		must_run(&oc, m->path);
		free(ask(l, 0));	/* better now than in mid-report */
	} else {
		fprintf(stderr, "catchpit: %s: no lines in it (clang -g puts "
			"them there), names only\n", m->path);
	}
	free(prefix);
}

const char *lines_of(struct lines *l, uint32_t func)
{
	uint32_t i = func - l->m->nimported_funcs;

	if (!l->elf || i >= l->n)
		return "";
	if (!l->known[i])
		l->known[i] = ask(l, l->at[i]);
	return l->known[i];
}
