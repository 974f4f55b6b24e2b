/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loadable modules.  The checksums keep out what is damaged; all the rest of a
 * container is looked at as if somebody had made it up, but for the
 * instructions themselves, which are the compiler's.
 */
#include "memory.h"
#include "store.h"
#include <catchpit/load.h>
#include <string.h>

struct cpit_loaded {
	const struct cpit_module *module;
	uint8_t *image;
	size_t size;
	bool reserved;			/* else of cpit_embed_alloc() */
};

#define ADDRESS(f) (uintptr_t)f,
static const uintptr_t runtime[] = { CPIT_RUNTIME(ADDRESS) };
enum { NRUNTIME = sizeof(runtime) / sizeof(runtime[0]) };

/* ---------------------------------------------------- before it is copied */

static bool among_constants(const struct cpit_container *c, uint32_t at,
			    size_t size)
{
	return at % 8 == 0 && at >= c->text_end && at <= c->const_end &&
	       c->const_end - at >= size;
}

static bool header_ok(const struct cpit_container *c, size_t size)
{
	return size >= sizeof(*c) &&
	       !memcmp(c->magic, CPIT_CONTAINER_MAGIC, sizeof(c->magic)) &&
	       c->header_crc == cpit_crc32(c, offsetof(struct cpit_container,
						       header_crc)) &&
	       c->format == CPIT_CONTAINER_FORMAT && c->isa == CPIT_ISA &&
	       c->abi == CPIT_ABI && c->nruntime == NRUNTIME &&
	       !((c->text_end | c->const_end | c->data_end | c->end) %
		 CPIT_PAGE) &&
	       c->text_end && c->text_end < c->const_end &&
	       c->const_end <= c->data_end && c->data_end <= c->end &&
	       c->end <= 1u << 30 && c->nrelocs <= c->data_end / 8 &&
	       size == sizeof(*c) + c->data_end + (size_t)c->nrelocs * 4 &&
	       among_constants(c, c->module, sizeof(struct cpit_module)) &&
	       among_constants(c, c->runtime, sizeof(runtime));
}

/* --------------------------------------------------------------- relocation */

static bool relocate(uint8_t *image, const struct cpit_container *c,
		     const uint8_t *relocs)
{
	uint64_t __attribute__((may_alias)) *word;
	uint32_t at, i, next = c->text_end;

	for (i = 0; i < c->nrelocs; i++, next = at + 8) {
		memcpy(&at, relocs + (size_t)i * 4, sizeof(at));
		if (at % 8 || at < next || at > c->data_end - 8)
			return false;
		word = (void *)(image + at);
		if (*word > c->end)
			return false;
		*word += (uintptr_t)image;
	}
	memcpy(image + c->runtime, runtime, sizeof(runtime));
	return true;
}

/* ------------------------------------------------------- the descriptor */

struct view {
	uintptr_t text, constants, end;	/* of its constants */
};

/* n elements of that size, all among the constants and aligned for them. */
static bool array_in(const struct view *v, const void *p, size_t n, size_t size,
		     size_t align)
{
	uintptr_t at = (uintptr_t)p;

	return at >= v->constants && at <= v->end && at % align == 0 &&
	       n <= (v->end - at) / size;
}

/* The last byte of the constants is NUL: a string that begins there ends. */
static bool string_in(const struct view *v, const char *s)
{
	return (uintptr_t)s >= v->constants && (uintptr_t)s < v->end;
}

static bool code_in(const struct view *v, uintptr_t at)
{
	return at >= v->text && at < v->constants;
}

static bool type_ok(const struct view *v, const struct cpit_type *t)
{
	uint8_t has_max;

	memcpy(&has_max, &t->has_max, 1);	/* any byte, before it is a bool */
	return string_in(v, t->sig) && has_max < 2;
}

static bool exports_ok(const struct view *v, const struct cpit_module *m)
{
	const struct cpit_export *x;
	uint32_t i;

	for (i = 0; i < m->nexports; i++) {
		x = &m->exports[i];
		if (!string_in(v, x->name) || !type_ok(v, &x->type))
			return false;
		if (x->type.kind == CPIT_FUNC
			    ? !code_in(v, (uintptr_t)x->call) ||
				      !code_in(v, (uintptr_t)x->fn)
			    : !code_in(v, (uintptr_t)x->get))
			return false;
	}
	return true;
}

static bool names_ok(const struct view *v, const struct cpit_module *m)
{
	uint32_t i;

	for (i = 0; i < m->nimports; i++)
		if (!string_in(v, m->imports[i].module) ||
		    !string_in(v, m->imports[i].name) ||
		    !type_ok(v, &m->imports[i].type))
			return false;
	for (i = 0; i < m->nfuncs; i++)
		if (m->funcs[i].name >= v->end - (uintptr_t)m->names)
			return false;
	return true;
}

/* One of its own exports, or none. */
static bool word_ok(const struct cpit_module *m, const struct cpit_export *w)
{
	uintptr_t off = (uintptr_t)w - (uintptr_t)m->exports;

	return !w || (off % sizeof(*w) == 0 &&
		      off / sizeof(*w) < m->nexports);
}

static bool inside(uint32_t at, size_t size, size_t state_size)
{
	return at <= state_size && state_size - at >= size;
}

