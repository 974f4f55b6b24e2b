/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's command line.  Settings go to an ELF file as a kernel's command line.
 * A flashed image has no loader that could hand it over, so it is found where
 * the machine has a place for it.
 */
#include "flash.h"
#include "stages.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Output by the UART, input by a virtio console (boards/receive.c). */
static void push_console(struct list *cmd, const struct board *board, int input)
{
	push_all(cmd, (const char *const[]){
		"-nodefaults", "-no-reboot", "-display", "none", "-monitor",
		"none", "-chardev", "stdio,id=console,signal=off,mux=off",
		"-serial", "chardev:console", "-device", NULL });
	push(cmd, "%s,max_ports=1", board->serial);
	push(cmd, "-chardev");
	push(cmd, "socket,id=input,fd=%d", input);
	push(cmd, "-device");
	push(cmd, "virtconsole,chardev=input");
}

/* A loader's part: the image or what stands for it, settings, files. */
static void push_kernel(struct list *cmd, const char *kernel,
			const struct run_options *opt)
{
	push(cmd, "-kernel");
	push(cmd, "%s", kernel);
	push(cmd, "-append");
	push(cmd, "%s", settings_line(&opt->config));
	if (opt->dirs && opt->dirs->archive.len) {
		push(cmd, "-initrd");
		push(cmd, "%s", archive_file(opt));
	}
}

/* A path in an option with commas. */
static char *doubled(const char *path)
{
	struct text t = { 0 };

	for (; *path; path++)
		add(&t, *path == ',' ? ",," : "%c", *path);
	return t.s;
}

/*
 * virt starts its flash, whatever the kernel is; only with one does it put
 * settings and files into the device tree.
 */
static void push_pflash(struct list *cmd, const char *bin,
			const struct run_options *opt)
{
	char *kernel = work_path("no-kernel");

	push(cmd, "-drive");
	/* "a:b" would be a protocol's. */
	push(cmd, "if=pflash,unit=0,format=raw,readonly=on,file=%s%s",
	     *bin == '/' ? "" : "./", doubled(bin));
	write_file(kernel, "\n", 1);
	push_kernel(cmd, kernel, opt);
}

/* Half of what is below 1 GiB, whatever RAM there is (boards/pc/fwcfg.c). */
enum { FWCFG_MAX = 511 << 20 };

/* A PC starts its firmware; its settings and files are fw_cfg's. */
static void push_bios(struct list *cmd, const char *bin,
		      const struct run_options *opt)
{
	char *line = settings_line(&opt->config);
	char *settings = work_path("settings");

	push(cmd, "-bios");
	push(cmd, "%s", bin);
	write_file(settings, line, strlen(line));
	push(cmd, "-fw_cfg");
	push(cmd, "name=opt/catchpit/cmdline,file=%s", doubled(settings));
	if (opt->dirs && opt->dirs->archive.len > FWCFG_MAX)
		fail(EXIT_USAGE, "--dir: more than %d MiB, for an image in "
		     "flash; run its ELF file", FWCFG_MAX >> 20);
	if (opt->dirs && opt->dirs->archive.len) {
		push(cmd, "-fw_cfg");
		push(cmd, "name=opt/catchpit/initrd,file=%s",
		     doubled(archive_file(opt)));
	}
}

void qemu_command(struct list *cmd, const char *path,
		  const struct board *board, const struct run_options *opt,
		  int input)
{
	struct cpit_image_header h;
	bool elf;
	size_t i;

	push_all(cmd, board->qemu);
	push(cmd, "-smp");
	push(cmd, "%u", opt->cpus);
	push(cmd, "-accel");
	push(cmd, "%s", opt->accel);
	if (!strcmp(opt->accel, "kvm")) {
		/* "max" asks for MSRs that a nested KVM does not let us set. */
		push(cmd, "-cpu");
		push(cmd, "host,arch-capabilities=off");
	}
	push_console(cmd, board, input);
	if (!read_header(path, &h, &elf))
		fail(EXIT_NOEXEC, "%s: not a catchpit image", path);
	if (h.boot == CPIT_BOOT_SBI)
		push_all(cmd, (const char *const[]){ "-bios", "default",
						     NULL });
	if (elf || h.boot == CPIT_BOOT_SBI)
		push_kernel(cmd, path, opt);
	else if (board->reset)
		push_bios(cmd, path, opt);
	else
		push_pflash(cmd, path, opt);
	for (i = 0; opt->qemu && i < opt->qemu->n; i++)
		push(cmd, "%s", opt->qemu->v[i]);
}

/*
 * KVM is never chosen silently: where /dev/kvm opens it may still run ring 0 by
 * emulation, slower than TCG.  What is known beforehand is said clearly.
 */
static void check_kvm(const struct board *board)
{
	int fd = open("/dev/kvm", O_RDWR);

	if (!board->qemu)
		fail(EXIT_USAGE, "board %s is a process: nothing to accelerate",
		     board->name);
	if (strcmp(board->arch->name, "x86_64"))
		fail(EXIT_USAGE, "board %s is a %s machine: this host's KVM "
		     "cannot run it", board->name, board->arch->name);
	if (fd < 0)
		fail(EXIT_TOOL, "/dev/kvm: %s; without --accel the machine is "
		     "emulated", strerror(errno));
	close(fd);
}

void check_accel(const struct board *board, const char *accel)
{
	if (strcmp(accel, "tcg") && strcmp(accel, "kvm"))
		fail(EXIT_USAGE, "no such accelerator: %s", accel);
	if (!strcmp(accel, "kvm"))
		check_kvm(board);
}
