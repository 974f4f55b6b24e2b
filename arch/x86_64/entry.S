/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PVH entry to C (Xen's docs/misc/pvh.pandoc): 32-bit protected mode, flat
 * segments, no paging, interrupts off, ebx = physical address of the start
 * info.  The code is linked high and runs low until paging is on.
 */
#include <arch/asm.h>
#include "layout.h"

#define PHYS(sym) ((sym) - KERNEL_OFFSET)
#define BOOT_STACK 16384
#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define CR0_PG_WP_MP_PE 0x80010003	/* EM clear: SSE works */
#define CR0_EM (1 << 2)
#define CR4_PAE_SSE 0x620		/* PAE, OSFXSR, OSXMMEXCPT */
#define MSR_EFER 0xc0000080
#define EFER_LME_NXE 0x900
#define PTE_TABLE 3			/* P W */
#define PTE_2M 0x83			/* P W PS */

	.section .note.Xen, "a", @note
	.balign	4
	.long	4, 4, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz	"Xen"
	.long	PHYS(_start)

	.section .boot, "ax", @progbits
	.code32
FUNC(_start)
	cli
	cld
	mov	%ebx, %ebp		# out of cpuid's way
	mov	$PHYS(boot_stack_top), %esp
	xor	%eax, %eax		# bss
	mov	$PHYS(__bss_start), %edi
	mov	$PHYS(__image_end), %ecx
	sub	%edi, %ecx
	shr	$2, %ecx
	rep stosl

	mov	$0x80000001, %eax	# long mode and NX, or nothing works
	cpuid
	and	$0x20100000, %edx
	cmp	$0x20100000, %edx
	jne	no_long_mode

	/* Boot tables: 4 GiB at 0 and in the direct map, 1 GiB at the link
	 * address, in pages of 2 MiB. */
	mov	$PHYS(boot_pd), %edi
	mov	$PTE_2M, %eax
	mov	$2048, %ecx
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	1b
	mov	$PHYS(boot_pdpt), %edi
	mov	$(PHYS(boot_pd) + PTE_TABLE), %eax
	mov	%eax, 8 * 510(%edi)	# link address: the first GiB again
	mov	$4, %ecx
2:	mov	%eax, (%edi)
	add	$4096, %eax
	add	$8, %edi
	loop	2b
	mov	$PHYS(boot_pml4), %edi
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), (%edi)
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), 8 * 256(%edi)
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), 8 * 511(%edi)

paging:	mov	$PHYS(boot_pml4), %eax
	mov	%eax, %cr3
	mov	$CR4_PAE_SSE, %eax
	mov	%eax, %cr4
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME_NXE, %eax
	wrmsr
	mov	$CR0_PG_WP_MP_PE, %eax
	mov	%eax, %cr0
	lgdt	PHYS(boot_gdt_pointer)
	ljmp	$SEL_CODE, $PHYS(low64)

no_long_mode:				# before any console: to COM1, by hand
	mov	$PHYS(message), %esi
	mov	$0x3f8, %dx
3:	lodsb
	outb	%al, %dx
	test	%al, %al
	jnz	3b
	mov	$125, %eax		# isa-debug-exit
	outl	%eax, $0xf4
4:	hlt
	jmp	4b

	.code64
low64:	mov	$SEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	movabs	$high, %rax
	jmp	*%rax
high:	test	%ebp, %ebp
	jz	1f
	mov	$boot_stack_top, %rsp
	mov	%ebp, %edi		# start info, physical
	xor	%ebp, %ebp
	call	cpit_board_start	# (uint64_t); does not return
1:	mov	cpit_start_root, %rax
	mov	%rax, %cr3
	mov	cpit_start_stack, %rsp
	mov	cpit_start_number, %rdi
	call	cpit_board_cpu_enter	# (unsigned); does not return
END(_start)

/* Another CPU, from cpit_start_code: flat segments, no start info. */
	.code32
start32:
	mov	$SEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %ss
	xor	%ebp, %ebp
	jmp	paging
	.code64

/* What it begins with, copied to START_PAGE: 16 bits, cs = START_PAGE / 16. */
	.section .rodata.start, "a", @progbits
	.globl	cpit_start_code, cpit_start_code_end
	.code16
cpit_start_code:
	cli
	cld
	lgdtl	%cs:(start_gdt_pointer - cpit_start_code)
	mov	%cr0, %eax
	or	$1, %al			# PE
	mov	%eax, %cr0
	ljmpl	$SEL_CODE32, $PHYS(start32)
	.balign	4
start_gdt_pointer:
	.word	boot_gdt_pointer - boot_gdt - 1
	.long	PHYS(boot_gdt)
cpit_start_code_end:
	.code64

	.section .boot

	.balign	8
boot_gdt:
	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cf9b000000ffff
boot_gdt_pointer:
	.word	. - boot_gdt - 1
	.long	PHYS(boot_gdt)
message:
	.asciz	"catchpit: fatal: this CPU lacks long mode or NX\n"

	.bss
	.globl	cpit_start_root, cpit_start_stack, cpit_start_number
	.balign	8
cpit_start_root:	.space	8
cpit_start_stack:	.space	8
cpit_start_number:	.space	8
	.balign	4096
boot_pml4:	.space	4096
boot_pdpt:	.space	4096
boot_pd:	.space	4 * 4096
	.balign	16
	.space	BOOT_STACK
boot_stack_top:
