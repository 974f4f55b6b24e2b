/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PVH entry to C (Xen's docs/misc/pvh.pandoc): 32-bit protected mode, flat
 * segments, no paging, interrupts off, ebx = physical address of the start
 * info.  The code is linked high and runs low until paging is on, and not
 * always in the same place: edi holds that of the image.
 */
#include <arch/asm.h>
#include <arch/layout.h>

#define PHYS(sym) ((sym) - DATA_OFFSET)		/* of data */
#define IMAGE(sym) ((sym) - KERNEL_BASE)	/* of .boot, from edi on */
#define COPIED(sym) ((sym) - cpit_start_code + START_PAGE)
#define DATA_LOAD 24				/* boards/image.h */
#define BOOT_STACK 4096
#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define CR0_PG_WP_MP_PE 0x80010003	/* EM clear: SSE works */
#define CR0_EM (1 << 2)
#define CR4_PAE_SSE 0x620		/* PAE, OSFXSR, OSXMMEXCPT */
#define MSR_EFER 0xc0000080
#define EFER_LME_NXE 0x900
#define PTE_TABLE 3			/* P W */
#define PTE_2M 0x83			/* P W PS */
#define PTE_2M_TEXT 0x81		/* P PS */

	.section .note.Xen, "a", @note
	.balign	4
	.long	4, 4, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz	"Xen"
	.long	IMAGE(_start) + LOAD_BASE

	.section .boot.start, "ax", @progbits
	.code32
FUNC(_start)
	jmp	start32
END(_start)

	.section .boot, "ax", @progbits
LOCAL_FUNC(start32)
	cli
	cld
	mov	$(START_PAGE + 16), %esp	# there is RAM
	call	1f
1:	pop	%edx
	sub	$IMAGE(1b), %edx
	lea	IMAGE(too_small)(%edx), %esi
	mov	$PHYS(__image_end - 4), %eax
	mov	%eax, (%eax)
	cmp	%eax, (%eax)
	jne	say
	mov	%ebx, %ebp		# out of cpuid's way
	mov	DATA_LOAD(%edx), %esi	# data: 0 where it is in its place
	test	%esi, %esi
	jz	2f
	add	%edx, %esi
	mov	$PHYS(__data_start), %edi
	mov	$PHYS(__data_end), %ecx
	sub	%edi, %ecx
	rep movsb
2:	xor	%eax, %eax		# bss
	mov	$PHYS(__bss_start), %edi
	mov	$PHYS(__image_end), %ecx
	sub	%edi, %ecx
	shr	$2, %ecx
	rep stosl
	mov	%edx, PHYS(cpit_boot_image)
	mov	%edx, %edi

	mov	$0x80000001, %eax	# long mode and NX
	cpuid
	and	$0x20100000, %edx
	cmp	$0x20100000, %edx
	jne	too_old
	mov	$1, %eax		# local APIC, FXSR, SSE and SSE2
	cpuid
	and	$0x07000200, %edx
	cmp	$0x07000200, %edx
	jne	too_old

	/* Boot tables, in pages of 2 MiB: 1 GiB at 0 and in the direct map; at
	 * their link addresses text, from where it is, and the same GiB. */
	mov	$PHYS(boot_pd), %ebx
	mov	$PTE_2M, %eax
	mov	$512, %ecx
3:	mov	%eax, (%ebx)
	add	$0x200000, %eax
	add	$8, %ebx
	loop	3b
	mov	$PHYS(boot_text), %ebx
	lea	PTE_2M_TEXT(%edi), %eax
	xor	%edx, %edx
	mov	$512, %ecx
4:	mov	%eax, (%ebx)
	mov	%edx, 4(%ebx)
	add	$0x200000, %eax
	adc	$0, %edx
	add	$8, %ebx
	loop	4b
	mov	$PHYS(boot_pdpt), %ebx
	movl	$(PHYS(boot_text) + PTE_TABLE), 8 * 510(%ebx)
	mov	$(PHYS(boot_pd) + PTE_TABLE), %eax
	mov	%eax, (%ebx)
	mov	%eax, 8 * 511(%ebx)
	mov	$PHYS(boot_pml4), %ebx
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), (%ebx)
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), 8 * 256(%ebx)
	movl	$(PHYS(boot_pdpt) + PTE_TABLE), 8 * 511(%ebx)

	/* The rest as other CPUs: flash is not mapped where it is. */
	lea	IMAGE(cpit_start_code)(%edi), %esi
	mov	$START_PAGE, %edi
	mov	$(cpit_start_code_end - cpit_start_code), %ecx
	rep movsb
	lgdt	COPIED(start_gdt_pointer)
	ljmp	$SEL_CODE32, $COPIED(start_code32)

