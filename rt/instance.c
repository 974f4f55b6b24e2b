/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances: import resolution with type checks (wasm2c has none), and
 * instantiation under the catch (SLG-08).
 */
#include "code.h"
#include "cpu.h"
#include "memory.h"
#include "store.h"
#include <string.h>

/* ------------------------------------------------------------- linking */

static bool limits_fit(const struct cpit_type *want, const struct cpit_type *is,
		       uint64_t size)
{
	return size >= want->min && is->page_size == want->page_size &&
	       (!want->has_max || (is->has_max && is->max <= want->max));
}

/* What is not checked has to have guards: it may be of a checked module. */
static bool memory_fits(const struct cpit_module *m, const struct cpit_type *want,
			const struct cpit_type *is,
			const wasm_rt_memory_t *memory)
{
	return (m->checked || memory->guarded ||
		is->page_size != CPIT_WASM_PAGE) &&
	       limits_fit(want, is, memory->pages);
}

static bool same_name(const struct cpit_import *imp,
		      const struct cpit_import_decl *d)
{
	return !strcmp(imp->module, d->module) && !strcmp(imp->name, d->name);
}

/* The getter is module text, but it is the host that runs it. */
static void *object_of(const struct cpit_instance *inst,
		       const struct cpit_export *x)
{
	void *object;

	cpit_borrow_text();
	object = x->get(inst->state);
	cpit_return_text();
	return object;
}

/* Fills the slot when `imp' has exactly the type that `d' asks for. */
static bool link_one(struct cpit_instance *inst, struct cpit_slot *slot,
		     const struct cpit_import_decl *d,
		     const struct cpit_import *imp)
{
	const struct cpit_type *t = imp->export ? &imp->export->type
						: &imp->type;
	void *object;

	slot->caller.instance = inst;
	if (t->kind != d->type.kind || strcmp(t->sig, d->type.sig))
		return false;
	if (imp->export && (!imp->from || imp->from->store != inst->store ||
			    !cpit_offers(imp->from, imp->export)))
		return false;
	if (t->kind == CPIT_FUNC) {
		slot->fn = imp->export ? imp->export->fn : imp->fn;
		slot->caller.ctx = imp->ctx;
		slot->arg0 = imp->export ? imp->from->state
					 : (void *)&slot->caller;
		return slot->fn != NULL;
	}
	/* Functions of another store are none for this stack. */
	object = imp->export ? object_of(imp->from, imp->export) :
		 *t->sig == 'r' ? NULL : imp->object;
	if (!object)
		return false;
	slot->object = object;
	if (t->kind == CPIT_MEMORY)
		return memory_fits(inst->module, &d->type, t, object);
	/* Both kinds of table have their size in the same place. */
	return t->kind != CPIT_TABLE ||
	       limits_fit(&d->type, t,
			  ((const wasm_rt_funcref_table_t *)object)->size);
}

/* The first import declaration nothing fits, or NULL. */
static const struct cpit_import_decl *
link_all(struct cpit_instance *inst, const struct cpit_import *imports,
	 size_t nimports)
{
	const struct cpit_module *m = inst->module;
	uint32_t i;
	size_t k;

	for (i = 0; i < m->nimports; i++) {
		for (k = 0; k < nimports; k++)
			if (same_name(&imports[k], &m->imports[i]))
				break;
		if (k == nimports || !link_one(inst, CPIT_SLOT(inst->state, i),
					       &m->imports[i], &imports[k]))
			return &m->imports[i];
	}
	return NULL;
}

/* ------------------------------------------------------------ instances */

static struct cpit_vm *vm_of(const struct cpit_instance *inst)
{
	return CPIT_VM(inst->state);
}

/*
 *	| struct cpit_instance | imports | struct cpit_vm | state |
 */
static struct cpit_instance *allocate(struct cpit_store *s,
				      const struct cpit_module *m)
{
	size_t vm = (sizeof(struct cpit_instance) + 15 +
		     m->nimports * sizeof(struct cpit_slot)) & ~(size_t)15;
	size_t state = vm + sizeof(struct cpit_vm);
	size_t size = state + m->state_size;
	uint8_t *p = cpit_embed_alloc(size);
	struct cpit_instance *inst = (struct cpit_instance *)p;

	if (!p)
		return NULL;
	inst->store = s;
	inst->module = m;
	inst->exports = m->exports;
	inst->exports_end = m->exports + m->nexports;
	inst->state = p + state;
	inst->size = size;
	vm_of(inst)->run = &s->run;
	vm_of(inst)->instance = inst;
	return inst;
}

/* A memory that the instance made itself. */
static bool is_in(const struct cpit_instance *inst, const wasm_rt_memory_t *m)
{
	return (uintptr_t)m - (uintptr_t)inst->state < inst->module->state_size;
}

/* The memory that a module takes to be at address zero, or NULL. */
static wasm_rt_memory_t *memory_at_zero(const struct cpit_instance *inst)
{
	wasm_rt_memory_t *m;

	if (!inst->module->at_zero)
		return NULL;
	cpit_borrow_text();
	m = inst->module->memory0(inst->state);
	cpit_return_text();
	return m;
}

/*
 * One mode and one memory at address zero to a store.  By segment an instance is
 * alone: no function of another one, and none of its own that another one calls,
 * runs with the wrong base.
 */
static int mode_fits(const struct cpit_instance *inst)
{
	const struct cpit_store *s = inst->store;
	const struct cpit_instance *first = s->instances;
	const struct cpit_module *module = inst->module;
	const wasm_rt_memory_t *m;

	if (first && (s->zero ^ module->zero) + module->by_segment +
			     first->module->by_segment)
		return -CPIT_EMODE;
	if (module->by_segment && !cpit_arch_has_base())
		return -CPIT_ENOSEGMENT;
	if (!module->zero)
		return 0;
	if (!cpit_embed_cpu()->spaces)
		return -CPIT_ENOZERO;
	m = memory_at_zero(inst);
	return !m || (m == s->memory0 && s->space) ||
			(is_in(inst, m) && !s->memory0)
		? 0 : -CPIT_EZERO;
}

/* The store is of the mode of its first instance. */
static void join(struct cpit_instance *inst)
{
	struct cpit_store *s = inst->store;

	inst->next = s->instances;
	s->instances = inst;
	s->zero = inst->module->zero;
	if (!s->zero)
		return;
	if (!s->watched)
		s->watched = s->entry.busy = CPIT_BUSY_SPACE;
	if (!s->memory0)
		s->memory0 = memory_at_zero(inst);
}

/*
 * What is left when cpit_code_hold() succeeded and the store has it.  Its words
 * are on no list (W1), so no tick can write into the memory that goes (WRK-11);
 * a tick while its own text frees it is no reason to kill the caller's guest.
 */
static void discard(struct cpit_instance *inst)
{
	struct cpit_instance **link = &inst->store->instances;

	while (*link != inst)
		link = &(*link)->next;
	*link = inst->next;
	if (is_in(inst, inst->store->memory0)) {
		inst->store->memory0 = NULL;
		inst->store->space = 0;
		cpit_space_follow();	/* a store that runs goes on without it */
	}
	cpit_borrow_text();
	inst->module->destroy(inst->state);
	cpit_return_text();
	cpit_code_drop(inst->module);
	cpit_embed_free(inst, inst->size);
}

/* The memory exported as "memory", or NULL; it may not be made yet. */
static wasm_rt_memory_t *exported_memory(struct cpit_instance *inst)
{
	const struct cpit_export *x = cpit_export_find(inst->module, "memory",
						       CPIT_MEMORY);

	return x ? object_of(inst, x) : NULL;
}

