/* SPDX-License-Identifier: Apache-2.0 */
/* What a preempted task leaves behind (rt/sched): its trap frame, its floats. */
#ifndef CPIT_ARCH_TASK_H
#define CPIT_ARCH_TASK_H

#include <arch/frame.h>

#define CONTEXT_F(n) (FRAME_SIZE + 8 * (n))
#define CONTEXT_FCSR (FRAME_SIZE + 256)
#define CONTEXT_SIZE (FRAME_SIZE + 264)

#ifndef __ASSEMBLER__
struct cpit_context {
	struct cpit_frame_regs regs;
	uint64_t f[32], fcsr;
};
_Static_assert(offsetof(struct cpit_context, f[31]) == CONTEXT_F(31), "f");
_Static_assert(offsetof(struct cpit_context, fcsr) == CONTEXT_FCSR, "fcsr");
_Static_assert(sizeof(struct cpit_context) == CONTEXT_SIZE, "size");

/* In the tick, before anything has touched a float register: all of them. */
void cpit_arch_float_save(struct cpit_context *c);
/*
 * Thread context: goes on where the context was taken, its interrupt enable
 * included, on this CPU: the thread pointer stays what it is.
 */
_Noreturn void cpit_arch_resume(const struct cpit_context *c);
#endif

#endif
