/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/code.c on several CPUs: instances of a module come and go while others
 * register and unregister it.  Who holds it can rely on it; who comes too late
 * is told so, and touches nothing that is freed.
 */
#include "code.h"
#include "fake.h"
#include <pthread.h>
#include <sched.h>

enum { HOLDERS = 2, REMOVERS = 2, ROUNDS = 100000 };

static char text[512];
static const struct cpit_func funcs[] = { { .start = 0, .index = 0 } };
static const struct cpit_module module = {
	.abi = CPIT_ABI, .name = "m", .names = "", .text_start = text,
	.text_end = text + 256, .funcs = funcs, .nfuncs = 1,
}, other = {
	.abi = CPIT_ABI, .name = "n", .names = "", .text_start = text + 256,
	.text_end = text + 512, .funcs = funcs, .nfuncs = 1,
};

static uint32_t stop, held, busy, removed;

static void *holder(void *arg)
{
	uintptr_t wrong = 0;

	fake_cpu_is((int)(uintptr_t)arg);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		int err = cpit_code_hold(&module);

		if (err && err != -CPIT_ENOENT)
			wrong++;
		if (err)
			continue;
		__atomic_fetch_add(&held, 1, __ATOMIC_RELAXED);
		/* Now it cannot go. */
		if (cpit_code_find((uintptr_t)text) != &module)
			wrong++;
		cpit_code_drop(&module);
		sched_yield();
	}
	return (void *)wrong;
}

/* Two of them: one or the other removes it, never both. */
static void *remover(void *arg)
{
	uintptr_t wrong = 0;
	unsigned i;

	fake_cpu_is((int)(uintptr_t)arg);
	for (i = 0; i < ROUNDS; i++) {
		int err = cpit_module_unregister(&module);

		if (err == -CPIT_EBUSY) {
			__atomic_fetch_add(&busy, 1, __ATOMIC_RELAXED);
		} else if (err && err != -CPIT_ENOENT) {
			wrong++;
		} else if (!err) {
			__atomic_fetch_add(&removed, 1, __ATOMIC_RELAXED);
			if (cpit_module_register(&module))
				wrong++;
		}
		if (cpit_code_find((uintptr_t)text + 256) != &other)
			wrong++;
	}
	return (void *)wrong;
}

int main(void)
{
	pthread_t threads[HOLDERS + REMOVERS];
	void *wrong;
	uintptr_t i;

	fake_cpu_is(0);
	CHECK(!cpit_module_register(&module));
	CHECK(!cpit_module_register(&other));
	for (i = 0; i < LEN(threads); i++)
		pthread_create(&threads[i], NULL, i < HOLDERS ? holder : remover,
			       (void *)(i + 1));
	for (i = LEN(threads); i-- > 0;) {
		if (i < HOLDERS)
			__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
		pthread_join(threads[i], &wrong);
		CHECK_MSG(!wrong, "%lu wrong answers",
			  (unsigned long)(uintptr_t)wrong);
	}
	CHECK(held && removed);
	CHECK(!cpit_module_unregister(&module));
	CHECK(!cpit_module_unregister(&other));
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
