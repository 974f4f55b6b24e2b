/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start, vectors, float state.  S-mode over a few lines of M-mode, or, with
 * -DM_MODE, M-mode and nothing else.  tp always holds this CPU's block.
 */
#ifdef M_MODE
#define EPC mepc
#define CAUSE mcause
#define TVAL mtval
#define STATUS mstatus
#define XRET mret
#else
#define EPC sepc
#define CAUSE scause
#define TVAL stval
#define STATUS sstatus
#define XRET sret
#endif
#define CPU_TRAP_SP 8
#define CPU_SCRATCH 16
#define FRAME 272			/* struct frame, 16-aligned */

	/* Not tp: it is the CPU's, whichever thread goes on here. */
	.macro	REGS op
	.irp	n, 1,3,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	x\n, 8 * \n(sp)
	.endr
	.endm

	.section .start, "ax", @progbits
	.globl	_start
_start:
	csrw	mie, zero
	li	t0, 2			# CPUS
	bgeu	a0, t0, park
	la	sp, boot_stacks_top	# 4 KiB for each hart
	slli	t0, a0, 12
	sub	sp, sp, t0
	li	t0, 1 << 13		# FS
	csrs	mstatus, t0
#ifndef M_MODE
	li	t0, -1
	csrw	pmpaddr0, t0
	li	t0, 0x1f
	csrw	pmpcfg0, t0
	li	t0, 0xb3ff		# ecall from S-mode, too
	csrw	medeleg, t0
	li	t0, 0x222
	csrw	mideleg, t0
	li	t0, 7
	csrw	mcounteren, t0
	li	t0, 1			# Sstc
	slli	t0, t0, 63
	csrs	0x30a, t0
	li	t0, 3 << 11
	csrc	mstatus, t0
	li	t0, 1 << 11
	csrs	mstatus, t0
	la	t0, 1f
	csrw	mepc, t0
	mret
1:
#endif
	bnez	a0, 2f
	j	kernel_main
2:	la	t0, cpus_go		# until the boot CPU says so
3:	lw	t1, 0(t0)
	beqz	t1, 3b
	fence
	j	cpu_main
park:	wfi
	j	park

	.text
	.globl	trap_entry
	.balign	4
trap_entry:
	sd	sp, CPU_SCRATCH(tp)
	ld	sp, CPU_TRAP_SP(tp)
	addi	sp, sp, -FRAME
	REGS	sd
	ld	t0, CPU_SCRATCH(tp)
	sd	t0, 8 * 2(sp)
	csrr	t0, EPC
	sd	t0, 0(sp)
	csrr	t0, STATUS
	sd	t0, 8 * 32(sp)
	mv	a0, sp
	csrr	a1, CAUSE
	csrr	a2, TVAL
	call	trap
	ld	t0, 0(sp)
	csrw	EPC, t0
	ld	t0, 8 * 32(sp)
	csrw	STATUS, t0
	REGS	ld
	ld	sp, 8 * 2(sp)
	XRET

/* void fp_save(void *), fp_load(const void *) */
	.macro	FP op
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	\op	f\n, 8 * \n(a0)
	.endr
	.irp	n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	f\n, 8 * \n(a0)
	.endr
	.endm
	.globl	fp_save, fp_load
fp_save:
	FP	fsd
	frcsr	t0
	sd	t0, 256(a0)
	ret
fp_load:
	FP	fld
	ld	t0, 256(a0)
	fscsr	t0
	ret

/* bool try_load(const volatile uint32_t *p, uint32_t *value) */
	.globl	try_load, try_load_pc, try_load_failed
try_load:
try_load_pc:
	lw	t0, 0(a0)
	sw	t0, 0(a1)
	li	a0, 1
	ret
try_load_failed:
	li	a0, 0
	ret

	.bss
	.balign	16
	.space	2 * 4096
boot_stacks_top:
