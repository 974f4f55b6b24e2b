/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boards/smp.c: a CPU that has not come when the others go on stays away; one
 * that has is waited for, however long it takes to be ready.
 */
#include "board.h"
#include "check.h"
#include <arch/machine.h>
#include <pthread.h>
#include <setjmp.h>

struct cpit_board cpit_board = { .cpus = 4 };
_Thread_local struct cpit_cpu cpit_this_cpu;
static _Thread_local unsigned self;
static pthread_t first;
static jmp_buf halted;
static unsigned started, online, looks, gone_on;

struct cpit_cpu *cpit_embed_cpu(void)
{
	return &cpit_this_cpu;
}

void *cpit_board_thread_block(void)
{
	return NULL;
}

void *cpit_board_stack_alloc(size_t size)
{
	(void)size;
	return NULL;
}

unsigned cpit_arch_cpu(void)
{
	return self;
}

void cpit_arch_tls_set(void *tls)
{
	(void)tls;
}

void cpit_arch_cpu_online(unsigned cpu)
{
	self = cpu;
	__atomic_fetch_or(&online, 1u << cpu, __ATOMIC_SEQ_CST);
}

/* Half an hour for each look: CPU 1 has come then, CPU 2 has not. */
uint64_t cpit_board_ns(void)
{
	unsigned n = started == 1 && !__atomic_load_n(&online, __ATOMIC_SEQ_CST) ?
		     0 : __atomic_add_fetch(&looks, 1, __ATOMIC_SEQ_CST);

	return n * 1800000000000u;
}

/* CPU 1's takes as long as ten looks, if nobody goes on without it. */
void cpit_arch_cpu_init(void)
{
	while (__atomic_load_n(&looks, __ATOMIC_SEQ_CST) < 10 &&
	       !__atomic_load_n(&gone_on, __ATOMIC_SEQ_CST))
		;
}

void cpit_board_spaces_start(void)
{
}

void cpit_arch_wake(unsigned cpu)
{
	(void)cpu;
}

void cpit_arch_wait(void)
{
	longjmp(halted, 1);
}

/* There is nothing to do for them. */
void cpit_arch_wait_while(const uint32_t *flag, uint32_t value)
{
	(void)flag;
	(void)value;
	if (self == 1)
		pthread_exit(NULL);
	longjmp(halted, 2);
}

static void *enters(void *arg)
{
	(void)arg;
	cpit_board_cpu_enter(1);
}

void cpit_arch_cpu_start(unsigned cpu, void *stack)
{
	(void)stack;
	started = cpu;
	if (cpu == 1)
		CHECK(!pthread_create(&first, NULL, enters, NULL));
}

int main(void)
{
	int how;

	cpit_board_cpus_start();
	__atomic_store_n(&gone_on, 1, __ATOMIC_SEQ_CST);
	CHECK(!pthread_join(first, NULL));
	CHECK_MSG(cpit_board.cpus == 2 && started == 2, "%u CPUs", cpit_board.cpus);
	how = setjmp(halted);
	if (!how)
		cpit_board_cpu_enter(2);
	CHECK(how == 1 && online == 2);
	return check_done();
}
