/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop that each CPU runs, and the ways from a task back to it.
 *
 * A task leaves its CPU by landing in the loop, as a trap lands in cpit_enter():
 * from a tick by the exception return, with all registers put by in the task;
 * from host code with those that a call keeps.  The loop, on its own stack,
 * then decides what becomes of the task (T1).
 */
#include "task.h"
#include <catchpit/embed.h>
#include <stddef.h>
#include <string.h>

enum { QUANTUM_NS = 1000000 };

/* Why a task is off its CPU; 0 is nobody's. */
enum { PREEMPTED = 1, YIELDED, SLEEPS, ENDED };

/* On the stack of cpit_sched_run(). */
struct cpit_loop {
	struct cpit_jmp jmp;
	struct cpit_sched *sched;
	struct cpit_task *current;	/* NULL: in the loop itself */
};

static void lock(struct cpit_sched *s)
{
	while (__atomic_exchange_n(&s->lock, 1, __ATOMIC_ACQUIRE))
		;
}

static void unlock(struct cpit_sched *s)
{
	__atomic_store_n(&s->lock, 0, __ATOMIC_RELEASE);
}

int cpit_sched_create(struct cpit_sched **out,
		      const struct cpit_sched_options *opt)
{
	struct cpit_sched *s = cpit_embed_alloc(sizeof(*s));

	if (!s)
		return -CPIT_ENOMEM;
	if (opt)
		s->opt = *opt;
	if (!s->opt.quantum_ns)
		s->opt.quantum_ns = QUANTUM_NS;
	*out = s;
	return 0;
}

int cpit_sched_destroy(struct cpit_sched *s)
{
	if (__atomic_load_n(&s->users, __ATOMIC_ACQUIRE))
		return -CPIT_EBUSY;
	cpit_embed_free(s, sizeof(*s));
	return 0;
}

/* --------------------------------------------------- from a task to the loop */

struct cpit_task *cpit_task_self(void)
{
	const struct cpit_cpu *cpu = cpit_embed_cpu();

	return cpu && cpu->loop ? cpu->loop->current : NULL;
}

/* What it has used, and since when it waits. */
static void off_cpu(struct cpit_task *t)
{
	t->left_at = cpit_embed_now();
	t->ran += t->left_at - t->since;
	t->used += t->left_at - t->since;
	t->top = cpit_cpu_swap(NULL);
}

/* In cpit_arch_enter(), which has filled t->jmp, on the stack of the task. */
static void go(void *task, union cpit_value *why)
{
	struct cpit_loop *l = cpit_embed_cpu()->loop;

	off_cpu(task);
	cpit_arch_land(&l->jmp, (uintptr_t)why);
}

/*
 * Returns when it is the task's turn again, maybe on another CPU.  Not inlined:
 * nothing that was found out about the old CPU is still known behind it.
 */
static __attribute__((noinline)) void switch_away(struct cpit_task *t,
						  uintptr_t why)
{
	t->preempted = false;
	cpit_arch_enter(&t->jmp, 0, go, t, (union cpit_value *)why);
}

/* Away from host code and back, into the state it was in. */
static void pause_task(struct cpit_task *t, uintptr_t why)
{
	enum cpit_task_state was = cpit_task_state(t);

	cpit_task_to_host(t);
	switch_away(t, why);
	if (was == CPIT_TASK_RUNNING_GUEST)
		cpit_task_move(t, was);
}

void cpit_task_yield(void)
{
	struct cpit_task *t = cpit_task_self();

	if (t)
		pause_task(t, YIELDED);
}

bool cpit_task_sleep(uint64_t until)
{
	struct cpit_task *t = cpit_task_self();

	if (!t || cpit_chain_due(cpit_embed_cpu()->top))
		return false;
	t->wake_at = until;
	pause_task(t, SLEEPS);
	return !t->cut;
}

void cpit_task_deadline(uint64_t at)
{
	struct cpit_task *t = cpit_task_self();

	if (t)
		t->deadline = at;
}

/* The turn may be over: at an import's return that made up for ticks (SLG-12). */
static void at_edge(void)
{
	struct cpit_task *t = cpit_task_self();

	if (t && cpit_ready_before(t->sched, t, cpit_embed_now()))
		pause_task(t, YIELDED);
}

void cpit_task_enter(void)
{
	struct cpit_task *t = cpit_task_self();

	if (!t || t->calls++)
		return;
	cpit_task_to_host(t);
	at_edge();		/* or one whose calls are short went on and on */
	cpit_task_move(t, CPIT_TASK_RUNNING_GUEST);
}

void cpit_task_leave(const struct cpit_outcome *out)
{
	struct cpit_task *t = cpit_task_self();

	if (!t || (t->calls && --t->calls))
		return;
	if (!out)
		cpit_task_move(t, CPIT_TASK_IN_HOST);
	else if (out->end == CPIT_RETURNED)
		cpit_task_move(t, CPIT_TASK_RETURNED);
	else if (out->end == CPIT_EXITED)
		cpit_task_move(t, CPIT_TASK_EXITED);
	else
		cpit_task_move(t, CPIT_TASK_TRAPPED);
	if (out && (out->trap == CPIT_TRAP_KILLED ||
		    out->trap == CPIT_TRAP_CPU_LIMIT))
		cpit_task_move(t, CPIT_TASK_POISONED);
}

enum cpit_verdict cpit_sched_tick(const struct cpit_fault *at,
				  const void *frame, struct cpit_landing *land)
{
	enum cpit_verdict v = cpit_tick(at, land);
	struct cpit_task *t = cpit_task_self();
	struct cpit_loop *l;

	if (v == CPIT_UNWOUND || !t || !cpit_guest_at(at->pc) ||
	    !cpit_ready_before(t->sched, t, cpit_embed_now()))
		return v;
	if (cpit_task_state(t) != CPIT_TASK_RUNNING_GUEST) {
		cpit_task_to_host(t);	/* of a call that it told nobody of */
		cpit_task_move(t, CPIT_TASK_RUNNING_GUEST);
	}
	cpit_task_move(t, CPIT_TASK_PREEMPTED);
	cpit_arch_float_save(&t->context);	/* before memcpy() uses one */
	memcpy(&t->context, frame, sizeof(t->context.regs));
	t->preempted = true;
	off_cpu(t);
	l = cpit_embed_cpu()->loop;
	land->pc = (uintptr_t)cpit_arch_land;
	land->sp = l->jmp.sp;
	land->arg0 = (uintptr_t)&l->jmp;
	land->arg1 = PREEMPTED;
	return CPIT_UNWOUND;
}

/* --------------------------------------------------- from the loop to a task */

static void first(void *task, union cpit_value *v)
{
	struct cpit_task *t = task;

	(void)v;
	t->fn(t->arg);
	/* Or running-guest, preempted in a call that it has told nobody of. */
	if (cpit_task_state(t) <= CPIT_TASK_RUNNING_GUEST)
		cpit_task_move(t, CPIT_TASK_RETURNED);
	/* Not a return: cpit_arch_enter() was another loop's by now. */
	go(t, (union cpit_value *)(uintptr_t)ENDED);
}

static void again(void *task, union cpit_value *v)
{
	struct cpit_task *t = task;

	(void)v;
	if (t->preempted)
		cpit_arch_resume(&t->context);
	cpit_arch_land(&t->jmp, 1);
}

/* Why it came back. */
static uintptr_t run(struct cpit_loop *l, struct cpit_task *t)
{
	uintptr_t stack = 0;

	t->since = cpit_embed_now();
	if (t->preempted) {
		cpit_task_move(t, CPIT_TASK_RUNNING_GUEST);
	} else {
		cpit_task_move(t, CPIT_TASK_IN_HOST);
		if (!t->begun)
			stack = (uintptr_t)t->map + t->map_size;
	}
	cpit_chain_delay(t->top, t->since - t->left_at);
	l->current = t;
	cpit_cpu_swap(t->top);
	if (!t->begun) {
		t->begun = true;
		return cpit_arch_enter(&l->jmp, stack, first, t, NULL);
	}
	return cpit_arch_enter(&l->jmp, 0, again, t, NULL);
}

static void put_back(struct cpit_sched *s, struct cpit_task *t, uintptr_t why)
{
	lock(s);
	switch (why) {
	case YIELDED:
		cpit_task_move(t, CPIT_TASK_READY);
		/* fall through */
	case PREEMPTED:
		cpit_ready_put(s, t);
		break;
	case SLEEPS:
		cpit_task_move(t, CPIT_TASK_ASLEEP);
		cpit_tasks_put(&s->asleep, t);
		break;
	case ENDED:
		s->live--;
		__atomic_store_n(&t->ended, 1, __ATOMIC_RELEASE);
		break;
	}
	unlock(s);
}

