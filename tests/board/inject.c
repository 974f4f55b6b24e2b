/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault at each instruction of the claim path, and who is told of a fault that
 * is nobody's.  A build of its own (CPIT_TEST_INJECT): a panic is noted, and
 * then lands as a trap would, so that one boot sees them all.
 *
 * Settings: at=ADDRESS:SIZE, in hex, once for each function of the path (run.sh);
 * edge=ADDRESS:SIZE for code that runs before or after the mark of a handler at
 * work as well: a fault there is told as any of the host's; log=ADDRESS:SIZE for
 * what takes and leaves the console, where a panic has to get it.
 */
#include "harness.h"
#include "boards/board.h"
#include "rt/store.h"
#include <arch/machine.h>
#include <stdlib.h>
#include <string.h>

extern const struct cpit_module cpit_module_t;

/* arch: outside a handler again. */
void cpit_test_leave_handler(void);

/* ------------------------------------------- an instruction that faults */

#ifdef __x86_64__
#include "gate.h"

/*
 * A breakpoint register: it fires where an instruction begins, nowhere else.  Its
 * own way in goes through those instructions too: it is off before that.
 */
__asm__(".pushsection .text\n"
	"break_hit:\tpush %rax\n\t"
	"xor	%eax, %eax\n\t"
	"mov	%rax, %db7\n\t"
	"pop	%rax\n\t"
	"jmp	cpit_trap_stubs + 16\n\t"	/* #DB */
	".popsection");
void break_hit(void);

static void break_at(uintptr_t pc)
{
	set_gate(1, 1, break_hit);	/* #DB, on the stack of faults */
	__asm__ volatile("mov %0, %%db0; mov %1, %%db7" : : "r"(pc), "r"(1ul));
}

static void break_off(void)
{
	__asm__ volatile("mov %0, %%db7" : : "r"(0ul));
}

static uintptr_t next_place(uintptr_t pc)
{
	return pc + 1;
}
#else
/* The shortest illegal instruction in its place; text can be written here. */
static volatile uint16_t *broken;
static uint16_t was;

static void patch(uint16_t insn)
{
	*broken = insn;
	__asm__ volatile("fence.i" : : : "memory");
}

static void break_at(uintptr_t pc)
{
	broken = (volatile uint16_t *)pc;
	was = *broken;
	patch(0);
}

static void break_off(void)
{
	if (broken)
		patch(was);
	broken = NULL;
}

static uintptr_t next_place(uintptr_t pc)
{
	return pc + ((*(const uint16_t *)pc & 3) == 3 ? 4 : 2);
}
#endif

/* ------------------------------------------------------------------ panics */

static struct {
	unsigned count;
	const char *why;
	uintptr_t pc, addr, during;
} panic;

static bool expecting, telling;

_Noreturn void __real_cpit_embed_panic(const char *why, uintptr_t pc,
				       uintptr_t addr, uintptr_t during);
_Noreturn void __wrap_cpit_embed_panic(const char *why, uintptr_t pc,
				       uintptr_t addr, uintptr_t during);

void __wrap_cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
			     uintptr_t during)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();

	break_off();
	if (!expecting || !cpu->top)
		__real_cpit_embed_panic(why, pc, addr, during);
	panic.count++;
	panic.why = why;
	panic.pc = pc;
	panic.addr = addr;
	panic.during = during;
	cpu->reading = 0;
	if (telling) {			/* as a panic does */
		cpit_console_seize();
		cpit_console_leave();
	}
	cpit_test_leave_handler();
	cpit_arch_land(&cpu->top->jmp, 1);
}

/* ------------------------------------------------------------- each place */

static uintptr_t place;
static unsigned outside;		/* faults told as the host's */

static uint32_t arm(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	break_at(place);
	return v;
}

/*
 * The ways through the claim: a site, a memory, the guard; and text and a memory
 * that are not the entered instance's, as far as it says.
 */
static const struct {
	uint32_t how;
	enum cpit_trap trap;
	bool others;
} ways[] = {
	{ 0, CPIT_TRAP_UNREACHABLE, false },
	{ 1, CPIT_TRAP_MEM_OOB, false },
	{ 8, CPIT_TRAP_STACK_EXHAUSTED, false },
	{ 1, CPIT_TRAP_MEM_OOB, true },
};

/* As `others' wants it, or as it is. */
static void disown(struct cpit_instance *inst, bool others)
{
	static struct cpit_module textless;
	static wasm_rt_memory_t *own;

	if (inst->own)
		own = inst->own;
	textless = cpit_module_t;
	textless.text_end = textless.text_start;
	inst->own = others ? NULL : own;
	inst->module = others ? &textless : &cpit_module_t;
}

static bool in_module(uintptr_t pc)
{
	return pc >= (uintptr_t)cpit_module_t.text_start &&
	       pc < (uintptr_t)cpit_module_t.text_end;
}

