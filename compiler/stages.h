/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a module through the compiler.  Each stage leaves its files in
 * the module's folder of the work directory:
 *
 *	translate  M.wasm (canonical) -> m_0.c ... m_N.c, m.h, m-impl.h
 *	glue       glue.c: what joins wasm2c's C to the runtime
 *	native     out/m_N.o, glue.o, merged into merged.o: all text in one section
 *	object     reads merged.o: functions, trap sites, largest frame
 *	loadable   whole.o -> the container of a loadable module
 *	describe   desc.c -> module.o: descriptor, local symbols, info text
 *	image      module.o ... + runtime + board -> app.elf
 */
#ifndef CPIT_COMPILER_STAGES_H
#define CPIT_COMPILER_STAGES_H

#include "dirs.h"
#include "module.h"
#include "target.h"
#include "util.h"

/* A stretch of native code; `index' is UINT32_MAX for what is not wasm. */
struct native_func {
	uint32_t start, index;
	uint16_t prologue, flags;
};

struct site {
	uint32_t pc;
	uint8_t kind;
};

/* What the compiler says of one C function (.su files). */
struct frame {
	char *name;
	uint32_t size;
};

/* What the objects say. */
struct object {
	struct native_func *funcs;
	size_t nfuncs;
	struct site *sites;
	size_t nsites;
	struct cpit_exit *exits;	/* by pc */
	size_t nexits;
	uint32_t text_size;
	uint64_t helpers;		/* in it: the C library from here on */
	struct frame func, step;	/* the largest of each kind (is_step) */
	struct frame *frames;		/* by name */
	size_t nframes;
	struct text depth;		/* lines of the info text */
};

/* A module on its way. */
struct job {
	const char *path;	/* of the .wasm */
	char *name;		/* module=, cpit_module_<name> */
	char *dir;		/* its folder in the work directory */
	struct module mod;
	struct object obj;
	const struct settings *set;
	unsigned outputs;	/* C files wasm2c writes */
	bool *thunk;		/* by import: referred to, not called */
	bool *fixed;		/* by table: nobody can change it */
};

/* job.c */
/* "dir/hello-2.wasm" -> "hello_2": what is free behind cpit_module_. */
char *module_name(const char *path);
void job_read(struct job *j, const char *path, const struct settings *set);
void job_compile(struct job *j);	/* all stages; leaves dir/module.o */

/* translate.c: the program's path; how many C files it is to write. */
const char *wasm2c(void);
unsigned output_count(const struct module *m);

/* native.c: simde for FEAT_SIMD, as -I of the job's folder. */
#define SIMDE	"/usr/include/simde"
void offer_simde(const struct job *j);

void stage_translate(struct job *j);
void stage_glue(struct job *j);
void stage_native(struct job *j);
void stage_object(struct job *j);
int frame_by_name(const void *a, const void *b);
bool is_step(const char *name);		/* a C symbol */
void stage_depth(struct job *j);
void stage_describe(struct job *j);
/* Of what stage_describe() has left. */
void stage_loadable(struct job *j, const char *path);

/* repair.c: takes the prelude's text and gives it back; all C files. */
char *repair_prelude(char *c);
void repair_code(const struct job *j);
/*
 * bytes.c: a line of a data segment is kept until its end, and goes out as a string.
 * False where it is none; `name' is what is open.
 */
struct bytes {
	char *name;
	size_t n;
	struct text text;
};
bool bytes_line(struct text *out, struct bytes *b, const char *line);
/*
 * vectors.c: a line with an access of a vector, in *t if it is another; one in shared
 * memory; and behind a line of a function, what follows the declaration it may be part
 * of.  `locals' is empty at the start.
 */
const char *vector_access(struct text *t, const char *line);
void vectors_shared(char *line);
void vectors_in_memory(struct text *locals, struct text *out, const char *line,
		       const char *next);
/*
 * calls.c: results, in place; a line may declare one, or call.  The first line
 * from this one on that is of use.
 */
void signed_declarations(char *prelude);
void signed_result(char *line);
char *behind_unused(char *line, const struct job *j);
/*
 * Whether this text may call anything of wasm's or the host's; whether a function does
 * not, from this line on; and whether it can do without a frame, of which these are
 * the first line and the next.
 */
bool may_call(const char *text, size_t n);
bool calls_nobody(const char *line);
bool is_frameless(const char *line, const char *next);
/*
 * tables.c: finds job.fixed; what all C files see of these tables, and glue.c has;
 * what stands behind a line that is of no use for them, or NULL; and a line with
 * calls through them, which becomes no longer.
 */
void find_fixed_tables(struct job *j);
void declare_fixed_tables(struct text *t, const struct job *j);
void add_fixed_tables(struct text *t, const struct job *j);
char *behind_fixed(char *line, const struct job *j);
void fixed_call(char *line, const struct job *j);
/* catches.c: takes the text of a C file with exceptions and gives it back. */
char *mend_tries(char *code);
/*
 * imports.c: the calls of imports, for all C files; a line with such calls, which
 * becomes no longer; and what is referred to (job.thunk), with the getters of
 * memories, tables and globals, for glue.c.
 */
