/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap entry, S-mode.  Always on this CPU's trap stack: a wasm stack overflow
 * leaves no room on the interrupted one.  sscratch holds the top of the trap
 * stack outside the handler, a negative number, and inside it the same with the
 * sign changed, which is how a nested trap is told (K23-04).
 *
 * C never jumps out of here.  It edits the frame, and the one exit below takes
 * it, so the interrupt enable, sscratch and sp are put back on every path
 * (K23-03).  Float registers are not saved: nothing on this path touches one
 * (tests/lint), and a landing restores the callee-saved ones.
 */
#include <arch/asm.h>
#include <arch/frame.h>
#include "csr.h"

	/* The one list of registers, so that save and restore cannot differ. */
	.macro	FRAME_REGS op
	.irp	n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	x\n, FRAME_X(\n)(sp)
	.endr
	.endm

	.text
FUNC(cpit_trap_entry)			# stvec: 4-aligned, direct mode
#ifndef CPIT_TEST_NO_TRAP_STACK
	csrrw	sp, sscratch, sp	# sp = trap stack, scratch = interrupted sp
	bgez	sp, nested
#else					/* negative control of SLG-02 */
	csrw	sscratch, sp
#endif
	addi	sp, sp, -FRAME_SIZE
	FRAME_REGS sd
	csrr	t0, sscratch
	sd	t0, FRAME_X(2)(sp)
	csrr	t1, sepc
	sd	t1, FRAME_PC(sp)
#ifndef CPIT_TEST_NO_TRAP_STACK
	sd	t1, (FRAME_SIZE + TRAP_TOP_PC)(sp)
#endif
	addi	t0, sp, FRAME_SIZE
	neg	t0, t0
	csrw	sscratch, t0		# from here on a trap is a nested one
#ifndef CPIT_TEST_DOOR_OPEN
	li	t2, SSTATUS_SUM
	csrrc	t2, sstatus, t2		# a guest's door is closed in here
#else					/* negative control */
	csrr	t2, sstatus
#endif
	sd	t2, FRAME_STATUS(sp)
#ifndef CPIT_TEST_NO_TRAP_STACK
	ld	tp, (FRAME_SIZE + TRAP_TOP_TP)(sp)	# whatever code had there
#endif

	mv	a0, sp
	csrr	a1, scause
	csrr	a2, stval
	call	cpit_arch_trap		# (frame, cause, tval); may edit *frame

	ld	t1, FRAME_PC(sp)
	csrw	sepc, t1
	ld	t2, FRAME_STATUS(sp)
	csrw	sstatus, t2
	addi	t0, sp, FRAME_SIZE
	csrw	sscratch, t0		# armed again; interrupts are still off
	FRAME_REGS ld
	ld	sp, FRAME_X(2)(sp)	# last: it is the base of the loads above
	sret
END(cpit_trap_entry)

/*
 * A fault inside the handler: report and stop.  The interrupted sp may be bad:
 * the trap stack begins at its top again, over the frame of the first trap.
 */
LOCAL_FUNC(nested)
	neg	sp, sp
	ld	tp, TRAP_TOP_TP(sp)
	ld	a2, TRAP_TOP_PC(sp)
	neg	t0, sp
	csrw	sscratch, t0		# should the report fault, too
	csrr	a0, sepc
	csrr	a1, stval
	tail	cpit_arch_trap_nested	# (pc, tval, during); no return
END(nested)
