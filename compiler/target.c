/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

#define PICOLIBC_RV "/usr/lib/picolibc/riscv64-unknown-elf"
#define RV_LIB PICOLIBC_RV "/lib/rv64imafdc/lp64d"

static const struct arch riscv64 = {
	.name = "riscv64",
	.gcc = LIST("riscv64-unknown-elf-gcc", "--specs=picolibc.specs",
		    "-march=rv64gc", "-mabi=lp64d", "-mcmodel=medany",
		    "-mno-relax", "-msmall-data-limit=0"),
	.clang = LIST("clang", "--target=riscv64-unknown-elf", "-march=rv64gc",
		      "-mabi=lp64d", "-mcmodel=medany", "-mno-relax",
		      "-msmall-data-limit=0"),
	.ld = "riscv64-unknown-elf-ld",
	.objcopy = "riscv64-unknown-elf-objcopy",
	.ld_flags = LIST("-m", "elf64lriscv"),
	.libc_include = PICOLIBC_RV "/include",
	.machine = EM_RISCV,
	.abs64 = R_RISCV_64,
	.trap = (const uint8_t[]){ 0, 0 },
	.trap_len = 2,
};

static const struct arch *const archs[] = { &riscv64 };

static const struct board boards[] = {
	{ "virt", &riscv64,
	  LIST("qemu-system-riscv64", "-M", "virt", "-bios", "none", "-m",
	       "256M") },
};

const struct arch *find_arch(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (!strcmp(archs[i]->name, name))
			return archs[i];
	return NULL;
}

const struct board *find_board(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(boards) / sizeof(boards[0]); i++)
		if (!strcmp(boards[i].name, name))
			return &boards[i];
	return NULL;
}

/* Both compilers.  compiler/README.md says what each one is for. */
static const char *const common[] = {
	"-std=gnu11", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
	"-ffp-contract=off", "-frounding-math", "-fno-math-errno",
	"-fno-common", "-fno-stack-protector", "-fno-pic",
	"-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
	"-fno-ident", "-fstack-usage",
	"-DNDEBUG", "-DCPIT_GENERATED",
	"-Werror=implicit-function-declaration", "-Werror=int-conversion",
	"-Werror=incompatible-pointer-types", "-Werror=return-type", NULL
};

/* A wasm function stays one native function with one frame (K23-14). */
static const char *const gcc_only[] = {
	"-fsignaling-nans", "-fno-shrink-wrap", "-fno-ipa-icf",
	"-fno-reorder-blocks-and-partition", "-fno-inline-small-functions",
	"-fno-inline-functions", "-fno-inline-functions-called-once",
	"-fno-partial-inlining", "-fno-ipa-sra", "-fno-ipa-cp",
	"-mno-save-restore", "-Wno-psabi", NULL
};

static const char *const clang_only[] = {
	"-mno-omit-leaf-frame-pointer", "-finline-hint-functions",
	"-mllvm", "-enable-shrink-wrap=false", "-Wno-unused-command-line-argument",
	"-Wno-overriding-t-option", NULL
};

void push_compiler(struct list *cmd, const struct settings *s)
{
	const struct arch *a = s->arch;

	push_all(cmd, s->clang ? a->clang : a->gcc);
	push_all(cmd, common);
	push_all(cmd, s->clang ? clang_only : gcc_only);
	push(cmd, "%s", s->level);
	if (s->debug)
		push(cmd, "-g");
	push(cmd, "-DCPIT_CHECKED=%d", s->memory == MEMORY_CHECKED);
	push(cmd, "-I%s/rt/include", home());
	push(cmd, "-I%s/arch/%s/include", home(), a->name);
	if (s->clang) {
		push(cmd, "-nostdlibinc");
		push(cmd, "-isystem");
		push(cmd, "%s", a->libc_include);
	}
}
