/* SPDX-License-Identifier: Apache-2.0 */
/* A process has no door: its pages are all of one kind. */
#include <arch/asm.h>

	.text
FUNC(cpit_rt_open)
	ret
END(cpit_rt_open)

FUNC(cpit_rt_close)
	ret
END(cpit_rt_close)
