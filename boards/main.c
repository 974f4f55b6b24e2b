/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image does when the machine is up: run its modules, each in a store
 * of its own, and report how each ended.  An example user of the library:
 * nothing here is needed by an embedder.
 *
 * Settings (config.c), also for -append by hand:
 *	frame=1		frame the console, for `catchpit run'
 *	run=N		run module N of the image; repeated: one after the
 *			other in that order.  Without it all modules, once each,
 *			at the same time: tasks.c
 *	arg=TEXT	an argument for the guest, after its name
 *	env=NAME=VALUE	its environment
 *	dir=NAME	a directory for it, of the image's archive
 *	mount=NAME	the same, of the initrd
 *	writeback=1	send back what has changed below `mount' (framed only)
 *	invoke=NAME	call this export instead of _start
 *	v=TYPE:HEX	its arguments: a signature letter and the bits
 *	tty=BITS	which of the three streams end at a terminal
 *	stack=BYTES	size of the guest stack
 *	memory=KIB	most that each of its memories has
 *	prefault=1	all pages of a memory at once, not when they are touched
 *	cpu=NAME	what its text was compiled for, where not the default
 *	tick=HZ		the timer's rate; 1000 where there is a budget or there
 *			are tasks, else none
 *	quantum=US	a task's turn, where there are several; 1000
 *	soft=MS hard=MS	the budget of each call, and of instantiation
 *	stats=1		print counters at the end
 *	coredump=1	after a report a core dump; framed only
 * and on board host
 *	initrd=PATH	where that is
 *	ram=MIB		most memory that the process takes; 1024
 *	cpus=N		its threads; 1
 *	control=FD	a pipe to `catchpit run'
 */
#include "board.h"
#include "run.h"
#include <arch/machine.h>

static struct cpit_board_run the_run;	/* in progress, if there are no tasks */

/* How a run ended, for the tool: the first word is what it looks for. */
static void tell_status(unsigned status)
{
	cpit_console_print(CPIT_CTL, "status ");
	cpit_console_number(CPIT_CTL, status, 10);
	cpit_console_print(CPIT_CTL, "\n");
}

/* Those of `run', or the only one. */
static unsigned run_in_order(unsigned count)
{
	const char *which = cpit_config("run", 0);
	unsigned n = 0, status = 0;

	do {
		unsigned k = which ? cpit_number(which) : 0;

		if (k < count) {
			the_run.module = cpit_image_modules[k];
			status = cpit_board_run(&the_run);
		}
		which = cpit_config("run", ++n);
	} while (which);
	return status;
}

static unsigned run_all(bool tasks)
{
	const struct cpit_module *m;
	unsigned count = 0;

	if (cpit_image_files && !cpit_image_files->load())
		return CPIT_NOT_STARTED;
	for (; (m = cpit_image_modules[count]); count++)
		if (cpit_module_register(m)) {
			cpit_board_complain(m->name, "cannot be registered",
					    NULL);
			return CPIT_NOT_STARTED;
		}
	return tasks ? cpit_image_tasks->run(&the_run) : run_in_order(count);
}

static void stat(const char *name, uint64_t v)
{
	cpit_console_print(CPIT_LOG, " ");
	cpit_console_print(CPIT_LOG, name);
	cpit_console_print(CPIT_LOG, "=");
	cpit_console_number(CPIT_LOG, v, 10);
}

static void print_stats(uint64_t boot_ns)
{
	cpit_console_print(CPIT_LOG, "catchpit: stats board=");
	cpit_console_print(CPIT_LOG, cpit_board.name);
	cpit_console_print(CPIT_LOG, " mmu=");
	cpit_console_print(CPIT_LOG, cpit_arch_mmu_name());
	stat("cpus", cpit_board.cpus);
	stat("ram_mib", cpit_board_ram_size(&cpit_board) >> 20);
	stat("boot_us", boot_ns / 1000);
	if (the_run.insns)
		stat("insns", the_run.insns);
	stat("ticks", cpit_board_ticks());
	stat("stack", the_run.stack_used);
	stat("stack_size", the_run.stack_size);
	stat("trap_stack", cpit_board_trap_stack_used());
	stat("trap_stack_size", cpit_board_trap_stack_size());
	stat("pages", cpit_board_pages_used());
	stat("touched", cpit_board_touched());
	stat("heap", cpit_board_heap_used());
	stat("reserved", cpit_board_reserved());
	cpit_console_print(CPIT_LOG, "\n");
}

void cpit_board_main(void)
{
	unsigned hz, status;
	bool tasks = cpit_image_tasks && !cpit_config("run", 0);
	const char *cpu = cpit_config("cpu", 0);
	uint64_t boot_ns;

	cpit_console_frame(cpit_config_number("frame", 0));
	if (cpu && !cpit_board_has_cpu(cpu))
		cpit_embed_panic("the CPU lacks what --cpu says", 0, 0, 0);
	hz = tasks || cpit_config_number("soft", 0) ||
	     cpit_config_number("hard", 0);
	hz = cpit_config_number("tick", hz ? 1000 : 0);
	if (hz)
		cpit_board_tick_start(hz);
	boot_ns = cpit_board_ns();
	status = run_all(tasks);
	if (cpit_config_number("stats", 0))
		print_stats(boot_ns);
	if (cpit_image_files)
		cpit_image_files->write_back();
	tell_status(status);
	cpit_board_exit(status);
}
