/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a task, and the steps there are (SLG-11). */
#include "task.h"
#include <catchpit/embed.h>
#include <string.h>

#define BIT(state) (1u << CPIT_TASK_##state)

/* One row a state: what may come after it. */
static const uint16_t steps[CPIT_TASK_STATES] = {
	[CPIT_TASK_LOADED] = BIT(READY) | BIT(DESTROYED),
	[CPIT_TASK_READY] = BIT(IN_HOST),
	[CPIT_TASK_IN_HOST] = BIT(RUNNING_GUEST) | BIT(READY) | BIT(ASLEEP) |
			      BIT(RETURNED),
	[CPIT_TASK_RUNNING_GUEST] = BIT(IN_HOST) | BIT(PREEMPTED) |
				    BIT(RETURNED) | BIT(TRAPPED) | BIT(EXITED),
	[CPIT_TASK_PREEMPTED] = BIT(RUNNING_GUEST),
	[CPIT_TASK_ASLEEP] = BIT(READY),
	/* The function goes on, and may call again. */
	[CPIT_TASK_RETURNED] = BIT(IN_HOST) | BIT(DESTROYED),
	[CPIT_TASK_TRAPPED] = BIT(IN_HOST) | BIT(POISONED) | BIT(DESTROYED),
	[CPIT_TASK_EXITED] = BIT(IN_HOST) | BIT(DESTROYED),
	[CPIT_TASK_POISONED] = BIT(IN_HOST) | BIT(DESTROYED),
	[CPIT_TASK_DESTROYED] = 0,
};

const char *cpit_task_state_name(enum cpit_task_state state)
{
	static const char *const names[CPIT_TASK_STATES] = {
		"loaded", "ready", "in-host", "running-guest", "preempted",
		"asleep", "returned", "trapped", "exited", "poisoned",
		"destroyed",
	};

	return (unsigned)state < CPIT_TASK_STATES ? names[state] : "?";
}

bool cpit_task_legal(enum cpit_task_state from, enum cpit_task_state to)
{
	return (unsigned)from < CPIT_TASK_STATES &&
	       (unsigned)to < CPIT_TASK_STATES && steps[from] >> to & 1;
}

static char *append(char *to, const char *text)
{
	size_t n = strlen(text);

	memcpy(to, text, n + 1);
	return to + n;
}

static _Noreturn void no_such_step(enum cpit_task_state from,
				   enum cpit_task_state to)
{
	static char why[80];
	char *p = append(why, "a task cannot go from ");

	p = append(p, cpit_task_state_name(from));
	p = append(p, " to ");
	append(p, cpit_task_state_name(to));
	cpit_embed_panic(why, 0, 0, 0);
}

void cpit_task_move(struct cpit_task *t, enum cpit_task_state to)
{
	enum cpit_task_state from = cpit_task_state(t);

	if (!cpit_task_legal(from, to))
		no_such_step(from, to);
	cpit_task_moved(t, from, to);
	__atomic_store_n(&t->state, to, __ATOMIC_RELEASE);
}

void cpit_task_to_host(struct cpit_task *t)
{
	if (cpit_task_state(t) != CPIT_TASK_IN_HOST)
		cpit_task_move(t, CPIT_TASK_IN_HOST);
}

enum cpit_task_state cpit_task_state(const struct cpit_task *t)
{
	return (enum cpit_task_state)__atomic_load_n(&t->state,
						     __ATOMIC_ACQUIRE);
}
