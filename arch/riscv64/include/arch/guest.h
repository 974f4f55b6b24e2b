/* SPDX-License-Identifier: Apache-2.0 */
/* What wasm-rt.h needs to know of this ISA; generated code includes it. */
#ifndef CPIT_ARCH_GUEST_H
#define CPIT_ARCH_GUEST_H

#include <stdint.h>

#define CPIT_ISA 243		/* EM_RISCV */

/* The trap instruction: 16 zero bits, illegal for good (RISC-V unpriv. 1.5). */
#define CPIT_UD "c.unimp"
/* Puts its own address into operand 0. */
#define CPIT_PC "auipc %0, 0"

/*
 * What a guarded memory has reserved below it: addresses of generated code are
 * sign-extended (wasm-rt-memory.h).
 */
#define CPIT_BELOW ((uint64_t)1 << 31)

/* Constraint for a float that must exist in a register. */
#define CPIT_FREG "f"
/* The stores of linear memory, of a register or zero. */
#define CPIT_PUT8 "sb %z1, %0"
#define CPIT_PUT16 "sh %z1, %0"
#define CPIT_PUT32 "sw %z1, %0"
#define CPIT_PUT64 "sd %z1, %0"
#define CPIT_PUTF32 "fsw %1, %0"
#define CPIT_PUTF64 "fsd %1, %0"
#define CPIT_IREG "rJ"
/* Accesses to linear memory: told that they may be misaligned, it takes bytes. */
#define CPIT_ALIGNED
/* No register holds a vector: it is stored by halves (wasm-rt.h). */
#define CPIT_HALVES

/*
 * A leaf without a frame (compiler/calls.c): fp stays its caller's, as -ffixed-s0 keeps
 * gcc from using it otherwise.  clang would not know the attribute; at -Os an access
 * may be a call, so that no function is sure to be a leaf.
 */
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__) && !defined(__clang__)
#define CPIT_FRAMELESS __attribute__((optimize("omit-frame-pointer")))
#else
#define CPIT_FRAMELESS
#endif

/* First in a function: the scheduler leaves the frame in front (prologue.c). */
#define CPIT_FRAMED __asm__ volatile("")

/* SUM in sstatus; in S-mode only, and nowhere else is there mode zero. */
#define CPIT_DOOR_OPEN() \
	__asm__ volatile("csrs sstatus, %0" : : "r"(0x40000ul) : "memory")
#define CPIT_DOOR_CLOSE() \
	__asm__ volatile("csrc sstatus, %0" : : "r"(0x40000ul) : "memory")

register uintptr_t cpit_guest_sp __asm__("sp");

#endif
