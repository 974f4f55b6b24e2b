/* SPDX-License-Identifier: Apache-2.0 */
/* No registers are saved in these tests. */
#ifndef CPIT_ARCH_TASK_H
#define CPIT_ARCH_TASK_H

struct cpit_context {
	int unused;
};
#endif
