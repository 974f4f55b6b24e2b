/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of module text and back, by other than a call; <arch/task.h> documents.
 * An interrupt in between finds host code and returns to it.  Works in any
 * ring: iretq to one's own changes none.
 */
#include <arch/asm.h>
#include <arch/task.h>

	.text
FUNC(cpit_arch_float_save)
	fxsave64 CONTEXT_FLOATS(%rdi)
	ret
END(cpit_arch_float_save)

FUNC(cpit_arch_resume)
	fxrstor64 CONTEXT_FLOATS(%rdi)
	mov	%ss, %eax
	push	%rax
	push	FRAME_RSP(%rdi)
	push	FRAME_RFLAGS(%rdi)
	mov	%cs, %eax
	push	%rax
	push	FRAME_RIP(%rdi)
	push	FRAME_RDI(%rdi)
	mov	FRAME_R15(%rdi), %r15
	mov	FRAME_R14(%rdi), %r14
	mov	FRAME_R13(%rdi), %r13
	mov	FRAME_R12(%rdi), %r12
	mov	FRAME_R11(%rdi), %r11
	mov	FRAME_R10(%rdi), %r10
	mov	FRAME_R9(%rdi), %r9
	mov	FRAME_R8(%rdi), %r8
	mov	FRAME_RBP(%rdi), %rbp
	mov	FRAME_RSI(%rdi), %rsi
	mov	FRAME_RDX(%rdi), %rdx
	mov	FRAME_RCX(%rdi), %rcx
	mov	FRAME_RBX(%rdi), %rbx
	mov	FRAME_RAX(%rdi), %rax
	pop	%rdi
	iretq
END(cpit_arch_resume)
