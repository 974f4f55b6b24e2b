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
	/* Tuned for a CPU that does misaligned accesses: no store is in pieces. */
	.gcc = LIST("riscv64-unknown-elf-gcc", "--specs=picolibc.specs",
		    "--picolibc-buildtype=release",
		    "-march=rv64gc", "-mtune=thead-c906", "-mabi=lp64d",
		    "-mcmodel=medany",
		    "-mno-relax", "-msmall-data-limit=0",
		    "-mno-save-restore",
		    /* Finds nothing here, for as long as blocks times registers. */
		    "-mno-shorten-memrefs",
		    "-ffixed-s0"),	/* where there is no frame (calls.c) */
	.clang = LIST("clang", "--target=riscv64-unknown-elf", "-march=rv64gc",
		      "-mabi=lp64d", "-mcmodel=medany", "-mno-relax",
		      "-msmall-data-limit=0", "-mno-omit-leaf-frame-pointer",
		      "-Xclang", "-fexperimental-strict-floating-point"),
	.ld = "riscv64-unknown-elf-ld",
	.objcopy = "riscv64-unknown-elf-objcopy",
	.ld_flags = LIST("-m", "elf64lriscv"),
	.libc_include = PICOLIBC_RV "/include",
	.small_libc = RV_LIB "/libc.a",
	.link = LIST("-mrelax"),	/* all but module text (object.c) */
	.machine = EM_RISCV,
	.abs64 = R_RISCV_64,
	.call = { R_RISCV_CALL, R_RISCV_CALL_PLT },
	.pcrel = R_RISCV_PCREL_HI20,
	.near = R_RISCV_JAL,
	.absolute = (const uint32_t[]){ R_RISCV_32, R_RISCV_HI20,
		R_RISCV_LO12_I, R_RISCV_LO12_S, 0 },
	.cpus = LIST("rv64gc", "rv64gc_zba_zbb_zbs"),
	.anywhere = LIST("-mno-relax"),		/* medany code is */
	.jump = "1: auipc t1, %%pcrel_hi(cpit_runtime + %zu);"
		" ld t1, %%pcrel_lo(1b)(t1); jr t1",
	.trap = (const uint8_t[]){ 0, 0 },
	.trap_len = 2,
	.is_signed = true,
};

/*
 * x86-64-v2: SSE4.1 makes rounding one instruction, POPCNT another.  Every gate
 * has its own stack, so a red zone would be safe; it is off all the same, for
 * kernels whose gates have none.
 */
#define X86_FLAGS "-march=x86-64-v2", "-mtune=generic", "-mcmodel=kernel", \
	"-mno-red-zone", "-mno-omit-leaf-frame-pointer", "-fcf-protection=none"

static const struct arch x86_64 = {
	.name = "x86_64",
	/* The scheduler would put the body's loads into the prologue. */
	.gcc = LIST("gcc", X86_FLAGS, "-no-pie", "-fno-schedule-insns2",
		     "-malign-data=abi",
		     "-L%H/build/picolibc-x86_64/lib"),
	/* It would push arguments, and not count them as the frame's. */
	.clang = LIST("clang", "--target=x86_64-unknown-none-elf", X86_FLAGS,
		      "-mllvm", "-no-x86-call-frame-opt"),
	.ld = "ld",
	.objcopy = "objcopy",
	.ld_flags = LIST("-m", "elf_x86_64"),
	.libc_include = "%H/build/picolibc-x86_64/include",
	.only_libc = true,
	.machine = EM_X86_64,
	.abs64 = R_X86_64_64,
	.call = { R_X86_64_PLT32, R_X86_64_PLT32 },
	.pcrel = R_X86_64_PC32,
	.pc_bias = 4,
	.clang_frame = 8,		/* the return address */
	.absolute = (const uint32_t[]){ R_X86_64_32, R_X86_64_32S,
		R_X86_64_16, R_X86_64_8, 0 },
	.cpus = LIST("x86-64-v2"),
	.anywhere = LIST("-mcmodel=small", "-fPIE", "-fvisibility=hidden"),
	.jump = "jmp *cpit_runtime + %zu(%%rip)",
	.trap = (const uint8_t[]){ 0x0f, 0x0b },
	.trap_len = 2,
	.has_gs = true,
};

static const struct arch *const archs[] = { &riscv64, &x86_64 };

#define X86_QEMU(...) LIST("qemu-system-x86_64", "-cpu", \
	"max", "-m", "256M", "-device", "isa-debug-exit,iobase=0xf4,iosize=4", \
	"-M", __VA_ARGS__)

static const struct board boards[] = {
	{ "virt", &riscv64,
	  LIST("qemu-system-riscv64", "-M", "virt", "-bios", "none", "-m",
	       "256M", "-device", "virtio-rng-device,id=rng"),
	  "virtio-serial-device", NULL, 32u << 20, NULL, true },
	/* SeaBIOS takes as long for all that nobody asks for as QEMU for the rest. */
	{ "q35", &x86_64, X86_QEMU("q35", "-bios", "qboot.rom"),
	  "virtio-serial-pci-transitional", NULL, 16u << 20, "reset.bin",
	  false },
	{ "microvm", &x86_64, X86_QEMU("microvm,rtc=on"),
	  "virtio-serial-device", NULL, 16u << 20, "reset.bin", false },
	/* Static: nothing is resolved late, in a fault handler. */
	{ "host", &x86_64, NULL, NULL, LIST("gcc"), 0, NULL, false },
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

bool runs_anywhere(const struct settings *set)
{
	return set->loadable || (set->memory == MEMORY_ZERO && set->board &&
				 set->board->process);
}

bool is_gs_free(const struct settings *set)
{
	return set->arch->has_gs && set->memory == MEMORY_GUARD &&
	       (set->base == BASE_GS || (set->base == BASE_ANY && set->board));
}

void check_cpu(const struct settings *set)
{
	const char *const *known = set->arch->cpus;

	if (set->base == BASE_GS && !is_gs_free(set))
		fail(EXIT_USAGE, "--base gs is for x86_64 and --memory guard");
	if (!set->cpu)
		return;
	while (*known && strcmp(*known, set->cpu))
		known++;
	if (!*known)
		fail(EXIT_USAGE, "no CPU of %s: %s", set->arch->name, set->cpu);
}

/* Both compilers.  compiler/README.md says what they are for. */
static const char *const common[] = {
	"-std=gnu11", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
	"-ffp-contract=off", "-frounding-math", "-fno-math-errno",
	"-ffunction-sections", "-fno-common", "-fno-stack-protector", "-fno-pic",
	"-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
	"-fno-ident", "-fstack-usage",
	"-DNDEBUG", "-DCPIT_GENERATED",
	"-Werror=implicit-function-declaration", "-Werror=int-conversion",
	"-Werror=incompatible-pointer-types", "-Werror=return-type", NULL
};

/* A wasm function stays one native function, with one frame if it calls (K23-14). */
static const char *const gcc_only[] = {
	"-fsignaling-nans", "-fno-shrink-wrap", "-fno-ipa-icf",
	"-fno-reorder-blocks-and-partition", "-fno-inline-small-functions",
	"-fno-inline-functions", "-fno-inline-functions-called-once",
	"-fno-partial-inlining", "-fno-ipa-sra", "-fno-ipa-cp",
	"-fno-tree-pta",	/* an address may be a truth value, at zero */
	"-fno-tree-pre",	/* clang's or Rust's was there before */
	"-fno-tree-loop-im",	/* moves loads past volatile stores (K23-10) */
	"-fno-schedule-insns",	/* before registers: as slow as accesses squared */
	/* In KiB: of a giant it finds nothing, for as long as all else takes. */
	"--param", "max-gcse-memory=32768",
	"-Wno-psabi", NULL
};

static const char *const clang_only[] = {
	"-ffp-exception-behavior=maytrap", "-finline-hint-functions",
	"-mllvm", "-enable-shrink-wrap=false", "-Wno-unused-command-line-argument",
	"-Wno-overriding-t-option", "-fbracket-depth=16384", NULL
};

/* "%H" at a path's place in the lists above is our home. */
void push_arch(struct list *cmd, const char *const *v)
{
	for (; *v; v++) {
		const char *h = strstr(*v, "%H");

		if (h)
			push(cmd, "%.*s%s%s", (int)(h - *v), *v, home(), h + 2);
		else
			push(cmd, "%s", *v);
	}
}

/* gcc's own headers, where the libc beside them is not the one we want. */
static const char *gcc_include(const struct arch *a)
{
	static char *dir;
	struct list cmd = { 0 };

	if (dir)
		return dir;
	push(&cmd, "%s", a->gcc[0]);
	push(&cmd, "-print-file-name=include");
	if (run_command(&cmd, &dir) || dir[0] != '/')
		not_found(a->gcc[0]);
	dir[strcspn(dir, "\n")] = '\0';
	return dir;
}

static void push_includes(struct list *cmd, const struct settings *s)
{
	const struct arch *a = s->arch;

	if (s->clang) {
		push(cmd, "-nostdlibinc");
	} else if (a->only_libc) {
		push(cmd, "-nostdinc");
		push(cmd, "-isystem");
		push(cmd, "%s", gcc_include(a));
	}
	if (s->clang || a->only_libc) {
		push(cmd, "-isystem");
		push_arch(cmd, (const char *const[]){ a->libc_include, NULL });
	}
}

const char *memory_name(enum memory_mode mode)
{
	static const char *const names[] = { "guard", "checked", "zero" };

	return names[mode];
}

/* More flags, for the tests' negative controls. */
static void push_words(struct list *cmd, const char *words)
{
	char *copy = xstrdup(words ? words : ""), *save, *w;

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		push(cmd, "%s", w);
	free(copy);
}

void push_compiler(struct list *cmd, const struct settings *s)
{
	const struct arch *a = s->arch;

	push_arch(cmd, s->clang ? a->clang : a->gcc);
	if (s->cpu)
		push(cmd, "-march=%s", s->cpu);
	push_all(cmd, common);
	push_all(cmd, s->clang ? clang_only : gcc_only);
	if (runs_anywhere(s))
		push_all(cmd, a->anywhere);
	push(cmd, "%s", s->level);
	push_words(cmd, getenv("CATCHPIT_CFLAGS"));
	if (s->debug)
		push(cmd, "-g");
	push(cmd, "-DCPIT_CHECKED=%d", s->memory == MEMORY_CHECKED);
	push(cmd, "-DCPIT_ZERO=%d", s->memory == MEMORY_ZERO);
	push(cmd, "-DCPIT_GS=%d", is_gs_free(s));
	if (s->memory == MEMORY_ZERO)
		push(cmd, "-fno-delete-null-pointer-checks");
	push(cmd, "-I%s/rt/include", home());
	push(cmd, "-I%s/arch/%s/include", home(), a->name);
	push_includes(cmd, s);
}
