/* SPDX-License-Identifier: Apache-2.0 */
/* rt/sched/sched.c: what may be destroyed when, and what is too large. */
#include "../../rt/sched/task.h"
#include "fake.h"
#include <arch/contract.h>

uintptr_t cpit_arch_enter(struct cpit_jmp *jmp, uintptr_t sp,
			  cpit_thunk_fn *fn, void *state, union cpit_value *v)
{
	int landed = setjmp(jmp->buf);

	(void)sp;
	if (landed)
		return (uintptr_t)landed;
	fn(state, v);
	return 0;
}

void cpit_arch_land(struct cpit_jmp *jmp, uintptr_t value)
{
	longjmp(jmp->buf, (int)value);
}

void cpit_arch_float_save(struct cpit_context *c)
{
	(void)c;
	CHECK(!"preempted");
}

void cpit_arch_resume(const struct cpit_context *c)
{
	(void)c;
	abort();
}

static struct cpit_sched *sched;
static struct cpit_task *task;
static unsigned ran, early;

static void runs(void *arg)
{
	CHECK(cpit_task_self() == task && arg == &ran);
	ran++;
}

/*
 * It has ended, and so has everything that the embedder knows of; a CPU is still
 * on its way out of cpit_sched_run().
 */
static void destroys(void)
{
	if (!task || !cpit_task_ended(task))
		return;
	CHECK(!cpit_task_destroy(task));
	task = NULL;
	CHECK(cpit_sched_destroy(sched) == -CPIT_EBUSY);
	early++;
}

static void test_destroy(void)
{
	CHECK(!cpit_sched_create(&sched, NULL));
	CHECK(!cpit_task_create(sched, runs, &ran, NULL, &task));
	CHECK(!cpit_task_start(task));
	fake_on_now = destroys;
	CHECK(!cpit_sched_run(sched));
	fake_on_now = NULL;
	CHECK(ran == 1 && early == 1);
	CHECK(!cpit_sched_destroy(sched));
}

static void test_sizes(void)
{
	struct cpit_task_options opt = { .stack_size = SIZE_MAX };

	CHECK(!cpit_sched_create(&sched, NULL));
	for (; opt.stack_size > SIZE_MAX - 8000; opt.stack_size -= 1000)
		CHECK(cpit_task_create(sched, runs, &ran, &opt, &task) ==
		      -CPIT_ENOMEM);
	CHECK(!cpit_sched_destroy(sched));
}

/* In a thread that has nothing to do with wasm. */
static void test_no_block(void)
{
	const struct cpit_fault at = { .pc = (uintptr_t)test_no_block };
	struct cpit_landing l;

	fake_cpu_back(FAKE_NO_CPU);
	CHECK(!cpit_task_self() && !cpit_task_sleep(1));
	CHECK(cpit_sched_tick(&at, &l, &l) == CPIT_RESUMED);
	CHECK(!cpit_sched_create(&sched, NULL));
	CHECK(cpit_sched_run(sched) == -CPIT_ENOTREADY);
	CHECK(!cpit_sched_destroy(sched));
	fake_cpu_back(0);
}

int main(void)
{
	fake_cpu_is(0);
	test_destroy();
	test_sizes();
	test_no_block();
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
