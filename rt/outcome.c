/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classification (contract 1.1) in one table, and every view of an
 * outcome.  Pure: the host tool is built from this same file (KAN-01).
 */
#include <catchpit/trap.h>
#include <stddef.h>

struct kind {
	const char *name;	/* on the report line */
	const char *text;	/* in the official test suite */
	enum cpit_category category;
	int signal;
};

/* POSIX would say SIGBUS for an unaligned atomic; the contract says SIGSEGV. */
static const struct kind kinds[] = {
	[CPIT_TRAP_NONE] = {
		"none", "",
		CPIT_CATEGORY_NONE, 0 },
	[CPIT_TRAP_UNREACHABLE] = {
		"unreachable", "unreachable",
		CPIT_CATEGORY_ILLEGAL, CPIT_SIGILL },
	[CPIT_TRAP_MEM_OOB] = {
		"memory-out-of-bounds", "out of bounds memory access",
		CPIT_CATEGORY_MEMORY, CPIT_SIGSEGV },
	[CPIT_TRAP_TABLE_OOB] = {
		"table-out-of-bounds", "out of bounds table access",
		CPIT_CATEGORY_BOUNDS, CPIT_SIGSEGV },
	[CPIT_TRAP_CALL_UNDEFINED] = {
		"undefined-element", "undefined element",
		CPIT_CATEGORY_BOUNDS, CPIT_SIGSEGV },
	[CPIT_TRAP_CALL_NULL] = {
		"uninitialized-element", "uninitialized element",
		CPIT_CATEGORY_ILLEGAL, CPIT_SIGILL },
	[CPIT_TRAP_CALL_SIGNATURE] = {
		"indirect-call-type-mismatch", "indirect call type mismatch",
		CPIT_CATEGORY_ILLEGAL, CPIT_SIGILL },
	[CPIT_TRAP_NULL_REF] = {
		"null-reference", "null reference",
		CPIT_CATEGORY_ILLEGAL, CPIT_SIGILL },
	[CPIT_TRAP_DIV_BY_ZERO] = {
		"integer-divide-by-zero", "integer divide by zero",
		CPIT_CATEGORY_ARITHMETIC, CPIT_SIGFPE },
	[CPIT_TRAP_INT_OVERFLOW] = {
		"integer-overflow", "integer overflow",
		CPIT_CATEGORY_ARITHMETIC, CPIT_SIGFPE },
	[CPIT_TRAP_BAD_CONVERSION] = {
		"invalid-conversion", "invalid conversion to integer",
		CPIT_CATEGORY_ARITHMETIC, CPIT_SIGFPE },
	[CPIT_TRAP_STACK_EXHAUSTED] = {
		"stack-exhausted", "call stack exhausted",
		CPIT_CATEGORY_STACK, CPIT_SIGSEGV },
	[CPIT_TRAP_UNALIGNED_ATOMIC] = {
		"unaligned-atomic", "unaligned atomic",
		CPIT_CATEGORY_MEMORY, CPIT_SIGSEGV },
	[CPIT_TRAP_ATOMIC_WAIT_UNSHARED] = {
		"atomic-wait-unshared", "expected shared memory",
		CPIT_CATEGORY_NONE, CPIT_SIGILL },
	[CPIT_TRAP_UNCAUGHT_EXCEPTION] = {
		"uncaught-exception", "uncaught exception",
		CPIT_CATEGORY_NONE, CPIT_SIGABRT },
	[CPIT_TRAP_CPU_LIMIT] = {
		"cpu-limit", "cpu limit",
		CPIT_CATEGORY_NONE, CPIT_SIGXCPU },
	[CPIT_TRAP_HOST_RAISED] = {
		"host-error", "host error",
		CPIT_CATEGORY_NONE, CPIT_SIGABRT },
	[CPIT_TRAP_INTERNAL] = {
		"internal", "internal error",
		CPIT_CATEGORY_NONE, 0 },
	[CPIT_TRAP_KILLED] = {
		"killed", "killed",
		CPIT_CATEGORY_NONE, CPIT_SIGKILL },
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == CPIT_TRAP_COUNT,
	       "a kind without a row");

static const struct kind *kind_of(enum cpit_trap trap)
{
	unsigned n = (unsigned)trap;

	return &kinds[n < CPIT_TRAP_COUNT ? n : CPIT_TRAP_INTERNAL];
}

const char *cpit_trap_name(enum cpit_trap trap)
{
	return kind_of(trap)->name;
}

const char *cpit_trap_text(enum cpit_trap trap)
{
	return kind_of(trap)->text;
}

enum cpit_category cpit_trap_category(enum cpit_trap trap)
{
	return kind_of(trap)->category;
}

int cpit_trap_signal(enum cpit_trap trap)
{
	return kind_of(trap)->signal;
}

const char *cpit_signal_name(int signal)
{
	switch (signal) {
	case CPIT_SIGILL:
		return "SIGILL";
	case CPIT_SIGABRT:
		return "SIGABRT";
	case CPIT_SIGFPE:
		return "SIGFPE";
	case CPIT_SIGKILL:
		return "SIGKILL";
	case CPIT_SIGSEGV:
		return "SIGSEGV";
	case CPIT_SIGTERM:
		return "SIGTERM";
	case CPIT_SIGXCPU:
		return "SIGXCPU";
	}
	return "SIG?";
}

int cpit_wait_status(const struct cpit_outcome *out)
{
	switch (out->end) {
	case CPIT_EXITED:
		return (int)(out->code & 0xff) << 8;
	case CPIT_TRAPPED:
		return out->signal & 0x7f;
	case CPIT_RETURNED:
		break;
	}
	return -1;
}

int cpit_host_status(const struct cpit_outcome *out)
{
	int w = cpit_wait_status(out);

	if (w < 0)
		return 0;
	return CPIT_WIFEXITED(w) ? CPIT_WEXITSTATUS(w) : 128 + CPIT_WTERMSIG(w);
}

int cpit_si_code(const struct cpit_outcome *out)
{
	switch (out->end) {
	case CPIT_EXITED:
		return CPIT_CLD_EXITED;
	case CPIT_TRAPPED:
		return CPIT_CLD_KILLED;
	case CPIT_RETURNED:
		break;
	}
	return 0;
}