/* The next one for this CPU; NULL when all have ended. */
static struct cpit_task *next(struct cpit_sched *s)
{
	struct cpit_task *t;
	bool over;

	for (;;) {
		lock(s);
		cpit_asleep_wake(s, cpit_embed_now());
		t = cpit_ready_take(s);
		over = !s->live;
		unlock(s);
		if (t || over)
			return t;
		if (s->opt.idle)
			s->opt.idle(s->opt.ctx);
	}
}

int cpit_sched_run(struct cpit_sched *s)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();
	struct cpit_loop l = { .sched = s };
	struct cpit_task *t;

	if (!cpu || !cpu->ready)
		return -CPIT_ENOTREADY;
	if (cpu->top || cpu->loop)
		return -CPIT_EBUSY;
	__atomic_fetch_add(&s->users, 1, __ATOMIC_RELAXED);
	cpu->at_edge = at_edge;
	cpu->loop = &l;
	while ((t = next(s))) {
		uintptr_t why = run(&l, t);

		l.current = NULL;
		put_back(s, t, why);
	}
	cpu->loop = NULL;
	cpu->at_edge = NULL;
	__atomic_fetch_sub(&s->users, 1, __ATOMIC_RELEASE);
	return 0;
}

/* ------------------------------------------------------------------- tasks */

enum { STACK = 32 << 10, PAGE = 4096 };

/* Above a page of nothing, where the kernel has address space to give. */
static bool make_stack(struct cpit_task *t, size_t size)
{
	if (size > SIZE_MAX - 2 * PAGE)
		return false;
	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	t->map_size = size + PAGE;
	t->map = cpit_embed_reserve(t->map_size);
	t->guarded = t->map != NULL;
	if (t->guarded && !cpit_embed_commit(t->map + PAGE, size,
					     CPIT_COMMIT_NOW)) {
		cpit_embed_release(t->map, t->map_size);
		return false;
	}
	if (!t->guarded)
		t->map = cpit_embed_alloc(t->map_size);
	return t->map != NULL;
}

int cpit_task_create(struct cpit_sched *s, void (*fn)(void *arg), void *arg,
		     const struct cpit_task_options *opt,
		     struct cpit_task **out)
{
	struct cpit_task *t = cpit_embed_alloc(sizeof(*t));

	if (!t)
		return -CPIT_ENOMEM;
	if (!make_stack(t, opt && opt->stack_size ? opt->stack_size : STACK)) {
		cpit_embed_free(t, sizeof(*t));
		return -CPIT_ENOMEM;
	}
	t->sched = s;
	t->fn = fn;
	t->arg = arg;
	t->deadline = opt ? opt->deadline : 0;
	__atomic_fetch_add(&s->users, 1, __ATOMIC_RELAXED);
	*out = t;
	return 0;
}

int cpit_task_start(struct cpit_task *t)
{
	struct cpit_sched *s = t->sched;

	if (cpit_task_state(t) != CPIT_TASK_LOADED)
		return -CPIT_EINVAL;
	lock(s);
	t->left_at = cpit_embed_now();
	cpit_task_move(t, CPIT_TASK_READY);
	cpit_ready_put(s, t);
	s->live++;
	unlock(s);
	return 0;
}

int cpit_task_destroy(struct cpit_task *t)
{
	struct cpit_sched *s = t->sched;

	if (cpit_task_state(t) != CPIT_TASK_LOADED && !cpit_task_ended(t))
		return -CPIT_EBUSY;
	cpit_task_move(t, CPIT_TASK_DESTROYED);
	if (t->guarded)
		cpit_embed_release(t->map, t->map_size);
	else
		cpit_embed_free(t->map, t->map_size);
	cpit_embed_free(t, sizeof(*t));
	__atomic_fetch_sub(&s->users, 1, __ATOMIC_RELEASE);
	return 0;
}

bool cpit_task_ended(const struct cpit_task *t)
{
	return __atomic_load_n(&t->ended, __ATOMIC_ACQUIRE);
}

uint64_t cpit_task_ran(const struct cpit_task *t)
{
	return __atomic_load_n(&t->ran, __ATOMIC_RELAXED);
}
