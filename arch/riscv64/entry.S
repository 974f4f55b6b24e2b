/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reset to C.  QEMU virt with -bios none: every hart starts here in M-mode at
 * physical 0x80000000, a0 = hartid, a1 = device tree.  The code is linked high
 * and runs low until paging is on, so it uses pc-relative addresses only.
 *
 *	M-mode stub:  PMP open, faults and timer delegated, counters on
 *	S-mode:       bss, boot page tables, jump to the high half, C
 *
 * Hart 0 boots; the others sleep in the stub until cpit_arch_cpu_start() gives
 * them a stack, and enter S-mode with its page tables.
 *
 * What M-mode keeps is the timer where the CPU lacks Sstc, the interrupt from
 * another hart, and a stop for anything that was not delegated.  That interrupt
 * cannot be held off by S-mode: what is asked by it is done at once (hart.h).
 */
#include <arch/asm.h>
#include "layout.h"
#include "hart.h"

#define BOOT_STACK 16384
#define FINISHER 0x100000		/* sifive test device */
#define FINISHER_FAIL(code) (((code) << 16) | 0x3333)
#define MTIMECMP 0x02004000		/* ACLINT: 8 bytes a hart */
#define MENVCFG 0x30a
#define STIMECMP 0x14d
#define MSTATUS_MPP_S (1 << 11)
#define MSTATUS_MPP (3 << 11)
#define MSTATUS_FS_INITIAL (1 << 13)
#define MIP_SSIP (1 << 1)
#define MIP_STIP (1 << 5)
#define MIE_MSIE (1 << 3)
#define MIE_MTIE (1 << 7)
#define PTE_RWX 0xcf			/* D A X W R V */
#define PTE_RW 0xc7
#define PTE_TABLE 1

	.section .boot, "ax", @progbits
FUNC(_start)
	csrw	mie, zero
	li	t0, HARTS
	bgeu	a0, t0, park
	li	t1, HART_SIZE		# this hart's block
	mul	t1, t1, a0
	la	s1, cpit_harts
	add	s1, s1, t1
	csrw	mscratch, s1
	li	t0, MSIP
	slli	t1, a0, 2
	add	t0, t0, t1
	sd	t0, HART_MSIP(s1)
	li	t0, MTIMECMP
	slli	t1, a0, 3
	add	t0, t0, t1
	sd	t0, HART_MTIMECMP(s1)

	li	t0, -1			# PMP: one region, everything, RWX
	csrw	pmpaddr0, t0
	li	t0, 0x1f
	csrw	pmpcfg0, t0
	li	t0, 0xb1ff		# every fault S-mode can be told of ...
	csrw	medeleg, t0
	li	t0, 0x222		# ... and its software, timer, external irq
	csrw	mideleg, t0
	li	t0, 7			# time, cycle, instret readable below
	csrw	mcounteren, t0
	csrw	scounteren, t0

	la	t0, 1f			# expected trap: no menvcfg on this CPU
	csrw	mtvec, t0
	li	t1, 1
	slli	t1, t1, 63		# STCE: S-mode owns stimecmp
	csrs	MENVCFG, t1
	csrr	t2, MENVCFG
	and	t2, t2, t1
	li	t1, -1
	csrw	STIMECMP, t1
	j	2f
	.balign	4
1:	li	t2, 0
2:	la	t0, m_trap
	csrw	mtvec, t0
	snez	s2, t2			# kept until bss is clear

	li	t0, MSTATUS_MPP
	csrc	mstatus, t0
	li	t0, MSTATUS_MPP_S | MSTATUS_FS_INITIAL
	csrs	mstatus, t0
	li	t0, MIE_MSIE
	csrw	mie, t0
	bnez	a0, 3f
	la	t0, s_start
	csrw	mepc, t0
	mret

	/* Straight into the high half: M-mode is not translated, S-mode is. */
