/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traps a second, on as many CPUs as there are, whose instances share nothing;
 * beside it what the machine itself takes: exceptions that are returned from at
 * once.  And traps of all kinds between two marks, for lines.c, which looks at
 * what memory they touch (K23-18).
 *
 * Settings: seconds=N; rounds=N, shared=1 for a counter that CPUs do share.
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <string.h>

static uint64_t end_ns;

static struct {
	uint64_t n;
} __attribute__((aligned(64))) counts[CPIT_CPUS_MAX];

static bool going(void)
{
	return cpit_board_ns() < end_ns;
}

/* What all CPUs came to in that time, by fn, a second. */
static void rate(const char *what, void (*fn)(void *))
{
	unsigned seconds = cpit_config_number("seconds", 10), cpu;
	uint64_t sum = 0;

	memset(counts, 0, sizeof(counts));
	end_ns = cpit_board_ns() + seconds * 1000000000ull;
	on_each_cpu(fn, NULL);
	for (cpu = 0; cpu < cpit_board.cpus; cpu++)
		sum += counts[cpu].n;
	cpit_console_print(CPIT_OUT, "  ");
	cpit_console_print(CPIT_OUT, what);
	cpit_console_print(CPIT_OUT, " ");
	cpit_console_number(CPIT_OUT, sum / seconds, 10);
	cpit_console_print(CPIT_OUT, "\n");
}

static void traps_here(void *arg)
{
	struct world w;
	uint64_t n = 0;

	(void)arg;
	if (!world_make(&w, NULL, NULL))
		return;
	for (; going(); n++)
		CHECK(trapped(call(w.t, "h", 0, 0), CPIT_TRAP_DIV_BY_ZERO));
	counts[cpit_arch_cpu()].n = n;
	world_free(&w);
}

static void traps(void)
{
	rate("traps", traps_here);
}

/* ------------------------------------------------- exceptions, of no use */

#ifdef __x86_64__
#include "gate.h"

enum { VECTOR = 0x80 };

__asm__(".pushsection .text\n"
	"skip:\tiretq\n\t"
	".popsection");
void skip(void);

static uintptr_t ours(void)
{
	set_gate(VECTOR, 0, skip);
	return 0;
}

static void theirs(uintptr_t was)
{
	(void)was;
}

static void exception(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp; int %0; lea 128(%%rsp), %%rsp"
			 : : "i"(VECTOR) : "memory");
}
#else
__asm__(".pushsection .text\n\t"
	".balign 4\n"
	"skip:\tcsrr t0, sepc\n\t"
	"addi	t0, t0, 4\n\t"
	"csrw	sepc, t0\n\t"
	"sret\n\t"
	".popsection");
void skip(void);

static uintptr_t ours(void)
{
	uintptr_t was;

	__asm__ volatile("csrrw %0, stvec, %1" : "=r"(was) : "r"(skip));
	return was;
}

static void theirs(uintptr_t was)
{
	__asm__ volatile("csrw stvec, %0" : : "r"(was));
}

static void exception(void)
{
	__asm__ volatile(".4byte 0xc0001073" : : : "t0", "memory");
}
#endif

static void exceptions_here(void *arg)
{
	uintptr_t was = ours();
	uint64_t n = 0;

	(void)arg;
	for (; going(); n++)
		exception();
	theirs(was);
	counts[cpit_arch_cpu()].n = n;
}

static void exceptions(void)
{
	rate("exceptions", exceptions_here);
}

/* ------------------------------------------------------- what they touch */

void lines_begin(void), lines_end(void);

__attribute__((noinline)) void lines_begin(void)
{
	__asm__ volatile("");
}

__attribute__((noinline)) void lines_end(void)
{
	__asm__ volatile("" : : : "memory");
}

volatile uint64_t lines_shared;

static const enum cpit_trap expected[] = {
	CPIT_TRAP_UNREACHABLE, CPIT_TRAP_MEM_OOB, CPIT_TRAP_DIV_BY_ZERO,
	CPIT_TRAP_INT_OVERFLOW, CPIT_TRAP_BAD_CONVERSION,
	CPIT_TRAP_CALL_UNDEFINED, CPIT_TRAP_CALL_NULL,
	CPIT_TRAP_CALL_SIGNATURE,
};

static void all_kinds(struct cpit_instance *t)
{
	uint32_t kind;

	for (kind = 0; kind < sizeof(expected) / sizeof(expected[0]); kind++)
		CHECK(trapped(call(t, "trap", kind, 0), expected[kind]));
	CHECK(trapped(call(t, "direct", 0, 0), CPIT_TRAP_STACK_EXHAUSTED));
	CHECK(call(t, "call_host", 1, 0)->end == CPIT_RETURNED);
}

/* No CPU maps or unmaps while another is between its marks. */
static uint32_t begun, ended;
static uint32_t turn;

static void meet(uint32_t *n)
{
	__atomic_fetch_add(n, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(n, __ATOMIC_SEQ_CST) < cpit_board.cpus)
		;
}

static void apart_here(void *arg)
{
	unsigned i, rounds = cpit_config_number("rounds", 20);
	unsigned shared = cpit_config_number("shared", 0);
	struct world w;
	void *gap;

	(void)arg;
	/* One after the other, with room between: a heap has no CPUs. */
	while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != cpit_arch_cpu())
		;
	world_make(&w, NULL, NULL);
	gap = cpit_embed_alloc(64);
	__atomic_fetch_add(&turn, 1, __ATOMIC_SEQ_CST);
	meet(&begun);
	lines_begin();
	for (i = 0; i < rounds; i++) {
		all_kinds(w.t);
		if (shared)
			lines_shared++;
	}
	lines_end();
	meet(&ended);
	cpit_embed_free(gap, 64);
	world_free(&w);
}

static void apart(void)
{
	begun = ended = turn = 0;
	on_each_cpu(apart_here, NULL);
}

static const struct test rate_tests[] = {
	{ "traps", traps, 0 },
	{ "exceptions", exceptions, 0 },
	{ "apart", apart, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { rate_tests, NULL };
