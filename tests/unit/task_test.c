/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a task, and who goes next (SLG-11). */
#include "../../rt/sched/task.h"
#include "check.h"
#include <catchpit/embed.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------- around them */

static jmp_buf panics;
static const char *why;
static bool due[8];			/* of the chain of that number */

void cpit_embed_panic(const char *text, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	(void)pc;
	(void)addr;
	(void)during;
	why = text;
	longjmp(panics, 1);
}

static uint64_t time_now;

uint64_t cpit_embed_now(void)
{
	return time_now;
}

bool cpit_chain_due(struct cpit_activation *top)
{
	return due[(uintptr_t)top];
}

static unsigned moves;
static enum cpit_task_state last_from, last_to;

void cpit_task_moved(const struct cpit_task *t, enum cpit_task_state from,
		     enum cpit_task_state to)
{
	(void)t;
	moves++;
	last_from = from;
	last_to = to;
}

/* ---------------------------------------------------------------- states */

/* Loaded, ready, in host, guest, preempted, asleep; the ends in small letters. */
static const char letters[] = "LRHGPArtepd";
/* Every step there is, once more, as pairs of these. */
static const char steps[] =
	"LR Ld RH HG HR HA Hr GH GP Gr Gt Ge PG AR "
	"rH rd tH td tp eH ed pH pd ";

static bool wanted(unsigned from, unsigned to)
{
	char pair[4] = { letters[from], letters[to], ' ', '\0' };

	return strstr(steps, pair) != NULL;
}

static bool makes(unsigned from, unsigned to)
{
	struct cpit_task t;

	memset(&t, 0, sizeof(t));
	t.state = from;
	why = NULL;
	moves = 0;
	if (setjmp(panics)) {
		CHECK(t.state == from && !moves);
		return false;
	}
	cpit_task_move(&t, (enum cpit_task_state)to);
	CHECK(cpit_task_state(&t) == to && moves == 1);
	CHECK(last_from == from && last_to == to);
	return true;
}

static void all_pairs(void)
{
	unsigned from, to, n = 0;
	char text[100];

	CHECK(sizeof(letters) - 1 == CPIT_TASK_STATES);
	for (from = 0; from < CPIT_TASK_STATES; from++)
		for (to = 0; to < CPIT_TASK_STATES; to++) {
			enum cpit_task_state f = (enum cpit_task_state)from;
			enum cpit_task_state t = (enum cpit_task_state)to;

			CHECK_MSG(cpit_task_legal(f, t) == wanted(from, to),
				  "%s to %s", cpit_task_state_name(f),
				  cpit_task_state_name(t));
			CHECK(makes(from, to) == wanted(from, to));
			n += wanted(from, to);
			if (wanted(from, to))
				continue;
			snprintf(text, sizeof(text), "a task cannot go from "
				 "%s to %s", cpit_task_state_name(f),
				 cpit_task_state_name(t));
			CHECK(why && !strcmp(why, text));
		}
	CHECK(n == (sizeof(steps) - 1) / 3);
}

static void names(void)
{
	unsigned i, k;

	for (i = 0; i < CPIT_TASK_STATES; i++)
		for (k = 0; k < i; k++)
			CHECK(strcmp(cpit_task_state_name(i),
				     cpit_task_state_name(k)));
	CHECK(!strcmp(cpit_task_state_name(CPIT_TASK_STATES), "?"));
	CHECK(!cpit_task_legal(CPIT_TASK_STATES, CPIT_TASK_READY));
	CHECK(!cpit_task_legal(CPIT_TASK_LOADED, CPIT_TASK_STATES));
}

/* ----------------------------------------------------------------- queues */

enum { N = 6 };

static struct cpit_sched sched;
static struct cpit_task task[N];

static void fresh(void)
{
	unsigned i;

	memset(&sched, 0, sizeof(sched));
	memset(task, 0, sizeof(task));
	memset(due, 0, sizeof(due));
	sched.opt.quantum_ns = 1000;
	for (i = 0; i < N; i++)
		task[i].state = CPIT_TASK_READY;
}

static int took(void)
{
	struct cpit_task *t = cpit_ready_take(&sched);

	return t ? (int)(t - task) : -1;
}

static void takes_turns(void)
{
	int i;

	fresh();
	CHECK(took() == -1);
	for (i = 0; i < N; i++)
		cpit_ready_put(&sched, &task[i]);
	CHECK(sched.ready.count == N);
	for (i = 0; i < 4 * N; i++) {
		CHECK(took() == i % N);
		cpit_ready_put(&sched, &task[i % N]);
	}
	for (i = 0; i < N; i++)
		CHECK(took() == i);
	CHECK(took() == -1 && !sched.ready.count);
}