static int run_instantiate(struct cpit_instance *inst, struct cpit_outcome *out)
{
	const struct cpit_module *m = inst->module;
	int err;

	err = cpit_enter(inst, m->instantiate, NULL, out);
	if (err)
		return err;
	inst->memory = exported_memory(inst);
	if (out->end != CPIT_RETURNED) {
		/* It may have no memory yet: nobody enters it any more. */
		inst->exports_end = inst->exports;
		return -CPIT_ETRAPPED;
	}
	cpit_words_find(inst);
	return 0;
}

int cpit_instantiate(struct cpit_store *s, const struct cpit_module *m,
		     const struct cpit_import *imports, size_t nimports,
		     struct cpit_instance **inst, struct cpit_outcome *out,
		     const struct cpit_import_decl **bad_import)
{
	const struct cpit_import_decl *bad;
	struct cpit_instance *i;
	int err;

	*inst = NULL;
	err = cpit_cpu_ready();
	if (!err)
		err = cpit_stack_fit(s, m);
	if (err)
		return err;
	i = allocate(s, m);
	if (!i)
		return -CPIT_ENOMEM;
	bad = link_all(i, imports, nimports);
	err = bad ? -CPIT_ELINK : mode_fits(i);
	if (!err)
		err = cpit_code_hold(m);
	if (err) {
		if (bad_import)
			*bad_import = bad;
		cpit_embed_free(i, i->size);
		return err;
	}
	join(i);
	err = run_instantiate(i, out);
	if (err && err != -CPIT_ETRAPPED) {
		discard(i);
		return err;
	}
	*inst = i;
	return err;
}

int cpit_instance_destroy(struct cpit_instance *inst)
{
	int err = inst->store->act ? -CPIT_EBUSY : cpit_cpu_ready();

	if (!err)
		discard(inst);
	return err;
}

const struct cpit_module *cpit_instance_module(struct cpit_instance *inst)
{
	return inst->module;
}

struct cpit_store *cpit_instance_store(struct cpit_instance *inst)
{
	return inst->store;
}

void *cpit_memory_at(struct cpit_instance *inst, uint32_t addr, uint32_t len)
{
	const wasm_rt_memory_t *m = inst->memory;

	if (!m)			/* a start function that calls the host */
		m = exported_memory(inst);
	if (!m || !m->data || (uint64_t)addr + len > m->size ||
	    !cpit_memory_touch(m, addr, len))
		return NULL;
	return m->data + addr;
}

const struct cpit_export *cpit_export_find(const struct cpit_module *m,
					   const char *name,
					   enum cpit_kind kind)
{
	uint32_t i;

	for (i = 0; i < m->nexports; i++)
		if (m->exports[i].type.kind == kind &&
		    !strcmp(m->exports[i].name, name))
			return &m->exports[i];
	return NULL;
}

void *cpit_export_object(struct cpit_instance *inst,
			 const struct cpit_export *x)
{
	return cpit_offers(inst, x) && x->type.kind != CPIT_FUNC ?
	       object_of(inst, x) : NULL;
}

const char *cpit_strerror(int err)
{
	switch (-err) {
	case 0:
		return "no error";
	case CPIT_EINVAL:
		return "invalid use";
	case CPIT_ENOMEM:
		return "out of memory";
	case CPIT_ENOEXEC:
		return "not an executable module";
	case CPIT_EBUSY:
		return "in use";
	case CPIT_EEXIST:
		return "already registered";
	case CPIT_ENOENT:
		return "not found";
	case CPIT_ELINK:
		return "import missing or of another type";
	case CPIT_ETRAPPED:
		return "instantiation ended early";
	case CPIT_ENOTREADY:
		return "CPU not initialised";
	case CPIT_EPOISONED:
		return "instance was killed";
	case CPIT_ENOZERO:
		return "no memory at address zero here";
	case CPIT_EZERO:
		return "another memory is at address zero";
	case CPIT_EMODE:
		return "not in one store with the others";
	case CPIT_ENOSEGMENT:
		return "FSGSBASE is off or not there: it needs --base register";
	}
	return "unknown error";
}
