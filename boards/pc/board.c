/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU q35 and microvm: PVH boot or flash, COM1, isa-debug-exit, CMOS clock, fw_cfg,
 * RDRAND for entropy.
 */
#include "../board.h"
#include "../uart.h"
#include "../virtio.h"
#include <arch/cpu.h>
#include <arch/machine.h>
#include <catchpit/trap.h>
#include <string.h>

#include "fwcfg.h"
#include "pvh.h"

enum {
	COM1 = 0x3f8,
	DEBUG_EXIT = 0xf4,
	CMOS_INDEX = 0x70, CMOS_DATA = 0x71,
	PAGE = 4096, FIRST_MIB = 1 << 20, GIB = 1 << 30,
};

/* microvm's; q35 has nothing there. */
const struct cpit_virtio_slots cpit_virtio_slots = { 0xfeb00000, 0x200, 24 };

void cpit_board_map_devices(void)
{
	const struct cpit_virtio_slots *s = &cpit_virtio_slots;

	cpit_pagetable_map((uintptr_t)cpit_arch_direct(s->first), s->first,
			   s->size * s->count,
			   CPIT_PROT_WRITE | CPIT_PROT_DEVICE);
}

static void add_piece(struct cpit_board *b, uint64_t start, uint64_t end)
{
	if (start < end && b->nram < CPIT_RAM_MAX)
		b->ram[b->nram++] = (struct cpit_ram){ start, end };
}

/*
 * What is below 1 MiB is the firmware's.  The first GiB by itself: the first
 * pages come from there, which is all that the boot page tables map.
 */
void cpit_pc_add_ram(struct cpit_board *b, uint64_t start, uint64_t size)
{
	uint64_t end = (start + size) & ~(uint64_t)(PAGE - 1);

	start = (start + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	if (start < FIRST_MIB)
		start = FIRST_MIB;
	add_piece(b, start, end < GIB ? end : GIB);
	add_piece(b, start > GIB ? start : GIB, end);
}

void cpit_board_discover(struct cpit_board *b, uint64_t boot_arg)
{
	outb(COM1 + FCR, FCR_ON);
	if (boot_arg)
		cpit_pvh_read(cpit_arch_direct(boot_arg), b);
	else				/* from flash */
		cpit_fwcfg_read(b);
	b->name = CPIT_BOARD_NAME;
	b->cpus = cpit_fwcfg_cpus();
	b->counter_hz = 0;		/* known when the timers are calibrated */
}

void cpit_board_putc(uint8_t c)
{
	while (!(inb(COM1 + LSR) & LSR_THRE))
		;
	outb(COM1 + THR, c);
}

int cpit_board_getc(void)
{
	return inb(COM1 + LSR) & LSR_DATA ? inb(COM1 + THR) : -1;
}

/* ---------------------------------------------------------------- clock */

static unsigned cmos(uint8_t reg)
{
	unsigned v;

	outb(CMOS_INDEX, reg);
	v = inb(CMOS_DATA);
	return (v >> 4) * 10 + (v & 15);	/* BCD, as firmware leaves it */
}

/* Days since 1970-01-01 of a date in the Gregorian calendar. */
static uint64_t days(unsigned y, unsigned m, unsigned d)
{
	y -= m <= 2;
	m = m <= 2 ? m + 9 : m - 3;		/* March is 0 */
	return 365ull * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	       d - 1 - 719468;
}

static uint64_t cmos_seconds(void)
{
	unsigned century = cmos(0x32), year = cmos(9);

	year += century >= 19 && century <= 21 ? century * 100 : 2000;
	return ((days(year, cmos(8), cmos(7)) * 24 + cmos(4)) * 60 + cmos(2)) *
	       60 + cmos(0);
}

/* Read twice: the clock may turn over in between. */
uint64_t cpit_board_realtime(void)
{
	uint64_t a, b = 0;

	outb(CMOS_INDEX, 8);
	if (inb(CMOS_DATA) == 0xff)
		return 0;			/* microvm without an RTC */
	do {
		a = b;
		b = cmos_seconds();
	} while (a != b);
	return b * 1000000000;
}

/* -------------------------------------------------------------- entropy */

/* All there is, and cpit_arch_lacks() has looked. */
bool cpit_board_has_cpu(const char *name)
{
	return !strcmp(name, "x86-64-v2");
}

bool cpit_board_entropy(void *buf, size_t len)
{
	uint8_t *p = buf;
	uint64_t v = 0;
	size_t i;

	if (!(cpuid(1, 0).c & 1u << 30))
		return false;
	for (i = 0; i < len; i++, v >>= 8) {
		unsigned char ok = 1;
		int tries = 0;

		if (i % 8 == 0) {
			do
				__asm__ volatile("rdrand %0; setc %1"
						 : "=r"(v), "=qm"(ok));
			while (!ok && ++tries < 10);
		}
		if (!ok)
			return false;
		p[i] = (uint8_t)v;
	}
	return true;
}

void cpit_board_exit(unsigned status)
{
	outl(DEBUG_EXIT, status);	/* QEMU exits with status * 2 + 1 */
	for (;;)
		cpit_arch_wait();
}
