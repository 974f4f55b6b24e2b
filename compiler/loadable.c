/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container for cpit_load() (catchpit/load.h): the module linked at 0, its
 * calls of the runtime through a table of addresses, and the places of all
 * absolute words, which the linker's --emit-relocs tells.
 */
#include "elffile.h"
#include "stages.h"
#include <catchpit/load.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

/* Page by page what has rights of its own; the constants end in a NUL. */
static const char script[] =
	"SECTIONS\n{\n"
	"\t. = 0;\n"
	"\t.text : { *(wasm_text_*) *(.text .text.*) }\n"
	"\t. = ALIGN(4096);\n"
	"\tcpit_text_limit = .;\n"
	"\t.rodata : {\n"
	"\t\t*(.rodata .rodata.* .data.rel.ro .data.rel.ro.*) BYTE(0)\n"
	"\t\t. = ALIGN(4096);\n"
	"\t}\n"
	"\tcpit_const_limit = .;\n"
	"\t.got : { *(.got .got.*) }\n"
	"\tcpit_got_limit = .;\n"
	"\t.data : { *(.data .data.*) . = ALIGN(4096); }\n"
	"\tcpit_data_limit = .;\n"
	"\t.bss (NOLOAD) : { *(.bss .bss.* COMMON) . = ALIGN(4096); }\n"
	"\tcpit_limit = .;\n"
	"\t/DISCARD/ : { *(.cpit_sites .comment .eh_frame\n"
	"\t\t.note.GNU-stack .riscv.attributes) }\n"
	"}\n"
	"ASSERT(cpit_got_limit == cpit_const_limit, \"an offset table\")\n";

#define NAME(f) #f,
static const char *const runtime[] = { CPIT_RUNTIME(NAME) };
enum { NRUNTIME = sizeof(runtime) / sizeof(runtime[0]) };

/* The table, and for each function of the runtime a jump through it. */
static void write_stubs(const struct job *j, const char *path)
{
	struct text t = { 0 };
	size_t i;

	add(&t, "__asm__(\".section .data.rel.ro,\\\"aw\\\"; .balign 8;"
		" .globl cpit_runtime; cpit_runtime: .zero %d; .text\");\n",
	    8 * NRUNTIME);
	for (i = 0; i < NRUNTIME; i++) {
		add(&t, "__asm__(\".balign 4; .globl %s; %s: ", runtime[i],
		    runtime[i]);
		add(&t, j->set->arch->jump, 8 * i);
		add(&t, "\");\n");
	}
	write_text(path, &t);
	free(t.s);
}

static void link_at_zero(struct job *j, const char *elf)
{
	const struct arch *a = j->set->arch;
	struct list cc = { 0 }, ld = { 0 };

	write_stubs(j, format("%s/stubs.c", j->dir));
	push_compiler(&cc, j->set);
	push(&cc, "-c");
	push(&cc, "%s/stubs.c", j->dir);
	push(&cc, "-o");
	push(&cc, "%s/stubs.o", j->dir);
	must_run(&cc, j->path);

	write_file(format("%s/load.lds", j->dir), script, strlen(script));
	push(&ld, "%s", a->ld);
	push_all(&ld, a->ld_flags);
	push_all(&ld, (const char *const[]){ "-static", "--emit-relocs",
		"--no-relax", "--no-warn-rwx-segments", "--build-id=none",
		NULL });
	push(&ld, "-e0");
	push(&ld, "-T%s/load.lds", j->dir);
	push(&ld, "-o");
	push(&ld, "%s", elf);
	push(&ld, "%s/whole.o", j->dir);
	push(&ld, "%s/stubs.o", j->dir);
	must_run(&ld, j->path);
}

/* ------------------------------------------------------------ the ELF file */

struct linked {
	struct job *j;
	struct elffile file;
	struct cpit_container c;
	uint8_t *image;
	uint32_t *relocs;
};

static _Noreturn void bad(const struct linked *l, const char *what)
{
	fail(EXIT_TOOL, "%s: cannot be made loadable: %s", l->j->path, what);
}

