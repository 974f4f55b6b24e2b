/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules and instances.
 *
 * A module is a constant descriptor made by the compiler (catchpit compile or
 * build); instances live in a store.  A store is a set of instances that may
 * call each other directly: they share one guest stack and run on one CPU at a
 * time.  cpit_call() may be tried from several at once; who makes or destroys an
 * instance, or the store, keeps all others out of that store meanwhile.
 *
 * Unless said otherwise a function here returns 0 or a negative CPIT_E*, may
 * be called on any initialised CPU (cpit_cpu_init) in thread context with
 * interrupts on or off, needs at most 1 KiB of the caller's stack, and must not
 * be called from an interrupt or fault handler.
 *
 * These spin for locks of the library's, which another thread may hold:
 * cpit_module_register() and unregister(), cpit_instantiate(),
 * cpit_instance_destroy(), cpit_load() and cpit_unload(), cpit_cpu_init() and
 * cpit_cpu_exit().  Where threads are preempted they need interrupts on, and
 * where one may keep another from running for good, as by strict priorities, a
 * mutex of the kernel's around all of them, whose owner inherits the priority.
 * No other of libcatchpit.a takes one, cpit_call() and what it runs neither.
 */
#ifndef CPIT_MODULE_H
#define CPIT_MODULE_H

#include <catchpit/trap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised whenever a descriptor made for an older runtime must be refused. */
#define CPIT_ABI 8

enum {
	CPIT_EINVAL = 1,	/* misuse of the API */
	CPIT_ENOMEM = 2,	/* no memory, or no address space */
	CPIT_ENOEXEC = 3,	/* descriptor of another ABI, or damaged */
	CPIT_EBUSY = 4,		/* still running */
	CPIT_EEXIST = 5,	/* overlaps what is registered */
	CPIT_ENOENT = 6,	/* no such export, or not registered */
	CPIT_ELINK = 7,		/* import missing or of another type */
	CPIT_ETRAPPED = 8,	/* instantiation ended early: see the outcome */
	CPIT_ENOTREADY = 9,	/* this CPU is not initialised (SLG-14) */
	CPIT_EPOISONED = 10,	/* the instance was killed (WRK-14) */
	CPIT_ENOZERO = 11,	/* no memory at address zero on this machine */
	CPIT_EZERO = 12,	/* the store has another memory there */
	CPIT_EMODE = 13,	/* not in one store: of mode zero, and another; by
				   segment, and any */
	CPIT_ENOSEGMENT = 14,	/* --base gs, and this CPU's FSGSBASE is not on */
};

/* A short English text for a negative CPIT_E*. */
const char *cpit_strerror(int err);

/* ------------------------------------------------------------ values */

struct cpit_tailcallee {
	void (*fn)(void **instance, void *args, struct cpit_tailcallee *next);
};

struct cpit_funcref {			/* layout and names are wasm2c's */
	const char *func_type;		/* 32-byte hash of the signature */
	void (*func)(void);		/* NULL: a null reference */
	struct cpit_tailcallee func_tailcallee;
	void *module_instance;		/* its instance's state */
};

union cpit_value {
	uint32_t i32;
	uint64_t i64;
	float f32;
	double f64;
	uint8_t v128[16];
	struct cpit_funcref funcref;
	void *externref;
};

/* ------------------------------------------------------ descriptors */

enum cpit_kind {		/* numbers of the binary format */
	CPIT_FUNC = 0,
	CPIT_TABLE = 1,
	CPIT_MEMORY = 2,
	CPIT_GLOBAL = 3,
	CPIT_TAG = 4,
};

/*
 * The type of an import or export, as text, so that equal types are equal
 * strings but for limits, which are compared as numbers:
 *   func, tag  one letter per parameter, ':', one per result.
 *              i=i32 I=i64 f=f32 F=f64 v=v128 r=funcref e=externref;
 *              x=exnref, in results of exports: as e, null or not
 *   global     a letter, then 'm' when mutable: "i", "Im"
 *   table      the element's letter
 *   memory     "s" when shared, then "6" with 64-bit addresses, else ""
 */
struct cpit_type {
	uint8_t kind;		/* enum cpit_kind */
	const char *sig;
	uint64_t min, max;	/* table: elements; memory: pages */
	bool has_max;
	uint32_t page_size;	/* memory; 65536 but for custom page sizes */
};

struct cpit_import_decl {
	const char *module, *name;
	struct cpit_type type;
};

/* Calls an export: args in v[0..], results left in v[0..]. */
typedef void cpit_thunk_fn(void *state, union cpit_value *v);

struct cpit_export {
	const char *name;
	struct cpit_type type;
	cpit_thunk_fn *call;		/* func */
	void (*fn)(void);		/* func: native entry, state first */
	void *(*get)(void *state);	/* table, memory, global, tag */
};

#define CPIT_NO_FUNC UINT32_MAX
#define CPIT_FUNC_LEAF 1	/* the return address stays in its register */
/* Above the flags: bytes until the return address is saved. */
#define CPIT_FUNC_RA_SHIFT 4

/* A stretch of native code, sorted by `start'; it ends where the next starts. */
struct cpit_func {
	uint32_t start;		/* offset from text_start */
	uint32_t index;		/* wasm function index, or CPIT_NO_FUNC */
	uint32_t name;		/* offset into names; 0: no name */
	uint16_t prologue;	/* bytes until the frame pointer is set */
	uint16_t flags;
};

/* A call of an import in module text (K23-14). */
struct cpit_exit {
	uint32_t pc;			/* offset from text_start */
	uint32_t import;
};
/* What wasm-rt.h adds to `import' to tell its records from those of traps. */
#define CPIT_SITE_EXIT 256

/*
 * Two words in a module's memory 0, at the addresses that its immutable i32
 * globals of these names hold (WRK-01); a module may export either, or none.
 * __instance_signal is 0 at each outermost entry, a signal's number when the
 * runtime has something to say; __instance_terminated becomes 1 when it is
 * killed, and is the module's to clear.
 */
enum cpit_word {
	CPIT_WORD_SIGNAL,
	CPIT_WORD_TERMINATED,
	CPIT_WORDS
};

struct cpit_module {
	uint32_t abi;			/* CPIT_ABI */
	const char *name;
	const char *text_start, *text_end;	/* module text, at least 2-aligned */

	const struct cpit_func *funcs;
	uint32_t nfuncs;
	const char *names;		/* NUL-separated; names[0] is NUL */

	const uint32_t *site_pc;	/* trap sites: sorted offsets ... */
	const uint8_t *site_kind;	/* ... and their enum cpit_trap */
	uint32_t nsites;
	const struct cpit_exit *exits;		/* sorted by pc */
	uint32_t nexits;

	uint32_t max_frame;		/* bytes, the largest function's and thunk's */
	bool checked;			/* explicit bounds checks, no guards */
	bool zero;			/* of mode zero: opens and shuts the door, */
	bool at_zero;			/* and takes memory 0 to be at address 0 */
	bool by_segment;		/* memory 0 is where a segment of the CPU's is */

	size_t state_size;		/* wasm2c's instance struct */
	cpit_thunk_fn *instantiate;	/* v is not used */
	void (*destroy)(void *state);

	const struct cpit_import_decl *imports;
	uint32_t nimports;
	const struct cpit_export *exports;
	uint32_t nexports;

	const struct cpit_export *word[CPIT_WORDS];	/* of any type, or NULL */
	void *(*memory0)(void *state);	/* with words, or at_zero; NULL: none */

	/* What it defines, in index order: offsets into the state. */
	const uint32_t *memory_at, *global_at;
	const char *global_types;	/* a letter each, as in cpit_type */
	uint32_t nmemories, nglobals;
};

/*
 * Makes the module's text known to the trap claim.  The descriptor must stay
 * until unregistered.  -CPIT_ENOEXEC for another ABI, text of 4 GiB, a site of no
 * kind, or where funcs, site_pc or exits are not ascending or beyond the text; no
 * more is looked at.  -CPIT_EEXIST for an overlap, -CPIT_ENOMEM.  From unregister
 * -CPIT_EBUSY while an instance of the module exists, -CPIT_ENOENT when it is not
 * registered, -CPIT_ENOTREADY.
 */
int cpit_module_register(const struct cpit_module *m);
int cpit_module_unregister(const struct cpit_module *m);

/* ------------------------------------------------- stores, instances */

struct cpit_store;
struct cpit_instance;

/*
 * What an outermost entry may take, in nanoseconds of cpit_embed_now() from its
 * beginning; 0: no limit.  Nested entries are part of it (WRK-15).  At soft_ns
 * the signal words become 24 (SIGXCPU); at hard_ns the entry ends, with
 * CPIT_TRAP_CPU_LIMIT, as soon as no host function is in the way.  Needs the
 * embedder's timer to call cpit_tick(), whose period is the precision.
 */
struct cpit_budget {
	uint64_t soft_ns, hard_ns;
};

struct cpit_store_options {
	size_t stack_size;	/* guest stack in bytes; 0: 256 KiB */
	size_t host_reserve;	/* of it kept free for imports; 0: 16 KiB */
	uint64_t max_memory;	/* limit on each memory in bytes; 0: 4 GiB */
	uint64_t max_elements;	/* each table, but constants of its module */
	bool prefault;		/* all pages of a memory at once, none later */
	struct cpit_budget budget;
};

/*
 * opt may be NULL; -CPIT_ENOMEM.  The store must be empty to be destroyed
 * (-CPIT_EBUSY).
 */
int cpit_store_create(struct cpit_store **out,
		      const struct cpit_store_options *opt);
int cpit_store_destroy(struct cpit_store *s);

/*
 * Bytes of the store's guest stack that were ever used, to the deepest word that
 * is not zero, host functions included; and its size (SLG-03).  Reads all of the
 * rest: not for each call.
 */
size_t cpit_store_stack_used(const struct cpit_store *s, size_t *size);

/* First argument of every host function: who calls, and its own data. */
struct cpit_caller {
	struct cpit_instance *instance;
	void *ctx;
};

