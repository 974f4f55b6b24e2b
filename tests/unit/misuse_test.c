/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an embedding kernel may do that it should not, or may do and nobody thinks
 * of: no block for this CPU, a block that is set up twice, a store that is
 * another's, sizes that are none.
 */
#include "called.h"

/* Nor unmade, and no byte is asked for (-CPIT_ENOTREADY). */
static void nothing_is_made(void)
{
	struct cpit_instance *i = inst, *first = store->instances;
	long allocs = fake_allocs, blocks = fake_blocks;

	CHECK(cpit_instantiate(store, &module, NULL, 0, &i, &out, NULL) ==
	      -CPIT_ENOTREADY);
	CHECK(!i && store->instances == first);
	CHECK(cpit_instance_destroy(first) == -CPIT_ENOTREADY);
	CHECK(cpit_module_unregister(&module) == -CPIT_ENOTREADY);
	CHECK(fake_allocs == allocs && fake_blocks == blocks);
}

/* Threads that have no wasm have no block: faults, ticks and kills come there too. */
static void test_no_block(void)
{
	struct cpit_fault at = { .cause = CPIT_CAUSE_ILLEGAL,
				 .pc = (uintptr_t)text };
	struct cpit_landing l;

	fake_cpu_back(FAKE_NO_CPU);
	CHECK(cpit_trap_claim(&at, &l) == CPIT_NOT_OURS);
	CHECK(cpit_tick(&at, &l) == CPIT_RESUMED);
	CHECK(!cpit_guest_at(at.pc) && !cpit_running_import());
	out = junk;
	CHECK(cpit_call(inst, ADD, v, &out) == -CPIT_ENOTREADY);
	CHECK(cpit_kill(inst, CPIT_SIGKILL) == 0);
	CHECK(cpit_kill(inst, CPIT_SIGTERM) == -CPIT_ENOENT);
	at.cause = CPIT_CAUSE_ACCESS;
	fake_fault_maps = true;
	CHECK(cpit_trap_claim(&at, &l) == CPIT_RESUMED);
	fake_fault_maps = false;
	nothing_is_made();
	fake_cpu_back(0);
	CHECK(call(ADD, NULL) == -CPIT_EPOISONED);
	cpit_instance_reset(inst);
	CHECK(!call(ADD, NULL) && out.end == CPIT_RETURNED);
}

/* A block that is not set up yet, of zeros, is none either. */
static void test_no_init(void)
{
	struct cpit_cpu *cpu = cpit_embed_cpu();

	cpu->ready = 0;
	nothing_is_made();
	cpu->ready = 1;
	CHECK(!call(ADD, NULL) && out.end == CPIT_RETURNED);
}

/* A CPU that was off, and nobody said so: it is on the list once. */
static void test_init_again(void)
{
	const struct cpit_cpu *first = fake_cpu_is(0), *cpu = fake_cpu_is(1);

	while (cpu && cpu != first)
		cpu = cpu->next;
	CHECK(cpu == first && fake_cpu_is(0) == first);
	for (cpu = first->next; cpu; cpu = cpu->next)
		CHECK(cpu != first);
}

/* Not a byte of it is touched, and nothing is made (-CPIT_EINVAL). */
static void is_refused(struct cpit_store *s)
{
	struct cpit_instance *i = inst, *first = s->instances;
	long allocs = fake_allocs;

	CHECK(cpit_instantiate(s, &module, NULL, 0, &i, &out, NULL) ==
	      -CPIT_EINVAL);
	CHECK(!i && s->instances == first && fake_allocs == allocs);
	CHECK(cpit_instance_destroy(first) == -CPIT_EBUSY);
	CHECK(cpit_store_destroy(s) == -CPIT_EBUSY);
}

static void elsewhere(struct cpit_caller *c)
{
	struct cpit_activation *ours;

	CHECK(c->instance == inst);
	fake_cpu_back(1);			/* another CPU */
	is_refused(store);
	fake_cpu_back(0);
	ours = cpit_cpu_swap(NULL);		/* another thread of this one */
	is_refused(store);
	CHECK(!cpit_cpu_swap(ours));
}

