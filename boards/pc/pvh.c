/* SPDX-License-Identifier: Apache-2.0 */
/* The PVH start info (Xen's public/arch-x86/hvm/start_info.h, version 1). */
#include "fwcfg.h"
#include "pvh.h"
#include <arch/machine.h>

#define MAGIC 0x336ec578u

struct start_info {
	uint32_t magic, version, flags, nmodules;
	uint64_t modules, cmdline, rsdp, memmap;
	uint32_t nmemmap, reserved;
};

struct memmap_entry {
	uint64_t addr, size;
	uint32_t type, reserved;
};

struct module {
	uint64_t addr, size, cmdline, reserved;
};

enum { TYPE_RAM = 1 };

void cpit_pvh_read(const void *info, struct cpit_board *b)
{
	const struct start_info *si = info;
	const struct memmap_entry *map;
	uint32_t i;

	if (si->magic != MAGIC || si->version < 1 || !si->memmap)
		cpit_embed_panic("no PVH start info with a memory map", 0,
				 (uintptr_t)info, 0);
	map = cpit_arch_direct(si->memmap);
	for (i = 0; i < si->nmemmap; i++)
		if (map[i].type == TYPE_RAM)
			cpit_pc_add_ram(b, map[i].addr, map[i].size);
	if (si->nmodules) {
		const struct module *m = cpit_arch_direct(si->modules);

		b->initrd = (struct cpit_ram){ m->addr, m->addr + m->size };
	}
	b->cmdline = si->cmdline ? cpit_arch_direct(si->cmdline) : "";
}
