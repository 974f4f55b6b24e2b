/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap entry.  Every gate uses an IST slot: the CPU itself changes to a trap
 * stack before it pushes anything, so a wasm stack overflow finds room, and
 * nothing is ever pushed on an interrupted stack (SLG-03, SLG-04).  What the
 * CPU and the entry leave there, lowest address last:
 *
 *	ss rsp rflags cs rip error vector | rax rbx ... r15
 *
 * C never jumps out of here.  It edits the frame, and the one iretq below takes
 * it, so that IF, the stack and the blocking of NMIs are put back on every path
 * (K23-03).  SSE registers are not saved: nothing on this path touches one
 * (tests/lint), and the psABI has none that a landing must restore.
 */
#include <arch/asm.h>
#include <arch/frame.h>

#define AC_BYTE (FRAME_RFLAGS + 2)	/* of rflags, where AC is ... */
#define AC 4				/* ... this bit */

	.text
	.macro	STUB n
	.balign	16
	/* Vectors with an error code (SDM vol. 3, table 6-1); others get 0. */
	.if	!(\n == 8 || (\n >= 10 && \n <= 14) || \n == 17 || \n == 21)
	push	$0
	.endif
	push	$\n
	jmp	common
	.endm

	/* 16 bytes each: exceptions, timer, spurious, wake, one for all others. */
	.balign	16
FUNC(cpit_trap_stubs)
	.altmacro
	.set	n, 0
	.rept	36
	STUB	%n
	.set	n, n + 1
	.endr
	.noaltmacro
END(cpit_trap_stubs)

LOCAL_FUNC(common)
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rbp
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	cld
#ifndef CPIT_TEST_DOOR_OPEN		/* negative control */
	testb	$AC, AC_BYTE(%rsp)
	jnz	2f			# a guest's door is closed in here
#endif
1:	mov	%cr2, %rsi		# before anything that may fault
	mov	%rsp, %rdi
	call	cpit_arch_trap		# (frame, cr2); may edit *frame
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rbp
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	add	$16, %rsp		# vector, error code
	iretq
2:	clac
	jmp	1b
END(common)

/*
 * sti holds interrupts off for one instruction more, so none is lost before hlt.
 * But an NMI may come there, and its iretq holds nothing off: cpit_arch_trap()
 * has that one return behind it (K23-18).
 */
FUNC(cpit_arch_doze)
	sti
	.globl	cpit_arch_hlt
cpit_arch_hlt:
	hlt
	ret
END(cpit_arch_doze)
