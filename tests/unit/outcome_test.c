/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/outcome.c against contract 1.1 and 1.2: the table here was written from
 * those pages, not from the code (KAN-01, KAN-03, KAN-08).  The host's own
 * <sys/wait.h> and <signal.h> say whether a status means what it should.
 */
#include "check.h"
#include <catchpit/trap.h>
#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const struct row {
	enum cpit_trap trap;
	unsigned number;	/* in module descriptors: stable */
	const char *name;	/* on the report's last line */
	const char *text;	/* of the test suite; NULL: it has none */
	int signal;
	const char *signal_name;
	int host, wait;
	enum cpit_category category;
} rows[] = {
	{ CPIT_TRAP_UNREACHABLE, 1, "unreachable", "unreachable",
	  4, "SIGILL", 132, 0x0004,
	  CPIT_CATEGORY_ILLEGAL },
	{ CPIT_TRAP_MEM_OOB, 2, "memory-out-of-bounds",
	  "out of bounds memory access", 11, "SIGSEGV", 139, 0x000b,
	  CPIT_CATEGORY_MEMORY },
	{ CPIT_TRAP_TABLE_OOB, 3, "table-out-of-bounds",
	  "out of bounds table access", 11, "SIGSEGV", 139, 0x000b,
	  CPIT_CATEGORY_BOUNDS },
	{ CPIT_TRAP_CALL_UNDEFINED, 4, "undefined-element",
	  "undefined element", 11, "SIGSEGV", 139, 0x000b,
	  CPIT_CATEGORY_BOUNDS },
	{ CPIT_TRAP_CALL_NULL, 5, "uninitialized-element",
	  "uninitialized element", 4, "SIGILL", 132, 0x0004,
	  CPIT_CATEGORY_ILLEGAL },
	{ CPIT_TRAP_CALL_SIGNATURE, 6, "indirect-call-type-mismatch",
	  "indirect call type mismatch", 4, "SIGILL", 132, 0x0004,
	  CPIT_CATEGORY_ILLEGAL },
	{ CPIT_TRAP_NULL_REF, 7, "null-reference", "null reference",
	  4, "SIGILL", 132, 0x0004,
	  CPIT_CATEGORY_ILLEGAL },
	{ CPIT_TRAP_DIV_BY_ZERO, 8, "integer-divide-by-zero",
	  "integer divide by zero", 8, "SIGFPE", 136, 0x0008,
	  CPIT_CATEGORY_ARITHMETIC },
	{ CPIT_TRAP_INT_OVERFLOW, 9, "integer-overflow", "integer overflow",
	  8, "SIGFPE", 136, 0x0008,
	  CPIT_CATEGORY_ARITHMETIC },
	{ CPIT_TRAP_BAD_CONVERSION, 10, "invalid-conversion",
	  "invalid conversion to integer", 8, "SIGFPE", 136, 0x0008,
	  CPIT_CATEGORY_ARITHMETIC },
	{ CPIT_TRAP_STACK_EXHAUSTED, 11, "stack-exhausted",
	  "call stack exhausted", 11, "SIGSEGV", 139, 0x000b,
	  CPIT_CATEGORY_STACK },
	{ CPIT_TRAP_UNALIGNED_ATOMIC, 12, "unaligned-atomic",
	  "unaligned atomic", 11, "SIGSEGV", 139, 0x000b,
	  CPIT_CATEGORY_MEMORY },
	{ CPIT_TRAP_ATOMIC_WAIT_UNSHARED, 13, "atomic-wait-unshared", NULL,
	  4, "SIGILL", 132, 0x0004,
	  CPIT_CATEGORY_NONE },
	{ CPIT_TRAP_UNCAUGHT_EXCEPTION, 14, "uncaught-exception", NULL,
	  6, "SIGABRT", 134, 0x0006,
	  CPIT_CATEGORY_NONE },
	{ CPIT_TRAP_CPU_LIMIT, 15, "cpu-limit", NULL,
	  24, "SIGXCPU", 152, 0x0018,
	  CPIT_CATEGORY_NONE },
	{ CPIT_TRAP_HOST_RAISED, 16, "host-error", NULL,
	  6, "SIGABRT", 134, 0x0006,
	  CPIT_CATEGORY_NONE },
	{ CPIT_TRAP_KILLED, 18, "killed", NULL, 9, "SIGKILL", 137, 0x0009,
	  CPIT_CATEGORY_NONE },
};

