/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns in every callee-saved register across a call that traps (K23-15), and
 * in every register there is across interrupts, and none of the guest's behind a
 * landing (K23-16).
 */
#include <arch/asm.h>

	.macro	FILL
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	li	s\n, 0x5a5a0000 + \n
	fcvt.d.l fs\n, s\n
	.endr
	.endm

	.macro	COMPARE
	frrm	t0
	li	t1, 2
	bne	t0, t1, 1f
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	li	t0, 0x5a5a0000 + \n
	bne	s\n, t0, 1f
	fcvt.l.d t1, fs\n
	bne	t1, t0, 1f
	.endr
	.endm

	.text
FUNC(cpit_test_registers)
	addi	sp, sp, -208
	sd	ra, 192(sp)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8 * \n(sp)
	fsd	fs\n, 96 + 8 * \n(sp)
	.endr
	frrm	t0
	sd	t0, 200(sp)
	fsrmi	2			# rounds down: not the default
	FILL
	call	cpit_call
	bnez	a0, 1f
	COMPARE
	li	a0, 0
	j	2f
1:	li	a0, 1
2:	ld	t0, 200(sp)
	fsrm	t0
	ld	ra, 192(sp)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8 * \n(sp)
	fld	fs\n, 96 + 8 * \n(sp)
	.endr
	addi	sp, sp, 208
	ret
END(cpit_test_registers)

/* (rounds): 0 unless a register but sp, gp and tp changes meanwhile. */
#define SOME 1,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
#define FLOATS 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
FUNC(cpit_test_interrupted)
	addi	sp, sp, -208
	sd	ra, 192(sp)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8 * \n(sp)
	fsd	fs\n, 96 + 8 * \n(sp)
	.endr
	mv	t6, a0
	.irp	n, FLOATS
	li	t0, 0x3c3c0000 + \n
	fmv.d.x	f\n, t0
	.endr
	.irp	n, SOME
	li	x\n, 0x5a5a0000 + \n
	.endr
0:	addi	t6, t6, -1
	bnez	t6, 0b
	.irp	n, SOME
	li	t6, 0x5a5a0000 + \n
	bne	x\n, t6, 1f
	.endr
	.irp	n, FLOATS
	li	t6, 0x3c3c0000 + \n
	fmv.x.d	t5, f\n
	bne	t5, t6, 1f
	.endr
	li	a0, 0
	j	2f
1:	li	a0, 1
2:	ld	ra, 192(sp)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8 * \n(sp)
	fld	fs\n, 96 + 8 * \n(sp)
	.endr
	addi	sp, sp, 208
	ret
END(cpit_test_interrupted)

/* (jmp, sp, fn, state, v, regs): enters and lands; what a call may change then. */
FUNC(cpit_test_landing)
	addi	sp, sp, -16
	sd	ra, 8(sp)
	sd	s0, 0(sp)
	mv	s0, a5
	.irp	r, a5,a6,a7,t0,t1,t2,t3,t4,t5,t6
	li	\r, 0x5a5a0000
	.endr
	call	cpit_arch_enter
	.set	k, 0
	.irp	r, a2,a3,a4,a5,a6,a7,t0,t1,t2,t3,t4,t5,t6
	sd	\r, 8 * k(s0)
	.set	k, k + 1
	.endr
	ld	ra, 8(sp)
	ld	s0, 0(sp)
	addi	sp, sp, 16
	ret
END(cpit_test_landing)
