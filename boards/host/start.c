/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From main() to cpit_board_main().  The settings come as `catchpit run' puts
 * them into the environment, in the form of a kernel's command line; the
 * arguments are the guest's, after its name.
 */
#include "host.h"
#include <arch/machine.h>
#include <catchpit/code.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* What cpit_config_init() has room for. */
static char line[16384];

static _Noreturn void too_long(void)
{
	cpit_console_print(CPIT_LOG, "catchpit: the arguments are too long\n");
	cpit_board_exit(2);
}

static void add(const char *s, size_t n)
{
	static size_t len;

	if (n >= sizeof(line) - 2 - len)
		too_long();
	memcpy(line + len, s, n);
	len += n;
}

static void add_argument(const char *s)
{
	add(" arg=", 5);
	for (; *s; s++) {
		if (*s == ' ')
			add("%20", 3);
		else if (*s == '%')
			add("%25", 3);
		else
			add(s, 1);
	}
}

/* A module may not have more of the host than a machine would give it. */
static void limit_memory(void)
{
	uint64_t bytes = (uint64_t)cpit_config_number("ram", 1024) << 20;
	struct rlimit limit;

	cpit_board.ram[0].end = bytes;
	cpit_board.nram = 1;
	getrlimit(RLIMIT_DATA, &limit);
	if (limit.rlim_cur > bytes)
		limit.rlim_cur = bytes;
	setrlimit(RLIMIT_DATA, &limit);
}

/* What --dir of `catchpit run' packed, in a file; ours to write to, as RAM is. */
static void find_initrd(void)
{
	const char *path = cpit_config("initrd", 0);
	int fd = path ? open(path, O_RDONLY) : -1;
	struct stat st;
	void *p;

	if (!path)
		return;
	if (fd < 0 || fstat(fd, &st) ||
	    (p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		cpit_embed_panic("the initrd cannot be read", 0, 0, 0);
	cpit_board.initrd.start = cpit_arch_phys(p);
	cpit_board.initrd.end = cpit_board.initrd.start + (uint64_t)st.st_size;
	close(fd);
}

int main(int argc, char **argv)
{
	const char *settings = getenv("CATCHPIT_SETTINGS");
	int i;

	cpit_host_begin();
	if (settings)
		add(settings, strlen(settings));
	for (i = 1; i < argc; i++)
		add_argument(argv[i]);
	cpit_board.cmdline = line;
	cpit_config_init();
	cpit_console_init();
	limit_memory();
	find_initrd();
	cpit_arch_cpu_init();
	cpit_cpu_init(cpit_embed_cpu());
	cpit_board_kick_start();
	cpit_board_spaces_start();
	cpit_board.cpus = cpit_config_number("cpus", 1);
	cpit_board_cpus_start();
	cpit_board_main();
}
