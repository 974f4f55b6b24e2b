/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/instance.c, memory.c, table.c, stack.c: instantiation that ends in every
 * way, and nothing left behind by any of them (SLG-08, SLG-16).
 */
#include "modules.h"

/* ----------------------------------------------------- instantiation's ends */

static void test_plain(void)
{
	struct cpit_instance *i = make(), *k = make();
	struct state *s = i->state;

	CHECK(cpit_instance_module(i) == &maker);
	CHECK(cpit_instance_store(i) == store && store->instances == k && k->next == i && !i->next);
	CHECK(i->state != k->state && (uintptr_t)i->state % 16 == 0);
	CHECK(s->memory.data && s->memory.pages == 1 && s->table.size == 10);
	CHECK(s->memory.data[65535] == 0 && !s->table.data[9].func);
	CHECK(cpit_store_destroy(store) == -CPIT_EBUSY);
	CHECK(cpit_module_unregister(&maker) == -CPIT_EBUSY);
	CHECK(!cpit_instance_destroy(i));
	CHECK(cpit_module_unregister(&maker) == -CPIT_EBUSY);
	CHECK(!cpit_instance_destroy(k));
	CHECK(!store->instances);
}

static void test_start(void)
{
	struct cpit_instance *i = NULL;
	union cpit_value v;

	start = START_TRAPS;
	CHECK(cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ETRAPPED);
	CHECK(i && out.end == CPIT_TRAPPED && out.trap == CPIT_TRAP_MEM_OOB);
	/* It may lack a memory, and is not entered; a reset makes it no better. */
	cpit_instance_reset(i);
	CHECK(cpit_call(i, &exports[0], &v, &out) == -CPIT_EINVAL);
	CHECK(!cpit_export_object(i, &exports[1]));
	CHECK(cpit_module_unregister(&maker) == -CPIT_EBUSY);
	CHECK(!cpit_instance_destroy(i));
	start = START_EXITS;
	CHECK(cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ETRAPPED);
	CHECK(i && out.end == CPIT_EXITED && out.code == 139);
	CHECK(!cpit_instance_destroy(i));
	start = START_RETURNS;
	CHECK(!store->act && !store->cpu && !cpit_embed_cpu()->top);
}

