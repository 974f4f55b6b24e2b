/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU virt, riscv64 (hw/riscv/virt.c):
 *
 *	0x00100000  test finisher	0x10000000  16550 UART
 *	0x00101000  goldfish RTC	0x10001000  virtio-mmio, 8 slots
 *	0x02000000  ACLINT		0x80000000  RAM
 */
#include "../board.h"
#include "../image.h"
#include "../uart.h"
#include "../virtio.h"
#include "fdt.h"
#include <arch/machine.h>
#include <string.h>

enum {
	FINISHER = 0x100000,
	RTC = 0x101000,
	UART = 0x10000000,
};

const struct cpit_virtio_slots cpit_virtio_slots = { 0x10001000, 0x1000, 8 };

static volatile uint8_t *reg8(uint64_t phys)
{
	return cpit_arch_direct(phys);
}

static volatile uint32_t *reg32(uint64_t phys)
{
	return cpit_arch_direct(phys);
}

extern const struct cpit_image_header __image_header;
extern char __image_start[];

/* OpenSBI is below the image, and the device tree does not tell how much. */
static void keep_firmware(struct cpit_board *b)
{
	uint64_t image = cpit_arch_image_phys(__image_start);
	unsigned i;

	for (i = 0; i < b->nram; i++)
		if (image >= b->ram[i].start && image < b->ram[i].end)
			b->ram[i].start = image;
}

/*
 * Of the device tree: "rv64imafdch_zba_sstc".  All CPUs of this machine are alike.
 * A copy, as the tree is in pages that are given away.
 */
static char isa[1024];

void cpit_board_discover(struct cpit_board *b, uint64_t boot_arg)
{
	struct fdt_facts facts;

	cpit_fdt_read(cpit_arch_direct(boot_arg), &facts);
	b->name = CPIT_BOARD_NAME;
	memcpy(b->ram, facts.ram, sizeof(b->ram));
	b->nram = facts.nram;
	b->cpus = facts.cpus;
	b->counter_hz = facts.timebase;
	memcpy(b->seed, facts.seed, sizeof(b->seed));
	b->cmdline = facts.bootargs;
	b->initrd = facts.initrd;
	if (__image_header.boot == CPIT_BOOT_SBI)
		keep_firmware(b);
	strncpy(isa, facts.isa, sizeof(isa) - 1);	/* what does not fit is not there */
	*reg8(UART + FCR) = FCR_ON;
}

void cpit_board_putc(uint8_t c)
{
	while (!(*reg8(UART + LSR) & LSR_THRE))
		;
	*reg8(UART + THR) = c;
}

int cpit_board_getc(void)
{
	return *reg8(UART + LSR) & LSR_DATA ? *reg8(UART + THR) : -1;
}

uint64_t cpit_board_realtime(void)
{
	uint64_t low = *reg32(RTC);	/* latches the high half */

	return (uint64_t)*reg32(RTC + 4) << 32 | low;
}

/* "rv64gc_zba_zbb": each extension after the first name has to be there. */
bool cpit_board_has_cpu(const char *name)
{
	const char *part = strchr(name, '_');

	for (; part; part = strchr(part + 1, '_')) {
		size_t len = 1 + strcspn(part + 1, "_");
		const char *at = isa;

		while ((at = strchr(at, '_')) &&
		       (strncmp(at, part, len) || (at[len] && at[len] != '_')))
			at++;
		if (!at)
			return false;
	}
	return true;
}

void cpit_board_exit(unsigned status)
{
	if (!cpit_arch_off(status))
		*reg32(FINISHER) = status ? status << 16 | 0x3333 : 0x5555;
	for (;;)
		cpit_arch_wait();
}
