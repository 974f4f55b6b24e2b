/* SPDX-License-Identifier: Apache-2.0 */
/* A thread as a CPU: its alternate stack, its timer; address space by mmap(2). */
#include <arch/machine.h>
#include <catchpit/embed.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "signal.h"

/* boards/board.h */
unsigned cpit_board_trap_stack_size(void);

enum { SOONEST_NS = 20000 };		/* several times a signal and its return */

static pid_t threads[CPIT_CPUS_MAX];
static _Thread_local timer_t timer;
static _Thread_local bool has_timer;

void cpit_arch_cpu_init(void)
{
	size_t size = cpit_board_trap_stack_size();
	char *top = cpit_board_trap_stack();
	stack_t st = { .ss_sp = top - size, .ss_size = size };

	if (sigaltstack(&st, NULL))
		cpit_embed_panic("no alternate signal stack", 0, 0, 0);
	cpit_arch_signals();
	threads[cpit_arch_cpu()] = gettid();
}

/* ----------------------------------------------------------------- time */

uint64_t cpit_arch_counter(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t cpit_arch_counter_hz(void)
{
	return 1000000000;
}

/* A process may not read the CPU's counters: there is no such number. */
uint64_t cpit_arch_instret(void)
{
	return 0;
}

static void make_timer(void)
{
	struct sigevent ev;

	memset(&ev, 0, sizeof(ev));
	ev.sigev_notify = SIGEV_THREAD_ID;
	ev.sigev_signo = CPIT_SIGTICK;
	ev._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &ev, &timer))
		cpit_embed_panic("no timer", 0, 0, 0);
	has_timer = true;
}

/*
 * From the tick itself too: timer_settime(2) is safe in a handler.  One that is
 * due when its handler returns would let nothing else run.
 */
void cpit_arch_timer_set(uint64_t when)
{
	struct itimerspec at = { { 0, 0 }, { 0, 0 } };
	uint64_t soonest = cpit_arch_counter() + SOONEST_NS;

	if (!has_timer)
		make_timer();
	if (when < soonest)
		when = soonest;
	if (when != UINT64_MAX) {
		at.it_value.tv_sec = (time_t)(when / 1000000000);
		at.it_value.tv_nsec = (long)(when % 1000000000);
	}
	timer_settime(timer, TIMER_ABSTIME, &at, NULL);
}

void cpit_arch_irq_done(void)
{
}

static sigset_t tick_alone(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, CPIT_SIGTICK);
	return set;
}

void cpit_arch_irq_enable(void)
{
	sigset_t set = tick_alone();

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

bool cpit_arch_irq_enabled(void)
{
	sigset_t set;

	pthread_sigmask(SIG_SETMASK, NULL, &set);
	return !sigismember(&set, CPIT_SIGTICK);
}

void cpit_arch_wait(void)
{
	pause();
}

void cpit_arch_sleep(bool (*awake)(void))
{
	sigset_t tick = tick_alone(), was, open;

	pthread_sigmask(SIG_BLOCK, &tick, &was);
	open = was;
	sigdelset(&open, CPIT_SIGTICK);
	if (!awake())
		sigsuspend(&open);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
}

/* -------------------------------------------------- CPUs, which are threads */

static _Thread_local unsigned self;
static const uint32_t *waits_for[CPIT_CPUS_MAX];

unsigned cpit_arch_cpu(void)
{
	return self;
}

static void *begin(void *cpu)
{
	cpit_board_cpu_enter((unsigned)(uintptr_t)cpu);
}

/* On a stack of the C library's, which knows what it needs besides. */
void cpit_arch_cpu_start(unsigned cpu, void *stack)
{
	sigset_t tick = tick_alone(), was;
	pthread_t thread;

	(void)stack;
	pthread_sigmask(SIG_BLOCK, &tick, &was);	/* interrupts off */
	if (pthread_create(&thread, NULL, begin, (void *)(uintptr_t)cpu))
		cpit_embed_panic("no thread", 0, 0, 0);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
}

void cpit_arch_cpu_online(unsigned cpu)
{
	self = cpu;
}

/* The C library has set up the thread pointer. */
void cpit_arch_tls_set(void *tls)
{
	(void)tls;
}

/*
 * A futex: the kernel compares once more before it puts us to sleep, so that a
 * change is not missed, whether we are known to wait yet or not.
 */
void cpit_arch_wait_while(const uint32_t *flag, uint32_t value)
{
	__atomic_store_n(&waits_for[self], flag, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(flag, __ATOMIC_SEQ_CST) == value)
		syscall(SYS_futex, flag, FUTEX_WAIT_PRIVATE, value, NULL);
}

void cpit_arch_wake(unsigned cpu)
{
	const uint32_t *flag = __atomic_load_n(&waits_for[cpu],
					       __ATOMIC_SEQ_CST);

	if (flag)
		syscall(SYS_futex, flag, FUTEX_WAKE_PRIVATE, 1);
	syscall(SYS_tgkill, getpid(), threads[cpu], CPIT_SIGTICK);
}

/* The end of the process takes them along, one line later. */
void cpit_arch_stop_others(void)
{
}

void cpit_arch_map_seen(void)
{
}

bool cpit_arch_asked(struct cpit_frame_regs *f)
{
	(void)f;
	return false;		/* the kernel unmaps for all threads */
}

/* --------------------------------------------------------- address space */

/* There is no physical memory: one page is as good as another. */
void *cpit_arch_direct(uint64_t phys)
{
	return (void *)phys;
}

uint64_t cpit_arch_phys(const void *direct)
{
	return (uintptr_t)direct;
}

void cpit_arch_unmap_range(uintptr_t va, uintptr_t end)
{
	if (mmap((void *)va, end - va, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		cpit_embed_panic("memory cannot be unmapped", 0, va, 0);
}

const char *cpit_arch_mmu_name(void)
{
	return "mmap";
}

/* There is none. */
bool cpit_arch_door_is_open(void)
{
	return false;
}
