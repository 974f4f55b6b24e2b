/* SPDX-License-Identifier: Apache-2.0 */
/* Out of module text and back, by other than a call; <arch/task.h> documents. */
#include <arch/asm.h>
#include <arch/task.h>
#include "csr.h"

	.option	norelax	/* or it is not for lld before 15 (rt/README.md) */
	/* One list for save and restore, so that they cannot differ. */
	.macro	CONTEXT_FLOATS op
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	\op	f\n, CONTEXT_F(\n)(a0)
	.endr
	.irp	n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	f\n, CONTEXT_F(\n)(a0)
	.endr
	.endm

	.text
FUNC(cpit_arch_float_save)
	CONTEXT_FLOATS fsd
	frcsr	t0
	sd	t0, CONTEXT_FCSR(a0)
	ret
END(cpit_arch_float_save)

/*
 * sepc is ours only while no interrupt can come; the frame's status lets them.
 * A reservation of the task before is not this one's: sc ends it (ISA, Zalrsc).
 */
FUNC(cpit_arch_resume)
	csrci	sstatus, SSTATUS_SIE
	addi	t0, sp, -16
	sc.d	zero, zero, (t0)
	CONTEXT_FLOATS fld
	ld	t0, CONTEXT_FCSR(a0)
	fscsr	t0
	ld	t0, FRAME_PC(a0)
	csrw	sepc, t0
	ld	t0, FRAME_STATUS(a0)
	csrw	sstatus, t0
	.irp	n, 1,2,3,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, FRAME_X(\n)(a0)
	.endr
	ld	a0, FRAME_X(10)(a0)	# last: it is the base of the loads above
	sret
END(cpit_arch_resume)
