/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map from address ranges to owners, read in fault handlers.
 *
 * R1  A table is never changed once published: a reader sees the old one or
 *     the new one, whole, even when it interrupted the writer (K23-05).
 * R2  An old table is reused or freed only after every CPU was seen outside a
 *     reader.
 * R3  Readers take no lock and allocate nothing.
 */
#ifndef CPIT_RT_RANGES_H
#define CPIT_RT_RANGES_H

#include <stdbool.h>
#include <stdint.h>

struct cpit_range {
	uintptr_t start, end;	/* [start, end), end > start */
	void *owner;		/* what readers get */
	void *record;		/* what the writers keep of it */
};

struct cpit_range_table {
	uint32_t n, capacity;
	struct cpit_range r[];	/* sorted, no overlap */
};

/*
 * Two tables of one capacity: the next state is written into the spare one, so
 * that a removal needs no memory and cannot fail for want of it.
 */
struct cpit_ranges {
	struct cpit_range_table *table;	/* published; NULL: empty */
	struct cpit_range_table *spare;
};

/*
 * The owner of the range that holds addr, or NULL.  Any context.  Another CPU
 * may remove the range at once: it is the caller who knows that the owner
 * stays.
 */
void *cpit_ranges_find(const struct cpit_ranges *rs, uintptr_t addr);
/* Its record as well; both NULL when there is none. */
void *cpit_ranges_get(const struct cpit_ranges *rs, uintptr_t addr,
		      void **record);

/*
 * Thread context.  -CPIT_EINVAL for an empty range, -CPIT_EEXIST on overlap,
 * -CPIT_ENOMEM; remove has only -CPIT_ENOENT, when no range starts there.
 */
int cpit_ranges_add(struct cpit_ranges *rs, const struct cpit_range *r);
int cpit_ranges_remove(struct cpit_ranges *rs, uintptr_t start);

#endif
