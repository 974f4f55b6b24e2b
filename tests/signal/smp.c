/* SPDX-License-Identifier: Apache-2.0 */
/* cpit_kill() and the words, from another CPU (KAN-07, WRK-08). */
#include "boards/board.h"
#include "tests/board/harness.h"
#include <arch/machine.h>

extern const struct cpit_module cpit_module_t;

enum { SIGNAL = 64, TERMINATED = 68, NOT_BEGUN = 99, MS = 1000000 };

/* What CPU 1 does for CPU 0. */
struct job {
	struct world w;
	const char *name;
	uint32_t arg;
	uint32_t ended;
	struct cpit_outcome out;
};

static void set(uint32_t *flag)
{
	__atomic_store_n(flag, 1, __ATOMIC_SEQ_CST);
}

static bool is_set(const uint32_t *flag)
{
	return __atomic_load_n(flag, __ATOMIC_SEQ_CST);
}

static void guest(void *arg)
{
	struct job *j = arg;

	j->out = *call(j->w.t, j->name, j->arg, 0);
	set(&j->ended);
}

/*
 * Returns when the call has begun, which is when its signal word is: a kill from
 * before would end nothing, and the guest could know it by its word only (WRK-14).
 */
static void begin_by(void (*fn)(void *), struct job *j, const char *name,
		     uint32_t arg)
{
	uint32_t *word = cpit_memory_at(j->w.t, SIGNAL, 4);

	__atomic_store_n(word, NOT_BEGUN, __ATOMIC_SEQ_CST);
	j->name = name;
	j->arg = arg;
	j->ended = 0;
	CHECK(cpit_board_cpu_run(1, fn, j) == 0);
	while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == NOT_BEGUN)
		;
}

static void begin(struct job *j, const char *name, uint32_t arg)
{
	begin_by(guest, j, name, arg);
}

static void pause_ns(uint64_t ns)
{
	uint64_t end = cpit_board_ns() + ns;

	while (cpit_board_ns() < end)
		;
}

/*
 * The guest divides by zero when it is killed, or nearly then: one outcome, and
 * one end for what it held.  The harness checks the balance of memory.
 */
static void kill_or_trap(void)
{
	unsigned i, n = cpit_config_number("rounds", 1000), killed = 0;
	uint32_t loops = 100000;
	static struct job j;

	for (i = 0; i < n; i++) {
		if (!world_make(&j.w, NULL, NULL))
			return;
		begin(&j, "divide", loops);
		pause_ns(random32() % MS);
		CHECK(cpit_kill(j.w.t, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		CHECK(is_set(&j.ended) && j.out.depth == 1);
		if (trapped(&j.out, CPIT_TRAP_KILLED)) {
			killed++;
			loops -= loops / 8;	/* so that both happen */
			CHECK(cpit_host_status(&j.out) == 137);
		} else {
			loops += loops / 8 + 8;
			CHECK(trapped(&j.out, CPIT_TRAP_DIV_BY_ZERO));
			CHECK(cpit_host_status(&j.out) == 136);
		}
		/* Both know: it is killed, whoever came first. */
		call(j.w.t, "load", TERMINATED, 0);
		CHECK(result[0].i32 == 1);
		world_free(&j.w);
	}
	CHECK(killed > n / 20 && killed < n - n / 20);
}

/* What never ends is ended, and what waits in the host too. */
static void kill_spinner(void)
{
	unsigned i, n = cpit_config_number("rounds", 1000) / 10;
	static struct job j;

	for (i = 0; i < n; i++) {
		if (!world_make(&j.w, NULL, NULL))
			return;
		begin(&j, i % 2 ? "spin" : "rounds", 0);
		CHECK(cpit_kill(j.w.t, CPIT_SIGTERM) == 0);
		pause_ns(random32() % MS);
		CHECK(cpit_kill(j.w.t, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		CHECK(trapped(&j.out, CPIT_TRAP_KILLED));
		CHECK(cpit_instance_poisoned(j.w.t));
		call(j.w.t, "id", i, 0);
		CHECK(result[0].i32 == i);
		world_free(&j.w);
	}
}

/*
 * KAN-09: a store runs on one CPU, so that no instance is on two; what a kernel
 * runs as threads of one program ends together by cpit_kill().  The host's own
 * mistake ends nobody on the other CPU, nor does a trap by itself.
 */
static void siblings(void)
{
	const struct cpit_export *id = cpit_export_find(&cpit_module_t, "id",
							CPIT_FUNC);
	static struct cpit_outcome out;
	union cpit_value v[4] = { 0 };
	static struct job j;
	struct world here;
	int i;

	if (!world_make(&here, NULL, NULL))
		return;
	for (i = 0; i < 20; i++) {
		if (!world_make(&j.w, NULL, NULL))
			break;
		begin(&j, "spin", 0);
		CHECK(cpit_call(j.w.t, id, v, &out) == -CPIT_EINVAL);
		CHECK(trapped(call(here.t, "divide", 1, 0),
			      CPIT_TRAP_DIV_BY_ZERO));
		pause_ns(2 * MS);
		CHECK(!is_set(&j.ended));
		CHECK(cpit_kill(j.w.t, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		CHECK(trapped(&j.out, CPIT_TRAP_KILLED));
		CHECK(call(here.t, "id", 7, 0)->end == CPIT_RETURNED);
		CHECK(result[0].i32 == 7);
		world_free(&j.w);
	}
	world_free(&here);
}

/* On CPU 1, whose timer ticks that often a second in here. */
static unsigned slow_hz;
static uint64_t slow_ticks;

static void slow_guest(void *arg)
{
	unsigned hz = cpit_config_number("tick", 0);
	uint64_t before = cpit_board_ticks();

	cpit_board_tick_start(slow_hz);
	guest(arg);
	slow_ticks += cpit_board_ticks() - before;
	cpit_board_tick_start(hz);
}

static void kill_slow(unsigned rounds, unsigned flushes)
{
	static struct job j;
	unsigned i, n;

	slow_ticks = 0;
	for (i = 0; i < rounds; i++) {
		if (!world_make(&j.w, NULL, NULL))
			return;
		begin_by(slow_guest, &j,
			 i % 2 || flushes ? "spin" : "rounds", 0);
		pause_ns(random32() % MS);
		for (n = 0; n < flushes; n++) {
			cpit_arch_unmap_sync();
			pause_ns(n ? MS : 8 * MS);
		}
		CHECK(cpit_kill(j.w.t, CPIT_SIGKILL) == 0);
		cpit_board_cpu_wait(1);
		CHECK(trapped(&j.out, CPIT_TRAP_KILLED));
		world_free(&j.w);
	}
}

static struct cpit_cpu *block;

static void tell_block(void *arg)
{
	(void)arg;
	block = cpit_embed_cpu();
}

/*
 * The other CPU is interrupted: its timer need not tick for each.  The control:
 * without that it has to.
 */
static void kick(void)
{
	void (*was)(const struct cpit_cpu *cpu);

	slow_hz = 1;
	kill_slow(100, 0);
	CHECK(slow_ticks < 50);
	CHECK(cpit_board_cpu_run(1, tell_block, NULL) == 0);
	cpit_board_cpu_wait(1);
	was = block->kick;
	block->kick = NULL;
	slow_hz = 10;
	kill_slow(4, 0);
	CHECK(slow_ticks >= 3);
	block->kick = was;
}

/*
 * The interrupt just before it is for something else; that before takes what is
 * left of the wake-up that began the call.
 */
static void kick_after_flush(void)
{
	slow_hz = 1;
	kill_slow(8, 2);
	CHECK(slow_ticks < 4);
}

/* A guest that polls is told by another CPU. */
static void terminate(void)
{
	static struct job j;
	int i;

	if (!world_make(&j.w, NULL, NULL))
		return;
	for (i = 0; i < 20; i++) {
		begin(&j, "poll", 0);
		pause_ns(random32() % MS);
		CHECK(cpit_kill(j.w.t, CPIT_SIGTERM) == 0);
		cpit_board_cpu_wait(1);
		CHECK(j.out.end == CPIT_RETURNED);
	}
	world_free(&j.w);
}

/* WRK-08: whoever looks at the word sees 0 or 24. */
static void only_whole_values(void)
{
	const volatile uint32_t *word;
	unsigned i, told = 0, clear = 0;
	static struct job j;

	if (!world_make(&j.w, NULL, NULL))
		return;
	cpit_budget_set(j.w.store, &(struct cpit_budget){ 1 * MS, 3 * MS });
	word = cpit_memory_at(j.w.t, SIGNAL, 4);
	for (i = 0; i < 50; i++) {
		begin(&j, "spin", 0);
		while (!is_set(&j.ended)) {
			uint32_t v = *word;

			CHECK(v == 0 || v == 24);
			told += v == 24;
			clear += v == 0;
		}
		cpit_board_cpu_wait(1);
		CHECK(trapped(&j.out, CPIT_TRAP_CPU_LIMIT) && *word == 24);
	}
	CHECK(told && clear);
	world_free(&j.w);
}

static const struct test smp_kills[] = {
	{ "kill-or-trap", kill_or_trap, 2 },
	{ "kill-spinner", kill_spinner, 2 },
	{ "siblings", siblings, 2 },
	{ "kick", kick, 2 },
	{ "kick-after-flush", kick_after_flush, 2 },
	{ "terminate", terminate, 2 },
	{ "only-whole-values", only_whole_values, 2 },
	{ 0 }
};

const struct test *const tests[] = { smp_kills, NULL };