static struct cpit_outcome trapped(enum cpit_trap trap, int signal)
{
	return (struct cpit_outcome){
		.end = CPIT_TRAPPED, .trap = trap, .signal = signal };
}

/* Both views of a death, through our macros and the host's. */
static void is_death(const struct cpit_outcome *out, int signal)
{
	int w = cpit_wait_status(out);

	CHECK(CPIT_WIFSIGNALED(w) && !CPIT_WIFEXITED(w));
	CHECK(CPIT_WTERMSIG(w) == signal);
	CHECK(WIFSIGNALED(w) && !WIFEXITED(w) && !WIFSTOPPED(w));
	CHECK(WTERMSIG(w) == signal);
	CHECK(!WCOREDUMP(w));
	CHECK(cpit_host_status(out) == 128 + signal);
	CHECK(cpit_si_code(out) == CLD_KILLED);
}

static void test_rows(void)
{
	size_t i;

	CHECK(CPIT_TRAP_COUNT == LEN(rows) + 2);	/* NONE, INTERNAL */
	for (i = 0; i < LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct cpit_outcome out;

		out = trapped(r->trap, cpit_trap_signal(r->trap));
		CHECK((unsigned)r->trap == r->number);
		CHECK(r->number == i + 1 + (i + 1 >= CPIT_TRAP_INTERNAL));
		CHECK(cpit_trap_category(r->trap) == r->category);
		CHECK_MSG(!strcmp(cpit_trap_name(r->trap), r->name), "%s",
			  r->name);
		CHECK_MSG(!r->text || !strcmp(cpit_trap_text(r->trap), r->text),
			  "%s", r->name);
		CHECK(*cpit_trap_text(r->trap));
		CHECK_MSG(out.signal == r->signal, "%s", r->name);
		CHECK(!strcmp(cpit_signal_name(out.signal), r->signal_name));
		CHECK_MSG(cpit_wait_status(&out) == r->wait, "%s", r->name);
		CHECK_MSG(cpit_host_status(&out) == r->host, "%s", r->name);
		is_death(&out, r->signal);
		/* A code that a host import left is no exit code. */
		out.code = 7;
		CHECK(cpit_wait_status(&out) == r->wait);
	}
}

/* Neither is a death; INTERNAL is a fatal report, never a guest's signal. */
static void test_no_deaths(void)
{
	CHECK(cpit_trap_signal(CPIT_TRAP_NONE) == 0);
	CHECK(cpit_trap_signal(CPIT_TRAP_INTERNAL) == 0);
	CHECK(!strcmp(cpit_trap_name(CPIT_TRAP_INTERNAL), "internal"));
	CHECK(CPIT_TRAP_NONE == 0 && CPIT_TRAP_INTERNAL == 17);
}

/* One word each, and no two the same, or the report line could be misread. */
static void test_names(void)
{
	unsigned i, j;

	for (i = 0; i < CPIT_TRAP_COUNT; i++) {
		const char *name = cpit_trap_name((enum cpit_trap)i), *p;

		CHECK(*name);
		for (p = name; *p; p++)
			CHECK(islower((unsigned char)*p) || *p == '-');
		for (j = 0; j < i; j++)
			CHECK(strcmp(name, cpit_trap_name((enum cpit_trap)j)));
	}
	/* A number from a damaged descriptor reads nothing beyond the table. */
	for (i = CPIT_TRAP_COUNT; i < CPIT_TRAP_COUNT + 1000; i++)
		CHECK(!strcmp(cpit_trap_name((enum cpit_trap)i), "internal"));
	CHECK(!strcmp(cpit_trap_name((enum cpit_trap)-1), "internal"));
	CHECK(cpit_trap_signal((enum cpit_trap)255) == 0);
	CHECK(cpit_trap_text((enum cpit_trap)0x7fffffff) != NULL);
}

