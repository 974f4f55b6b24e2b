/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the modules in a linked ELF file, out of the descriptors
 * (struct cpit_module) that its symbols cpit_module_* name.  The file may be
 * anything: every address is looked up in its segments.
 */
#include "elffile.h"
#include "symbolize.h"
#include <catchpit/module.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(void *) == 8 && __BYTE_ORDER == __LITTLE_ENDIAN,
	       "descriptors are read as the targets have them");

struct file {
	const char *path;
	struct elffile elf;
	const char *bytes;
	size_t size;
};

static _Noreturn void bad(const struct file *f, const char *why)
{
	fail(EXIT_NOEXEC, "%s: %s", f->path, why);
}

char *shown(const char *s)
{
	struct text t = { 0 };
	size_t n;

	/* As name() of rt/report.c. */
	for (n = 0; s[n] && n < 100; n++)
		add(&t, "%c", s[n] > ' ' && s[n] < 0x7f ? s[n] : '?');
	add(&t, "%s", s[n] ? "..." : "");
	return t.s;
}

/* What the file has for that address, and how much of it up to *left. */
static const char *at(const struct file *f, uint64_t addr, size_t *left)
{
	size_t i, n;
	GElf_Phdr p;

	if (elf_getphdrnum(f->elf.elf, &n))
		return NULL;
	for (i = 0; i < n && gelf_getphdr(f->elf.elf, (int)i, &p); i++) {
		uint64_t off = addr - p.p_vaddr;

		if (p.p_type != PT_LOAD || off >= p.p_filesz ||
		    p.p_offset > f->size || p.p_filesz > f->size - p.p_offset)
			continue;
		*left = p.p_filesz - off;
		return f->bytes + p.p_offset + off;
	}
	return NULL;
}

static const void *array(const struct file *f, const void *addr, size_t n,
			 size_t size)
{
	size_t left;
	const char *p = at(f, (uintptr_t)addr, &left);

	if (!p || n > left / size)
		bad(f, "a damaged module descriptor");
	return p;
}

static const char *string(const struct file *f, const char *addr)
{
	size_t left;
	const char *p = at(f, (uintptr_t)addr, &left);

	if (!p || !memchr(p, '\0', left))
		bad(f, "a damaged module descriptor");
	return p;
}

static void add_symbol(const struct file *f, struct image_module *m,
		       const struct cpit_module *d, struct cpit_func fn,
		       uint32_t end)
{
	struct symbol *s;
	const char *name;

	if (end < fn.start)
		bad(f, "a damaged module descriptor");
	if (fn.index == CPIT_NO_FUNC)
		return;
	name = string(f, d->names + fn.name);
	s = &m->symbols[m->nsymbols++];
	*s = (struct symbol){
		NULL, fn.index, fn.start, end - fn.start,
		*name ? shown(name) : format("#%u", fn.index), NULL
	};
}

static void read_module(const struct file *f, struct image_module *m,
			uint64_t addr)
{
	struct cpit_module d;
	struct cpit_func fn, next;
	const char *funcs;
	uint64_t size;
	uint32_t i;

	memcpy(&d, array(f, (void *)(uintptr_t)addr, 1, sizeof(d)), sizeof(d));
	if (d.abi != CPIT_ABI)
		bad(f, "its modules were compiled by another version");
	size = (uintptr_t)d.text_end - (uintptr_t)d.text_start;
	if (size > UINT32_MAX)
		bad(f, "a damaged module descriptor");
	funcs = array(f, d.funcs, d.nfuncs, sizeof(fn));
	*m = (struct image_module){
		.name = xstrdup(string(f, d.name)),
		.text = (uintptr_t)d.text_start,
		.size = (uint32_t)size,
		.symbols = xmalloc(d.nfuncs * sizeof(*m->symbols)),
	};
	for (i = 0; i < d.nfuncs; i++) {
		memcpy(&fn, funcs + i * sizeof(fn), sizeof(fn));
		next.start = (uint32_t)size;
		if (i + 1 < d.nfuncs)
			memcpy(&next, funcs + (i + 1) * sizeof(fn), sizeof(fn));
		add_symbol(f, m, &d, fn, next.start);
	}
}

static void read_modules(const struct file *f, struct image *im)
{
	size_t i;

	for (i = 0; i < f->elf.nsymbols; i++) {
		const char *name;
		GElf_Sym s = elffile_symbol(&f->elf, i, &name);

		if (GELF_ST_TYPE(s.st_info) != STT_OBJECT ||
		    s.st_shndx == SHN_UNDEF || !begins(name, "cpit_module_"))
			continue;
		read_module(f, &NEXT(im->modules, im->nmodules), s.st_value);
	}
	if (!im->nmodules)
		bad(f, "no module in it: not a catchpit image, or stripped");
}

void image_read(struct image *im, const char *path)
{
	struct file f = { .path = path };
	size_t i, k;

	im->path = path;
	must_exist(path);
	if (elffile_open(&f.elf, path))
		f.bytes = elf_rawfile(f.elf.elf, &f.size);
	if (!f.bytes || f.bytes[EI_CLASS] != ELFCLASS64 ||
	    f.bytes[EI_DATA] != ELFDATA2LSB)
		bad(&f, "not an ELF file of a board or kernel");
	read_modules(&f, im);
	for (i = 0; i < im->nmodules; i++)
		for (k = 0; k < im->modules[i].nsymbols; k++)
			im->modules[i].symbols[k].module = &im->modules[i];
	elffile_close(&f.elf);
}

const struct symbol *image_find(const struct image *im, uint64_t pc)
{
	size_t i, k;

	for (i = 0; i < im->nmodules; i++) {
		const struct image_module *m = &im->modules[i];

		for (k = 0; k < m->nsymbols; k++)
			if (pc - m->text - m->symbols[k].start <
			    m->symbols[k].size)
				return &m->symbols[k];
	}
	return NULL;
}
