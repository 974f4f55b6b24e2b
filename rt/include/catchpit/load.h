/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules that a running kernel loads: containers made by
 * `catchpit compile --loadable'.  Who uses this supplies the hook
 * cpit_embed_protect() too.
 */
#ifndef CPIT_LOAD_H
#define CPIT_LOAD_H

#include <catchpit/module.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPIT_CONTAINER_MAGIC "CPIM"
#define CPIT_CONTAINER_FORMAT 1

/*
 * The file, little-endian: this header, the image's bytes up to data_end, and
 * the places of `nrelocs' 64-bit words, ascending, that hold an offset into the
 * image and become an address.  The image is text, constants, data and zeros
 * (bss); each ends at a multiple of 4096.  No word of text is relocated.
 */
struct cpit_container {
	char magic[4];
	uint32_t format;
	uint32_t isa;		/* e_machine of ELF */
	uint32_t abi;		/* CPIT_ABI */
	uint32_t text_end, const_end, data_end, end;
	uint32_t nrelocs;
	uint32_t module;	/* among the constants: struct cpit_module ... */
	uint32_t runtime;	/* ... and room for the addresses of ... */
	uint32_t nruntime;	/* ... CPIT_RUNTIME, in that order */
	uint32_t body_crc;	/* CRC-32 (IEEE 802.3) of what follows */
	uint32_t header_crc;	/* of what precedes */
};

/* CRC-32 of IEEE 802.3, as zlib's crc32().  Any context. */
uint32_t cpit_crc32(const void *p, size_t len);

/* What module text calls; a change of the list is a new CPIT_ABI. */
#define CPIT_RUNTIME(X)							\
	X(cpit_rt_memory_new) X(cpit_rt_memory_grow)			\
	X(cpit_rt_memory_free) X(cpit_rt_functable_new)			\
	X(cpit_rt_functable_grow) X(cpit_rt_functable_free)		\
	X(cpit_rt_externtable_new) X(cpit_rt_externtable_grow)		\
	X(cpit_rt_externtable_free) X(cpit_rt_edge)			\
	X(cpit_rt_open) X(cpit_rt_close)

struct cpit_loaded;

/*
 * Checks, copies, relocates and registers a container; the blob is not needed
 * afterwards.  -CPIT_ENOEXEC when anything in it is not as it must be,
 * -CPIT_ENOMEM, where addresses have run out or cpit_embed_protect() says
 * false, too; then nothing has changed, *out neither (KAN-11).  unload
 * unregisters and frees: -CPIT_EBUSY while an instance exists,
 * -CPIT_ENOTREADY.  Both take locks: module.h says when they may be called.
 */
int cpit_load(struct cpit_loaded **out, const void *blob, size_t size);
int cpit_unload(struct cpit_loaded *l);
/* Any context. */
const struct cpit_module *cpit_loaded_module(const struct cpit_loaded *l);

#endif