3:	wfi
	ld	sp, HART_STACK(s1)
	beqz	sp, 3b
	fence				# what was written before the stack
	ld	t0, HART_MSIP(s1)
	sw	zero, 0(t0)
	ld	t0, HART_SATP(s1)
	csrw	satp, t0
	sfence.vma
	la	t0, s_enter
	li	t1, KERNEL_OFFSET
	add	t0, t0, t1
	csrw	mepc, t0
	mret
END(_start)

/*
 * M-mode traps: ecall from S (a0 = next timer tick), the timer, another hart.
 * mscratch holds this hart's block, where t1 and t2 are kept.
 */
	.balign	4
LOCAL_FUNC(m_trap)
	csrrw	t0, mscratch, t0
	sd	t1, HART_T1(t0)
	sd	t2, HART_T2(t0)
	csrr	t1, mcause
	bltz	t1, m_interrupt
	li	t2, 9			# environment call from S-mode
	bne	t1, t2, m_stop
	ld	t1, HART_MTIMECMP(t0)
	sd	a0, 0(t1)
	li	t1, MIP_STIP
	csrc	mip, t1
	li	t1, MIE_MTIE
	csrs	mie, t1
	csrr	t1, mepc
	addi	t1, t1, 4
	csrw	mepc, t1
m_done:	ld	t1, HART_T1(t0)
	ld	t2, HART_T2(t0)
	csrrw	t0, mscratch, t0
	mret
m_interrupt:				# 7: timer, 3: another hart
	andi	t1, t1, 4
	beqz	t1, m_asked
	li	t1, MIE_MTIE		# hand it down; S-mode asks for the next
	csrc	mie, t1
	li	t1, MIP_STIP
	csrs	mip, t1
	j	m_done
m_asked:
	ld	t1, HART_MSIP(t0)
	sw	zero, 0(t1)
	li	t1, MIP_SSIP		# wakes S-mode where it waits
	csrs	mip, t1
	fence				# msip is clear before the request is read
	lw	t1, HART_REQUEST(t0)
	beqz	t1, m_done
	addi	t1, t1, -REQUEST_STOP
	beqz	t1, park
	sfence.vma
	fence.i				# text may be new there (cpit_arch_protect)
	fence
	sw	zero, HART_REQUEST(t0)
	j	m_done
m_stop:					# nothing else can be meant for M-mode
	li	t0, FINISHER
	li	t1, FINISHER_FAIL(125)
	sw	t1, 0(t0)
park:	csrw	mie, zero
1:	wfi
	j	1b
END(m_trap)

/*
 * S-mode, paging off.  Boot tables: the first GiB of RAM at its physical
 * address, at the link address, and all of memory in the direct map, in pages
 * of 1 GiB; cpit_arch_mmu_init() replaces them.
 */
LOCAL_FUNC(s_start)
	la	t0, __bss_start
	la	t1, __image_end
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b
	la	t0, cpit_boot_sstc
	sw	s2, 0(t0)

	la	s3, boot_root39
	li	t0, RAM_BASE >> 2 | PTE_RWX
	sd	t0, 8 * 2(s3)		# identity
	li	t1, 8 * 510
	add	t1, t1, s3
	sd	t0, 0(t1)		# link address
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
	la	t0, boot_root48
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
3:	sfence.vma

	li	t0, KERNEL_OFFSET
	la	t1, high
	add	t1, t1, t0
	la	sp, boot_stack_top
	add	sp, sp, t0
	jr	t1
high:	li	s0, 0
	mv	a0, a1			# device tree, physical
	call	cpit_board_start	# (uint64_t); does not return
END(s_start)

/* Another hart, with paging on and sp set: a0 = its number. */
LOCAL_FUNC(s_enter)
	li	s0, 0
	call	cpit_board_cpu_enter	# (unsigned); does not return
END(s_enter)

	.data				# not bss: in use before that is cleared
	.globl	cpit_harts
	.balign	8
cpit_harts:	.space	HARTS * HART_SIZE

	.bss
	.balign	4096
boot_root39:	.space	4096
boot_root48:	.space	4096
	.globl	cpit_boot_sstc
	.balign	8
cpit_boot_sstc:	.space	8
	.balign	16
	.space	BOOT_STACK
boot_stack_top:
