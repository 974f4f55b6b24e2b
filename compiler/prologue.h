/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_COMPILER_PROLOGUE_H
#define CPIT_COMPILER_PROLOGUE_H

#include "stages.h"

/*
 * Sets f->prologue, the bytes until the frame pointer points at this function's
 * frame (UINT16_MAX: never), and CPIT_FUNC_LEAF.  `code' has `size' bytes.
 */
void read_prologue(uint16_t machine, const uint8_t *code, uint64_t size,
		   struct native_func *f);

#endif
