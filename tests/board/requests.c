/* SPDX-License-Identifier: Apache-2.0 */
/*
 * K23-18: a CPU that is to stop, and has not heard of it when another asks it to
 * flush, does both.  The first request is made by hand: its interrupt is that
 * late.  And two interrupts of one CPU, of which one asks another; one that
 * comes as a CPU goes to sleep, and one that has come before.
 */
#include "harness.h"
#include "boards/board.h"
#include <arch/machine.h>

#ifdef __riscv
#include "arch/riscv64/hart.h"
extern struct hart cpit_harts[HARTS];
#define ASKED (&cpit_harts[1].request)
#define STOP REQUEST_STOP
#else
extern uint32_t cpit_arch_request[CPIT_CPUS_MAX];
#define ASKED (&cpit_arch_request[1])
#define STOP 2
#include "gate.h"
#endif

static uint32_t counted;

static void count(void *arg)
{
	(void)arg;
	for (;;)
		__atomic_fetch_add(&counted, 1, __ATOMIC_SEQ_CST);
}

static uint32_t count_now(void)
{
	return __atomic_load_n(&counted, __ATOMIC_SEQ_CST);
}

static void stop_and_flush(void)
{
	unsigned wait_ms = cpit_config_number("wait", 10);
	uint32_t seen;
	uint64_t end;

	CHECK(cpit_board_cpu_run(1, count, NULL) == 0);
	while (!count_now())
		;
	__atomic_fetch_or(ASKED, STOP, __ATOMIC_SEQ_CST);
	cpit_arch_unmap_sync();
	seen = count_now();
	end = cpit_board_ns() + wait_ms * 1000000ull;
	while (count_now() == seen && cpit_board_ns() < end)
		;
	CHECK(count_now() == seen);
}

/* The interrupt of a tick wakes a CPU while this one asks another to flush. */
static volatile unsigned woken;

static void wake(void)
{
	cpit_arch_wake(0);
	woken++;
}

static void wake_and_flush(void)
{
	uint64_t end = cpit_board_ns() + 10000000000;
	int i;

	woken = 0;
	tick_hook = wake;
	for (i = 0; i < 500 || (woken < 100 && cpit_board_ns() < end); i++)
		cpit_arch_unmap_sync();
	tick_hook = NULL;
	CHECK(woken > 0);
}

/* Interrupts may be off: the one that has come ends one sleep, not all of them. */
static uint64_t sleep_end;
static unsigned looked;

static bool slept(void)
{
	looked++;
	return cpit_board_ns() >= sleep_end;
}

static void sleep_after_wake(void)
{
	cpit_arch_wake(0);
	looked = 0;
	sleep_end = cpit_board_ns() + 200000000;
	cpit_arch_timer_set(cpit_arch_counter() + cpit_board.counter_hz / 5);
	while (!slept())
		cpit_arch_sleep(slept);
	CHECK(looked < 1000);
}

#ifdef __x86_64__
/*
 * An NMI between sti and hlt, and what wakes this CPU behind it.  A breakpoint
 * is there in its place, and goes in where it would.
 */
__asm__(".pushsection .text\n"
	"before_hlt:\tpush %rax\n\t"
	"xor	%eax, %eax\n\t"
	"mov	%rax, %db7\n\t"
	"pop	%rax\n\t"
	"jmp	cpit_trap_stubs + 2 * 16\n\t"
	".popsection");
void before_hlt(void);
extern const char cpit_arch_hlt[];

static uint32_t asleep, rescued;

static void rescue(void *arg)
{
	uint64_t wait = cpit_config_number("wait", 10000) * 1000000ull;
	uint64_t end = cpit_board_ns() + wait;

	(void)arg;
	while (__atomic_load_n(&asleep, __ATOMIC_SEQ_CST)) {
		if (cpit_board_ns() < end)
			continue;
		__atomic_store_n(&rescued, 1, __ATOMIC_SEQ_CST);
		cpit_arch_wake(0);	/* again, if it was not asleep yet */
		end = cpit_board_ns() + wait;
	}
}

static bool woken_up(void)
{
	/* Interrupts are off here: this waits until they are on. */
	cpit_arch_wake(0);
	__atomic_fetch_or(&cpit_arch_request[0], 1, __ATOMIC_SEQ_CST);
	return false;
}

static void nmi_before_hlt(void)
{
	asleep = 1;
	rescued = 0;
	CHECK(cpit_board_cpu_run(1, rescue, NULL) == 0);
	set_gate(1, 1, before_hlt);		/* #DB, on the stack of faults */
	__asm__ volatile("mov %0, %%db0; mov %1, %%db7"
			 : : "r"(cpit_arch_hlt), "r"(1ul));
	cpit_arch_sleep(woken_up);
	__atomic_store_n(&asleep, 0, __ATOMIC_SEQ_CST);
	cpit_board_cpu_wait(1);
	CHECK(!cpit_arch_request[0]);		/* it did come */
	CHECK(!rescued);
}
#endif

static const struct test request_tests[] = {
#ifdef __x86_64__
	{ "nmi-before-hlt", nmi_before_hlt, 2 },
#endif
	{ "sleep-after-wake", sleep_after_wake, 2 },
	{ "wake-and-flush", wake_and_flush, 2 },
	{ "stop-and-flush", stop_and_flush, 2 },
	{ NULL, NULL, 0 },
};

const struct test *const tests[] = { request_tests, NULL };
