/* SPDX-License-Identifier: Apache-2.0 */
/* A #DB handler for step.c, on an IST stack; the frame as vectors.S makes it. */
#include <arch/asm.h>

	.text
FUNC(step_entry)
	push	$0
	push	$1
	.irp	r, rax,rbx,rcx,rdx,rsi,rdi,rbp,r8,r9,r10,r11,r12,r13,r14,r15
	push	%\r
	.endr
	cld
	mov	%rsp, %rdi
	call	step_trap		# (frame); may edit *frame
	.irp	r, r15,r14,r13,r12,r11,r10,r9,r8,rbp,rdi,rsi,rdx,rcx,rbx,rax
	pop	%\r
	.endr
	add	$16, %rsp		# vector, error code
	iretq
END(step_entry)
