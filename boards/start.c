/* SPDX-License-Identifier: Apache-2.0 */
/* From the ISA's start code to cpit_board_main(); and the time since then. */
#include "board.h"
#include <arch/machine.h>
#include <string.h>

enum { TRAP_STACK = 16384, PAINT = 0xa5 };

struct cpit_board cpit_board;
static uint64_t boot_count;		/* counter when C was reached */

uint64_t cpit_board_ns(void)
{
	uint64_t n = cpit_arch_counter() - boot_count;
	uint64_t hz = cpit_board.counter_hz;

	return n / hz * 1000000000 + n % hz * 1000000000 / hz;
}

/* Painted, to see how much gets used: the first of each CPU, for its faults. */
static uint8_t *painted[CPIT_CPUS_MAX];

void *cpit_board_trap_stack(void)
{
	static _Thread_local bool second;
	uint8_t *top = cpit_board_stack_alloc(TRAP_STACK);

	if (!second) {
		second = true;
		painted[cpit_arch_cpu()] = top - TRAP_STACK;
		memset(top - TRAP_STACK, PAINT, TRAP_STACK);
	}
	return top;
}

static unsigned bytes_used(const uint8_t *stack)
{
	unsigned n = 0;

	while (n < TRAP_STACK && stack[n] == PAINT)
		n++;
	return TRAP_STACK - n;
}

unsigned cpit_board_trap_stack_used(void)
{
	unsigned i, n, most = 0;

	for (i = 0; i < CPIT_CPUS_MAX; i++) {
		n = painted[i] ? bytes_used(painted[i]) : 0;
		if (n > most)
			most = n;
	}
	return most;
}

unsigned cpit_board_trap_stack_size(void)
{
	return TRAP_STACK;
}

/* From the ISA's start code: boot page tables, a stack without a guard. */
void *cpit_board_start(uint64_t boot_arg)
{
	extern char __tdata_start[], __tdata_end[], __tls_boot[];

	cpit_image_check();
	boot_count = cpit_arch_counter();
	memcpy(__tls_boot, __tdata_start,
	       (size_t)(__tdata_end - __tdata_start));
	cpit_arch_tls_set(__tls_boot);
	cpit_board_discover(&cpit_board, boot_arg);
	cpit_config_init();
	cpit_board_pages_start();
	cpit_arch_mmu_init();
	cpit_board_heap_start();
	cpit_board_vspace_init(cpit_arch_own_end(), cpit_arch_guest_end());
	return cpit_board_stack_alloc(CPIT_CPU_STACK);
}

void cpit_board_go_on(void)
{
	cpit_arch_cpu_init();
	if (cpit_arch_counter_hz())
		cpit_board.counter_hz = cpit_arch_counter_hz();
	cpit_cpu_init(cpit_embed_cpu());
	cpit_board_kick_start();
	cpit_board_spaces_start();
	cpit_board_cpus_start();
	cpit_board_main();
}
