/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While others live (lives.c), CPU 0 kills what they have, in the middle of
 * anything.  From then on the model may be wrong, until all begins anew.
 */
#include "lives.h"
#include <arch/machine.h>

static void lock(struct life *l)
{
	while (__atomic_exchange_n(&l->lock, 1, __ATOMIC_ACQUIRE))
		;
}

static void unlock(struct life *l)
{
	__atomic_store_n(&l->lock, 0, __ATOMIC_RELEASE);
}

void show_prey(struct life *l, const struct node *n, struct cpit_instance *inst)
{
	lock(l);
	l->prey[n - l->nodes] = inst;
	unlock(l);
}

void show_bait(struct life *l, struct cpit_instance *inst)
{
	lock(l);
	l->bait = inst;
	unlock(l);
}

bool is_hit(const struct life *l)
{
	return __atomic_load_n(&l->hit, __ATOMIC_ACQUIRE);
}

void set_hit(struct life *l, bool hit)
{
	__atomic_store_n(&l->hit, hit, __ATOMIC_RELEASE);
}

static bool is_over(const struct life *l)
{
	return __atomic_load_n(&l->over, __ATOMIC_ACQUIRE);
}

static void wait(uint64_t ns)
{
	uint64_t end = cpit_board_ns() + ns;

	while (cpit_board_ns() < end)
		;
}

static bool are_over(const struct life *lives, unsigned n)
{
	unsigned i;

	for (i = 1; i < n && is_over(&lives[i]); i++)
		;
	return i == n;
}

void hunt(struct life *lives, unsigned n, unsigned kills)
{
	struct cpit_instance *inst;
	struct life *l;

	/* What spins has to be killed, however many have been. */
	while (!are_over(lives, n)) {
		l = &lives[1 + below(n - 1)];
		lock(l);
		inst = l->bait;
		if (!inst && !below(16))
			inst = l->prey[below(NODES)];
		if (inst) {
			set_hit(l, true);
			CHECK(cpit_kill(inst, CPIT_SIGKILL) == 0);
			kills -= kills > 0;
		}
		l->enough = !kills;
		unlock(l);
		wait(below(200) * 1000);
	}
}

bool is_enough(struct life *l)
{
	bool enough;

	lock(l);
	enough = l->enough;
	unlock(l);
	return enough;
}

void set_over(struct life *l)
{
	__atomic_store_n(&l->over, true, __ATOMIC_RELEASE);
}