void add_exits(struct text *t, const struct module *m);
void exit_calls(char *line, const struct job *j);
void add_imports(struct text *t, const struct job *j);
/* wasm2c's letter for a type, as in "struct wasm_multi_ij". */
char multi_letter(char letter);
/* The C type of all results. */
char *result_type(const struct functype *f);
/* memory0.c.  It is at address 0: mode zero, 32-bit addresses, pages of 64 KiB. */
bool is_at_zero(const struct job *j);
/* Functions hold memory 0's place in locals (wasm-rt-memory.h, CPIT_AT). */
bool keeps_memory0(const struct job *j);
/* They do, and it is of the kind that has guards. */
bool keeps_plain_memory0(const struct job *j);
/* They do not, as gs has it (--base gs): one that is the only memory. */
bool is_by_segment(const struct job *j);
/* Its addresses are sign-extended, as it never has more than 2 GiB. */
bool signed_memory0(const struct job *j);
/* Its size at the start, in bytes; 0 with 64-bit addresses. */
unsigned long long least_memory0(const struct job *j);

/* trampoline.c: where it is in a C file, all zero at the start. */
struct tail_scan {
	bool second;		/* in wasm_tailcall_F */
	bool indirect;		/* calling what has no second version */
	bool results;		/* lines that take results out of `tmp' */
	char *type;		/* parted from its local, or NULL */
};
/* True if it added the line, mended, to *out; false if it may stay. */
bool tail_line(struct tail_scan *s, struct text *out, const char *line);

/*
 * The runtime's archives and start code plus the modules, in the work directory;
 * messages name `elf'.
 */
char *make_image(struct job *jobs, size_t n, const struct settings *set,
		 const struct text *config, const struct text *archive,
		 const char *elf);

/* Where the library for these settings was built; fails when it was not. */
char *built(const struct settings *set, const char *file);
char *guest_library(const struct settings *set);

/* A name as a C string literal, quotes included, of any bytes. */
void add_literal(struct text *t, const char *s, size_t len);
/* The member of union cpit_value for a signature letter. */
const char *value_member(char letter);
/* "iI:f" of a function or tag. */
char *signature(const struct module *m, const struct entity *e);
/* The export that has the name of an enum cpit_word, of any kind, or NULL. */
const struct export *word_export(const struct module *m, unsigned word);
/* Whether there is cpit_memory0(): for words (WRK-05, WRK-16) or at address 0. */
bool has_memory0(const struct job *j);
/* Defines it, then. */
void add_memory0(struct text *t, const struct job *j);
/*
 * Memories are made before an element segment can hand a function to somebody
 * else's table: whoever runs here finds them no smaller than they are declared
 * (CPIT_LEAST).  `memories' keeps the lines that make them, from where wasm2c
 * has them to there.  False: the line is to be kept as it is.
 */
bool memory_first(struct text *out, struct text *memories, const char *line);
/* Of a module whose memory 0 is imported: which import that is. */
uint32_t import_of_memory0(const struct module *m);

/* The header an embedder includes (header.c). */
void make_header(const struct job *j, struct text *t);

/* From the name section, else what it is exported as, else "". */
const char *function_name(const struct module *m, uint32_t index);
/* A name as a word: percent-encoded; "%" for an empty one. */
void add_encoded(struct text *t, const char *s, size_t len);
/* A function as inspect names it: percent-encoded, or "#3". */
void add_function(struct text *t, const struct module *m, uint32_t index);

/* The info text of a module (info.c documents it), and its readers. */
void make_info(const struct job *j, struct text *t);
/* Of a built image; false when it has none. */
bool read_info(const char *elf, struct text *t);
void print_info(const struct text *info, bool json);
/* The word after `key' in what it says of a module, or NULL. */
char *info_fact(const struct text *info, const char *module, const char *key);
/* That of an exported function in an info text, or NULL; whether modules differ. */
char *info_signature(const struct text *info, const char *export, bool *differ);

/* Running an image in QEMU. */
struct run_options {
	const char *name;	/* of the image, for messages */
	struct text config;	/* key=value strings, NUL-separated */
	const char *accel;
	unsigned cpus;
	unsigned timeout;	/* seconds; 0: none */
	const struct list *qemu;	/* further arguments */
	const char *coredump;	/* where the last trap's goes, or NULL */
	const struct dirs *dirs;	/* NULL: none */
	bool writeback;
};
/* Fails where that board cannot have this accelerator. */
void check_accel(const struct board *board, const char *accel);
int run_image(const char *elf, const struct board *board,
	      const struct run_options *opt);
/*
 * qemu.c: what it is started with, for an ELF file or a .bin.  Its input comes
 * from that socket, one of QEMU's own descriptors.
 */
void qemu_command(struct list *cmd, const char *path,
		  const struct board *board, const struct run_options *opt,
		  int input);
/* run.c: the settings as a kernel command line (boards/config.c). */
char *settings_line(const struct text *config);
/* The contents of --dir in a file, as the board gets them. */
char *archive_file(const struct run_options *opt);
/* Appends "v=..." settings for the arguments of a call, by its signature. */
void add_values(struct text *config, const char *sig, char **argv, int argc);
/* Prints one result, "i 0000002a", as a number. */
void print_result(const char *line);

#endif
