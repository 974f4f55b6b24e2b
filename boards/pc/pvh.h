/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_PC_PVH_H
#define CPIT_PC_PVH_H

#include "../board.h"

/* RAM and command line from the PVH start info; panics without a RAM map. */
void cpit_pvh_read(const void *info, struct cpit_board *b);

#endif
