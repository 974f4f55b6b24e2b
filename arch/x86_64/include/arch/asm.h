/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_ARCH_ASM_H
#define CPIT_ARCH_ASM_H

#define FUNC(name)							\
	.globl	name;							\
	.type	name, @function;					\
	.balign	4;							\
name:
#define LOCAL_FUNC(name)						\
	.type	name, @function;					\
	.balign	4;							\
name:
#define END(name) .size name, . - name

#endif
