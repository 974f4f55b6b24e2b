/* SPDX-License-Identifier: Apache-2.0 */
/* The few facts we need of a flattened device tree (devicetree spec 0.4). */
#ifndef CPIT_VIRT_FDT_H
#define CPIT_VIRT_FDT_H

#include "../board.h"
#include <stdint.h>

struct fdt_facts {
	struct cpit_ram ram[CPIT_RAM_MAX];
	unsigned nram;
	unsigned cpus;
	uint32_t timebase;	/* Hz */
	uint8_t seed[32];	/* zeros when the firmware gave none */
	struct cpit_ram initrd;
	const char *isa;	/* of the last CPU, in the tree */
	const char *bootargs;	/* in the tree; "" when there are none */
};

/* What the tree does not say is 0, but its clock: then it panics. */
void cpit_fdt_read(const void *fdt, struct fdt_facts *f);

#endif
