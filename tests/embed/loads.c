/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module that comes while the kernel runs (load.h): into pages of its own
 * where there is an MMU, into the heap where there is none.
 */
#include "kernel.h"

#include <catchpit/load.h>

#define CHECK(cond, v) check(cond, "loads", __LINE__, (uint64_t)(v))

__asm__(".section .rodata\n\t.balign 8\n"
	"container:\t.incbin \"checked.cpm\"\n"
	"container_end:\n\t.previous");
extern const char container[], container_end[];

static uint32_t host(struct cpit_caller *c, uint32_t v)
{
	(void)c;
	return v;
}

static void use(const struct cpit_module *m)
{
	const struct cpit_type one = { .kind = CPIT_FUNC, .sig = "i:i" },
			       none = { .kind = CPIT_FUNC, .sig = "i:" };
	const struct cpit_import imports[] = {
		{ .module = "kernel", .name = "host", .type = one,
		  .fn = (void (*)(void))host },
		{ .module = "kernel", .name = "end", .type = none,
		  .fn = (void (*)(void))host },
	};
	union cpit_value v[2] = { { .i32 = 40 }, { .i32 = 2 } };
	static struct cpit_outcome out;
	struct cpit_instance *inst;
	struct cpit_store *s;

	CHECK(!cpit_store_create(&s, NULL), 0);
	CHECK(!cpit_instantiate(s, m, imports, 2, &inst, &out, NULL), 0);
	CHECK(!cpit_call(inst, cpit_export_find(m, "add", CPIT_FUNC), v, &out) &&
	      v[0].i32 == 42, v[0].i32);
	CHECK(!cpit_call(inst, cpit_export_find(m, "unreachable", CPIT_FUNC), v,
			 &out) && out.trap == CPIT_TRAP_UNREACHABLE, out.trap);
	CHECK(out.nframes && out.frames[0].module == m, out.nframes);
	CHECK(!cpit_instance_destroy(inst) && !cpit_store_destroy(s), 0);
}

void test_loads(void)
{
	size_t size = (size_t)(container_end - container);
	size_t pages = pages_used() - table_pages;
	unsigned before = failures;
	struct cpit_loaded *l;
	int err = cpit_load(&l, container, size);

	CHECK(!err, -err);
	if (err)
		return;
	use(cpit_loaded_module(l));
	CHECK(!cpit_unload(l), 0);
	if (has_mmu) {		/* addresses have run out: not the heap's pages */
		no_space = true;
		CHECK(cpit_load(&l, container, size) == -CPIT_ENOMEM, 0);
		no_space = false;
	}
	CHECK(!protected_heap == has_mmu, protected_heap);
	CHECK(pages_used() - table_pages == pages, pages_used());
	if (failures == before)
		put("ok loads\n");
}