static void test_not_registered(void)
{
	struct cpit_instance *i = (void *)&i;
	struct cpit_module copy = maker;
	long blocks = fake_blocks;

	CHECK(cpit_instantiate(store, &copy, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ENOENT);
	CHECK(!i && fake_blocks == blocks);
}

/*
 * A failure at the k-th request for memory: -CPIT_ENOMEM, and nothing made;
 * then the same again with memory.
 */
static void test_no_memory(void)
{
	static const struct cpit_store_options opt = { .stack_size = 4096 };
	struct cpit_instance *i;
	struct cpit_store *s;
	int k, err, made, was;
	bool checked;

	for (checked = false;; checked = true) {
		maker.checked = checked;
		for (k = 1, made = 0; !made; k++) {
			long blocks = fake_blocks;

			fake_fail_at = k;
			s = NULL;
			i = NULL;
			err = cpit_store_create(&s, &opt);
			if (!err)
				err = cpit_instantiate(s, &maker, &host_f, 1,
						       &i, &out, NULL);
			made = fake_fail_at != 0;	/* not reached */
			fake_fail_at = 0;
			/* A guarded stack may give way to a plain one. */
			CHECK_MSG(!err || (err == -CPIT_ENOMEM && !i),
				  "k=%d: %d", k, err);
			CHECK(!made || !err);
			CHECK(!cpit_embed_cpu()->top);
			if (s)
				CHECK(!s->act && !s->cpu && !s->run.pending);
			if (i)
				CHECK(!cpit_instance_destroy(i));
			if (s)
				CHECK(!cpit_store_destroy(s));
			CHECK_MSG(fake_blocks == blocks,
				  "k=%d: %ld blocks left", k,
				  fake_blocks - blocks);
		}
		was = k;
		CHECK_MSG(was > 5, "only %d requests", was);
		if (checked)
			break;
	}
	maker.checked = false;
}

static void test_export_object(void)
{
	struct cpit_instance *i = make();
	struct cpit_export foreign = exports[3];
	struct state *s = i->state;

	CHECK(cpit_export_object(i, &exports[1]) == &s->memory);
	CHECK(cpit_export_object(i, &exports[3]) == &s->global);
	CHECK(!cpit_export_object(i, &exports[0]));
	CHECK(!cpit_export_object(i, &foreign));
	CHECK(!cpit_instance_destroy(i));
}

/* ------------------------------------------------------- memories, tables */

static void test_memory(void)
{
	struct cpit_instance *i = make();
	struct state *s = i->state;
	struct cpit_vm *vm = CPIT_VM(i->state);
	wasm_rt_memory_t *m = &s->memory;
	uint8_t *data = m->data;

	CHECK(cpit_memory_at(i, 0, 65536) == data);
	CHECK(cpit_memory_at(i, 65536, 0) == data + 65536);
	CHECK(!cpit_memory_at(i, 65537, 0) && !cpit_memory_at(i, 0, 65537));
	CHECK(!cpit_memory_at(i, 65535, 2) && cpit_memory_at(i, 65535, 1));
	CHECK(!cpit_memory_at(i, UINT32_MAX, UINT32_MAX));
	CHECK(!cpit_memory_at(i, 1, UINT32_MAX));
	CHECK(cpit_rt_memory_grow(vm, m, 0) == 1);
	CHECK(cpit_rt_memory_grow(vm, m, 4) == UINT64_MAX);
	CHECK(cpit_rt_memory_grow(vm, m, UINT64_MAX) == UINT64_MAX);
	CHECK(m->pages == 1);
	fake_fail_at = 1;
	CHECK(cpit_rt_memory_grow(vm, m, 1) == UINT64_MAX && m->pages == 1);
	data[65535] = 7;
	CHECK(cpit_rt_memory_grow(vm, m, 3) == 1 && m->pages == 4);
	CHECK(m->data == data && m->size == 4 * 65536 && data[65535] == 7);
	CHECK(data[65536] == 0 && data[m->size - 1] == 0);
	CHECK(cpit_rt_memory_grow(vm, m, 0) == 4);
	CHECK(cpit_rt_memory_grow(vm, m, 1) == UINT64_MAX);
	CHECK(cpit_memory_find((uintptr_t)data + CPIT_RESERVATION - CPIT_BELOW -
			       1) == m);
	CHECK(cpit_memory_find((uintptr_t)data - CPIT_BELOW) == m);
	CHECK(!cpit_instance_destroy(i));
	CHECK(!cpit_memory_find((uintptr_t)data));
}

/* Checked mode: plain memory, which moves. */
static void test_checked_memory(void)
{
	struct cpit_instance *i;
	struct cpit_vm *vm;
	wasm_rt_memory_t *m;
	long allocs;

	maker.checked = true;
	i = make();
	vm = CPIT_VM(i->state);
	m = &((struct state *)i->state)->memory;
	CHECK(!m->guarded && !cpit_memory_find((uintptr_t)m->data));
	memset(m->data, 5, m->size);
	fake_no_memory = true;
	CHECK(cpit_rt_memory_grow(vm, m, 1) == UINT64_MAX && m->data[0] == 5);
	fake_no_memory = false;
	fake_fail_at = 1;		/* no more than that is left */
	CHECK(cpit_rt_memory_grow(vm, m, 1) == 1 && m->capacity == m->size);
	CHECK(cpit_rt_memory_grow(vm, m, 1) == 2 && m->size == 3 * 65536);
	CHECK(m->capacity == 4 * 65536);	/* no more than the maximum */
	CHECK(m->data[65535] == 5 && !m->data[65536] && !m->data[m->size - 1]);
	/* Page by page to 1000: it does not move for each. */
	m->max_pages = 1000;
	allocs = fake_allocs;
	while (m->pages < m->max_pages)
		CHECK(cpit_rt_memory_grow(vm, m, 1) != UINT64_MAX);
	CHECK_MSG(fake_allocs - allocs < 20, "%ld", fake_allocs - allocs);
	CHECK(m->data[65535] == 5 && !m->data[m->size - 1]);
	CHECK(!cpit_instance_destroy(i));
	maker.checked = false;
}

static void test_tables(void)
{
	struct cpit_instance *i = make();
	struct cpit_vm *vm = CPIT_VM(i->state);
	struct state *s = i->state;
	wasm_rt_funcref_t f = { .func = stub };
	uint32_t n;

	CHECK(cpit_rt_functable_grow(vm, &s->table, 11, f) == UINT32_MAX);
	CHECK(cpit_rt_functable_grow(vm, &s->table, UINT32_MAX, f) ==
	      UINT32_MAX);
	fake_fail_at = 1;
	CHECK(cpit_rt_functable_grow(vm, &s->table, 1, f) == UINT32_MAX);
	fake_fail_at = 0;
	CHECK(s->table.size == 10);
	for (n = 10; n < 20; n++)
		CHECK(cpit_rt_functable_grow(vm, &s->table, 1, f) == n);
	CHECK(cpit_rt_functable_grow(vm, &s->table, 0, f) == 20);
	CHECK(cpit_rt_functable_grow(vm, &s->table, 1, f) == UINT32_MAX);
	for (n = 0; n < 20; n++)
		CHECK(s->table.data[n].func == (n < 10 ? NULL : stub));
	CHECK(cpit_rt_externtable_grow(vm, &s->externs, 97, &n) == 3);
	CHECK(s->externs.data[99] == &n && !s->externs.data[2]);
	CHECK(cpit_rt_externtable_grow(vm, &s->externs, 1, &n) == UINT32_MAX);
	CHECK(!cpit_instance_destroy(i));
}

/* A store's limits are each memory's and each table's, however large they may be. */
static void test_limits(void)
{
	static struct cpit_store_options opt = {
		.stack_size = 4096, .max_memory = 3 * 65536 - 1, .max_elements = 12 };
	struct cpit_instance *i = NULL;
	struct cpit_store *limited;
	struct state *s;
	struct cpit_vm *vm;

	CHECK(!cpit_store_create(&limited, &opt));
	CHECK(!cpit_instantiate(limited, &maker, &host_f, 1, &i, &out, NULL));
	vm = CPIT_VM(i->state);
	s = i->state;
	CHECK(cpit_rt_memory_grow(vm, &s->memory, 1) == 1);
	CHECK(cpit_rt_memory_grow(vm, &s->memory, 1) == UINT64_MAX);
	CHECK(cpit_rt_functable_grow(vm, &s->table, 3, (wasm_rt_funcref_t){ 0 }) ==
	      UINT32_MAX);
	CHECK(cpit_rt_functable_grow(vm, &s->table, 2, (wasm_rt_funcref_t){ 0 }) ==
	      10);
	CHECK(cpit_rt_externtable_grow(vm, &s->externs, 10, NULL) == UINT32_MAX);
	CHECK(cpit_rt_externtable_grow(vm, &s->externs, 9, NULL) == 3);
	CHECK(!cpit_instance_destroy(i));
	CHECK(!cpit_store_destroy(limited));
	/* One that begins with more is not made. */
	opt.max_elements = 9;
	CHECK(!cpit_store_create(&limited, &opt));
	CHECK(cpit_instantiate(limited, &maker, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ENOMEM && !i);
	CHECK(!cpit_store_destroy(limited));
}

/* When there is no memory at all, what has been made can still be freed. */
static void test_destroy_without_memory(void)
{
	struct cpit_instance *i[3];
	jmp_buf panic;
	size_t k;

	for (k = 0; k < LEN(i); k++)
		i[k] = make();
	fake_no_memory = true;
	fake_panics = &panic;
	if (!setjmp(panic)) {
		for (k = 0; k < LEN(i); k++)
			CHECK(!cpit_instance_destroy(i[k]));
	} else {
		CHECK_MSG(!"no panic", "%s", fake_panic_why);
		exit(check_done());	/* it stands half destroyed */
	}
	fake_no_memory = false;
	fake_panics = NULL;
}

static void test_names(void)
{
	int i;

	CHECK(cpit_export_find(&maker, "f", CPIT_FUNC) == &exports[0]);
	CHECK(cpit_export_find(&maker, "f", CPIT_TAG) == &exports[4]);
	CHECK(!cpit_export_find(&maker, "f", CPIT_MEMORY));
	CHECK(!cpit_export_find(&maker, "", CPIT_FUNC));
	for (i = -CPIT_EPOISONED; i <= 0; i++)
		CHECK(strcmp(cpit_strerror(i), "unknown error"));
	CHECK(!strcmp(cpit_strerror(1), "unknown error"));
	CHECK(!strcmp(cpit_strerror(-1000), "unknown error"));
}

int main(void)
{
	modules_begin();
	test_plain();
	test_start();
	test_not_registered();
	test_no_memory();
	test_export_object();
	test_memory();
	test_checked_memory();
	test_tables();
	test_limits();
	test_names();
	test_destroy_without_memory();
	return modules_end();
}