/* HOST_RAISED: the signal is what the host said, whatever the kind's is. */
static void test_host_signals(void)
{
	int s;

	for (s = 1; s < 0x7f; s++) {
		struct cpit_outcome out = trapped(CPIT_TRAP_HOST_RAISED, s);

		is_death(&out, s);
	}
}

static void test_exits(void)
{
	static const uint32_t beyond[] = {
		256, 257, 256 + 139, 511, 512, 0x7fffffff, 0x80000000,
		0xffffff00, 0xffffffff,
	};
	uint32_t i;

	for (i = 0; i < 256 + LEN(beyond); i++) {
		uint32_t code = i < 256 ? i : beyond[i - 256];
		struct cpit_outcome out = { .end = CPIT_EXITED, .code = code };
		int w = cpit_wait_status(&out);

		CHECK(w == (int)(code & 0xff) << 8);
		CHECK(CPIT_WIFEXITED(w) && !CPIT_WIFSIGNALED(w));
		CHECK(CPIT_WEXITSTATUS(w) == (int)(code & 0xff));
		CHECK(WIFEXITED(w) && !WIFSIGNALED(w) && !WIFSTOPPED(w));
		CHECK(WEXITSTATUS(w) == (int)(code & 0xff));
		CHECK(cpit_host_status(&out) == (int)(code & 0xff));
		CHECK(cpit_si_code(&out) == CLD_EXITED);
	}
}

/* KAN-08: the same number for a shell, but not the same end. */
static void test_exit_139(void)
{
	struct cpit_outcome fault = trapped(CPIT_TRAP_MEM_OOB, 11);
	struct cpit_outcome out = { .end = CPIT_EXITED, .code = 139 };

	CHECK(cpit_host_status(&out) == 139 && cpit_host_status(&fault) == 139);
	CHECK(cpit_wait_status(&out) == 139 << 8);
	CHECK(cpit_wait_status(&fault) == 11);
	/* What the record holds besides does not make a signal of it. */
	out.signal = 11;
	out.trap = CPIT_TRAP_MEM_OOB;
	CHECK(CPIT_WIFEXITED(cpit_wait_status(&out)));
}

static void test_returned(void)
{
	struct cpit_outcome out = { .end = CPIT_RETURNED, .code = 5,
				    .signal = 11 };

	CHECK(cpit_wait_status(&out) == -1);
	CHECK(cpit_host_status(&out) == 0);
	CHECK(cpit_si_code(&out) == 0);
}

static void test_signal_names(void)
{
	static const int known[] = { SIGILL, SIGABRT, SIGFPE, SIGKILL, SIGSEGV,
				     SIGTERM, SIGXCPU };
	unsigned named = 0;
	int s;

	CHECK(CPIT_SIGILL == SIGILL && CPIT_SIGABRT == SIGABRT);
	CHECK(CPIT_SIGFPE == SIGFPE && CPIT_SIGKILL == SIGKILL);
	CHECK(CPIT_SIGSEGV == SIGSEGV && CPIT_SIGTERM == SIGTERM);
	CHECK(CPIT_SIGXCPU == SIGXCPU);
	for (s = -1; s < 200; s++) {
		const char *name = cpit_signal_name(s);

		if (!strcmp(name, "SIG?"))
			continue;
		named++;
		CHECK(!strncmp(name, "SIG", 3));
		CHECK_MSG(!strcmp(name + 3, sigabbrev_np(s)), "%d: %s", s,
			  name);
	}
	CHECK(named == LEN(known));
}

int main(void)
{
	test_rows();
	test_no_deaths();
	test_names();
	test_host_signals();
	test_exits();
	test_exit_139();
	test_returned();
	test_signal_names();
	return check_done();
}