static void read_symbols(struct linked *l)
{
	char *module = format("cpit_module_%s", l->j->name);
	const struct {
		const char *name;
		uint32_t *value;
	} wanted[] = {
		{ "cpit_text_limit", &l->c.text_end },
		{ "cpit_const_limit", &l->c.const_end },
		{ "cpit_data_limit", &l->c.data_end },
		{ "cpit_limit", &l->c.end },
		{ "cpit_runtime", &l->c.runtime },
		{ module, &l->c.module },
	};
	size_t i, k, found = 0;

	for (i = 0; i < l->file.nsymbols; i++) {
		const char *name;
		GElf_Sym s = elffile_symbol(&l->file, i, &name);

		for (k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++) {
			if (strcmp(name, wanted[k].name))
				continue;
			*wanted[k].value = (uint32_t)s.st_value;
			found++;
		}
	}
	if (found != sizeof(wanted) / sizeof(wanted[0]))
		bad(l, "a symbol is missing");
	if (l->c.end > 1u << 30)
		bad(l, "larger than 1 GiB");
	free(module);
}

/* A relocation of what is loaded: an absolute word is the loader's to do. */
static void add_reloc(struct linked *l, const GElf_Rela *r)
{
	const struct arch *a = l->j->set->arch;
	uint32_t type = (uint32_t)GELF_R_TYPE(r->r_info);
	const uint32_t *no;

	for (no = a->absolute; *no; no++)
		if (type == *no)
			bad(l, "text or data that depends on its address");
	if (type != a->abs64)
		return;
	if (r->r_offset < l->c.text_end || r->r_offset % 8)
		bad(l, "an address in its text");
	NEXT(l->relocs, l->c.nrelocs) = (uint32_t)r->r_offset;
}

static void read_section(struct linked *l, Elf_Scn *scn, const GElf_Shdr *sh)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Shdr of;
	size_t i;

	if (sh->sh_type == SHT_PROGBITS && sh->sh_flags & SHF_ALLOC) {
		if (!data || sh->sh_addr > l->c.data_end ||
		    sh->sh_size > l->c.data_end - sh->sh_addr)
			bad(l, "a section beside the others");
		if (sh->sh_size)
			memcpy(l->image + sh->sh_addr, data->d_buf, sh->sh_size);
	} else if (sh->sh_type == SHT_RELA && sh->sh_entsize && data &&
		   gelf_getshdr(elf_getscn(l->file.elf, sh->sh_info), &of) &&
		   of.sh_flags & SHF_ALLOC) {
		for (i = 0; i < sh->sh_size / sh->sh_entsize; i++) {
			GElf_Rela r;

			if (!gelf_getrela(data, (int)i, &r))
				bad(l, elf_errmsg(-1));
			add_reloc(l, &r);
		}
	}
}

static int ascending(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void write_container(struct linked *l, const char *path)
{
	struct text body = { 0 }, t = { 0 };

	qsort(l->relocs, l->c.nrelocs, sizeof(uint32_t), ascending);
	add_bytes(&body, l->image, l->c.data_end);
	add_bytes(&body, l->relocs, l->c.nrelocs * sizeof(uint32_t));
	memcpy(l->c.magic, CPIT_CONTAINER_MAGIC, sizeof(l->c.magic));
	l->c.format = CPIT_CONTAINER_FORMAT;
	l->c.isa = l->j->set->arch->machine;
	l->c.abi = CPIT_ABI;
	l->c.nruntime = NRUNTIME;
	l->c.body_crc = cpit_crc32(body.s, body.len);
	l->c.header_crc = cpit_crc32(&l->c, offsetof(struct cpit_container,
						     header_crc));
	add_bytes(&t, &l->c, sizeof(l->c));
	add_bytes(&t, body.s, body.len);
	write_text(path, &t);
	free(body.s);
	free(t.s);
}

void stage_loadable(struct job *j, const char *path)
{
	struct linked l = { .j = j };
	char *elf = format("%s/loaded.elf", j->dir);
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	link_at_zero(j, elf);
	if (!elffile_open(&l.file, elf))
		bad(&l, "not an ELF file");
	read_symbols(&l);
	l.image = xmalloc(l.c.data_end);
	while ((scn = elf_nextscn(l.file.elf, scn)) && gelf_getshdr(scn, &sh))
		read_section(&l, scn, &sh);
	write_container(&l, path);
	elffile_close(&l.file);
	free(l.image);
	free(l.relocs);
	free(elf);
}
