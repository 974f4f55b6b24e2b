/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between ISAs and boards, as data. */
#ifndef CPIT_COMPILER_TARGET_H
#define CPIT_COMPILER_TARGET_H

#include "util.h"
#include <stdint.h>

struct arch {
	const char *name;
	const char *const *gcc;		/* command and flags of the ISA */
	const char *const *clang;
	const char *ld, *objcopy;
	const char *const *ld_flags;
	const char *libc_include;	/* picolibc */
	const char *small_libc;		/* for what is not module text, or NULL */
	const char *const *link;	/* of the final link, after gcc's; NULL */
	bool only_libc;			/* gcc knows another: keep it out */
	uint16_t machine;		/* e_machine */
	uint32_t abs64;			/* relocation type of a 64-bit address */
	uint32_t call[2], pcrel;	/* types of calls, and of other ... */
	uint32_t pc_bias;		/* ... places that count from here */
	uint32_t near;			/* of jumps that reach 1 MiB; 0: none */
	uint32_t clang_frame;		/* what its frame sizes leave out */
	const uint32_t *absolute;	/* ... of any other; ends with 0 */
	const char *const *cpus;	/* for -march=, the default first */
	const char *const *anywhere;	/* flags for code at any address */
	const char *jump;		/* through cpit_runtime + %zu */
	const uint8_t *trap;		/* bytes of CPIT_UD */
	size_t trap_len;
	bool is_signed;			/* 32 bits in a register are */
	bool has_gs;
};

struct board {
	const char *name;
	const struct arch *arch;
	/* One of them.  A process runs here; compiler and libc are the host's. */
	const char *const *qemu;	/* command, less image and console */
	const char *serial;		/* QEMU's device for input */
	const char *const *process;	/* command to link it */
	size_t flash;			/* most bytes of flash; 0: none */
	const char *reset;		/* what ends it, or NULL */
	bool sbi;			/* has an SBI firmware */
};

enum memory_mode { MEMORY_GUARD, MEMORY_CHECKED, MEMORY_ZERO };

/* "guard" and so on. */
const char *memory_name(enum memory_mode mode);

/* Who holds the base of memory 0; not said: gs in images, where it can. */
enum base { BASE_ANY, BASE_REGISTER, BASE_GS };

/* What a compilation is asked for. */
struct settings {
	const struct arch *arch;
	const struct board *board;		/* NULL: for any kernel of that ISA */
	enum memory_mode memory;
	enum base base;
	const char *level;		/* "-O2" */
	const char *cpu;		/* of arch->cpus; NULL: the default */
	bool clang;
	bool debug;			/* -g */
	bool loadable;			/* for cpit_load() */
	bool sbi;			/* an S-mode payload for OpenSBI */
};

/* NULL when there is none of that name. */
const struct arch *find_arch(const char *name);
const struct board *find_board(const char *name);

/*
 * Module text is compiled for any address: in a process, too, that leaves its
 * first 8 GiB to a memory at zero.  Else the machines' will do there, which goes
 * to the lowest or highest 2 GiB.
 */
bool runs_anywhere(const struct settings *set);
/* Fails where the ISA has no such CPU, or the memory mode no such base. */
void check_cpu(const struct settings *set);
/* Whether gs is to hold it, of modules that are made for that (memory0.c). */
bool is_gs_free(const struct settings *set);

/* Pushes flags of a struct arch. */
void push_arch(struct list *cmd, const char *const *v);

/*
 * Pushes the compiler's command line for generated code: everything but input,
 * output and include paths of the work directory.
 */
void push_compiler(struct list *cmd, const struct settings *s);

#endif