/* Earliest first, equal ones in turn, before all that have none. */
static void earliest_first(void)
{
	static const uint64_t at[N] = { 0, 900, 300, 0, 300, 500 };
	static const int order[N] = { 2, 4, 5, 1, 0, 3 };
	int i;

	fresh();
	for (i = 0; i < N; i++) {
		task[i].deadline = at[i];
		cpit_ready_put(&sched, &task[i]);
	}
	for (i = 0; i < N; i++) {
		CHECK(sched.earliest == task[order[i]].deadline);
		CHECK(took() == order[i]);
	}
	CHECK(sched.earliest == 0);
}

/* Who has used less goes first; sleeping saves nothing up. */
static void least_used_first(void)
{
	fresh();
	task[0].used = 300;
	task[1].used = 100;
	task[2].used = 200;
	cpit_ready_put(&sched, &task[0]);
	cpit_ready_put(&sched, &task[1]);
	cpit_ready_put(&sched, &task[2]);
	CHECK(took() == 1);
	task[1].used += 150;
	cpit_ready_put(&sched, &task[1]);
	CHECK(took() == 2 && took() == 1);
	cpit_ready_put(&sched, &task[3]);	/* comes late, with nothing */
	CHECK(task[3].used == 250);
	CHECK(took() == 3 && took() == 0 && took() == -1);
}

static void makes_room(void)
{
	struct cpit_task *me = &task[0];

	fresh();
	me->since = 5000;
	CHECK(!cpit_ready_before(&sched, me, 9000));	/* alone */
	cpit_ready_put(&sched, &task[1]);
	CHECK(!cpit_ready_before(&sched, me, 5999));
	CHECK(cpit_ready_before(&sched, me, 6000));	/* its turn is over */
	me->deadline = 7000;
	CHECK(!cpit_ready_before(&sched, me, 9000));	/* goes before */
	task[2].deadline = 8000;
	cpit_ready_put(&sched, &task[2]);
	CHECK(!cpit_ready_before(&sched, me, 9000));	/* still */
	task[3].deadline = 6500;
	cpit_ready_put(&sched, &task[3]);
	CHECK(cpit_ready_before(&sched, me, 5001));	/* at once */
	CHECK(took() == 3 && took() == 2 && took() == 1);
	/* Nobody is ready, but somebody may want to be woken. */
	task[4].state = CPIT_TASK_ASLEEP;
	cpit_tasks_put(&sched.asleep, &task[4]);
	CHECK(!cpit_ready_before(&sched, me, 5999));
	CHECK(cpit_ready_before(&sched, me, 6000));
}

static void wakes(void)
{
	static const uint64_t at[N] = { 50, 10, 30, 99, 10, 70 };
	int i;

	fresh();
	for (i = 0; i < N; i++) {
		task[i].state = CPIT_TASK_ASLEEP;
		task[i].wake_at = at[i];
		task[i].top = (struct cpit_activation *)(uintptr_t)i;
		cpit_tasks_put(&sched.asleep, &task[i]);
	}
	cpit_asleep_wake(&sched, 9);
	CHECK(took() == -1 && sched.asleep.count == N);
	time_now = 33;			/* a little later */
	cpit_asleep_wake(&sched, 30);
	CHECK(took() == 1 && took() == 2 && took() == 4 && took() == -1);
	CHECK(!task[1].cut && task[1].left_at == 33);
	due[5] = true;			/* killed in its sleep */
	cpit_asleep_wake(&sched, 31);
	CHECK(took() == 5 && took() == -1 && task[5].cut);
	CHECK(task[5].state == CPIT_TASK_READY);
	cpit_asleep_wake(&sched, UINT64_MAX);
	CHECK(took() == 0 && took() == 3 && !sched.asleep.count);
}

/* Against a model: an array in the order of arrival. */
static void random_queue(void)
{
	int in[N], n = 0, i, k, best;
	uint64_t seed = 1, x;

	fresh();
	for (i = 0; i < N; i++)
		task[i].next = &task[i];	/* not on a list */
	for (k = 0; k < 20000; k++) {
		x = check_random(&seed);
		i = (int)(x >> 33) % N;
		if (x >> 63 || !n) {
			if (task[i].next != &task[i])
				continue;
			task[i].deadline = x >> 40 & 3;
			in[n++] = i;
			cpit_ready_put(&sched, &task[i]);
			continue;
		}
		for (best = 0, i = 1; i < n; i++) {
			uint64_t d = task[in[i]].deadline;
			uint64_t b = task[in[best]].deadline;

			if (d && (!b || d < b))
				best = i;
		}
		CHECK(took() == in[best]);
		task[in[best]].next = &task[in[best]];
		memmove(&in[best], &in[best + 1],
			(size_t)(--n - best) * sizeof(*in));
		CHECK(sched.ready.count == (unsigned)n);
	}
}

int main(void)
{
	all_pairs();
	names();
	takes_turns();
	earliest_first();
	least_used_first();
	makes_room();
	wakes();
	random_queue();
	return check_done();
}
