/* SPDX-License-Identifier: Apache-2.0 */
/* What wasm-rt.h needs to know of this ISA; generated code includes it. */
#ifndef CPIT_ARCH_GUEST_H
#define CPIT_ARCH_GUEST_H

#include <stdint.h>

#define CPIT_ISA 62		/* EM_X86_64 */

/* The trap instruction: undefined for good (Intel SDM vol. 2, UD). */
#define CPIT_UD "ud2"
/* Puts its own address, label 1, into operand 0. */
#define CPIT_PC "lea 1b(%%rip), %0"

/* What a guarded memory has reserved below it. */
#define CPIT_BELOW ((uint64_t)0)

/* Constraint for a float that must exist in a register. */
#define CPIT_FREG "x"
/* The stores of linear memory, of a register or an immediate. */
#define CPIT_PUT8 "movb %1, %0"
#define CPIT_PUT16 "movw %1, %0"
#define CPIT_PUT32 "movl %1, %0"
#define CPIT_PUT64 "movq %1, %0"
#define CPIT_PUTF32 "movss %1, %0"
#define CPIT_PUTF64 "movsd %1, %0"
#define CPIT_IREG "re"
/* The loads, where gcc is not to make them itself (wasm-rt-memory.h). */
#define CPIT_GET_i32_load "movl %1, %0"
#define CPIT_GET_i64_load "movq %1, %0"
#define CPIT_GET_f32_load "movss %1, %0"
#define CPIT_GET_f64_load "movsd %1, %0"
#define CPIT_GET_i32_load8_s "movsbl %1, %0"
#define CPIT_GET_i64_load8_s "movsbq %1, %0"
#define CPIT_GET_i32_load8_u "movzbl %1, %0"
#define CPIT_GET_i64_load8_u "movzbl %1, %k0"
#define CPIT_GET_i32_load16_s "movswl %1, %0"
#define CPIT_GET_i64_load16_s "movswq %1, %0"
#define CPIT_GET_i32_load16_u "movzwl %1, %0"
#define CPIT_GET_i64_load16_u "movzwl %1, %k0"
#define CPIT_GET_i64_load32_s "movslq %1, %0"
#define CPIT_GET_i64_load32_u "movl %1, %k0"
/* Of an access to linear memory: a vector made of several may be anywhere. */
#define CPIT_ALIGNED __attribute__((aligned(1)))

/* A leaf has a frame all the same: pushed, the return address would be anywhere. */
#define CPIT_FRAMELESS
/* Nothing is scheduled into a prologue (target.c). */
#define CPIT_FRAMED ((void)0)

/*
 * Linear memory by way of gs (--base gs), whose base an entry into module text
 * sees to.  To read it is a tenth of what it takes to write it.
 */
#define CPIT_SEGMENT __seg_gs
#define CPIT_SEGMENT_BASE(base)						\
	do {								\
		uintptr_t new_ = (uintptr_t)(base), now_;		\
									\
		__asm__ volatile("rdgsbase %0" : "=r"(now_));		\
		if (UNLIKELY(now_ != new_))				\
			__asm__ volatile("wrgsbase %0"			\
					 : : "r"(new_) : "memory");	\
	} while (0)

/* AC in rflags, which a process must not touch: the port's to do. */
#define CPIT_DOOR_OPEN() \
	__asm__ volatile("call cpit_rt_open" : : : "memory", "cc")
#define CPIT_DOOR_CLOSE() \
	__asm__ volatile("call cpit_rt_close" : : : "memory", "cc")

register uintptr_t cpit_guest_sp __asm__("rsp");

#endif
