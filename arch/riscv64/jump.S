/* SPDX-License-Identifier: Apache-2.0 */
/* Entering wasm on its own stack, and landing.  arch/contract.h documents. */
#include <arch/asm.h>
#include <arch/jump.h>

	.option	norelax	/* or it is not for lld before 15 (rt/README.md) */
	/* One list for save and restore, so that they cannot differ. */
	.macro	JMP_REGS op, fop
	\op	sp, JMP_SP(a0)
	\op	ra, JMP_RA(a0)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	\op	s\n, JMP_S(\n)(a0)
	\fop	fs\n, JMP_FS(\n)(a0)
	.endr
	.endm

	.text
/* a0 = jmp, a1 = sp or 0, a2 = fn, a3 = state, a4 = v */
FUNC(cpit_arch_enter)
	JMP_REGS sd, fsd
	mv	s1, a0			# callee-saved: survives the guest
	beqz	a1, 1f
	mv	sp, a1
1:	frrm	t0
	sd	t0, JMP_FRM(a0)
	fsrm	zero			# wasm rounds to nearest, whatever we do
	li	s0, 0			# the guest's backtrace ends here
	mv	a0, a3
	mv	a1, a4
	jalr	a2
	ld	t0, JMP_FRM(s1)		# it kept the callee-saved ones itself
	fsrm	t0
	ld	sp, JMP_SP(s1)
	ld	ra, JMP_RA(s1)
	ld	s0, JMP_S(0)(s1)
	ld	s1, JMP_S(1)(s1)
	li	a0, 0
	ret
END(cpit_arch_enter)

/* a0 = jmp, a1 = value; on any stack, from code or an exception return */
FUNC(cpit_arch_land)
	ld	t0, JMP_FRM(a0)
	fsrm	t0
	JMP_REGS ld, fld
	mv	a0, a1
	ret
END(cpit_arch_land)
