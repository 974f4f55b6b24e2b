/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A WebAssembly core dump of what a trap left: a binary with the sections core,
 * coremodules, coreinstances and corestack, and the memories and globals
 * (WebAssembly/tool-conventions, Coredump.md).
 */
#ifndef CPIT_COREDUMP_H
#define CPIT_COREDUMP_H

#include <catchpit/module.h>
#include <catchpit/report.h>
#include <catchpit/trap.h>

/*
 * For CPIT_TRAPPED: puts a whole core dump of `out' and of the n instances, in
 * pieces; nothing for other ends.  None of the instances may run meanwhile,
 * nor may one they import from be gone.  Allocates nothing: memory is read
 * where it is, several times over, and only pages that are not zero are put.
 *
 * A frame belongs to the first of the instances that is of its module; frames
 * of other modules are left out.  What native code cannot tell is not made up:
 * a frame has no locals and no operands, its code offset is 0, which is the
 * function's start, and a reference is null whatever it was.  A section ends
 * before 4 GiB: what the memories hold beyond is left out.
 *
 * Thread context, after the landing.  Needs 1 KiB of stack, and what put does.
 */
void cpit_coredump(const struct cpit_outcome *out,
		   struct cpit_instance *const *insts, size_t n,
		   cpit_put_fn *put, void *ctx);

#endif