/* True when the instruction was reached. */
static bool one_place(const struct world *w, unsigned way, bool edge)
{
	const struct cpit_outcome *o;

	memset(&panic, 0, sizeof(panic));
	expecting = true;
	disown(w->t, ways[way].others);
	o = call(w->t, "host_then", ways[way].how, 0);
	disown(w->t, false);
	expecting = false;
	break_off();
	if (panic.count) {
		CHECK(panic.count == 1);
		CHECK(panic.pc == place);
		if (edge && !panic.during) {
			CHECK(!strcmp(panic.why, "fault in host code"));
			outside++;
		} else {
			CHECK(!strcmp(panic.why,
				      "fault inside the trap handler"));
			CHECK(in_module(panic.during));
		}
	} else {
		CHECK(trapped(o, ways[way].trap));
	}
	invariants();
	return panic.count;
}

static unsigned places, reached;

/* "ADDRESS:SIZE" */
static void function(const struct world *w, const char *at, bool edge)
{
	char *colon;
	uintptr_t start = strtoul(at, &colon, 16);
	uintptr_t size = strtoul(colon + 1, NULL, 16);
	unsigned before = reached;
	uintptr_t end = start + size;
	unsigned way;

	for (place = start; place < end; place = next_place(place)) {
		bool any = false;

		for (way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
			any |= one_place(w, way, edge);
		places++;
		reached += any;
	}
	CHECK(reached > before);
}

static void each_instruction(void)
{
	unsigned n, edges;
	struct world w;
	const char *at;

	if (!world_make(&w, arm, NULL))
		return;
	places = reached = outside = 0;
	for (n = 0; (at = cpit_config("at", n)); n++)
		function(&w, at, false);
	for (edges = 0; (at = cpit_config("edge", edges)); edges++)
		function(&w, at, true);
	cpit_console_print(CPIT_OUT, "  instructions hit: ");
	cpit_console_number(CPIT_OUT, reached, 10);
	cpit_console_print(CPIT_OUT, " of places: ");
	cpit_console_number(CPIT_OUT, places, 10);
	cpit_console_print(CPIT_OUT, "\n");
	CHECK(n > 5 && edges && reached > 100 && outside > 20);
	CHECK(trapped(call(w.t, "trap", 1, 0), CPIT_TRAP_MEM_OOB));
	world_free(&w);
}

/* ---------------------------------------------------- in the middle of a piece */

static uint32_t speak(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	break_at(place);
	cpit_console_write(CPIT_LOG, "", 0);
	break_off();
	return v;
}

static unsigned interrupted(const struct world *w, const char *at)
{
	char *colon;
	uintptr_t start = strtoul(at, &colon, 16);
	uintptr_t end = start + strtoul(colon + 1, NULL, 16);
	unsigned n = 0;

	for (place = start; place < end; place = next_place(place)) {
		memset(&panic, 0, sizeof(panic));
		expecting = telling = true;
		call(w->t, "call_host", 1, 0);
		expecting = telling = false;
		CHECK(!panic.count || panic.pc == place);
		n += panic.count;
	}
	return n;
}

/* An NMI may come there, and its report waited for this CPU itself. */
static void told_anywhere(void)
{
	unsigned i, n = 0;
	struct world w;
	const char *at;

	if (!world_make(&w, speak, NULL))
		return;
	for (i = 0; (at = cpit_config("log", i)); i++)
		n += interrupted(&w, at);
	CHECK(i == 3 && n > 30);
	CHECK(call(w.t, "fib", 10, 0)->end == CPIT_RETURNED);
	world_free(&w);
}

/* -------------------------------------------------- a fault that is nobody's */

static volatile uint32_t *volatile nowhere = (volatile uint32_t *)8;
static unsigned asked;

static bool count_asked(uintptr_t addr)
{
	asked += addr == 8;
	return false;
}

static uint32_t write_null(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	*nowhere = v;
	return 0;
}

/* K23-07, SLG-07: paging is asked once, then the embedder told once. */
static void told_once(void)
{
	struct world w;

	if (!world_make(&w, write_null, NULL))
		return;
	memset(&panic, 0, sizeof(panic));
	asked = 0;
	fault_hook = count_asked;
	expecting = true;
	call(w.t, "call_host", 1, 0);
	expecting = false;
	fault_hook = NULL;
	CHECK(asked == 1 && panic.count == 1 && panic.addr == 8);
	CHECK(!strcmp(panic.why, "fault in host code") && !panic.during);
	CHECK(call(w.t, "fib", 10, 0)->end == CPIT_RETURNED);
	world_free(&w);
}

static const struct test inject_tests[] = {
	{ "claim-each-instruction", each_instruction, 0 },
	{ "told-anywhere", told_anywhere, 0 },
	{ "told-once", told_once, 0 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { inject_tests, NULL };
