/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door of mode zero.  Module text does this itself; it is for loadable
 * modules, which ask for the same list of the runtime on both ISAs.
 */
#include <arch/asm.h>
#include "csr.h"

	.option	norelax	/* or it is not for lld before 15 (rt/README.md) */
	.text
FUNC(cpit_rt_open)
	li	t0, SSTATUS_SUM
	csrs	sstatus, t0
	ret
END(cpit_rt_open)

FUNC(cpit_rt_close)
	li	t0, SSTATUS_SUM
	csrc	sstatus, t0
	ret
END(cpit_rt_close)
