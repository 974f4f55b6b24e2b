/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the start of a compiled function, for the backtrace (K23-14).  Generated
 * code is built without shrink wrapping, so that the one prologue stands first.
 */
#include "prologue.h"
#include <catchpit/module.h>
#include <elf.h>
#include <string.h>

enum { MAX_PROLOGUE = 64 };	/* instructions */

/*
 * RISC-V.  32-bit: addi s0,sp,imm and sd ra,imm(sp).  Compressed (RVC, unpriv.
 * ISA chapter 16): c.addi4spn s0 and c.sdsp ra.
 */
static bool rv_sets_fp(uint32_t insn, bool compressed)
{
	return compressed ? (insn & 0xe01f) == 0x0000 && (insn & 0x1fe0)
			  : (insn & 0xfffff) == 0x10413;
}

static bool rv_saves_ra(uint32_t insn, bool compressed)
{
	return compressed ? (insn & 0xe07f) == 0xe006
			  : (insn & 0x01fff07f) == 0x00113023;
}

/* Jumps, branches, calls, traps: behind the first is no prologue any more. */
static bool rv_transfers(uint32_t insn, bool compressed)
{
	uint32_t quadrant = insn & 3, funct3 = insn >> 13 & 7;

	if (compressed && !insn)
		return true;	/* c.unimp */
	if (!compressed)
		return (insn & 0x7f) == 0x63 || (insn & 0x7f) == 0x67 ||
		       (insn & 0x7f) == 0x6f;
	return (quadrant == 1 && funct3 >= 5) ||
	       (quadrant == 2 && funct3 == 4 && !(insn & 0x7c));
}

/*
 * The scheduler may put instructions of the body, and even the setting of the
 * frame pointer, before the return address is saved: two places are noted.
 */
static void read_riscv(const uint8_t *code, uint64_t size,
		       struct native_func *f)
{
	uint64_t at = 0, ra = 0, fp = 0;
	int n;

	for (n = 0; n < MAX_PROLOGUE && at + 2 <= size && !(ra && fp); n++) {
		bool compressed = (code[at] & 3) != 3;
		uint32_t insn = 0;

		if (at + 4 > size && !compressed)
			break;
		memcpy(&insn, code + at, compressed ? 2 : 4);
		if (rv_transfers(insn, compressed))
			break;
		at += compressed ? 2 : 4;
		if (!ra && rv_saves_ra(insn, compressed))
			ra = at;
		if (!fp && rv_sets_fp(insn, compressed))
			fp = at;
	}
	f->prologue = fp ? (uint16_t)fp : UINT16_MAX;
	f->flags |= ra ? (uint16_t)(ra << CPIT_FUNC_RA_SHIFT) : CPIT_FUNC_LEAF;
}

/*
 * x86_64: push %rbp; mov %rsp,%rbp stand first, since nothing is scheduled into
 * the prologue (target.c).  Without them it is a leaf that does not touch the
 * stack.
 */
static void read_x86(const uint8_t *code, uint64_t size, struct native_func *f)
{
	static const uint8_t frame[] = { 0x55, 0x48, 0x89, 0xe5 };

	if (size >= sizeof(frame) && !memcmp(code, frame, sizeof(frame))) {
		f->prologue = sizeof(frame);
	} else {
		f->prologue = UINT16_MAX;
		f->flags |= CPIT_FUNC_LEAF;
	}
}

void read_prologue(uint16_t machine, const uint8_t *code, uint64_t size,
		   struct native_func *f)
{
	if (machine == EM_RISCV)
		read_riscv(code, size, f);
	else
		read_x86(code, size, f);
}
