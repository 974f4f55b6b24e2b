/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image does when the machine is up: run its modules one after the
 * other, each in a store of its own, and report how each ended.  An
 * example user of the library: nothing here is needed by an embedder.
 *
 * Settings (config.c), also for -append by hand:
 *	frame=1		frame the console, for `catchpit run'
 *	run=N		run module N of the image; repeated: in that order.
 *			Without it all modules, once each
 *	arg=TEXT	an argument for the guest, after its name
 *	env=NAME=VALUE	its environment
 *	dir=NAME	a directory for it, of the image's archive
 *	mount=NAME	the same, of the initrd
 *	writeback=1	send back what has changed below `mount' (framed only)
 *	invoke=NAME	call this export instead of _start
 *	v=TYPE:HEX	its arguments: a signature letter and the bits
 *	tty=BITS	which of the three streams end at a terminal
 *	stack=BYTES	size of the guest stack
 *	tick=HZ		the timer's rate; 1000 where there is a budget, else none
 *	soft=MS hard=MS	the budget of each call, and of instantiation
 *	stats=1		print counters at the end
 *	coredump=1	after a report a core dump; framed only
 *	initrd=PATH	where that is (board host)
 *	ram=MIB		most memory that a process takes (board host)
 */
#include "board.h"
#include <arch/machine.h>
#include <catchpit/call.h>
#include <catchpit/coredump.h>
#include <catchpit/report.h>
#include <catchpit/wasi.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARGS = 64, MAX_VALUES = 64 };

/* Outcome of the run in progress; too large for a kernel's stack. */
static struct cpit_outcome outcome;
/* For the stats: of the last call; of the fullest stack. */
static uint64_t insns;
static size_t stack_used, stack_size;

/* ------------------------------------------------------------ one run */

/* How a run ended, for the tool: the first word is what it looks for. */
static void tell_status(unsigned status)
{
	cpit_console_print(CPIT_CTL, "status ");
	cpit_console_number(CPIT_CTL, status, 10);
	cpit_console_print(CPIT_CTL, "\n");
}

static void complain(const char *what, const char *why, const char *more)
{
	cpit_console_print(CPIT_LOG, "catchpit: ");
	cpit_console_print(CPIT_LOG, what);
	cpit_console_print(CPIT_LOG, ": ");
	cpit_console_print(CPIT_LOG, why);
	cpit_console_print(CPIT_LOG, more ? " " : "");
	cpit_console_print(CPIT_LOG, more ? more : "");
	cpit_console_print(CPIT_LOG, "\n");
}

static void put_log(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	cpit_console_write(CPIT_LOG, text, len);
}

static void put_dump(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	cpit_console_write(CPIT_DUMP, text, len);
}

/* Only a dump that is followed by its word is whole. */
static void dump(struct cpit_instance *inst)
{
	cpit_coredump(&outcome, &inst, 1, put_dump, NULL);
	cpit_console_print(CPIT_CTL, "dumped\n");
}

/* Values of a key as an array that ends with NULL; how many. */
static uint32_t gather(const char *key, const char **v, uint32_t at)
{
	unsigned n = 0;

	while (at < MAX_ARGS && (v[at] = cpit_config(key, n++)))
		at++;
	v[at] = NULL;
	return at;
}

/* "i:2a": little-endian bits as one hexadecimal number, up to 32 digits. */
static void parse_value(const char *text, union cpit_value *v)
{
	const char *hex = text + 2;
	size_t n = strlen(hex), i;

	memset(v, 0, sizeof(*v));
	for (i = 0; i < n && i < 2 * sizeof(v->v128); i++) {
		char c = hex[n - 1 - i];
		unsigned d = (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);

		v->v128[i / 2] |= (uint8_t)(d << (i % 2 * 4));
	}
}

/* "result i 0000002a": the tool prints it in decimal. */
static void tell_result(char type, const union cpit_value *v)
{
	size_t n = type == 'v' ? 16 : type == 'i' || type == 'f' ? 4 : 8;

	cpit_console_print(CPIT_CTL, "result ");
	cpit_console_write(CPIT_CTL, &type, 1);
	cpit_console_print(CPIT_CTL, " ");
	while (n--) {
		cpit_console_number(CPIT_CTL, v->v128[n] >> 4, 16);
		cpit_console_number(CPIT_CTL, v->v128[n] & 15, 16);
	}
	cpit_console_print(CPIT_CTL, "\n");
}

static void tell_results(const char *sig, const union cpit_value *v)
{
	const char *r = strchr(sig, ':') + 1;

	for (; *r; r++, v++)
		tell_result(*r, v);
}

/* Calls what the settings ask for.  False when there is no such export. */
static bool call(struct cpit_instance *inst, union cpit_value *v)
{
	const struct cpit_module *m = cpit_instance_module(inst);
	const char *name = cpit_config("invoke", 0), *arg;
	const struct cpit_export *f;
	unsigned n;

	f = cpit_export_find(m, name ? name : "_start", CPIT_FUNC);
	if (!f) {
		if (name)
			complain(m->name, "no exported function", name);
		return !name;	/* its start function has run: enough */
	}
	for (n = 0; n < MAX_VALUES && (arg = cpit_config("v", n)); n++)
		parse_value(arg, &v[n]);
	insns = cpit_arch_instret();
	if (cpit_call(inst, f, v, &outcome))
		cpit_embed_panic("cpit_call refused", 0, 0, 0);
	insns = cpit_arch_instret() - insns;
	if (outcome.end == CPIT_RETURNED && name)
		tell_results(f->type.sig, v);
	return true;
}

/* 126: it could not be started. */
static unsigned instantiate_and_call(struct cpit_store *store,
				     const struct cpit_module *m,
				     struct cpit_wasi *wasi)
{
	static struct cpit_import imports[CPIT_WASI_NIMPORTS];
	static union cpit_value values[MAX_VALUES];
	const struct cpit_import_decl *bad = NULL;
	struct cpit_instance *inst;
	size_t n = cpit_wasi_bind(wasi, cpit_image_wasi, imports,
				  CPIT_WASI_NIMPORTS);
	unsigned status = 126;
	int err;

	err = cpit_instantiate(store, m, imports, n, &inst, &outcome, &bad);
	if (err && err != -CPIT_ETRAPPED) {
		complain(m->name, cpit_strerror(err), bad ? bad->name : NULL);
		return 126;
	}
	if (err || call(inst, values)) {
		cpit_report(&outcome, m, put_log, NULL);
		if (outcome.end == CPIT_TRAPPED &&
		    cpit_config_number("coredump", 0))
			dump(inst);
		status = (unsigned)cpit_host_status(&outcome);
	}
	if (cpit_instance_destroy(inst))
		cpit_embed_panic("instance cannot be destroyed", 0, 0, 0);
	return status;
}

static void note_stack(const struct cpit_store *store)
{
	size_t size, used;

	if (!cpit_config_number("stats", 0))
		return;
	used = cpit_store_stack_used(store, &size);
	if (used >= stack_used) {
		stack_used = used;
		stack_size = size;
	}
}

static unsigned run(const struct cpit_module *m)
{
	static const char *args[MAX_ARGS + 1], *env[MAX_ARGS + 1];
	static struct cpit_wasi wasi;
	struct cpit_store_options opt = { 0 };
	struct cpit_store *store;
	uint32_t nargs, nenv;
	unsigned status;

	args[0] = m->name;
	nargs = gather("arg", args, 1);
	nenv = gather("env", env, 0);
	cpit_wasi_init(&wasi, &cpit_board_wasi, nargs, args, nenv, env);
	if (cpit_image_files && !cpit_image_files->preopen(&wasi))
		return 126;
	opt.stack_size = cpit_config_number("stack", 0);
	opt.budget.soft_ns = cpit_config_number("soft", 0) * 1000000ull;
	opt.budget.hard_ns = cpit_config_number("hard", 0) * 1000000ull;
	if (cpit_store_create(&store, &opt)) {
		complain(m->name, "out of memory", NULL);
		return 126;
	}
	status = instantiate_and_call(store, m, &wasi);
	cpit_wasi_close(&wasi);
	note_stack(store);
	if (cpit_store_destroy(store))
		cpit_embed_panic("store cannot be destroyed", 0, 0, 0);
	return status;
}

/* ------------------------------------------------------------ the image */

static unsigned run_all(void)
{
	const struct cpit_module *m;
	unsigned n = 0, status = 0, count = 0;
	const char *which;

	if (cpit_image_files && !cpit_image_files->load())
		return 126;
	for (; cpit_image_modules[count]; count++) {
		m = cpit_image_modules[count];
		if (cpit_module_register(m)) {
			complain(m->name, "cannot be registered", NULL);
			return 126;
		}
	}
	if (!cpit_config("run", 0)) {
		for (; n < count; n++)
			status = run(cpit_image_modules[n]);
		return status;
	}
	for (; (which = cpit_config("run", n)); n++) {
		unsigned long k = strtoul(which, NULL, 10);

		if (k < count)
			status = run(cpit_image_modules[k]);
	}
	return status;
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
	uint64_t ram = 0;
	unsigned i;

	cpit_console_print(CPIT_LOG, "catchpit: stats board=");
	cpit_console_print(CPIT_LOG, cpit_board.name);
	cpit_console_print(CPIT_LOG, " mmu=");
	cpit_console_print(CPIT_LOG, cpit_arch_mmu_name());
	stat("cpus", cpit_board.cpus);
	for (i = 0; i < cpit_board.nram; i++)
		ram += cpit_board.ram[i].end - cpit_board.ram[i].start;
	stat("ram_mib", ram >> 20);
	stat("boot_us", boot_ns / 1000);
	stat("insns", insns);
	stat("ticks", cpit_board_ticks());
	stat("stack", stack_used);
	stat("stack_size", stack_size);
	stat("trap_stack", cpit_board_trap_stack_used());
	stat("trap_stack_size", cpit_board_trap_stack_size());
	stat("pages", cpit_board_pages_used());
	stat("heap", cpit_board_heap_used());
	stat("reserved", cpit_board_reserved());
	cpit_console_print(CPIT_LOG, "\n");
}

void cpit_board_main(void)
{
	unsigned hz, status;
	uint64_t boot_ns;

	cpit_console_frame(cpit_config_number("frame", 0));
	hz = cpit_config_number("soft", 0) || cpit_config_number("hard", 0);
	hz = cpit_config_number("tick", hz ? 1000 : 0);
	if (hz)
		cpit_board_tick_start(hz);
	boot_ns = cpit_board_ns();
	status = run_all();
	if (cpit_config_number("stats", 0))
		print_stats(boot_ns);
	if (cpit_image_files)
		cpit_image_files->write_back();
	tell_status(status);
	cpit_board_exit(status);
}
