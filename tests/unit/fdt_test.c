/* SPDX-License-Identifier: Apache-2.0 */
/* boards/virt/fdt.c: what it makes of device trees, odd ones included. */
#include "check.h"
#include "virt/fdt.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static uint8_t tree[65536];
static size_t len;			/* of the structure block */
static struct fdt_facts facts;
static jmp_buf refused;

void cpit_embed_panic(const char *why, uintptr_t pc, uintptr_t addr,
		      uintptr_t during)
{
	(void)pc;
	(void)addr;
	(void)during;
	CHECK(!strcmp(why, "no device tree with a clock"));
	longjmp(refused, 1);
}

enum { BEGIN = 1, END_NODE, PROP, NOP, END = 9, STRUCT = 64 };

static void word(uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(tree + STRUCT + len, &v, 4);
	len += 4;
}

static void bytes(const void *p, size_t n)
{
	memcpy(tree + STRUCT + len, p, n);
	len = (len + n + 3) & ~(size_t)3;
}

static void begin(const char *name)
{
	word(BEGIN);
	bytes(name, strlen(name) + 1);
}

/* Names of properties, each at its place in the strings block. */
static const char names[] = "reg\0timebase-frequency\0riscv,isa\0bootargs";
enum { REG = 0, TIMEBASE = 4, ISA = 23, BOOTARGS = 33 };

static void prop(uint32_t name, const void *value, size_t n)
{
	word(PROP);
	word((uint32_t)n);
	word(name);
	bytes(value, n);
}

static void range(uint64_t start, uint64_t size)
{
	uint64_t reg[2] = { __builtin_bswap64(start), __builtin_bswap64(size) };

	begin("memory@0");
	prop(REG, reg, sizeof(reg));
	word(END_NODE);
}

static void cpus(const void *timebase, size_t n)
{
	begin("cpus");
	prop(TIMEBASE, timebase, n);
	begin("cpu@0");
	prop(ISA, "rv64imafdc", 11);
	word(END_NODE);
	begin("cpu@7");
	word(END_NODE);
	word(END_NODE);
}

static void start(void)
{
	memset(tree, 0, sizeof(tree));
	len = 0;
	begin("");
}

static const uint8_t hz[] = { 0, 0x98, 0x96, 0x80 };	/* 10 MHz */

/* False: it is refused. */
static bool taken(uint32_t magic)
{
	uint32_t header[] = { magic, sizeof(tree), STRUCT, 0 };
	size_t i;

	word(END_NODE);
	word(END);
	header[3] = STRUCT + (uint32_t)len;
	memcpy(tree + STRUCT + len, names, sizeof(names));
	for (i = 0; i < 4; i++)
		header[i] = __builtin_bswap32(header[i]);
	memcpy(tree, header, sizeof(header));
	if (setjmp(refused))
		return false;
	cpit_fdt_read(tree, &facts);
	return true;
}

static void test_plain(void)
{
	start();
	range(0x80000000, 0x10000000);
	cpus(hz, sizeof(hz));
	word(NOP);
	begin("chosen");
	prop(BOOTARGS, "a b", 4);
	word(END_NODE);
	CHECK(taken(0xd00dfeed));
	CHECK(facts.nram == 1 && facts.ram[0].start == 0x80000000 &&
	      facts.ram[0].end == 0x90000000);
	CHECK(facts.cpus == 2 && facts.timebase == 10000000);
	CHECK(!strcmp(facts.isa, "rv64imafdc") && !strcmp(facts.bootargs, "a b"));
	start();
	CHECK(!taken(0xd00dfeee));
}

static void test_memory(void)
{
	static const struct {
		uint64_t start, size, from, to;	/* to 0: none at all */
	} t[] = {
		{ 0x80000123, 0x100000, 0x80001000, 0x80100000 },
		{ 0x80000000, 0x1fff, 0x80000000, 0x80001000 },
		{ 0x80000000, 0xfff, 0, 0 },
		{ 0x80000000, 0, 0, 0 },
		{ 0x80000001, 0xffe, 0, 0 },
		{ 0x80000000, 128ull << 30, 0x80000000, 128ull << 30 },
		{ 0x80000000, UINT64_MAX, 0x80000000, 128ull << 30 },
		{ 128ull << 30, 1 << 30, 0, 0 },
		{ UINT64_MAX - 4095, 4096, 0, 0 },
		{ UINT64_MAX - 10, 10, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(*t); i++) {
		start();
		range(t[i].start, t[i].size);
		cpus(hz, sizeof(hz));
		CHECK(taken(0xd00dfeed));
		CHECK_MSG(t[i].to ? facts.nram == 1 &&
			  facts.ram[0].start == t[i].from &&
			  facts.ram[0].end == t[i].to : !facts.nram,
			  "%zu: %#lx to %#lx", i, (long)facts.ram[0].start,
			  (long)facts.ram[0].end);
	}
	start();
	for (i = 0; i < CPIT_RAM_MAX + 3; i++)
		range(0x80000000 + (i << 20), 0x80000);
	cpus(hz, sizeof(hz));
	CHECK(taken(0xd00dfeed) && facts.nram == CPIT_RAM_MAX);
}

static void test_clock(void)
{
	static const uint8_t none[8], two[8] = { 0, 0, 0, 0, 0, 0x98, 0x96, 0x80 };

	start();
	cpus(two, sizeof(two));
	CHECK(taken(0xd00dfeed) && facts.timebase == 10000000);
	start();
	cpus(none, 4);
	CHECK(!taken(0xd00dfeed));
	start();
	cpus(none, 0);
	CHECK(!taken(0xd00dfeed));
	start();
	CHECK(!taken(0xd00dfeed));
}

/* More ends than beginnings, more levels than are looked at. */
static void test_depth(void)
{
	unsigned i;

	start();
	for (i = 0; i < 100; i++)
		word(END_NODE);
	for (i = 0; i < 100; i++)
		begin("cpus");
	for (i = 0; i < 200; i++)
		begin("cpu@1");
	prop(TIMEBASE, hz, sizeof(hz));
	CHECK(!taken(0xd00dfeed));
}

int main(void)
{
	test_plain();
	test_memory();
	test_clock();
	test_depth();
	return check_done();
}
