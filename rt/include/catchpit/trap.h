/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a call into wasm ended: the trap kinds, the one record that holds the
 * end (the outcome), and every view of it.  All views derive from the record,
 * so they cannot disagree (KAN-03).
 *
 * The functions here are pure, take no lock and may be called in any state,
 * from the host tool as well as on a board (KAN-01).
 */
#ifndef CPIT_TRAP_H
#define CPIT_TRAP_H

#include <stdbool.h>
#include <stdint.h>

struct cpit_module;
struct cpit_func;

/* The numbers are stable: they are stored in module descriptors. */
enum cpit_trap {
	CPIT_TRAP_NONE = 0,
	CPIT_TRAP_UNREACHABLE = 1,
	CPIT_TRAP_MEM_OOB = 2,
	CPIT_TRAP_TABLE_OOB = 3,	/* table.get/set/init/copy/fill */
	CPIT_TRAP_CALL_UNDEFINED = 4,	/* call_indirect: index >= size */
	CPIT_TRAP_CALL_NULL = 5,	/* call_indirect: null entry */
	CPIT_TRAP_CALL_SIGNATURE = 6,	/* call_indirect: other type */
	CPIT_TRAP_NULL_REF = 7,
	CPIT_TRAP_DIV_BY_ZERO = 8,
	CPIT_TRAP_INT_OVERFLOW = 9,
	CPIT_TRAP_BAD_CONVERSION = 10,
	CPIT_TRAP_STACK_EXHAUSTED = 11,
	CPIT_TRAP_UNALIGNED_ATOMIC = 12,
	CPIT_TRAP_ATOMIC_WAIT_UNSHARED = 13,	/* of wait, which is refused */
	CPIT_TRAP_UNCAUGHT_EXCEPTION = 14,
	CPIT_TRAP_CPU_LIMIT = 15,
	CPIT_TRAP_HOST_RAISED = 16,	/* a host import failed */
	CPIT_TRAP_INTERNAL = 17,	/* never an outcome: a fatal report */
	CPIT_TRAP_KILLED = 18,		/* cpit_kill(): SIGKILL */
	CPIT_TRAP_COUNT
};

/* POSIX numbers, as every UNIX has them for these signals. */
enum cpit_signal {
	CPIT_SIGILL = 4,
	CPIT_SIGABRT = 6,
	CPIT_SIGFPE = 8,
	CPIT_SIGKILL = 9,
	CPIT_SIGSEGV = 11,
	CPIT_SIGTERM = 15,
	CPIT_SIGXCPU = 24,
};

/* What ended the call.  Never inferred from a number (KAN-08). */
enum cpit_end {
	CPIT_RETURNED = 0,
	CPIT_TRAPPED = 1,
	CPIT_EXITED = 2,
};

#define CPIT_FRAMES_MAX 64	/* a longer backtrace is marked truncated */

/*
 * One wasm function on the backtrace: at what faulted, behind its call of another,
 * or where its call of an import begins.
 */
struct cpit_frame {
	const struct cpit_module *module;
	const struct cpit_func *func;
	uint32_t offset;	/* bytes into the function's native code */
};

/*
 * The record.  Written once, first end wins (KAN-07), in the fault handler too, so it
 * has its pages.  Its frames point into modules: it is of no use when one is
 * unregistered or unloaded.  `addr' and `size' are
 * valid when `has_addr' is set: the 33-bit effective wasm address of a memory
 * fault and the size of that memory in bytes (K23-09).
 */
struct cpit_outcome {
	enum cpit_end end;
	enum cpit_trap trap;	/* CPIT_TRAPPED only, else CPIT_TRAP_NONE */
	int signal;		/* CPIT_TRAPPED only, else 0 */
	uint32_t code;		/* exit code, or a host import's own number */
	uintptr_t pc;		/* native pc of the trap, 0 for an exit */
	unsigned depth;		/* activations on this CPU when it ended */
	uint16_t nframes;	/* frames[0] is the innermost */
	bool has_addr, truncated;
	uint64_t addr;
	uint64_t size;
	struct cpit_frame frames[CPIT_FRAMES_MAX];
};

/* Groups of kinds, as POSIX code tells faults apart (KAN-01). */
enum cpit_category {
	CPIT_CATEGORY_NONE = 0,
	CPIT_CATEGORY_ILLEGAL,		/* illegal instruction */
	CPIT_CATEGORY_MEMORY,
	CPIT_CATEGORY_BOUNDS,		/* of a table */
	CPIT_CATEGORY_ARITHMETIC,
	CPIT_CATEGORY_STACK,
};

/* si_code of a SIGCHLD, with POSIX's usual numbers. */
enum {
	CPIT_CLD_EXITED = 1,
	CPIT_CLD_KILLED = 2,
};

/* The kind's name on the report line, e.g. "memory-out-of-bounds". */
const char *cpit_trap_name(enum cpit_trap trap);
/* The kind's text in the official test suite, e.g. "undefined element". */
const char *cpit_trap_text(enum cpit_trap trap);
enum cpit_category cpit_trap_category(enum cpit_trap trap);
/* The signal a kind dies of; 0 for NONE and INTERNAL, which are no deaths. */
int cpit_trap_signal(enum cpit_trap trap);
/* "SIGSEGV"; "SIG?" for a number this table does not have. */
const char *cpit_signal_name(int signal);

/*
 * The wait status of waitpid(2): exit is (code & 0xff) << 8, death is the
 * signal number; the core bit is never set.  -1 for CPIT_RETURNED.
 */
int cpit_wait_status(const struct cpit_outcome *out);
/* The shell's view: the exit code & 0xff, or 128 + signal; 0 when returned. */
int cpit_host_status(const struct cpit_outcome *out);
/* CPIT_CLD_EXITED or CPIT_CLD_KILLED; 0 when returned. */
int cpit_si_code(const struct cpit_outcome *out);

#define CPIT_WIFEXITED(w)	(((w) & 0x7f) == 0)
#define CPIT_WEXITSTATUS(w)	(((w) >> 8) & 0xff)
#define CPIT_WIFSIGNALED(w)	(((w) & 0x7f) != 0 && ((w) & 0x7f) != 0x7f)
#define CPIT_WTERMSIG(w)	((w) & 0x7f)

#endif
