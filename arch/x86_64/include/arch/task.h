/* SPDX-License-Identifier: Apache-2.0 */
/* What a preempted task leaves behind (rt/sched): its trap frame, its floats. */
#ifndef CPIT_ARCH_TASK_H
#define CPIT_ARCH_TASK_H

#include <arch/frame.h>

#define CONTEXT_FLOATS FRAME_SIZE	/* 16-aligned, as FXSAVE wants it */
#define CONTEXT_SIZE (FRAME_SIZE + 512)

#ifndef __ASSEMBLER__
struct cpit_context {
	struct cpit_frame_regs regs;
	uint8_t floats[512];
} __attribute__((aligned(16)));
_Static_assert(offsetof(struct cpit_context, floats) == CONTEXT_FLOATS,
	       "floats");
_Static_assert(CONTEXT_FLOATS % 16 == 0, "alignment");
_Static_assert(sizeof(struct cpit_context) == CONTEXT_SIZE, "size");

/* In the tick, before anything has touched a float register: all of them. */
void cpit_arch_float_save(struct cpit_context *c);
/*
 * Thread context: goes on where the context was taken, its interrupt enable
 * included, on this CPU: segments and their bases stay what they are.
 */
_Noreturn void cpit_arch_resume(const struct cpit_context *c);
#endif

#endif
