/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns in every callee-saved register, and in the control words that the
 * psABI counts among them, across a call that traps (K23-15), and in every
 * register there is across interrupts, and none of the guest's behind a landing
 * (K23-16).
 */
#include <arch/asm.h>

#define PATTERN(n) (0x5a5a0000 + (n))
#define MXCSR 0x3f80			/* rounds down: not the default */
#define FCW 0x067f			/* the same for the x87 */

	.text
FUNC(cpit_test_registers)
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$24, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movl	$MXCSR, 8(%rsp)
	movw	$FCW, 12(%rsp)
	ldmxcsr	8(%rsp)
	fldcw	12(%rsp)
	mov	$PATTERN(1), %ebx
	mov	$PATTERN(2), %ebp
	mov	$PATTERN(3), %r12d
	mov	$PATTERN(4), %r13d
	mov	$PATTERN(5), %r14d
	mov	$PATTERN(6), %r15d
	call	cpit_call
	test	%eax, %eax
	jnz	1f
	cmp	$PATTERN(1), %rbx
	jne	1f
	cmp	$PATTERN(2), %rbp
	jne	1f
	cmp	$PATTERN(3), %r12
	jne	1f
	cmp	$PATTERN(4), %r13
	jne	1f
	cmp	$PATTERN(5), %r14
	jne	1f
	cmp	$PATTERN(6), %r15
	jne	1f
	stmxcsr	8(%rsp)
	fnstcw	12(%rsp)
	mov	8(%rsp), %eax
	and	$0xffffffc0, %eax	# the low bits are sticky flags
	cmp	$MXCSR, %eax
	jne	1f
	cmpw	$FCW, 12(%rsp)
	jne	1f
	pushf
	pop	%rax
	test	$0x400, %eax		# DF is clear
	jnz	1f
	xor	%eax, %eax
	jmp	2f
1:	mov	$1, %eax
2:	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	add	$24, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
END(cpit_test_registers)

/* (rounds): 0 unless a register but rsp changes meanwhile. */
FUNC(cpit_test_interrupted)
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, %rcx
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	mov	$0x3c3c0000 + \n, %eax
	movq	%rax, %xmm\n
	.endr
	.set	k, 0
	.irp	r, ax,bx,dx,si,di,bp
	mov	$0x5a5a0100 + k, %e\r
	.set	k, k + 1
	.endr
	.irp	n, 8,9,10,11,12,13,14,15
	mov	$0x5a5a0000 + \n, %r\n
	.endr
0:	dec	%rcx
	jnz	0b
	.set	k, 0
	.irp	r, ax,bx,dx,si,di,bp
	cmp	$0x5a5a0100 + k, %r\r
	jne	1f
	.set	k, k + 1
	.endr
	.irp	n, 8,9,10,11,12,13,14,15
	cmp	$0x5a5a0000 + \n, %r\n
	jne	1f
	.endr
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movq	%xmm\n, %rax
	cmp	$0x3c3c0000 + \n, %rax
	jne	1f
	.endr
	xor	%eax, %eax
	jmp	2f
1:	mov	$1, %eax
2:	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
END(cpit_test_interrupted)

/* (jmp, sp, fn, state, v, regs): enters and lands; what a call may change then. */
FUNC(cpit_test_landing)
	push	%rbx
	mov	%r9, %rbx
	.irp	n, 9,10,11
	mov	$PATTERN(\n), %r\n
	.endr
	call	cpit_arch_enter
	.set	k, 0
	.irp	r, cx,dx,8,9,10,11
	mov	%r\r, 8 * k(%rbx)
	.set	k, k + 1
	.endr
	pop	%rbx
	ret
END(cpit_test_landing)
