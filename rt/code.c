/* SPDX-License-Identifier: Apache-2.0 */
#include "code.h"
#include "cpu.h"
#include "ranges.h"
#include <catchpit/embed.h>

/*
 * Ranges of text, owned by their modules.  A module's instances are counted in
 * the range's record, under the lock, in thread context; the fault handler
 * reads the owner only.
 */
static struct cpit_ranges registry;
static uint32_t lock;

const struct cpit_module *cpit_code_find(uintptr_t pc)
{
	return cpit_ranges_find(&registry, pc);
}

enum cpit_trap cpit_code_site(const struct cpit_module *m, uintptr_t pc)
{
	uint32_t off = (uint32_t)(pc - (uintptr_t)m->text_start);
	const uint32_t *at = m->site_pc;
	size_t n = m->nsites, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		if (at[half] <= off)
			at += half;
	}
	if (!n || *at != off)
		return CPIT_TRAP_NONE;
	return (enum cpit_trap)m->site_kind[at - m->site_pc];
}

const struct cpit_func *cpit_code_func(const struct cpit_module *m,
				       uintptr_t pc)
{
	uint32_t off = (uint32_t)(pc - (uintptr_t)m->text_start);
	const struct cpit_func *f = m->funcs;
	size_t n = m->nfuncs, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		if (f[half].start <= off)
			f += half;
	}
	return n && f->start <= off ? f : NULL;
}

/* Elements of `each' bytes that begin with an offset: ascending, below `size'. */
__attribute__((noinline))
static bool in_order(const void *first, uint32_t n, size_t each, uint32_t size)
{
	const char *at = first;
	uint64_t least = 0;

	for (; n--; at += each) {
		uint32_t offset = *(const uint32_t *)(const void *)at;

		if (offset < least || offset >= size)
			return false;
		least = (uint64_t)offset + 1;
	}
	return true;
}

/* The tables are searched in the fault handler: they have to be in order. */
static bool tables_ok(const struct cpit_module *m)
{
	uint32_t size = (uint32_t)(m->text_end - m->text_start);
	uint32_t i;

	for (i = 0; i < m->nsites; i++)
		if (m->site_kind[i] == CPIT_TRAP_NONE ||
		    m->site_kind[i] >= CPIT_TRAP_INTERNAL)
			return false;
	return in_order(m->site_pc, m->nsites, sizeof(*m->site_pc), size) &&
	       in_order(m->funcs, m->nfuncs, sizeof(*m->funcs), size) &&
	       in_order(m->exits, m->nexits, sizeof(*m->exits), size);
}

__attribute__((cold))
int cpit_module_register(const struct cpit_module *m)
{
	struct cpit_range r = { (uintptr_t)m->text_start,
				(uintptr_t)m->text_end, (void *)(uintptr_t)m,
				NULL };
	int err;

	/* The tables have 32-bit offsets. */
	if (m->abi != CPIT_ABI || r.end <= r.start ||
	    r.end - r.start > UINT32_MAX || !tables_ok(m))
		return -CPIT_ENOEXEC;
	r.record = cpit_embed_alloc(sizeof(uint32_t));
	if (!r.record)
		return -CPIT_ENOMEM;
	err = cpit_ranges_add(&registry, &r);
	if (err)
		cpit_embed_free(r.record, sizeof(uint32_t));
	return err;
}

/*
 * `by' instances more; 0: the module goes, if it has none.  One for all, as they
 * differ in little but the step: two took 84 bytes more.
 */
__attribute__((cold, noinline))
static int change(const struct cpit_module *m, uint32_t by)
{
	uintptr_t start = (uintptr_t)m->text_start;
	const void *owner;
	void *record;
	uint32_t *count;
	int err = cpit_cpu_ready();

	if (err)
		return err;
	cpit_lock(&lock);
	owner = cpit_ranges_get(&registry, start, &record);
	count = record;
	if (owner != m) {
		err = -CPIT_ENOENT;
	} else if (by) {
		*count += by;
	} else if (*count) {
		err = -CPIT_EBUSY;
	} else {
		err = cpit_ranges_remove(&registry, start);
		if (!err)
			cpit_embed_free(count, sizeof(*count));
	}
	cpit_unlock(&lock);
	return err;
}

int cpit_module_unregister(const struct cpit_module *m)
{
	return change(m, 0);
}

int cpit_code_hold(const struct cpit_module *m)
{
	return change(m, 1);
}

void cpit_code_drop(const struct cpit_module *m)
{
	change(m, -1u);
}
