/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reset to S-mode.  QEMU virt with -bios none: every hart starts here in M-mode,
 * at the first byte of RAM or of flash; a0 = hartid, a1 = device tree.  The code
 * is linked high and runs low, so it finds text by pc-relative addresses, data
 * as boot.h says.
 *
 *	M-mode stub:  PMP open, faults and timer delegated, counters on
 *	smode.S:      data, bss, boot page tables, jump to the high half, C
 *
 * Hart 0 boots; the others sleep in the stub until cpit_hart_start() gives
 * them a stack, and enter S-mode with its page tables.
 *
 * What M-mode keeps is the timer where the CPU lacks Sstc, the interrupt from
 * another hart, and a stop for anything that was not delegated.  That interrupt
 * cannot be held off by S-mode: what is asked by it is done at once (hart.h).
 */
#include <arch/asm.h>
#include "boot.h"
#include "hart.h"

#define MTIMECMP 0x02004000		/* ACLINT: 8 bytes a hart */
#define MENVCFG 0x30a
#define STIMECMP 0x14d
#define MISA_WANTED 0x14112d		/* IMAFDC, S, U */
#define MSTATUS_MPP_S (1 << 11)
#define MSTATUS_MPP (3 << 11)
#define MSTATUS_SUM (1 << 18)
#define MSTATUS_SIE (1 << 1)
#define MSTATUS_FS_INITIAL (1 << 13)
#define MIP_SSIP (1 << 1)
#define MIP_MSIP (1 << 3)
#define MIP_STIP (1 << 5)
#define MIE_MSIE (1 << 3)
#define MIE_MTIE (1 << 7)

	.option	push
	.option	norvc			# what tells that a CPU cannot do it can be run
	.section .boot.start, "ax", @progbits
FUNC(_start)
	j	m_start
END(_start)

	.section .boot, "ax", @progbits
LOCAL_FUNC(m_start)
	csrw	mie, zero
	la	t0, cpit_boot_fault
	beqz	a0, 1f
	la	t0, park		# one hart tells
1:	csrw	mtvec, t0
	csrr	t1, misa
	li	t2, MISA_WANTED
	and	t1, t1, t2
	beq	t1, t2, 1f
	jr	t0
	.option	pop
1:	li	t0, HARTS
	bgeu	a0, t0, park
	PLACE
	bnez	a0, 1f
	jal	cpit_boot_place
	j	2f
	/* Not before hart 0 asks: this hart's block is not there yet. */
1:	li	t0, MIE_MSIE		# with mstatus.MIE clear it only wakes
	csrw	mie, t0
	wfi
	csrr	t0, mip
	andi	t0, t0, MIP_MSIP
	beqz	t0, 1b
	fence				# what was written before it asked

2:	PHYS	s1, cpit_harts		# this hart's block
	li	t1, HART_SIZE
	mul	t1, t1, a0
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

	la	t0, 1f			# expected trap: no PMP, and nothing to open
	csrrw	t1, mtvec, t0
	li	t0, -1			# one region, everything, RWX
	csrw	pmpaddr0, t0
	li	t0, 0x1f
	csrw	pmpcfg0, t0
	.balign	4
1:	csrw	mtvec, t1
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
	PHYS	t0, cpit_hart_sstc
	snez	t2, t2
	sw	t2, 0(t0)

	csrw	satp, zero		# a reset leaves these as they were
	li	t0, MSTATUS_MPP | MSTATUS_SUM | MSTATUS_SIE
	csrc	mstatus, t0
	li	t0, MSTATUS_MPP_S | MSTATUS_FS_INITIAL
	csrs	mstatus, t0
	li	t0, MIE_MSIE
	csrw	mie, t0
	bnez	a0, 3f
	la	t0, cpit_boot_smode
	csrw	mepc, t0
	mret

	/* Straight into the high half: M-mode is not translated, S-mode is. */
3:	ld	t0, HART_MSIP(s1)
	sw	zero, 0(t0)
	ld	sp, HART_STACK(s1)
	ld	t0, HART_SATP(s1)
	csrw	satp, t0
	sfence.vma
	LINKED	t0, cpit_boot_enter, t1
	csrw	mepc, t0
	mret
END(m_start)

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
	sfence.vma
	fence.i				# text may be new there (cpit_arch_protect)
	addi	t1, t0, HART_REQUEST
	li	t2, ~REQUEST_FLUSH
	amoand.w.aqrl t1, t2, (t1)
	andi	t1, t1, REQUEST_STOP
	bnez	t1, park
	j	m_done
m_stop:					# nothing else can be meant for M-mode
	li	t0, FINISHER
	li	t1, FINISHER_FAIL(125)
	sw	t1, 0(t0)
	.balign	4
	.option	push
	.option	norvc
park:	csrw	mie, zero
1:	wfi
	j	1b
	.option	pop
END(m_trap)

	.bss
	.globl	cpit_harts, cpit_hart_sstc
	.balign	HART_SIZE
cpit_harts:	.space	HARTS * HART_SIZE
cpit_hart_sstc:	.space	8