static void test_elsewhere(void)
{
	CHECK(!call(HOST, elsewhere));
	CHECK(out.end == CPIT_RETURNED);
}

/* More stack than there are addresses; and none that is left for imports. */
static void test_sizes(void)
{
	static char other_text[16];
	struct cpit_store_options opt = { .stack_size = SIZE_MAX };
	struct cpit_module plain = module;
	struct cpit_instance *i;
	struct cpit_store *s;
	long blocks = fake_blocks;

	plain.text_start = other_text;
	plain.text_end = other_text + sizeof(other_text);
	plain.nimports = plain.nexits = 0;
	CHECK(!cpit_module_register(&plain));
	CHECK(!cpit_store_create(&s, &opt));
	CHECK(cpit_instantiate(s, &plain, NULL, 0, &i, &out, NULL) ==
	      -CPIT_ENOMEM);
	CHECK(!cpit_store_destroy(s));
	opt.stack_size = 0;
	opt.host_reserve = SIZE_MAX;
	CHECK(!cpit_store_create(&s, &opt));
	CHECK(!cpit_instantiate(s, &plain, NULL, 0, &i, &out, NULL));
	CHECK(s->run.host_limit == s->stack.high);
	CHECK(!cpit_instance_destroy(i));
	/* A frame that is larger than any, from a container that is made up. */
	plain.max_frame = UINT32_MAX;
	CHECK(!cpit_instantiate(s, &plain, NULL, 0, &i, &out, NULL));
	CHECK(s->stack.guard > UINT32_MAX);
	CHECK(!cpit_instance_destroy(i) && !cpit_store_destroy(s));
	CHECK(!cpit_module_unregister(&plain) && fake_blocks == blocks);
}

/*
 * A stack with a guard is not replaced by one without, as a guest has no check
 * for it; one without is, when a guest comes that has none.
 */
static void test_guard_stays(void)
{
	static char other_text[64];
	struct cpit_module plain = module;
	struct cpit_instance *i, *k;
	struct cpit_store *s;

	plain.text_start = other_text;
	plain.text_end = other_text + sizeof(other_text);
	plain.nimports = plain.nexits = 0;
	CHECK(!cpit_module_register(&plain));
	CHECK(!cpit_store_create(&s, NULL));
	plain.checked = false;
	plain.max_frame = 100;
	CHECK(!cpit_instantiate(s, &plain, NULL, 0, &i, &out, NULL));
	CHECK(s->stack.guard);
	plain.checked = true;
	plain.max_frame = 100000;
	fake_fail_at = 1;
	CHECK(cpit_instantiate(s, &plain, NULL, 0, &k, &out, NULL) ==
	      -CPIT_ENOMEM);
	fake_fail_at = 0;
	fake_no_space = true;
	CHECK(cpit_instantiate(s, &plain, NULL, 0, &k, &out, NULL) ==
	      -CPIT_ENOMEM);
	CHECK(s->stack.guard);
	CHECK(!cpit_instance_destroy(i) && !cpit_store_destroy(s));

	CHECK(!cpit_store_create(&s, NULL));
	CHECK(!cpit_instantiate(s, &plain, NULL, 0, &i, &out, NULL));
	CHECK(!s->stack.guard);
	plain.checked = false;
	CHECK(cpit_instantiate(s, &plain, NULL, 0, &k, &out, NULL) ==
	      -CPIT_ENOMEM);
	fake_no_space = false;
	CHECK(!cpit_instantiate(s, &plain, NULL, 0, &k, &out, NULL));
	CHECK(s->stack.guard);
	CHECK(!cpit_instance_destroy(i) && !cpit_instance_destroy(k));
	CHECK(!cpit_store_destroy(s) && !cpit_module_unregister(&plain));
}

int main(void)
{
	called_begin();
	test_no_block();
	test_no_init();
	test_init_again();
	test_elsewhere();
	test_sizes();
	test_guard_stays();
	return called_end();
}
