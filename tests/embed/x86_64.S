/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start (PVH, and real mode for the other CPUs), vectors.  Linked and run at
 * 1 MiB, below 2 GiB; every gate takes IST 1.
 */
#define TRAMPOLINE 0x8000
#ifdef BY_GS
#define CR4 0x10620		/* and FSGSBASE */
#else
#define CR4 0x620		/* PAE, OSFXSR, OSXMMEXCPT */
#endif

	.section .note.Xen, "a", @note
	.balign	4
	.long	4, 4, 18		# XEN_ELFNOTE_PHYS32_ENTRY
	.asciz	"Xen"
	.long	_start

	.text
	.code32
	.globl	_start
_start:
	cli
	mov	$boot_pd, %edi		# 4 GiB in pages of 2 MiB
	mov	$0x83, %eax
	mov	$2048, %ecx
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	1b
	mov	$boot_pdpt, %edi
	mov	$boot_pd + 3, %eax
	mov	$4, %ecx
2:	mov	%eax, (%edi)
	add	$4096, %eax
	add	$8, %edi
	loop	2b
	movl	$boot_pdpt + 3, boot_pml4
	lgdt	gdt_pointer
	ljmp	$8, $flat

/* Protected mode, flat, paging off: the first CPU and the others. */
flat:	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$boot_pml4, %eax
	mov	%eax, %cr3
	mov	$CR4, %eax
	mov	%eax, %cr4
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x100, %eax		# LME
	wrmsr
	mov	$0x80010023, %eax	# PG, WP, NE, MP, PE
	mov	%eax, %cr0
	ljmp	$24, $long_mode
	.code64
long_mode:
	mov	$1, %eax
	lock xadd %eax, started
	mov	%eax, %edi		# CPU number, as they come
	shl	$12, %eax
	mov	$boot_stacks_top, %esp
	sub	%rax, %rsp
	xor	%ebp, %ebp
	test	%edi, %edi
	jnz	1f
	call	kernel_main
1:	call	cpu_main

	.globl	trampoline, trampoline_end
	.code16
trampoline:
	cli
	xor	%ax, %ax
	mov	%ax, %ds
	lgdtl	TRAMPOLINE + trampoline_gdt - trampoline
	mov	$0x11, %eax
	mov	%eax, %cr0
	ljmpl	$8, $flat
	.balign	8
trampoline_gdt:
	.word	31
	.long	gdt
trampoline_end:
	.code64

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
gdt_pointer:
	.word	31
	.long	gdt
started:
	.long	0

	.text
	.macro	STUB n
	.balign	16
	.if	!(\n == 8 || (\n >= 10 && \n <= 14) || \n == 17 || \n == 21)
	push	$0
	.endif
	push	$\n
	jmp	common
	.endm
	.globl	stubs
	.balign	16
stubs:
	.altmacro
	.set	n, 0
	.rept	35			# faults, timer, spurious, system call
	STUB	%n
	.set	n, n + 1
	.endr
	.noaltmacro

	.macro	REGS op, list:vararg
	.irp	r, \list
	\op	%\r
	.endr
	.endm
common:
	REGS	push, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	cld
	mov	%rsp, %rdi
	mov	%cr2, %rsi
	call	trap			# (frame, cr2)
	REGS	pop, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
	add	$16, %rsp
	iretq

/* void fp_save(void *), fp_load(const void *) */
	.globl	fp_save, fp_load
fp_save:
	fxsave64 (%rdi)
	ret
fp_load:
	fxrstor64 (%rdi)
	ret

/* bool try_load(const volatile uint32_t *p, uint32_t *value) */
	.globl	try_load, try_load_pc, try_load_failed
try_load:
try_load_pc:
	mov	(%rdi), %eax
	mov	%eax, (%rsi)
	mov	$1, %eax
	ret
try_load_failed:
	xor	%eax, %eax
	ret

	.bss
	.balign	4096
	.globl	boot_pml4
boot_pml4:	.space	4096
boot_pdpt:	.space	4096
boot_pd:	.space	4 * 4096
	.space	2 * 4096
boot_stacks_top:
