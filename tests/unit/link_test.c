/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/instance.c: every import is of exactly the type that was declared, or the
 * module is not instantiated, and says which it was.
 */
#include "modules.h"

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
	struct cpit_export foreign;
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
	/* Of another module's list: its code with this one's state. */
	offer();
	foreign = exports[0];
	imports[0].export = &foreign;
	links(0, "an export of another module");
	/* Of an instance that was not made to the end. */
	offer();
	start = START_TRAPS;
	CHECK(cpit_instantiate(store, &maker, &host_f, 1, &i, &out, NULL) ==
	      -CPIT_ETRAPPED);
	start = START_RETURNS;
	imports[0].from = i;
	links(0, "of one that ended early");
	CHECK(!cpit_instance_destroy(i));
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
	wasm_rt_memory_t mem = { .pages = 1, .guarded = true };
	wasm_rt_funcref_table_t table = { .size = 10 };
	struct cpit_type *m = &imports[1].type, *t = &imports[2].type;

	offer();
	imports[1].export = NULL;
	imports[1].object = &mem;
	*m = decls[1].type;
	links(-1, "a host memory");
	mem.guarded = false;
	links(1, "one that a module of guard mode would run out of");
	user.checked = true;
	links(-1, "which a checked one does not");
	user.checked = false;
	mem.guarded = true;
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
	links(2, "functions, maybe of another store");
	decls[2].type.sig = "e";
	links(2, "funcrefs for externrefs");
	t->sig = "e";
	links(-1, "a host table");
	table.size = 9;
	links(2, "too small");
}

int main(void)
{
	modules_begin();
	from = make();
	/* A map of ranges may keep room for the next one. */
	CHECK(!cpit_instance_destroy(make()));
	test_exports_fit();
	test_kinds();
	test_limits();
	CHECK(!cpit_instance_destroy(from));
	return modules_end();
}
