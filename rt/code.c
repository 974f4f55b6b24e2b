/* SPDX-License-Identifier: Apache-2.0 */
#include "code.h"
#include "ranges.h"
#include <catchpit/embed.h>

/* What the registry keeps of a module; the range's owner. */
struct registered {
	const struct cpit_module *module;
	uint32_t instances;
};

static struct cpit_ranges registry;

static struct registered *find(uintptr_t pc)
{
	return cpit_ranges_find(&registry, pc);
}

const struct cpit_module *cpit_code_find(uintptr_t pc)
{
	const struct registered *r = find(pc);

	return r ? r->module : NULL;
}

enum cpit_trap cpit_code_site(const struct cpit_module *m, uintptr_t pc)
{
	uint32_t off = (uint32_t)(pc - (uintptr_t)m->text_start);
	uint32_t lo = 0, hi = m->nsites;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (m->site_pc[mid] == off)
			return (enum cpit_trap)m->site_kind[mid];
		if (m->site_pc[mid] < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return CPIT_TRAP_NONE;
}

const struct cpit_func *cpit_code_func(const struct cpit_module *m,
				       uintptr_t pc)
{
	uint32_t off = (uint32_t)(pc - (uintptr_t)m->text_start);
	uint32_t lo = 0, hi = m->nfuncs;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (m->funcs[mid].start <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &m->funcs[lo - 1] : NULL;
}

/* The tables are searched in the fault handler: they have to be in order. */
static bool tables_ok(const struct cpit_module *m)
{
	uint32_t size = (uint32_t)(m->text_end - m->text_start);
	uint32_t i;

	for (i = 0; i < m->nsites; i++) {
		if (m->site_pc[i] >= size ||
		    (i && m->site_pc[i] <= m->site_pc[i - 1]) ||
		    m->site_kind[i] == CPIT_TRAP_NONE ||
		    m->site_kind[i] >= CPIT_TRAP_INTERNAL)
			return false;
	}
	for (i = 0; i < m->nfuncs; i++) {
		if (m->funcs[i].start >= size ||
		    (i && m->funcs[i].start <= m->funcs[i - 1].start))
			return false;
	}
	return true;
}

int cpit_module_register(const struct cpit_module *m)
{
	struct registered *r;
	int err;

	if (m->abi != CPIT_ABI || m->text_end <= m->text_start || !tables_ok(m))
		return -CPIT_ENOEXEC;
	r = cpit_embed_alloc(sizeof(*r));
	if (!r)
		return -CPIT_ENOMEM;
	r->module = m;
	r->instances = 0;
	err = cpit_ranges_add(&registry, (uintptr_t)m->text_start,
			      (uintptr_t)m->text_end, r);
	if (err)
		cpit_embed_free(r, sizeof(*r));
	return err;
}

/*
 * The count is moved to a value no instance can be added to, so that a racing
 * cpit_code_hold() loses.
 */
#define GONE UINT32_MAX

int cpit_module_unregister(const struct cpit_module *m)
{
	struct registered *r = find((uintptr_t)m->text_start);
	uint32_t none = 0;
	int err;

	if (!r || r->module != m)
		return -CPIT_ENOENT;
	if (!__atomic_compare_exchange_n(&r->instances, &none, GONE, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return -CPIT_EBUSY;
	err = cpit_ranges_remove(&registry, (uintptr_t)m->text_start);
	if (err) {
		__atomic_store_n(&r->instances, 0, __ATOMIC_RELEASE);
		return err;
	}
	cpit_embed_free(r, sizeof(*r));
	return 0;
}

int cpit_code_hold(const struct cpit_module *m)
{
	struct registered *r = find((uintptr_t)m->text_start);
	uint32_t n;

	if (!r || r->module != m)
		return -CPIT_ENOENT;
	n = __atomic_load_n(&r->instances, __ATOMIC_RELAXED);
	do {
		if (n == GONE)
			return -CPIT_ENOENT;
	} while (!__atomic_compare_exchange_n(&r->instances, &n, n + 1, false,
					      __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
	return 0;
}

void cpit_code_drop(const struct cpit_module *m)
{
	struct registered *r = find((uintptr_t)m->text_start);

	__atomic_fetch_sub(&r->instances, 1, __ATOMIC_ACQ_REL);
}
