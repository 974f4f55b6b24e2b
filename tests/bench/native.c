/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel as a native image: called in the place of a module, on the boot
 * CPU's stack, n=ROUNDS from the settings.  run.sh links it.
 */
#include "board.h"
#include <arch/machine.h>

unsigned kernel(unsigned n);

const struct cpit_module *const cpit_image_modules[] = { NULL };
const char cpit_image_config[] = "";

static void print(const char *name, uint64_t v)
{
	cpit_console_print(CPIT_LOG, name);
	cpit_console_number(CPIT_LOG, v, 10);
}

void cpit_board_main(void)
{
	unsigned n = cpit_config_number("n", 1), result;
	uint64_t start = cpit_arch_instret(), insns;

	result = kernel(n);
	insns = cpit_arch_instret() - start;
	print("result=", result);
	print(" insns=", insns);
	cpit_console_print(CPIT_LOG, "\n");
	cpit_board_exit(0);
}
