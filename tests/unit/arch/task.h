/* SPDX-License-Identifier: Apache-2.0 */
/* No registers are saved in these tests. */
#ifndef CPIT_ARCH_TASK_H
#define CPIT_ARCH_TASK_H

struct cpit_context {
	int regs;
};

void cpit_arch_float_save(struct cpit_context *c);
_Noreturn void cpit_arch_resume(const struct cpit_context *c);
#endif
