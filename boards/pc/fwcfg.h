/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_PC_FWCFG_H
#define CPIT_PC_FWCFG_H

#include "../board.h"

unsigned cpit_fwcfg_cpus(void);

/*
 * For an image in flash: RAM; settings and a cpio archive from the files
 * opt/catchpit/cmdline and opt/catchpit/initrd, if they are given.
 */
void cpit_fwcfg_read(struct cpit_board *b);

/* board.c: whole pages of RAM from 1 MiB up. */
void cpit_pc_add_ram(struct cpit_board *b, uint64_t start, uint64_t size);

#endif
