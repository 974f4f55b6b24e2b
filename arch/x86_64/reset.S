/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last bytes of a flashed image, below 4 GiB: reset to the first byte of
 * the image, in the state in which PVH enters it, without a start info.  In real
 * mode, cs at the last 64 KiB (Intel SDM vol. 3, 10.1.4); nothing but this file
 * is in its object, which `catchpit build' puts behind the image as it is.
 */
#include <arch/layout.h>

#define IN_CS(sym) (0x10000 - (end - (sym)))
#define LINEAR(sym) (-(end - (sym)))

	.section .reset, "ax", @progbits
	.code16
start:	cli
	cld
	lgdtl	%cs:IN_CS(gdt_pointer)
	mov	%cr0, %eax
	or	$1, %al			# PE
	mov	%eax, %cr0
	ljmpl	$SEL_CODE32, $LINEAR(1f)
	.code32
1:	mov	$SEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%ebx, %ebx		# no start info
	mov	LINEAR(image), %eax
	jmp	*%eax
	.balign	8
gdt:	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cf9b000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	LINEAR(gdt)

	.balign	16
	.code16
	jmp	start			# 0xfffffff0
	.balign	4
	.long	0, 0
image:	.long	0			# written by `catchpit build'
end:
