/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's fw_cfg device by its ports (docs/specs/fw_cfg): the number of CPUs,
 * and for an image in flash, which no loader tells anything, RAM and files.
 */
#include "fwcfg.h"
#include <arch/cpu.h>
#include <arch/machine.h>
#include <string.h>

enum {
	SELECT = 0x510, DATA = 0x511,
	KEY_CPUS = 5, KEY_DIRECTORY = 0x19,
	TYPE_RAM = 1, FIRST_MIB = 1 << 20, PAGE = 4096,
};

/* An entry of the directory; big-endian. */
struct file {
	uint32_t size;
	uint16_t key, reserved;
	char name[56];
};

struct e820 {
	uint64_t start, size;
	uint32_t type;
} __attribute__((packed));

static void get(void *to, size_t n)
{
	uint8_t *p = to;

	while (n--)
		*p++ = inb(DATA);
}

unsigned cpit_fwcfg_cpus(void)
{
	uint16_t n;

	outw(SELECT, KEY_CPUS);
	get(&n, sizeof(n));
	return n;
}

/* Selects a file, to be got from its first byte; its size, 0: there is none. */
static uint32_t find(const char *name)
{
	struct file f;
	uint32_t n;

	outw(SELECT, KEY_DIRECTORY);
	get(&n, sizeof(n));
	for (n = __builtin_bswap32(n); n; n--) {
		get(&f, sizeof(f));
		if (strcmp(f.name, name))	/* which ends with NUL */
			continue;
		outw(SELECT, __builtin_bswap16(f.key));
		return __builtin_bswap32(f.size);
	}
	return 0;
}

static void read_ram(struct cpit_board *b)
{
	uint32_t size = find("etc/e820");
	struct e820 e;

	for (; size >= sizeof(e); size -= sizeof(e)) {
		get(&e, sizeof(e));
		if (e.type == TYPE_RAM)
			cpit_pc_add_ram(b, e.start, e.size);
	}
	if (!b->nram)
		cpit_embed_panic("fw_cfg tells of no RAM", 0, 0, 0);
}

/* At the end of the first region, which is below 4 GiB and mapped. */
static void read_initrd(struct cpit_board *b)
{
	uint32_t size = find("opt/catchpit/initrd");
	uint64_t room = b->ram[0].end - b->ram[0].start;

	if (!size)
		return;
	if (size > room / 2)
		cpit_embed_panic("initrd too large", 0, 0, 0);
	b->initrd.start = (b->ram[0].end - size) & ~(uint64_t)(PAGE - 1);
	b->initrd.end = b->initrd.start + size;
	get(cpit_arch_direct(b->initrd.start), size);
}

/* Below the image, in memory that nobody has been given yet. */
static void read_cmdline(struct cpit_board *b)
{
	uint32_t size = find("opt/catchpit/cmdline");
	char *to = cpit_arch_direct(FIRST_MIB);

	if (size >= FIRST_MIB)
		size = FIRST_MIB - 1;	/* too long all the same (config.c) */
	get(to, size);
	to[size] = '\0';
	b->cmdline = to;
}

void cpit_fwcfg_read(struct cpit_board *b)
{
	read_ram(b);
	read_initrd(b);
	read_cmdline(b);
}
