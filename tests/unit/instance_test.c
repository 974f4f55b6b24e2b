/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/instance.c, memory.c, table.c, stack.c: linking with its type checks,
 * instantiation that ends in every way, and nothing left behind by any of them
 * (SLG-08, SLG-16).  The module is made of C.
 */
#include "enter.h"
#include "memory.h"

/* ------------------------------------------------------- a module, in C */

struct state {			/* wasm2c's instance struct */
	wasm_rt_memory_t memory;
	wasm_rt_funcref_table_t table;
	wasm_rt_externref_table_t externs;
	uint32_t global;
};

/* How the start function ends. */
static enum { START_RETURNS, START_TRAPS, START_EXITS } start;

static void instantiate(void *state, union cpit_value *v)
{
	struct cpit_vm *vm = CPIT_VM(state);
	struct state *s = state;

	(void)v;
	cpit_rt_memory_new(vm, &s->memory, 1, 4, CPIT_WASM_PAGE);
	cpit_rt_functable_new(vm, &s->table, 10, 20);
	cpit_rt_externtable_new(vm, &s->externs, 3, 100);
	if (start == START_TRAPS)
		cpit_raise(&vm->slots[0].caller, CPIT_TRAP_MEM_OOB);
	if (start == START_EXITS)
		cpit_exit(&vm->slots[0].caller, 139);
	if (vm->run->pending)
		cpit_rt_leave(vm);
}

static void destroy(void *state)
{
	struct state *s = state;

	cpit_rt_memory_free(&s->memory);
	cpit_rt_functable_free(&s->table);
	cpit_rt_externtable_free(&s->externs);
}

static void *get_memory(void *state)
{
	return &((struct state *)state)->memory;
}

static void *get_table(void *state)
{
	return &((struct state *)state)->table;
}

static void *get_global(void *state)
{
	return &((struct state *)state)->global;
}

static void stub(void)
{
}

static void thunk(void *state, union cpit_value *v)
{
	(void)state;
	(void)v;
}

static char text[2][64];
static const struct cpit_func funcs[] = { { 0, 0, 0, 0, 0 } };
static const struct cpit_import_decl decls[] = {
	{ "env", "f", { .kind = CPIT_FUNC, .sig = "iI:f" } },
	{ "env", "m", { .kind = CPIT_MEMORY, .sig = "", .min = 1, .max = 4,
			.has_max = true, .page_size = 65536 } },
	{ "env", "t", { .kind = CPIT_TABLE, .sig = "r", .min = 10 } },
	{ "env", "g", { .kind = CPIT_GLOBAL, .sig = "im" } },
};
static const struct cpit_export exports[] = {
	{ "f", { .kind = CPIT_FUNC, .sig = "iI:f" }, thunk, stub, NULL },
	{ "memory", { .kind = CPIT_MEMORY, .sig = "", .min = 1, .max = 4,
		      .has_max = true, .page_size = 65536 },
	  NULL, NULL, get_memory },
	{ "t", { .kind = CPIT_TABLE, .sig = "r", .min = 10, .max = 20,
		 .has_max = true }, NULL, NULL, get_table },
	{ "g", { .kind = CPIT_GLOBAL, .sig = "im" }, NULL, NULL, get_global },
	{ "f", { .kind = CPIT_TAG, .sig = "" }, NULL, NULL, NULL },
};
/* `maker' has no imports; `user' wants what it exports. */
static struct cpit_module maker = {
	.abi = CPIT_ABI, .name = "maker", .names = "", .text_start = text[0],
	.text_end = text[0] + 64, .funcs = funcs, .nfuncs = 1,
	.max_frame = 100, .state_size = sizeof(struct state),
	.instantiate = instantiate, .destroy = destroy, .exports = exports,
	.nexports = LEN(exports), .imports = decls, .nimports = 1,
}, user;

static struct cpit_store *store;
static struct cpit_outcome out;

static const struct cpit_import host_f = {
	.module = "env", .name = "f", .fn = stub,
	.type = { .kind = CPIT_FUNC, .sig = "iI:f" },
};

static struct cpit_instance *make(void)
{
	struct cpit_instance *i = NULL;

	CHECK(!cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL));
	CHECK(i && out.end == CPIT_RETURNED);
	return i;
}

/* ----------------------------------------------------- instantiation's ends */

static void test_plain(void)
{
	struct cpit_instance *i = make(), *k = make();
	struct state *s = i->state;

	CHECK(cpit_instance_module(i) == &maker);
	CHECK(cpit_instance_store(i) == store && store->instances == 2);
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

	start = START_TRAPS;
	CHECK(cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ETRAPPED);
	CHECK(i && out.end == CPIT_TRAPPED && out.trap == CPIT_TRAP_MEM_OOB);
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

/* ----------------------------------------------------------------- linking */

static struct cpit_instance *from;
static struct cpit_import imports[4];

static void offer(void)
{
	size_t k;

	memset(imports, 0, sizeof(imports));
	for (k = 0; k < LEN(imports); k++) {
		imports[k].module = decls[k].module;
		imports[k].name = decls[k].name;
		imports[k].from = from;
		imports[k].export = &exports[k];
	}
}

/* Import n does not fit; or all fit where n is negative. */
static void links(int n, const char *what)
{
	const struct cpit_import_decl *bad = NULL;
	struct cpit_instance *i = NULL;
	long blocks = fake_blocks;
	int err;

	err = cpit_instantiate(store, &user, imports, LEN(imports), &i, &out,
			       &bad);
	CHECK_MSG(err == (n < 0 ? 0 : -CPIT_ELINK), "%s: %d", what, err);
	CHECK_MSG(bad == (n < 0 ? NULL : &decls[n]), "%s: %s", what,
		  bad ? bad->name : "-");
	CHECK(!i == (err != 0));
	if (i)
		CHECK(!cpit_instance_destroy(i));
	CHECK_MSG(fake_blocks == blocks, "%s", what);
	/* The same without asking which. */
	if (n >= 0)
		CHECK(cpit_instantiate(store, &user, imports, LEN(imports), &i,
				       &out, NULL) == -CPIT_ELINK);
}

static void test_exports_fit(void)
{
	struct cpit_import *m = &imports[1];
	struct cpit_store *second;
	struct cpit_instance *i = NULL;

	offer();
	links(-1, "all from another instance");
	imports[0] = host_f;
	links(-1, "a host function");
	imports[0].fn = NULL;
	links(0, "no function");
	offer();
	m->from = NULL;
	links(1, "an export of nobody");
	offer();
	m->module = "anv";
	links(1, "another module's name");
	offer();
	imports[3].name = "";
	links(3, "another name");
	/* Of an instance in another store. */
	offer();
	CHECK(!cpit_store_create(&second, NULL));
	CHECK(cpit_instantiate(second, &user, imports, LEN(imports), &i, &out,
			       NULL) == -CPIT_ELINK);
	CHECK(!cpit_store_destroy(second));
	CHECK(cpit_instantiate(store, &user, NULL, 0, &i, &out, NULL) ==
	      -CPIT_ELINK);
}

static void test_kinds(void)
{
	static const char *const sigs[] = { "", ":", "iI:", "iI:F", "Ii:f",
					    "iIi:f", "iI:ff", "iI", "i", "r" };
	size_t i, k;

	/* Each import by each export but its own. */
	for (i = 0; i < LEN(decls); i++) {
		for (k = 0; k < LEN(decls); k++) {
			offer();
			imports[i].export = &exports[k];
			links(i == k ? -1 : (int)i, "another kind");
		}
	}
	for (i = 0; i < LEN(sigs); i++) {
		offer();
		imports[0] = host_f;
		imports[0].type.sig = sigs[i];
		links(0, sigs[i]);
	}
	offer();
	imports[3].export = NULL;
	imports[3].object = &store;
	imports[3].type = decls[3].type;
	links(-1, "a host global");
	imports[3].type.sig = "i";
	links(3, "an immutable one");
	imports[3].type.sig = "Im";
	links(3, "one of another type");
	imports[3].type.sig = "im";
	imports[3].object = NULL;
	links(3, "none");
}

/* Limits as the spec matches them: the size now, the maximum as declared. */
static void test_limits(void)
{
	wasm_rt_memory_t mem = { .pages = 1 };
	wasm_rt_funcref_table_t table = { .size = 10 };
	struct cpit_type *m = &imports[1].type, *t = &imports[2].type;

	offer();
	imports[1].export = NULL;
	imports[1].object = &mem;
	*m = decls[1].type;
	links(-1, "a host memory");
	mem.pages = 0;
	links(1, "too small");
	mem.pages = 3;
	m->min = 0;
	links(-1, "grown since");
	m->max = 5;
	links(1, "may grow larger");
	m->max = 2;
	links(-1, "may grow less");
	m->has_max = false;
	links(1, "may grow without end");
	m->has_max = true;
	m->page_size = 1;
	links(1, "other pages");
	m->page_size = 65536;
	m->sig = "s";
	links(1, "shared");
	m->sig = "";
	imports[2].export = NULL;
	imports[2].object = &table;
	*t = decls[2].type;
	links(-1, "a host table");
	table.size = 9;
	links(2, "too small");
	table.size = 10;
	t->sig = "e";
	links(2, "of externrefs");
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
	CHECK(cpit_memory_find((uintptr_t)data + CPIT_RESERVATION - 1) == m);
	CHECK(!cpit_instance_destroy(i));
	CHECK(!cpit_memory_find((uintptr_t)data));
}

/* Checked mode: plain memory, which moves. */
static void test_checked_memory(void)
{
	struct cpit_instance *i;
	struct cpit_vm *vm;
	wasm_rt_memory_t *m;

	maker.checked = true;
	i = make();
	vm = CPIT_VM(i->state);
	m = &((struct state *)i->state)->memory;
	CHECK(!m->guarded && !cpit_memory_find((uintptr_t)m->data));
	memset(m->data, 5, m->size);
	fake_fail_at = 1;
	CHECK(cpit_rt_memory_grow(vm, m, 1) == UINT64_MAX && m->data[0] == 5);
	CHECK(cpit_rt_memory_grow(vm, m, 2) == 1 && m->size == 3 * 65536);
	CHECK(m->data[65535] == 5 && !m->data[65536] && !m->data[m->size - 1]);
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
	for (i = -CPIT_ENOTREADY; i <= 0; i++)
		CHECK(strcmp(cpit_strerror(i), "unknown error"));
	CHECK(!strcmp(cpit_strerror(1), "unknown error"));
	CHECK(!strcmp(cpit_strerror(-1000), "unknown error"));
}

int main(void)
{
	fake_cpu_is(0);
	user = maker;
	user.name = "user";
	user.text_start = text[1];
	user.text_end = text[1] + 64;
	user.imports = decls;
	user.nimports = LEN(decls);
	CHECK(!cpit_module_register(&maker) && !cpit_module_register(&user));
	CHECK(!cpit_store_create(&store, NULL));
	test_plain();
	test_start();
	test_not_registered();
	test_no_memory();
	from = make();
	/* A map of ranges may keep room for the next one. */
	CHECK(!cpit_instance_destroy(make()));
	test_exports_fit();
	test_kinds();
	test_limits();
	CHECK(!cpit_instance_destroy(from));
	test_memory();
	test_checked_memory();
	test_tables();
	test_names();
	test_destroy_without_memory();
	CHECK(!cpit_store_destroy(store));
	CHECK(!cpit_module_unregister(&maker) && !cpit_module_unregister(&user));
	CHECK_MSG(!fake_blocks, "%ld blocks left", fake_blocks);
	return check_done();
}
