/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, traps, console, and the hooks that are not about memory. */
#include "kernel.h"

enum { THREADS = 16, PAINT = 0x5a };

void *memcpy(void *dest, const void *src, size_t n);
void *memset(void *dest, int c, size_t n);

struct cpu cpus[CPUS];

/* ------------------------------------------------------------------ console */

static struct lock console;
unsigned failures;

static void put_raw(const char *text)
{
	for (; *text; text++)
		machine_putc(*text);
}

void put(const char *text)
{
	uintptr_t flags = lock(&console);

	put_raw(text);
	unlock(&console, flags);
}

static const char *digits(uint64_t v, unsigned base, char buf[24])
{
	char *p = buf + 23;

	*p = '\0';
	do {
		*--p = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	return p;
}

void put_number(uint64_t v, unsigned base)
{
	char buf[24];

	put(digits(v, base, buf));
}

void check(bool good, const char *name, int line, uint64_t v)
{
	uintptr_t flags;
	char buf[24];

	if (good)
		return;
	flags = lock(&console);
	failures++;
	put_raw("FAIL ");
	put_raw(name);
	put_raw(": line ");
	put_raw(digits((uint64_t)line, 10, buf));
	put_raw(", value ");
	put_raw(digits(v, 10, buf));
	put_raw("\n");
	unlock(&console, flags);
}

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	char buf[24];

	irq_save();
	put_raw("panic: ");
	put_raw(why);
	put_raw(" pc=0x");
	put_raw(digits(pc, 16, buf));
	put_raw(" addr=0x");
	put_raw(digits(addr, 16, buf));
	put_raw(" during=0x");
	put_raw(digits(during, 16, buf));
	put_raw("\n");
	machine_exit(1);
}

/* ------------------------------------------------------------------ threads */

static struct thread threads[THREADS];
static struct lock sched;
bool block_per_thread;
uint64_t swapped_inside;	/* switches away from wasm in progress */

/* Read with interrupts off: this thread may be moved in between. */
struct cpit_cpu *cpit_embed_cpu(void)
{
	uintptr_t flags = irq_save();
	struct cpu *c = this_cpu();
	struct cpit_cpu *block = block_per_thread ? &c->current->block
						  : &c->block;

	irq_restore(flags);
	return block;
}

uint64_t cpit_embed_now(void)
{
	return machine_ns();
}

static void thread_begin(void *arg)
{
	struct thread *t = arg;

	if (block_per_thread)
		cpit_cpu_init(&t->block);
	t->fn(t->arg);
	if (block_per_thread && cpit_cpu_exit(&t->block))
		cpit_embed_panic("a thread ends in wasm", 0, 0, 0);
	irq_save();
	t->state = ENDING;	/* DEAD when nobody is on its stack any more */
	for (;;)
		yield();
}

static struct thread *unused(void)
{
	struct thread *t;

	for (t = threads; t < threads + THREADS; t++)
		if (t->state == FREE)
			return t;
	cpit_embed_panic("too many threads", 0, 0, 0);
}

struct thread *thread_new(void (*fn)(void *), void *arg, int only_on)
{
	uintptr_t flags = lock(&sched);
	struct thread *t = unused();

	memset(t, 0, sizeof(*t));
	t->only_on = only_on;
	t->stack = page_alloc(1);
	t->fn = fn;
	t->arg = arg;
	fp_save(t->fp);
	frame_new((struct frame *)t->frame, thread_begin, t,
		  (uintptr_t)t->stack + STACK);
	t->state = READY;
	unlock(&sched, flags);
	return t;
}

void thread_boot(struct cpu *c)
{
	uintptr_t flags = lock(&sched);
	struct thread *t = unused();

	t->only_on = (int)c->id;
	t->state = RUNNING;
	c->current = t;
	unlock(&sched, flags);
}

unsigned stack_most[PATHS];

/* The page that a stack is, or ends in. */
static volatile uint8_t *page_of(uintptr_t sp)
{
	return (volatile uint8_t *)(sp & -(uintptr_t)STACK);
}

__attribute__((noinline))
void stack_begin(void)
{
	enum { OURS = 64 };
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
	volatile uint8_t *at = page_of(sp);

	while ((uintptr_t)at < sp - OURS)
		*at++ = PAINT;
}

__attribute__((noinline))
void stack_end(enum path path)
{
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0), flags;
	volatile uint8_t *at = page_of(sp);

	while ((uintptr_t)at < sp && *at == PAINT)
		at++;
	flags = lock(&sched);
	if (sp - (uintptr_t)at > stack_most[path])
		stack_most[path] = (unsigned)(sp - (uintptr_t)at);
	unlock(&sched, flags);
}

void thread_free(struct thread *t)
{
	page_free(t->stack, 1);
	t->state = FREE;
}

/* The next one after this that may run here, or this one. */
static struct thread *next_thread(const struct cpu *c)
{
	size_t at = (size_t)(c->current - threads), i;

	for (i = 1; i < THREADS; i++) {
		struct thread *t = &threads[(at + i) % THREADS];

		if (t->state == READY &&
		    (t->only_on < 0 || t->only_on == (int)c->id))
			return t;
	}
	return c->current;
}

static void switch_threads(struct frame *f, bool preempted)
{
	uintptr_t flags = lock(&sched);
	struct cpu *c = this_cpu();
	struct thread *old = c->current, *new = next_thread(c);

	if (new != old) {
		memcpy(old->frame, f, frame_size);
		memcpy(f, new->frame, frame_size);
#ifndef NO_FP			/* negative controls, both */
		fp_save(old->fp);
		fp_load(new->fp);
#endif
#if defined(BY_GS) && !defined(NO_BASE)
		if (block_per_thread) {		/* else cpit_cpu_swap() does */
			__asm__ volatile("rdgsbase %0" : "=r"(old->base));
			__asm__ volatile("wrgsbase %0" : : "r"(new->base));
		}
#endif
#ifndef NO_SWAP
		if (!block_per_thread)
			old->chain = cpit_cpu_swap(new->chain);
#endif
		if (preempted && (block_per_thread ? old->block.top
						   : old->chain))
			swapped_inside++;
		if (old->state == RUNNING)
			old->state = READY;
		else
			old->state = DEAD;
		new->state = RUNNING;
		c->current = new;
	}
	unlock(&sched, flags);
}

/* -------------------------------------------------------------------- traps */

uint64_t broke, recovered, claim_max;
bool tasks_run;

/* Faults that are the kernel's own: told once, in the frame as it came (K23-07). */
static bool handle(struct frame *f, const struct cpit_fault *fault)
{
	if (fault->cause == CPIT_CAUSE_BREAK) {
		frame_skip_breakpoint(f);
		__atomic_fetch_add(&broke, 1, __ATOMIC_RELAXED);
		return true;
	}
	if (fault->pc == (uintptr_t)try_load_pc) {
		frame_set_pc(f, (uintptr_t)try_load_failed);
		__atomic_fetch_add(&recovered, 1, __ATOMIC_RELAXED);
		return true;
	}
	return false;
}

static bool same(const uint8_t *a, const void *frame)
{
	const uint8_t *b = frame;
	size_t i = 0;

	while (i < frame_size && a[i] == b[i])
		i++;
	return i == frame_size;
}

static void fault_happened(struct frame *f, const struct cpit_fault *fault)
{
	uint8_t *kept = this_cpu()->kept_frame;
	struct cpit_landing l;
	enum cpit_verdict v;
	uint64_t took;

	memcpy(kept, f, frame_size);
	took = instructions();
	v = cpit_trap_claim(fault, &l);
	took = instructions() - took;
	if (!same(kept, f))
		cpit_embed_panic("the claim changed the frame (K23-07)",
				 fault->pc, fault->addr, 0);
	if (v == CPIT_UNWOUND && took > claim_max)
		claim_max = took;
	if (v == CPIT_UNWOUND)
		frame_land(f, &l);
	else if (v == CPIT_BROKEN || (v == CPIT_NOT_OURS && !handle(f, fault)))
		cpit_embed_panic(v == CPIT_BROKEN ? "fault in module text" :
				 "fault in the kernel", fault->pc, fault->addr,
				 0);
}

void kernel_trap(struct frame *f, enum event e, const struct cpit_fault *at)
{
	struct cpu *c = this_cpu();
	struct cpit_landing l;

	if (c->in_trap)
		cpit_embed_panic("fault in the trap handler", frame_pc(f),
				 at->addr, c->in_trap);
	c->in_trap = frame_pc(f);
	if (e == FAULT)
		fault_happened(f, at);
	if (e == TIMER && (tasks_run ? cpit_sched_tick(at, f, &l)
				     : cpit_tick(at, &l)) == CPIT_UNWOUND)
		frame_land(f, &l);
	if (e != FAULT)
		switch_threads(f, e == TIMER);
	c->in_trap = 0;
}

/* --------------------------------------------------------------------- boot */

static void cpu_init(struct cpu *c, unsigned id)
{
	c->self = c;
	c->id = id;
	c->trap_sp = (uintptr_t)(c->trap_stack + TRAP_STACK);
	thread_boot(c);
	machine_cpu_init(c);
#ifdef NO_FPU
	machine_fpu_off();
#endif
	cpit_cpu_init(&c->block);
	cpit_cpu_init(&c->current->block);
}

void cpu_main(unsigned id)
{
	cpu_init(&cpus[id], id);
	timer_next();
	irq_restore(1);
	for (;;)
		yield();
}

void kernel_main(void)
{
	cpu_init(&cpus[0], 0);
	machine_start_cpus();
	timer_next();
	irq_restore(1);
	run_tests();
	machine_exit(failures != 0);
}
