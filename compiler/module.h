/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a WebAssembly binary: what the rest of the compiler must know of it,
 * the refusal of what is not wasm or what wasm2c would get wrong (KAN-11), and
 * a canonical copy for wasm2c.
 *
 * The input is hostile.  Every read is bounded, every count is checked against
 * the bytes that are left before anything is allocated for it, and nothing
 * here recurses on the input.
 */
#ifndef CPIT_COMPILER_MODULE_H
#define CPIT_COMPILER_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Signature letters as in struct cpit_type: i I f F v r e; x is exnref, which no
 * import has.
 */
struct functype {
	char *params;		/* "iI" */
	char *results;
};

struct limits {
	uint64_t min, max;
	bool has_max, shared, is64;
	uint32_t page_size;	/* memories: 65536 or 1 (custom page sizes) */
};

/* One entry of an index space: first the imported ones, then the defined. */
struct entity {
	uint8_t kind;		/* enum cpit_kind: func table memory global tag */
	bool imported;
	char *module, *field;	/* import names, UTF-8, NUL-terminated copy */
	size_t module_len, field_len;	/* they may hold NULs */
	uint32_t type;		/* func, tag: index into types */
	struct limits lim;	/* table, memory */
	char letter;		/* table element, global value type */
	bool is_mutable;	/* global */
	bool has_const;		/* global: initialised by a plain i32.const */
	uint32_t const_i32;
	char *name;		/* func: from the name section, or NULL */
};

struct export {
	char *name;
	size_t name_len;	/* may hold NULs */
	uint8_t kind;
	uint32_t index;
};

/*
 * return_call or return_call_indirect.  A call of a function that makes no
 * tail call itself is an ordinary one and a return: it takes one frame and no
 * more, and the canonical copy says so.  The others stay, and those that a try
 * block may be around, which a tail call leaves before its callee runs.
 */
struct tail_call {
	uint32_t func, callee;	/* UINT32_MAX: indirect */
	uint32_t at, end;	/* in module.bytes */
	bool in_try, stays;
};

/* An element segment. */
struct elements {
	bool active;		/* of a table that there is */
	bool placed;		/* at a constant, `offset' */
	bool functions;		/* by index: */
	uint32_t table, offset, n;
	const uint8_t *funcs;	/* in module.bytes */
};

enum feature {			/* bits of module.features */
	FEAT_SIMD = 1 << 0,
	FEAT_THREADS = 1 << 1,	/* shared memory or atomics */
	FEAT_EXCEPTIONS = 1 << 2,
	FEAT_MULTI_MEMORY = 1 << 3,
	FEAT_CUSTOM_PAGE = 1 << 4,
	FEAT_TAIL_CALL = 1 << 5,
	FEAT_BULK = 1 << 6,
	FEAT_REF_TYPES = 1 << 7,
	FEAT_MULTI_VALUE = 1 << 8,
	FEAT_EXTENDED_CONST = 1 << 9,
	FEAT_SIGN_EXT = 1 << 10,
	FEAT_SAT_TRUNC = 1 << 11,
	FEAT_MEMORY64 = 1 << 12,
	FEAT_COUNT = 13
};

struct indirect {
	uint32_t func, type;
};

struct module {
	const char *path;
	uint8_t *bytes;
	size_t size;

	struct functype *types;		uint32_t ntypes;
	struct entity *funcs;		uint32_t nfuncs, nimported_funcs;
	struct entity *tables;		uint32_t ntables;
	struct entity *memories;	uint32_t nmemories;
	struct entity *globals;		uint32_t nglobals;
	struct entity *tags;		uint32_t ntags;
	/* The imports in the order of the import section. */
	struct { uint8_t kind; uint32_t index; } *imports;
	uint32_t nimports;
	struct export *exports;		uint32_t nexports;
	/* Indirect calls, by the functions that make them. */
	struct indirect *indirect;	uint32_t nindirect;
	struct tail_call *tails;	uint32_t ntails;
	bool has_start;
	uint32_t start;
	struct elements *elems;		uint32_t nelem;
	bool tables_used;		/* by instructions but calls */
	uint32_t ndata;
	size_t code_at, code_size;	/* contents of the code section */
	uint32_t features;		/* enum feature */
	char *name;			/* from the name section, or NULL */
};

enum {
	MODULE_MAX_SIZE = 256 << 20	/* larger files are refused (EFBIG) */
};

/*
 * Reads and checks `path'.  True and *m filled; or false with one line in
 * `err', which starts with the path and names the section or feature, and
 * *status set to 126 (not executable wasm) or 127 (no such file).  Either
 * way module_free() releases what *m holds.
 */
bool module_read(struct module *m, const char *path, char *err, size_t errlen,
		 int *status);
/* The same for bytes in memory, which stay the caller's; for the fuzzer. */
bool module_parse(struct module *m, const char *path, const uint8_t *bytes,
		  size_t size, char *err, size_t errlen);
void module_free(struct module *m);

/*
 * The canonical copy wasm2c is given, malloc'ed into *out: custom sections are
 * dropped but for a new name section, so that no text of the guest's reaches a
 * C compiler (KAN-04), and every C symbol is predictable:
 *   imports   module "h", field "i<n>", n counted over all imports
 *   exports   "x<n>", n in order of the export section
 *   functions "f<index>"; tables "t<index>", memories "m<index>", globals
 *             "g<index>", tags "e<index>", element segments "s<index>", data
 *             segments "d<index>"
 * Everything else is copied byte for byte, but for tail calls (above).  False when out of memory.
 */
bool module_canonical(const struct module *m, uint8_t **out, size_t *outlen);

/* Of the index space of a kind, which has it. */
struct entity *entity_of(const struct module *m, uint8_t kind, uint32_t index);

/* "simd", "threads", ... for one bit of enum feature. */
const char *feature_name(enum feature bit);

#endif