/*
 * One thing offered to imports.  A host function has the C signature of its
 * type with `struct cpit_caller *' in front; it is called as that, without a check
 * of its own:
 *   i32, i64	uint32_t, uint64_t
 *   f32, f64	float, double
 *   funcref	struct cpit_funcref, by value; null: its func is NULL.  One that is
 *		given back came from this store
 *   externref	void *
 *   v128	a vector of 16 bytes, lane 0 first:
 *		typedef int32_t v128 __attribute__((vector_size(16)))
 *   results	none: void; one: its type; several: a struct by value, of them in
 *		order and nothing else: (result i32 f64) is
 *		struct { uint32_t a; double b; }
 * It runs on the guest stack with at least the store's
 * host_reserve free and must return normally (K23-12).  An export of another
 * instance in the same store is offered by `from' and its export, one of its own
 * module's; then fn, ctx are unused.  Memories, tables and globals of the host are
 * given by `object', which is what cpit_export_object() says, of an instance in any
 * store, or the host's own value of a global; but not what holds funcrefs, as a
 * function runs in its own store only: neither may a host pass one on in a value,
 * to another.  It has to stay as long as this instance does, and who lets two CPUs
 * at it sees to it that neither grows it.  Two that run at a time, on two CPUs or as
 * two tasks, have atomic operations only on a memory whose type is shared.  A memory
 * that has no guards fits checked modules only.
 */
struct cpit_import {
	const char *module, *name;
	struct cpit_type type;
	void (*fn)(void);
	void *ctx;
	void *object;
	struct cpit_instance *from;
	const struct cpit_export *export;
};

/*
 * Instantiates m in s: allocates, resolves every import by (module, name)
 * with full type checks, then runs the data and element segments, the globals
 * and the start function under the catch (SLG-08).  `out' is the outcome of
 * that run and may not be NULL.
 *   0               *inst is ready
 *   -CPIT_ETRAPPED  it trapped or exited; *inst is set, since other instances
 *                   may hold its functions, and has to be destroyed.  Nothing
 *                   of it can be called or imported
 *   other           nothing was made:
 *   -CPIT_ELINK     *bad_import tells which (bad_import may be NULL)
 *   -CPIT_EINVAL    the store runs on another CPU or in another thread
 *   -CPIT_EBUSY     a host function asks, and the stack that its store runs on
 *                   does not fit m: it has larger frames, or no checks where
 *                   there is no guard
 *   -CPIT_ENOENT    m is not registered
 *   -CPIT_ENOMEM    where it is a memory or a table that there is no room for
 *                   *out is written, and says nothing
 *   -CPIT_ENOTREADY; of mode zero -CPIT_ENOZERO, _EZERO, _EMODE; by segment
 *   -CPIT_ENOSEGMENT, _EMODE
 */
int cpit_instantiate(struct cpit_store *s, const struct cpit_module *m,
		     const struct cpit_import *imports, size_t nimports,
		     struct cpit_instance **inst, struct cpit_outcome *out,
		     const struct cpit_import_decl **bad_import);
/*
 * -CPIT_EBUSY while its store runs, -CPIT_ENOTREADY.  An instance goes before
 * those it imports from, and after the last call that may reach it through a table.
 */
int cpit_instance_destroy(struct cpit_instance *inst);

/* Why a word is used or not; found once, after instantiation (WRK-02 to -06). */
enum cpit_word_state {
	CPIT_WORD_ABSENT,	/* not exported */
	CPIT_WORD_USED,
	CPIT_WORD_TYPE,		/* no immutable i32 global */
	CPIT_WORD_NO_MEMORY,	/* there is no memory 0 */
	CPIT_WORD_BOUNDS,	/* its four bytes are not all in memory 0, or
				 * there is no page for them */
	CPIT_WORD_ALIGNMENT,	/* one of the two is not 4-aligned: neither */
	CPIT_WORD_OVERLAP,	/* nor where they share a byte */
};
enum cpit_word_state cpit_word_state(const struct cpit_instance *inst,
				     enum cpit_word w);

const struct cpit_module *cpit_instance_module(struct cpit_instance *inst);
struct cpit_store *cpit_instance_store(struct cpit_instance *inst);

/* The export of that name and kind, or NULL. */
const struct cpit_export *cpit_export_find(const struct cpit_module *m,
					   const char *name,
					   enum cpit_kind kind);

/*
 * What an export of inst that is no function stands for: a global's value, laid
 * out as in union cpit_value.  NULL for a function, another's export, or where the
 * instantiation ended early.
 */
void *cpit_export_object(struct cpit_instance *inst,
			 const struct cpit_export *x);

/*
 * [addr, addr+len) of the instance's exported memory "memory" as a host
 * pointer, NULL when any byte is outside, or has no page and there is none for
 * it.  Valid until the guest runs again: it may grow, and move where it has no
 * guards (checked mode, custom page sizes).
 */
void *cpit_memory_at(struct cpit_instance *inst, uint32_t addr, uint32_t len);

#endif
