/* SPDX-License-Identifier: Apache-2.0 */
/* Entering wasm on its own stack, and landing.  arch/contract.h documents. */
#include <arch/asm.h>
#include <arch/jump.h>

	.text
/* rdi = jmp, rsi = sp or 0, rdx = fn, rcx = state, r8 = v */
FUNC(cpit_arch_enter)
	mov	%rsp, JMP_SP(%rdi)
	mov	%rbx, JMP_RBX(%rdi)
	mov	%rbp, JMP_RBP(%rdi)
	mov	%r12, JMP_R12(%rdi)
	mov	%r13, JMP_R13(%rdi)
	mov	%r14, JMP_R14(%rdi)
	mov	%r15, JMP_R15(%rdi)
	stmxcsr	JMP_MXCSR(%rdi)
	fnstcw	JMP_FCW(%rdi)
	mov	%rdi, %rbx		# callee-saved: survives the guest
	test	%rsi, %rsi
	cmovnz	%rsi, %rsp
	and	$-16, %rsp
	xor	%ebp, %ebp		# the guest's backtrace ends here
	ldmxcsr	default_mxcsr(%rip)	# wasm rounds to nearest, whatever we do
	mov	%rcx, %rdi
	mov	%r8, %rsi
	call	*%rdx
	ldmxcsr	JMP_MXCSR(%rbx)		# it kept the callee-saved ones itself
	mov	JMP_SP(%rbx), %rsp
	mov	JMP_RBP(%rbx), %rbp
	mov	JMP_RBX(%rbx), %rbx
	xor	%eax, %eax
	ret
END(cpit_arch_enter)

/* rdi = jmp, rsi = value; on any stack, from code or an exception return */
FUNC(cpit_arch_land)
	cld
	ldmxcsr	JMP_MXCSR(%rdi)
	fldcw	JMP_FCW(%rdi)
	mov	JMP_SP(%rdi), %rsp
	mov	JMP_RBX(%rdi), %rbx
	mov	JMP_RBP(%rdi), %rbp
	mov	JMP_R12(%rdi), %r12
	mov	JMP_R13(%rdi), %r13
	mov	JMP_R14(%rdi), %r14
	mov	JMP_R15(%rdi), %r15
	mov	%rsi, %rax
	ret
END(cpit_arch_land)

	.section .rodata, "a", @progbits
	.balign	4
default_mxcsr:
	.long	0x1f80			# psABI 3.4.1: all masked, to nearest