too_old:
	lea	IMAGE(message)(%edi), %esi
say:	mov	$0x3f8, %dx		# before any console: to COM1, by hand
6:	lodsb
	test	%al, %al
	jz	7f
	outb	%al, %dx
	jmp	6b
7:	mov	$125, %eax		# isa-debug-exit
	outl	%eax, $0xf4
8:	hlt
	jmp	8b

	/* From cpit_start_code; the CPU that boots has been given no stack. */
	.code64
start_high:
	mov	cpit_start_stack, %rsp
	test	%rsp, %rsp
	jnz	1f
	mov	$boot_stack_top, %rsp
	mov	%ebp, %edi		# start info, physical
	xor	%ebp, %ebp
	call	cpit_board_start	# (uint64_t)
	mov	%rax, %rsp		# with a guard
	call	cpit_board_go_on	# (void); does not return
1:	mov	cpit_start_root, %rax
	mov	%rax, %cr3
	mov	cpit_start_number, %rdi
	xor	%ebp, %ebp
	call	cpit_board_cpu_enter	# (unsigned); does not return
END(start32)

message:
	.asciz	"catchpit: fatal: this CPU lacks long mode, NX, SSE2 or a local APIC\r\n"
too_small:
	.asciz	"catchpit: fatal: too little RAM\r\n"

/*
 * What another CPU begins with, copied to START_PAGE: 16 bits, cs = START_PAGE /
 * 16, and all the way to the high half without the image's low addresses.
 */
	.globl	cpit_start_code, cpit_start_code_end
	.code16
	.balign	8
cpit_start_code:
	cli
	cld
	lgdtl	%cs:(start_gdt_pointer - cpit_start_code)
	mov	%cr0, %eax
	or	$1, %al			# PE
	mov	%eax, %cr0
	ljmpl	$SEL_CODE32, $COPIED(start_code32)
	.code32
start_code32:
	mov	$PHYS(boot_pml4), %eax
	mov	%eax, %cr3
	mov	$CR4_PAE_SSE, %eax
	mov	%eax, %cr4
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME_NXE, %eax
	wrmsr
	mov	$CR0_PG_WP_MP_PE, %eax
	mov	%eax, %cr0
	ljmp	$SEL_CODE, $COPIED(2f)
	.code64
2:	mov	$SEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	movabs	$start_high, %rax
	jmp	*%rax
	.balign	8
start_gdt:
	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cf9b000000ffff
start_gdt_pointer:
	.word	. - start_gdt - 1
	.long	COPIED(start_gdt)
cpit_start_code_end:

	.bss
	.globl	cpit_boot_image, cpit_start_root, cpit_start_stack
	.globl	cpit_start_number
	.balign	8
cpit_boot_image:	.space	8	# where the image's first byte is
cpit_start_root:	.space	8
cpit_start_stack:	.space	8
cpit_start_number:	.space	8
	.balign	16
	.space	BOOT_STACK
boot_stack_top:

	.section .pages, "aw", @nobits
	.balign	4096
boot_pml4:	.space	4096
boot_pdpt:	.space	4096
boot_text:	.space	4096
boot_pd:	.space	4096
