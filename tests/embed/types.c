/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host functions of all types that an import may have (module.h).  With floats,
 * where the rest of the kernel has none.
 */
#include "kernel.h"

#include "types.h"

#define CHECK(cond) check(cond, "types", __LINE__, 0)
#define HOST(f, s) { .module = "kernel", .name = #f,			\
		     .fn = (void (*)(void))f,				\
		     .type = { .kind = CPIT_FUNC, .sig = s } }

typedef int32_t v128 __attribute__((vector_size(16)));

struct two {
	uint32_t a;
	uint64_t b;
};

static struct two two(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	return (struct two){ v + 1, (uint64_t)v << 40 };
}

struct mix {
	float a;
	uint32_t b;
};

static struct mix mix(struct cpit_caller *c, float x, double y)
{
	(void)c;
	return (struct mix){ x * 2, (uint32_t)y };
}

struct five {
	double a;
	uint32_t b;
	uint64_t c;
	float d;
	uint32_t e;
};

static struct five five(struct cpit_caller *c, uint64_t v)
{
	(void)c;
	return (struct five){ 1.5, 2, v, 4.5f, 5 };
}

static char thing;

struct refs {
	struct cpit_funcref f;
	void *x;
};

static struct refs refs(struct cpit_caller *c, struct cpit_funcref f, void *x,
			uint32_t null)
{
	static const struct cpit_funcref none;

	CHECK(f.func && f.module_instance);
	CHECK(x == &thing || !x);
	return (struct refs){ null ? none : f, c };
}

static struct cpit_funcref same(struct cpit_caller *c, struct cpit_funcref f)
{
	(void)c;
	return f;
}

static v128 turn(struct cpit_caller *c, uint32_t first, v128 v)
{
	(void)c;
	return (v128){ (int32_t)first, v[3], v[2], v[1] };
}

struct wide {
	v128 v;
	uint32_t n;
};

static struct wide wide(struct cpit_caller *c, uint32_t n)
{
	(void)c;
	return (struct wide){ { 5, 6, 7, 8 }, n };
}

static const struct cpit_import imports[] = {
	HOST(two, "i:iI"), HOST(mix, "fF:fi"), HOST(five, "I:FiIfi"),
	HOST(refs, "rei:re"), HOST(same, "r:r"), HOST(turn, "iv:v"),
	HOST(wide, "i:vi"),
};

static struct cpit_outcome out;

static void numbers(struct cpit_instance *inst)
{
	uint32_t i = 0, n = 0;
	uint64_t l = 0;
	double d = 0;
	float f = 0;

	CHECK(!types_two(inst, 7, &i, &l, &out) && i == 8 && l == 7ul << 40);
	CHECK(!types_mix(inst, 1.25f, 1e6, &f, &i, &out) && f == 2.5f &&
	      i == 1000000);
	CHECK(!types_five(inst, 1ul << 60, &d, &i, &l, &f, &n, &out));
	CHECK(d == 1.5 && i == 2 && l == 1ul << 60 && f == 4.5f && n == 5);
	CHECK(!types_turn(inst, 9, &i, &out) && i == 9432);
	CHECK(!types_wide(inst, 100000, &i, &out) && i == 105678);
}

static void references(struct cpit_instance *inst)
{
	uint32_t i = 0;
	void *x = NULL;

	CHECK(!types_refs(inst, &thing, 0, &i, &x, &out));
	CHECK(out.end == CPIT_RETURNED && i == 42);
	CHECK(((struct cpit_caller *)x)->instance == inst);
	CHECK(!types_refs(inst, NULL, 1, &i, &x, &out));
	CHECK(out.end == CPIT_TRAPPED && out.trap == CPIT_TRAP_CALL_NULL);
}

void test_types(void)
{
	unsigned before = failures;
	struct cpit_instance *inst;
	struct cpit_store *s;

	CHECK(!cpit_module_register(&cpit_module_types));
	CHECK(!cpit_store_create(&s, NULL));
	CHECK(!cpit_instantiate(s, &cpit_module_types, imports,
				sizeof(imports) / sizeof(imports[0]), &inst,
				&out, NULL));
	if (failures != before)
		return;
	numbers(inst);
	references(inst);
	CHECK(!cpit_instance_destroy(inst) && !cpit_store_destroy(s));
	CHECK(!cpit_module_unregister(&cpit_module_types));
	if (failures == before)
		put("ok types\n");
}
