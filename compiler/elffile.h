/* SPDX-License-Identifier: Apache-2.0 */
/* An ELF file, be it the compiler's, a linker's or anybody's. */
#ifndef CPIT_COMPILER_ELFFILE_H
#define CPIT_COMPILER_ELFFILE_H

#include <gelf.h>
#include <stdbool.h>

struct elffile {
	int fd;
	Elf *elf;		/* NULL: it is none, or cannot be read */
	Elf_Data *symbols;	/* NULL: it has none */
	size_t nsymbols, strings;
};

/* A file's type, of one without a type ET_HIPROC; ET_NONE of what is no ELF file. */
int elffile_type(const char *path);
/* False when there is no such file; elffile_close() either way. */
bool elffile_open(struct elffile *f, const char *path);
void elffile_close(struct elffile *f);
/* The section of that name, or NULL. */
Elf_Scn *elffile_section(const struct elffile *f, const char *name);
/* Symbol i, of section SHN_UNDEF when it is damaged; its name or "". */
GElf_Sym elffile_symbol(const struct elffile *f, size_t i, const char **name);

#endif
