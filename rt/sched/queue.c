/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who goes next.  The lists are short: one entry a task that waits, so they are
 * walked.  Under the scheduler's lock, but for cpit_ready_before().
 */
#include "task.h"
#include <catchpit/embed.h>
#include <stddef.h>

void cpit_tasks_put(struct cpit_tasks *l, struct cpit_task *t)
{
	struct cpit_task **link = &l->first;

	while (*link)
		link = &(*link)->next;
	t->next = NULL;
	*link = t;
	__atomic_store_n(&l->count, l->count + 1, __ATOMIC_RELAXED);
}

static struct cpit_task *take(struct cpit_tasks *l, struct cpit_task **link)
{
	struct cpit_task *t = *link;

	*link = t->next;
	__atomic_store_n(&l->count, l->count - 1, __ATOMIC_RELAXED);
	return t;
}

static bool earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b);
}

static bool goes_before(const struct cpit_task *a, const struct cpit_task *b)
{
	if (a->deadline || b->deadline)
		return earlier(a->deadline, b->deadline);
	return a->used < b->used;
}

/* Of equals the one that has waited longest. */
static struct cpit_task **best(struct cpit_sched *s)
{
	struct cpit_task **found = &s->ready.first, **link = found;

	for (; *link; link = &(*link)->next)
		if (goes_before(*link, *found))
			found = link;
	return found;
}

static void note_earliest(struct cpit_sched *s)
{
	struct cpit_task *t = *best(s);

	__atomic_store_n(&s->earliest, t ? t->deadline : 0, __ATOMIC_RELAXED);
}

/* Who has slept does not catch up on what he did not use. */
void cpit_ready_put(struct cpit_sched *s, struct cpit_task *t)
{
	if (t->used < s->used)
		t->used = s->used;
	cpit_tasks_put(&s->ready, t);
	note_earliest(s);
}

struct cpit_task *cpit_ready_take(struct cpit_sched *s)
{
	struct cpit_task **link = best(s), *t;

	if (!*link)
		return NULL;
	t = take(&s->ready, link);
	if (!t->deadline)
		s->used = t->used;
	note_earliest(s);
	return t;
}

/* In the tick, without the lock: what is missed is seen by the next one. */
bool cpit_ready_before(const struct cpit_sched *s, const struct cpit_task *t,
		       uint64_t now)
{
	uint64_t earliest = __atomic_load_n(&s->earliest, __ATOMIC_RELAXED);

	if (earlier(earliest, t->deadline))
		return true;
	if (now - t->since < s->opt.quantum_ns)
		return false;
	/* Sleepers are looked after by whoever comes by. */
	if (__atomic_load_n(&s->asleep.count, __ATOMIC_RELAXED))
		return true;
	return __atomic_load_n(&s->ready.count, __ATOMIC_RELAXED) &&
	       !earlier(t->deadline, earliest);
}

void cpit_asleep_wake(struct cpit_sched *s, uint64_t now)
{
	struct cpit_task **link = &s->asleep.first, *t;

	while ((t = *link)) {
		t->cut = cpit_chain_due(t->top);
		if (now < t->wake_at && !t->cut) {
			link = &t->next;
			continue;
		}
		take(&s->asleep, link);
		/* Not `now': what is due by now stays due (cpit_chain_delay). */
		t->left_at = cpit_embed_now();
		cpit_task_move(t, CPIT_TASK_READY);
		cpit_ready_put(s, t);
	}
}
