/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: cpit_load() takes a container and gives all of it back, or refuses
 * it and has changed nothing; whatever is in it, with checksums that are right.
 */
#include <catchpit/embed.h>
#include <catchpit/load.h>
#include <stdlib.h>
#include <string.h>

#include "../../rt/code.h"
#include "fake.h"

/* Only their addresses are taken. */
#define EMPTY(f) void f(void); void f(void) { abort(); }
CPIT_RUNTIME(EMPTY)

/* Of memory.c, which cannot be had beside them, on a kernel with an MMU. */
void *cpit_reserve(size_t size);
void *cpit_reserve(size_t size) { return cpit_embed_reserve(size); }
bool cpit_has_space(void);
bool cpit_has_space(void) { return true; }

static volatile size_t len;

static void must(bool so)
{
	if (!so)
		abort();
}

/* What a kernel calls: of the module's own text. */
static void calls(const struct cpit_module *m, const struct cpit_container *c)
{
	uintptr_t text = (uintptr_t)m - c->module;
	uint32_t i;

#define IN_TEXT(f) must((uintptr_t)(f) - text < c->text_end)
	IN_TEXT(m->instantiate);
	IN_TEXT(m->destroy);
	if (m->memory0)
		IN_TEXT(m->memory0);
	for (i = 0; i < m->nexports; i++) {
		const struct cpit_export *x = &m->exports[i];

		if (x->type.kind == CPIT_FUNC) {
			IN_TEXT(x->call);
			IN_TEXT(x->fn);
		} else {
			IN_TEXT(x->get);
		}
	}
}

/* What a kernel reads of it. */
static void read_all(const struct cpit_module *m)
{
	uint32_t i;

	len = strlen(m->name);
	for (i = 0; i < m->nfuncs; i++)
		len += strlen(m->names + m->funcs[i].name);
	for (i = 0; i < m->nimports; i++)
		len += strlen(m->imports[i].name) + strlen(m->imports[i].type.sig);
	for (i = 0; i < m->nexports; i++)
		len += strlen(m->exports[i].name) + strlen(m->exports[i].type.sig);
	for (i = 0; i < CPIT_WORDS; i++)
		len += m->word[i] ? strlen(m->word[i]->name) : 0;
	for (i = 0; i < m->nmemories; i++)
		must(m->memory_at[i] < m->state_size);
	for (i = 0; i < m->nglobals; i++) {
		len += (size_t)m->global_types[i];
		must(m->global_at[i] < m->state_size);
	}
	must(m->state_size >> 32 == 0);
	len += m->checked + m->zero + m->at_zero + (size_t)m->by_segment; /* UBSan */
	cpit_code_site(m, (uintptr_t)m->text_start);
	cpit_code_func(m, (uintptr_t)m->text_end - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cpit_loaded *l = NULL;
	struct cpit_container c;
	uint8_t *blob;
	int err;

	if (size < sizeof(c))
		return 0;
	if (!cpit_embed_cpu())
		fake_cpu_is(0);
	blob = malloc(size);
	memcpy(&c, data, sizeof(c));
	memcpy(c.magic, CPIT_CONTAINER_MAGIC, sizeof(c.magic));
	c.format = CPIT_CONTAINER_FORMAT;
	c.isa = 0xcafe;			/* tests/unit/arch/guest.h */
	c.abi = CPIT_ABI;
	c.body_crc = cpit_crc32(data + sizeof(c), size - sizeof(c));
	c.header_crc = cpit_crc32(&c, offsetof(struct cpit_container,
					       header_crc));
	memcpy(blob, data, size);
	memcpy(blob, &c, sizeof(c));
	err = cpit_load(&l, blob, size);
	free(blob);			/* it was copied */
	if (err ? err != -CPIT_ENOEXEC && err != -CPIT_ENOMEM : !l)
		abort();
	if (!err) {
		calls(cpit_loaded_module(l), &c);
		read_all(cpit_loaded_module(l));
		if (cpit_unload(l))
			abort();
	}
	if (fake_blocks)
		abort();
	return 0;
}
