/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the structure block.  The firmware is trusted, but a blob that
 * is not a device tree is told apart.
 */
#include "fdt.h"
#include <catchpit/embed.h>
#include <stdbool.h>
#include <string.h>

enum { BEGIN = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };
#define MAGIC 0xd00dfeedu

static uint32_t be32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}

static uint64_t be64(const void *p)
{
	return (uint64_t)be32(p) << 32 | be32((const char *)p + 4);
}

/* Nodes at depth 1: /memory@..., /cpus, /chosen; CPUs are at depth 2. */
enum where { ELSEWHERE, MEMORY, CPUS, CPU, CHOSEN };

static bool starts(const char *s, const char *with)
{
	while (*with && *s == *with)
		s++, with++;
	return !*with;
}

static enum where enter(const char *name, int depth, enum where up)
{
	if (depth == 1 && starts(name, "memory@"))
		return MEMORY;
	if (depth == 1 && !strcmp(name, "cpus"))
		return CPUS;
	if (depth == 1 && !strcmp(name, "chosen"))
		return CHOSEN;
	if (depth == 2 && up == CPUS && starts(name, "cpu@"))
		return CPU;
	return depth == 2 ? ELSEWHERE : up;
}

/* One cell or two: both are in use. */
static uint64_t address(const uint8_t *value, uint32_t len)
{
	return len >= 8 ? be64(value) : len >= 4 ? be32(value) : 0;
}

enum { PAGE = 4096 };
#define DIRECT_END (128ull << 30)	/* what the direct map shows */

/* Whole pages of it. */
static void add_ram(struct fdt_facts *f, uint64_t start, uint64_t size)
{
	uint64_t end;

	if (start > DIRECT_END)
		return;
	end = size < DIRECT_END - start ? start + size : DIRECT_END;
	start = (start + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	end &= ~(uint64_t)(PAGE - 1);
	if (start < end && f->nram < CPIT_RAM_MAX)
		f->ram[f->nram++] = (struct cpit_ram){ start, end };
}

/* Cells are 2 and 2 on this machine. */
static void property(struct fdt_facts *f, enum where at, const char *name,
		     const uint8_t *value, uint32_t len)
{
	if (at == MEMORY && !strcmp(name, "reg") && len >= 16) {
		for (; len >= 16; len -= 16, value += 16)
			add_ram(f, be64(value), be64(value + 8));
	} else if (at == CPU && !strcmp(name, "riscv,isa") && len &&
		   !value[len - 1]) {
		f->isa = (const char *)value;
	} else if (at == CPUS && !strcmp(name, "timebase-frequency")) {
		f->timebase = (uint32_t)address(value, len);
	} else if (at == CHOSEN && !strcmp(name, "bootargs") && len &&
		   !value[len - 1]) {
		f->bootargs = (const char *)value;
	} else if (at == CHOSEN && !strcmp(name, "linux,initrd-start")) {
		f->initrd.start = address(value, len);
	} else if (at == CHOSEN && !strcmp(name, "linux,initrd-end")) {
		f->initrd.end = address(value, len);
	} else if (at == CHOSEN && !strcmp(name, "rng-seed")) {
		memcpy(f->seed, value,
		       len < sizeof(f->seed) ? len : sizeof(f->seed));
	}
}

void cpit_fdt_read(const void *fdt, struct fdt_facts *f)
{
	const uint8_t *base = fdt;
	const uint8_t *p = base + be32(base + 8);
	const char *strings = (const char *)base + be32(base + 12);
	enum where at[8] = { ELSEWHERE };
	int depth = -1;

	memset(f, 0, sizeof(*f));
	f->bootargs = f->isa = "";
	while (be32(base) == MAGIC) {
		uint32_t token = be32(p);

		p += 4;
		if (token == BEGIN) {
			enum where w = ELSEWHERE;

			if (++depth > 0 && depth < 3)
				w = enter((const char *)p, depth,
					  at[depth - 1]);
			if (depth >= 0 && depth < 8)
				at[depth] = w;
			if (w == CPU && depth == 2)
				f->cpus++;
			p += (strlen((const char *)p) + 4) & ~3ul;
		} else if (token == END_NODE) {
			depth--;
		} else if (token == PROP) {
			uint32_t len = be32(p);

			if (depth >= 0 && depth < 8)
				property(f, at[depth], strings + be32(p + 4),
					 p + 8, len);
			p += 8 + ((len + 3) & ~3u);
		} else if (token != NOP) {
			break;
		}
	}
	if (!f->timebase)
		cpit_embed_panic("no device tree with a clock", 0,
				 (uintptr_t)fdt, 0);
}
