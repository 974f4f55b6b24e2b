/* SPDX-License-Identifier: Apache-2.0 */
/*
 * S-mode to C, however it was reached: entry.S or payload.S.  Paging is off, s0
 * is PLACE's, a1 = device tree; of text nothing but .boot may run before the
 * boot page tables are on.
 */
#include <arch/asm.h>
#include "boot.h"

#define BOOT_STACK 4096
#define PTE_RX 0x4b			/* A X R V */
#define PTE_RWX 0xcf			/* D A X W R V */
#define PTE_RW 0xc7
#define PTE_TABLE 1
#define UART 0x10000000

	.section .boot, "ax", @progbits
/*
 * Data from flash to its place, bss cleared: once, by the hart that boots, in
 * M-mode or S-mode.  Keeps the a and s registers.
 */
FUNC(cpit_boot_place)
	la	t0, __image_header
	lwu	t1, 16(t0)		# data_load; 0: it is in its place
	beqz	t1, 2f
	la	t0, __image_start
	add	t1, t1, t0
	PHYS	t2, __data_start
	PHYS	t3, __data_end
1:	bgeu	t2, t3, 2f
	ld	t0, 0(t1)
	sd	t0, 0(t2)
	addi	t1, t1, 8
	addi	t2, t2, 8
	j	1b
2:	PHYS	t2, __bss_start
	PHYS	t3, __image_end
3:	sd	zero, 0(t2)
	addi	t2, t2, 8
	bltu	t2, t3, 3b
	ret
END(cpit_boot_place)

/*
 * Boot tables: the GiB of this code at its physical address; at their link
 * addresses text, from where it is, in pages of 2 MiB, and the GiB of data; and
 * all of memory in the direct map, in pages of 1 GiB.  cpit_arch_mmu_init()
 * replaces them.
 */
FUNC(cpit_boot_smode)
	la	t0, cpit_boot_fault
	csrw	stvec, t0
	la	s2, __image_start
	PHYS	t0, cpit_boot_image
	sd	s2, 0(t0)
	PHYS	s3, boot_root39
	srli	t0, s2, 30		# identity
	slli	t1, t0, 28
	ori	t1, t1, PTE_RWX
	slli	t0, t0, 3
	add	t0, t0, s3
	sd	t1, 0(t0)
	PHYS	t2, boot_text		# link address of text
	srli	t0, t2, 2
	ori	t0, t0, PTE_TABLE
	li	t1, 8 * (KERNEL_BASE >> 30 & 511)
	add	t1, t1, s3
	sd	t0, 0(t1)
	li	t0, RAM_BASE >> 2 | PTE_RW
	sd	t0, 8(t1)		# link address of data
	srli	t0, s2, 2
	ori	t0, t0, PTE_RX
	li	t1, 1 << 19		# 2 MiB in a page table entry
	li	t3, 512
1:	sd	t0, 0(t2)
	addi	t2, t2, 8
	add	t0, t0, t1
	addi	t3, t3, -1
	bnez	t3, 1b
	addi	t1, s3, 2047		# direct map: entries 256 .. 383
	addi	t1, t1, 1
	li	t0, PTE_RW
	li	t2, 1 << 28		# 1 GiB in a page table entry
	li	t3, 128
2:	sd	t0, 0(t1)
	addi	t1, t1, 8
	add	t0, t0, t2
	addi	t3, t3, -1
	bnez	t3, 2b

	/* Sv48 puts one level above: its 0 and 511 both lead to that table. */
	PHYS	t0, boot_root48
	srli	t1, s3, 2
	ori	t1, t1, PTE_TABLE
	sd	t1, 0(t0)
	li	t2, 8 * 511
	add	t2, t2, t0
	sd	t1, 0(t2)
	srli	t0, t0, 12
	li	t1, 9
	slli	t1, t1, 60
	or	t0, t0, t1
	sfence.vma
	csrw	satp, t0		# a mode the CPU lacks changes nothing
	csrr	t1, satp
	beq	t0, t1, 3f
	srli	t0, s3, 12
	li	t1, 8
	slli	t1, t1, 60
	or	t0, t0, t1
	csrw	satp, t0
	csrr	t1, satp
	bne	t0, t1, cpit_boot_fault
3:	sfence.vma

	LINKED	t1, high, t2
	jr	t1
high:	la	t0, fault_high
	csrw	stvec, t0
	la	sp, boot_stack_top
	li	s0, 0
	mv	a0, a1			# device tree, physical
	call	cpit_board_start	# (uint64_t)
	mv	sp, a0			# with a guard
	call	cpit_board_go_on	# (void); does not return
END(cpit_boot_smode)

/*
 * A fault before there are vectors: the machine has less than is needed, or the
 * image a bug.  By hand, as the console may not be reached any more.
 */
	.balign	4			# before norvc: what is above is relaxed
	.option	push
	.option	norvc
LOCAL_FUNC(fault_high)
	li	t0, DIRECT_BASE
	j	1f
END(fault_high)
	.balign	4
FUNC(cpit_boot_fault)
	li	t0, 0
1:	la	t1, message
	li	t2, UART
	add	t2, t2, t0
2:	lbu	t3, 5(t2)		# line status: room for a byte
	andi	t3, t3, 0x20
	beqz	t3, 2b
	lbu	t3, 0(t1)
	beqz	t3, 3f
	sb	t3, 0(t2)
	addi	t1, t1, 1
	j	2b
3:	li	t2, FINISHER
	add	t2, t2, t0
	li	t3, FINISHER_FAIL(125)
	sw	t3, 0(t2)
4:	j	4b
END(cpit_boot_fault)
	.option	pop
message:				# an even number of bytes, as code follows
	.ascii	"catchpit: fatal: fault while booting: no RV64GC with Sv39, or "
	.asciz	"too little RAM?\r\n"

/* Another hart, with paging on and sp set: a0 = the CPU's number. */
FUNC(cpit_boot_enter)
	li	s0, 0
	call	cpit_board_cpu_enter	# (unsigned); does not return
END(cpit_boot_enter)

	.section .pages, "aw", @nobits
	.balign	4096
boot_root39:	.space	4096
boot_root48:	.space	4096
boot_text:	.space	4096

	.bss
	.globl	cpit_boot_image
	.balign	8
cpit_boot_image:	.space	8	# where the image's first byte is
	.balign	16
	.space	BOOT_STACK
boot_stack_top:
