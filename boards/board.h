/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boards' own contract.  The upper half is what each boards/<board>/
 * provides; the lower half is what the common files give each other.
 *
 * Boot order: arch start code -> cpit_board_start() -> [board discovers] ->
 * MMU -> cpit_board_go_on() -> vectors, CPUs -> cpit_board_main() -> exit.
 */
#ifndef CPIT_BOARDS_BOARD_H
#define CPIT_BOARDS_BOARD_H

#include <catchpit/code.h>
#include <catchpit/embed.h>
#include <catchpit/module.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---------------------------------------------- each board provides these */

enum { CPIT_RAM_MAX = 8 };

struct cpit_ram {
	uint64_t start, end;		/* physical, page-aligned */
};

struct cpit_board {
	const char *name;
	struct cpit_ram ram[CPIT_RAM_MAX];
	unsigned nram;
	struct cpit_ram initrd;		/* to the byte; empty: none given */
	unsigned cpus;
	uint64_t counter_hz;		/* of cpit_arch_counter() */
	uint8_t seed[32];		/* from the firmware, or zeros */
	const char *cmdline;		/* from the loader; valid until
					 * cpit_config_init() has read it */
};

static inline uint64_t cpit_board_ram_size(const struct cpit_board *b)
{
	uint64_t size = 0;
	unsigned i;

	for (i = 0; i < b->nram; i++)
		size += b->ram[i].end - b->ram[i].start;
	return size;
}

/* Fills *b from what the loader passed.  Boot page tables, no allocation. */
void cpit_board_discover(struct cpit_board *b, uint64_t boot_arg);

/* Console bytes, polled; getc returns -1 when there is none. */
void cpit_board_putc(uint8_t c);
int cpit_board_getc(void);

/* Nanoseconds since 1970, 0 when the board has no clock for it. */
uint64_t cpit_board_realtime(void);

/*
 * Whether every CPU has what `catchpit build --cpu' was told, the compiler's
 * name for it: a module would meet an illegal instruction otherwise.
 */
bool cpit_board_has_cpu(const char *name);

/* Bytes of entropy from a device; false when the board has none. */
bool cpit_board_entropy(void *buf, size_t len);

/* The status of a machine that was stopped; arch/ has it in its start code. */
enum { CPIT_STATUS_FATAL = 125 };
/* Ends the run.  The status may be coarser than given (isa-debug-exit). */
_Noreturn void cpit_board_exit(unsigned status);

/* ------------------------------------------------------- the common files */

extern struct cpit_board cpit_board;

/* From arch start; the top of the stack that the next is to be called on. */
void *cpit_board_start(uint64_t boot_arg);
_Noreturn void cpit_board_go_on(void);
/* integrity.c: does not return for a flashed image that is damaged. */
void cpit_image_check(void);
_Noreturn void cpit_board_main(void);			/* main.c */
/* What a tick or kick calls instead of cpit_tick(): a scheduler (tasks.c). */
typedef enum cpit_verdict cpit_board_tick_fn(const struct cpit_fault *at,
					     const void *frame,
					     struct cpit_landing *land);
extern cpit_board_tick_fn *cpit_board_on_tick;
void cpit_board_tick_start(unsigned hz);
bool cpit_board_ticking(void);			/* started on this CPU */
uint64_t cpit_board_ticks(void);
uint64_t cpit_board_ns(void);				/* since boot */
/* Bytes of the trap stacks that were ever used: of the fullest (SLG-03). */
unsigned cpit_board_trap_stack_used(void);
unsigned cpit_board_trap_stack_size(void);

/*
 * smp.c.  cpit_board.cpus CPUs run, numbered from 0, which runs
 * cpit_board_main().  The others sleep until one gives them a function to run,
 * with interrupts off; vectors and FPU are on, but wasm may be called there only
 * after cpit_cpu_init(cpit_embed_cpu()).  One caller per CPU at a time.
 * -CPIT_EINVAL: no such CPU; -CPIT_EBUSY: it runs.
 */
enum { CPIT_CPU_STACK = 32768 };	/* of each */
void cpit_board_cpus_start(void);
/* A kill of a guest on this CPU interrupts it (catchpit/code.h).  On each CPU. */
void cpit_board_kick_start(void);
void *cpit_board_thread_block(void);	/* for cpit_arch_tls_set() */
int cpit_board_cpu_run(unsigned cpu, void (*fn)(void *arg), void *arg);
/* Returns when the function has; for the CPU that gave it. */
void cpit_board_cpu_wait(unsigned cpu);

/* ram.c: gives pages.c all RAM but the image and the initrd. */
void cpit_board_pages_start(void);
/*
 * pages.c: a zeroed physical page, or 0; and the heap that malloc grows in, once
 * all RAM is mapped.  RAM is added in whole pages, which are used in that order.
 */
void cpit_board_pages_add(uint64_t start, uint64_t end);
void cpit_board_heap_start(void);
uint64_t cpit_board_page_alloc(void);
void cpit_board_page_free(uint64_t phys);
/* For the balance checks: pages and heap bytes in use. */
uint64_t cpit_board_pages_used(void);
uint64_t cpit_board_heap_used(void);

/* vspace.c: the guests' half; kernel stacks (the top of one is returned). */
void cpit_board_vspace_init(uintptr_t start, uintptr_t end);
/* What this CPU offers to memories at address zero (catchpit/code.h). */
void cpit_board_spaces_start(void);
uint64_t cpit_board_reserved(void);
/* Pages of linear memories that came when they were first touched. */
uint64_t cpit_board_touched(void);
void *cpit_board_stack_alloc(size_t size);

/*
 * console.c: one UART carries several streams.  `catchpit run' asks for
 * framing; a board started by hand prints them plainly.  text.c: print, name,
 * number.
 */
enum cpit_channel {
	CPIT_OUT = 'o',		/* guest stdout */
	CPIT_ERR = 'e',		/* guest stderr */
	CPIT_LOG = 'r',		/* reports and fatal messages */
	CPIT_DUMP = 'd',	/* a core dump */
	CPIT_CTL = 'c',		/* for the tool: status, results */
	CPIT_FILES = 'f',	/* a cpio archive for the tool (files.c) */
};

void cpit_console_frame(bool on);
bool cpit_console_framed(void);
void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len);
/* From here to cpit_console_leave() what this CPU writes is one piece. */
void cpit_console_hold(void);
/* For a panic: stops all other CPUs, between two pieces of output. */
void cpit_console_seize(void);
/* Ends this CPU's piece, if it is in one: one that is to stop holds nobody up. */
void cpit_console_leave(void);
void cpit_console_print(enum cpit_channel ch, const char *text);
/* To the log.  A module's: what is not printable would look like ours. */
void cpit_console_name(const char *text);
void cpit_console_number(enum cpit_channel ch, uint64_t v, unsigned base);
/*
 * receive.c: what guest input there is, up to len bytes: 0 if there is none yet,
 * -1 at its end.  One CPU at a time, of both.
 */
int cpit_console_read(uint8_t *p, int len);
bool cpit_console_readable(void);

/*
 * config.c: settings, key=value.  Those on the loader's command line replace
 * all values that are baked into the image for the same key.
 */
void cpit_config_init(void);
/* The n-th value of key, from 0, or NULL. */
const char *cpit_config(const char *key, unsigned n);
unsigned cpit_config_number(const char *key, unsigned otherwise);
unsigned cpit_number(const char *s);

/* Supplied by the image that `catchpit build' makes. */
extern const struct cpit_module *const cpit_image_modules[];	/* ends NULL */
extern const char cpit_image_config[];		/* ends with an empty string */
/* What its modules ask for of WASI; ends NULL. */
struct cpit_wasi_function;
extern const struct cpit_wasi_function *const cpit_image_wasi[];
/* A cpio archive with the contents of --dir. */
extern const uint8_t cpit_image_archive[], cpit_image_archive_end[];

/*
 * files.c: directories for guests, one tree in memory for all of an image's
 * modules.  An image whose modules ask for no files has NULL and is without it.
 */
struct cpit_wasi;
struct cpit_board_files {
	/* The tree with what was packed; a message and false when it fails. */
	bool (*load)(void);
	/* The directories that the settings name, for one instance. */
	bool (*preopen)(struct cpit_wasi *w);
	/* What has changed, to `catchpit run'. */
	void (*write_back)(void);
};
extern const struct cpit_board_files cpit_board_files;
struct cpit_wasi_fs;
extern const struct cpit_wasi_fs cpit_board_tree;	/* tree.c: its operations */
extern const struct cpit_board_files *const cpit_image_files;

/*
 * input.c: stdin.  An image whose modules read none has NULL and is without it.
 * As cpit_wasi_host has it: a number of bytes, 0 at the end or a negative errno.
 */
struct cpit_board_input {
	int64_t (*read)(void *buf, uint32_t len);
	bool (*readable)(void);
};
extern const struct cpit_board_input cpit_board_input;
extern const struct cpit_board_input *const cpit_image_input;

/* wasi.c: the host services over this board. */
struct cpit_wasi_host;
extern const struct cpit_wasi_host cpit_board_wasi;
/*
 * What a host service that waits calls, where there are tasks (tasks.c): lets
 * others run until that time of cpit_board_ns(), or once (0).  False: the guest
 * is to end, and the service has to return.
 */
extern bool (*cpit_board_on_wait)(uint64_t until);
bool cpit_board_wait(uint64_t until);		/* calls it, or else idle.c */
/*
 * idle.c: what it calls where there are none.  The CPU sleeps until that time;
 * false as above, and then it may be sooner.
 */
bool cpit_board_sleep(uint64_t until);

#endif