/* What cpit_coredump() reads of a state: memories, and globals by type. */
static bool places_ok(const struct view *v, const struct cpit_module *m)
{
	uint32_t i;

	if (!array_in(v, m->memory_at, m->nmemories, 4, 4) ||
	    !array_in(v, m->global_at, m->nglobals, 4, 4) ||
	    !array_in(v, m->global_types, m->nglobals, 1, 1))
		return false;
	for (i = 0; i < m->nmemories; i++)
		if (m->memory_at[i] % 8 ||
		    !inside(m->memory_at[i], sizeof(wasm_rt_memory_t),
			    m->state_size))
			return false;
	for (i = 0; i < m->nglobals; i++) {
		char type = m->global_types[i];

		if (!inside(m->global_at[i], type == 'i' || type == 'f' ? 4 :
			    type == 'v' ? 16 : 8, m->state_size))
			return false;
	}
	return true;
}

static bool module_ok(const struct view *v, const struct cpit_module *m)
{
	uintptr_t start = (uintptr_t)m->text_start, end = (uintptr_t)m->text_end;
	const uint8_t *is = (const uint8_t *)&m->checked; /* zero, at_zero, by_segment */

	return string_in(v, m->name) && string_in(v, m->names) &&
	       (is[0] | is[1] | is[3]) < 2 && is[2] <= is[1] &&
	       (!is[2] || m->memory0) &&
	       code_in(v, start) && end > start && end <= v->constants &&
	       array_in(v, m->funcs, m->nfuncs, sizeof(*m->funcs), 4) &&
	       array_in(v, m->site_pc, m->nsites, 4, 4) &&
	       array_in(v, m->site_kind, m->nsites, 1, 1) &&
	       array_in(v, m->exits, m->nexits, sizeof(*m->exits), 4) &&
	       array_in(v, m->imports, m->nimports, sizeof(*m->imports), 8) &&
	       array_in(v, m->exports, m->nexports, sizeof(*m->exports), 8) &&
	       m->state_size < (size_t)1 << 32 &&
	       code_in(v, (uintptr_t)m->instantiate) &&
	       code_in(v, (uintptr_t)m->destroy) &&
	       (!m->memory0 || code_in(v, (uintptr_t)m->memory0)) &&
	       names_ok(v, m) && exports_ok(v, m) && places_ok(v, m) &&
	       word_ok(m, m->word[CPIT_WORD_SIGNAL]) &&
	       word_ok(m, m->word[CPIT_WORD_TERMINATED]);
}

/* ------------------------------------------------------------------ memory */

/*
 * Of the heap only where there is no MMU: pages of a heap that has one are not
 * ours to make read-only.
 */
static bool get_memory(struct cpit_loaded *l)
{
	l->image = cpit_reserve(l->size);
	l->reserved = cpit_has_space();
	if (!l->reserved)
		l->image = cpit_embed_alloc(l->size);
	else if (!l->image)
		return false;
	else if (!cpit_embed_commit(l->image, l->size, CPIT_COMMIT_NOW)) {
		cpit_embed_release(l->image, l->size);
		l->image = NULL;
	}
	return l->image;
}

static void free_all(struct cpit_loaded *l)
{
	if (l->image && l->reserved)
		cpit_embed_release(l->image, l->size);
	else if (l->image)
		cpit_embed_free(l->image, l->size);
	cpit_embed_free(l, sizeof(*l));
}

static int fill(struct cpit_loaded *l, const struct cpit_container *c,
		const uint8_t *body)
{
	const struct view v = { (uintptr_t)l->image,
				(uintptr_t)l->image + c->text_end,
				(uintptr_t)l->image + c->const_end };

	memcpy(l->image, body, c->data_end);
	if (!relocate(l->image, c, body + c->data_end) ||
	    l->image[c->const_end - 1] ||
	    !module_ok(&v, l->module))
		return -CPIT_ENOEXEC;
	if (!cpit_embed_protect(l->image, c->text_end, true) ||
	    !cpit_embed_protect(l->image + c->text_end,
				c->const_end - c->text_end, false))
		return -CPIT_ENOMEM;
	return cpit_module_register(l->module);
}

int cpit_load(struct cpit_loaded **out, const void *blob, size_t size)
{
	struct cpit_container c;
	struct cpit_loaded *l;
	const uint8_t *body = (const uint8_t *)blob + sizeof(c);
	int err;

	if (size < sizeof(c))
		return -CPIT_ENOEXEC;
	memcpy(&c, blob, sizeof(c));
	if (!header_ok(&c, size) ||
	    c.body_crc != cpit_crc32(body, size - sizeof(c)))
		return -CPIT_ENOEXEC;
	l = cpit_embed_alloc(sizeof(*l));
	if (!l)
		return -CPIT_ENOMEM;
	l->size = c.end;
	if (!get_memory(l)) {
		free_all(l);
		return -CPIT_ENOMEM;
	}
	l->module = (const struct cpit_module *)(void *)(l->image + c.module);
	err = fill(l, &c, body);
	if (err)
		free_all(l);
	else
		*out = l;
	return err;
}

int cpit_unload(struct cpit_loaded *l)
{
	int err = cpit_module_unregister(l->module);

	if (!err)
		free_all(l);
	return err;
}

const struct cpit_module *cpit_loaded_module(const struct cpit_loaded *l)
{
	return l->module;
}
