/* SPDX-License-Identifier: Apache-2.0 */
/* The door of mode zero: in ring 0, with SMAP on.  Changes no register. */
#include <arch/asm.h>

	.text
FUNC(cpit_rt_open)
	stac
	ret
END(cpit_rt_open)

FUNC(cpit_rt_close)
	clac
	ret
END(cpit_rt_close)
