/* SPDX-License-Identifier: Apache-2.0 */
#include "elffile.h"
#include "util.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void find_symbols(struct elffile *f)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while ((scn = elf_nextscn(f->elf, scn)))
		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_SYMTAB)
			break;
	f->symbols = elf_getdata(scn, NULL);	/* NULL of NULL */
	if (!f->symbols)
		return;
	f->nsymbols = f->symbols->d_size / sizeof(Elf64_Sym);
	f->strings = sh.sh_link;
}

int elffile_type(const char *path)
{
	Elf64_Ehdr h = { 0 };
	FILE *f = is_special(path) ? NULL : fopen(path, "rb");
	bool elf = f && fread(&h, 1, sizeof(h), f) >= SELFMAG &&
		   !memcmp(h.e_ident, ELFMAG, SELFMAG);

	if (f)
		fclose(f);
	return elf ? h.e_type ? h.e_type : ET_HIPROC : ET_NONE;
}

bool elffile_open(struct elffile *f, const char *path)
{
	*f = (struct elffile){ .fd = open(path, O_RDONLY) };
	elf_version(EV_CURRENT);
	if (f->fd >= 0)
		f->elf = elf_begin(f->fd, ELF_C_READ, NULL);
	if (f->elf && elf_kind(f->elf) == ELF_K_ELF)
		find_symbols(f);
	return f->elf && elf_kind(f->elf) == ELF_K_ELF;
}

void elffile_close(struct elffile *f)
{
	elf_end(f->elf);
	if (f->fd >= 0)
		close(f->fd);
}

Elf_Scn *elffile_section(const struct elffile *f, const char *name)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(f->elf, &names))
		return NULL;
	while ((scn = elf_nextscn(f->elf, scn))) {
		GElf_Shdr sh;
		const char *its = gelf_getshdr(scn, &sh) ?
				  elf_strptr(f->elf, names, sh.sh_name) : NULL;

		if (its && !strcmp(its, name))
			return scn;
	}
	return NULL;
}

GElf_Sym elffile_symbol(const struct elffile *f, size_t i, const char **name)
{
	GElf_Sym s = { 0 };

	gelf_getsym(f->symbols, (int)i, &s);
	*name = elf_strptr(f->elf, f->strings, s.st_name);
	if (!*name)
		*name = "";
	return s;
}
