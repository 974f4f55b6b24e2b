/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that read a module share.  Inside the compiler only: others
 * use module.h.
 *
 * There are two ways to refuse a module.  parse_fail() is for bytes that are
 * wrong: reading stops there.  parse_refuse() is for what is right but cannot
 * be compiled: it is noted and reading goes on, since a truncated or damaged
 * file should be called that whatever it uses.  Where reading cannot go on,
 * parse_stop() follows.
 */
#ifndef CPIT_COMPILER_PARSE_H
#define CPIT_COMPILER_PARSE_H

#include "module.h"
#include "reader.h"

enum {				/* the JavaScript API's, where it has one */
	PARSE_MAX_ITEMS = 1000000,	/* types, functions, exports, ... */
	PARSE_MAX_PARAMS = 1000,	/* and results */
	PARSE_MAX_LOCALS = 50000,
	PARSE_MAX_ALL_LOCALS = 4000000,	/* of a module; 15 bytes of C each */
	PARSE_MAX_TARGETS = 65520,	/* gcc takes their square: 28 s for that */
	PARSE_MAX_PAGES = 65536,	/* of 64 KiB */
	PARSE_MAX_PAYLOAD = 256,	/* bytes in wasm_rt_exnref_t */
	PARSE_MAX_TAIL = 1024,		/* bytes on wasm2c's tail_call_stack */
	PARSE_MAX_NESTING = 4000,	/* clang's time, as above: 20 s; gcc's 7 */
	PARSE_MAX_TRIES = 1000		/* of a function; gcc, as above: 8 s, 290 MB */
};
#define PARSE_MAX_PAGES64 ((uint64_t)1 << 48)

enum section_id {
	SECTION_CUSTOM, SECTION_TYPE, SECTION_IMPORT, SECTION_FUNCTION,
	SECTION_TABLE, SECTION_MEMORY, SECTION_GLOBAL, SECTION_EXPORT,
	SECTION_START, SECTION_ELEMENT, SECTION_CODE, SECTION_DATA,
	SECTION_DATA_COUNT, SECTION_TAG, SECTION_COUNT
};

/* Why something that is valid wasm is refused; texts in refuse.c. */
enum refusal {
	REFUSE_NOTHING,
	REFUSE_TABLE64,
	REFUSE_TAIL_ARGUMENTS,
	REFUSE_WAIT_NOTIFY,
	REFUSE_GC,
	REFUSE_FUNC_REFS,
	REFUSE_RELAXED_SIMD,
	REFUSE_WIDE_ARITHMETIC,
	REFUSE_STACK_SWITCHING,
	REFUSE_EXNREF_TABLE,
	REFUSE_EXNREF_BOUNDARY,
	REFUSE_EXTERN_ELEMENT,
	REFUSE_PAYLOAD,
	REFUSE_CONST_GLOBAL,
	REFUSE_NESTING,
	REFUSE_TRIES,
	REFUSE_LOCALS,
};

struct parser {
	struct reader r;
	struct module *m;
	const char *section;	/* "type section"; NULL for the file as such */
	bool in_function;
	uint32_t function;	/* index, when in_function */
	uint32_t tries;		/* opened in it so far */

	char *err;		/* the caller's, empty until one is due */
	size_t errlen;
	char refused[256];	/* the first parse_refuse(), or empty */

	uint32_t features;
	uint64_t locals;	/* of all functions so far */
	uint32_t nbodies_due;	/* functions announced, not yet with a body */
	bool has_data_count;
	uint32_t data_count;
	bool needs_data_count;	/* memory.init or data.drop seen */
	const uint8_t *names, *names_end;	/* contents of a name section */
};

struct section {
	uint8_t id;
	const uint8_t *start;	/* of its id */
	const uint8_t *body, *end;
};

/* refuse.c.  Those that return bool return false. */

/* "path: type section: WHY at byte 0x1c"; without the place if `at' is NULL */
bool parse_fail(struct parser *p, const uint8_t *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "path: FEATURE is not supported: REASON (WHERE)" */
bool parse_refuse(struct parser *p, enum refusal why, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool parse_refuse_at(struct parser *p, enum refusal why, const uint8_t *at);
/* Ends reading with what was refused first. */
bool parse_stop(struct parser *p);
bool parse_oom(struct parser *p);
void parse_one_line(char *s);	/* no control characters */
/* Leaves the one line in p->err, if anything was wrong; true when not. */
bool parse_verdict(struct parser *p);

static inline bool parse_ok(const struct parser *p)
{
	return reader_ok(&p->r);
}

/* types.c */
char parse_valtype(struct parser *p);
char parse_reftype(struct parser *p);
void parse_heaptype(struct parser *p);
void parse_extern(struct parser *p, struct entity *e);	/* kind, then type */
void parse_table_type(struct parser *p, struct entity *e);
void parse_memory_type(struct parser *p, struct entity *e);
void parse_global_type(struct parser *p, struct entity *e);
void parse_tag_type(struct parser *p, struct entity *e);
uint32_t parse_func_type(struct parser *p);	/* an index, checked */
/* sizeof() the struct that wasm2c makes of these (rt/include/wasm-rt.h). */
uint64_t parse_struct_size(const char *letters);
bool parse_type_section(struct parser *p);

/* sections.c */
bool parse_import_section(struct parser *p);
bool parse_function_section(struct parser *p);
bool parse_table_section(struct parser *p);
bool parse_memory_section(struct parser *p);
bool parse_tag_section(struct parser *p);
bool parse_global_section(struct parser *p);
bool parse_export_section(struct parser *p);
bool parse_start_section(struct parser *p);
/*
 * Room for one more of `size' bytes: an array grows when its length is a power
 * of two.  NULL when that failed; the array is as it was then.
 */
void *parse_grow(struct parser *p, void *array, uint32_t n, size_t size);

/* segments.c */
void parse_const_expr(struct parser *p, struct entity *global);
bool parse_element_section(struct parser *p);
bool parse_data_count_section(struct parser *p);
bool parse_data_section(struct parser *p);

/* opcodes.c: an instruction; how the nesting changes: 1, 0 or -1. */
int parse_instr(struct parser *p);

/* bodies.c */
bool parse_code_section(struct parser *p);

/*
 * tails.c: a tail call, its opcode at `at', read to its end.  `callee' is a
 * function, or UINT32_MAX and `type' tells what is called indirectly.
 */
void parse_tail_call(struct parser *p, const uint8_t *at, uint32_t callee,
		     uint32_t type);
/* Of a good module: which have to stay, see struct tail_call.  False: no memory. */
bool parse_settle_tail_calls(struct module *m);

/* parse.c */

/* Reads m->bytes; of the rest of *m only path and size are set before. */
bool parse_all(struct module *m, char *err, size_t errlen);
/*
 * The next section header, skipping to the end of the section.  False at the
 * end of the file or when the header is wrong (reader_ok() tells).
 */
bool parse_next_section(struct reader *r, struct section *s);

/* names.c: keeps the names of functions and the module's, or none at all. */
void parse_name_section(struct module *m, const uint8_t *bytes, size_t size);

#endif
