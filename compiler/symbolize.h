/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From native addresses to functions of a module and to lines of its source.
 *
 *	native pc -> function	exact: the descriptor in the image
 *	function -> name	the image's, --names, or the .wasm's
 *	function -> file:line	the DWARF of the .wasm, at the function's start
 *
 * No line for the pc itself: wasm2c keeps no map from its C to wasm code.
 */
#ifndef CPIT_COMPILER_SYMBOLIZE_H
#define CPIT_COMPILER_SYMBOLIZE_H

#include "module.h"
#include "util.h"

/* The source lines of a module's functions, asked for one by one. */
struct lines {
	const struct module *m;
	char *elf;		/* for addr2line, or NULL: no DWARF */
	uint32_t *at;		/* addresses of the bodies ... */
	char **known;		/* ... and what has been asked for; from the ... */
	uint32_t n;		/* ... first function that is not imported */
};

/* m stays the caller's, and must stay.  Fails when its DWARF is of no use. */
void lines_open(struct lines *l, const struct module *m);
/* "a.c:12", or "" when that is not known. */
const char *lines_of(struct lines *l, uint32_t func);

/* A wasm function in an image. */
struct symbol {
	struct image_module *module;
	uint32_t index;		/* in the wasm */
	uint32_t start, size;	/* native code, from the module's text */
	char *shown;		/* as a report names it: the name or "#3" */
	char *given;		/* by --names, or NULL */
};

struct image_module {
	char *name;
	uint64_t text;
	uint32_t size;		/* of it */
	struct symbol *symbols;
	size_t nsymbols;
	struct module *wasm;	/* --wasm, or NULL */
	struct lines lines;
};

struct image {
	const char *path;
	struct image_module *modules;
	size_t nmodules;
};

/* Every module in a linked ELF file.  Fails when there is none, or damaged. */
void image_read(struct image *im, const char *path);
/* The wasm function at that address, or NULL. */
const struct symbol *image_find(const struct image *im, uint64_t pc);
/* A guest's text as reports show it: one printable word, not too long. */
char *shown(const char *s);

struct symbolize_options {
	const struct list *files;	/* the image, then addresses */
	struct list wasm;
	const char *names;		/* or NULL */
};
int symbolize(const struct symbolize_options *opt);

#endif
