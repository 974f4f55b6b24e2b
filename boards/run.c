/* SPDX-License-Identifier: Apache-2.0 */
/* One module of an image, from its instantiation to its report. */
#include "board.h"
#include "lock.h"
#include "run.h"
#include <arch/machine.h>
#include <catchpit/call.h>
#include <catchpit/coredump.h>
#include <catchpit/report.h>
#include <string.h>

static void complain(const char *what, const char *why, const char *more)
{
	cpit_console_name("catchpit: ");
	cpit_console_name(what);
	cpit_console_name(": ");
	cpit_console_name(why);
	if (more) {
		cpit_console_name(" ");
		cpit_console_name(more);
	}
	cpit_console_print(CPIT_LOG, "\n");
}

/* Not in the middle of another's report. */
void cpit_board_complain(const char *what, const char *why, const char *more)
{
	cpit_console_hold();
	complain(what, why, more);
	cpit_console_leave();
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
static void dump(const struct cpit_board_run *r, struct cpit_instance *inst)
{
	cpit_coredump(&r->outcome, &inst, 1, put_dump, NULL);
	cpit_console_print(CPIT_CTL, "dumped\n");
}

/*
 * What is first, if anything, and the values of a key as an array that ends with
 * NULL; *n without that.  NULL: out of memory.
 */
static const char **gather(const char *key, const char *first, uint32_t *n)
{
	uint32_t k = 0, i = 0;
	const char **v;

	while (cpit_config(key, k))
		k++;
	*n = k + !!first;
	v = cpit_embed_alloc((*n + 1) * sizeof(*v));
	if (!v)
		return NULL;
	if (first)
		v[i++] = first;
	for (k = 0; i <= *n; k++)
		v[i++] = cpit_config(key, k);
	return v;
}

static void drop(const char **v, uint32_t n)
{
	if (v)
		cpit_embed_free(v, (n + 1) * sizeof(*v));
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
	while (*sig++ != ':')
		;
	for (; *sig; sig++, v++)
		tell_result(*sig, v);
}

/* How many values a call takes: the larger of its parameters and results. */
static size_t places(const char *sig)
{
	size_t params = strcspn(sig, ":"), results = strlen(sig + params + 1);

	return params > results ? params : results;
}

/* Runs it; false: out of memory.  Parameters that nobody gives are zero. */
static bool call(struct cpit_board_run *r, struct cpit_instance *inst,
		 const struct cpit_export *f, bool invoked)
{
	size_t n = places(f->type.sig), size = (n + 1) * sizeof(union cpit_value), i;
	union cpit_value *v = cpit_embed_alloc(size);
	const char *arg;
	uint64_t before;

	if (!v) {
		cpit_board_complain(r->module->name, "out of memory", NULL);
		return false;
	}
	memset(v, 0, size);
	for (i = 0; invoked && i < n && (arg = cpit_config("v", i)); i++)
		parse_value(arg, &v[i]);
	before = cpit_arch_instret();
	if (cpit_call(inst, f, v, &r->outcome))
		cpit_embed_panic("cpit_call refused", 0, 0, 0);
	r->insns += cpit_arch_instret() - before;
	if (r->outcome.end == CPIT_RETURNED && invoked)
		tell_results(f->type.sig, v);
	cpit_embed_free(v, size);
	return true;
}

/*
 * Calls what the settings ask for, in a WASI reactor after _initialize.  False
 * when there is no such export, nobody to give its arguments, or no memory.
 */
static bool start(struct cpit_board_run *r, struct cpit_instance *inst)
{
	const char *name = cpit_config("invoke", 0);
	const struct cpit_export *f, *init;

	f = cpit_export_find(r->module, name ? name : "_start", CPIT_FUNC);
	if (!f && name) {
		cpit_board_complain(r->module->name, "no exported function",
				    name);
		return false;
	}
	if (f && !name && f->type.sig[0] != ':') {
		cpit_board_complain(r->module->name,
				    "_start has parameters: --invoke gives them",
				    NULL);
		return false;
	}
	init = cpit_export_find(r->module, "_initialize", CPIT_FUNC);
	if (init && init != f && (name || !f) && !places(init->type.sig)) {
		if (!call(r, inst, init, false))
			return false;
		if (r->outcome.end != CPIT_RETURNED)
			return true;
	}
	/* Without any of them its start function has run: enough. */
	return !f || call(r, inst, f, name);
}

/* In one piece, whatever others print; and one dump at a time. */
static void report(const struct cpit_board_run *r, struct cpit_instance *inst)
{
	static uint32_t lock;

	board_lock(&lock);
	cpit_console_hold();
	if (r->outcome.has_addr && r->outcome.trap == CPIT_TRAP_HOST_RAISED)
		complain(r->module->name, "out of memory,",
			 "at a first touch");
	cpit_report(&r->outcome, r->module, put_log, NULL);
	cpit_console_leave();
	if (r->outcome.end == CPIT_TRAPPED && cpit_config_number("coredump", 0))
		dump(r, inst);
	board_unlock(&lock);
}

/* 126: it could not be started. */
static unsigned instantiate_and_call(struct cpit_board_run *r, bool limited)
{
	const struct cpit_import_decl *bad = NULL;
	struct cpit_instance *inst;
	size_t n = cpit_wasi_bind(&r->wasi, cpit_image_wasi, r->imports,
				  CPIT_WASI_NIMPORTS);
	unsigned status = CPIT_NOT_STARTED;
	int err;

	err = cpit_instantiate(r->store, r->module, r->imports, n, &inst,
			       &r->outcome, &bad);
	if (err && err != -CPIT_ETRAPPED) {
		cpit_board_complain(r->module->name,
				    err == -CPIT_ENOMEM && limited ?
				    "out of memory, or above --max-memory" :
				    cpit_strerror(err),
				    bad ? bad->name : NULL);
		return status;
	}
	if (err || start(r, inst)) {
		r->ended = true;
		report(r, inst);
		status = (unsigned)cpit_host_status(&r->outcome);
	}
	if (cpit_instance_destroy(inst))
		cpit_embed_panic("instance cannot be destroyed", 0, 0, 0);
	return status;
}

/* With arguments and environment. */
static unsigned run(struct cpit_board_run *r)
{
	struct cpit_store_options opt = { 0 };
	unsigned status;

	if (cpit_image_files && !cpit_image_files->preopen(&r->wasi))
		return CPIT_NOT_STARTED;
	opt.stack_size = cpit_config_number("stack", 0);
	opt.max_memory = cpit_config_number("memory", 0) * 1024ull;
	opt.prefault = cpit_config_number("prefault", 0);
	opt.budget.soft_ns = cpit_config_number("soft", 0) * 1000000ull;
	opt.budget.hard_ns = cpit_config_number("hard", 0) * 1000000ull;
	if (cpit_store_create(&r->store, &opt)) {
		cpit_board_complain(r->module->name, "out of memory", NULL);
		return CPIT_NOT_STARTED;
	}
	status = instantiate_and_call(r, opt.max_memory);
	cpit_wasi_close(&r->wasi);
	if (cpit_config_number("stats", 0))
		r->stack_used = cpit_store_stack_used(r->store, &r->stack_size);
	if (cpit_store_destroy(r->store))
		cpit_embed_panic("store cannot be destroyed", 0, 0, 0);
	return status;
}

unsigned cpit_board_run(struct cpit_board_run *r)
{
	unsigned status = CPIT_NOT_STARTED;
	uint32_t nargs, nenv;
	const char **args = gather("arg", r->module->name, &nargs);
	const char **env = gather("env", NULL, &nenv);

	r->insns = 0;
	if (args && env) {
		cpit_wasi_init(&r->wasi, &cpit_board_wasi, nargs, args, nenv,
			       env);
		status = run(r);
	} else {
		cpit_board_complain(r->module->name, "out of memory", NULL);
	}
	drop(args, nargs);
	drop(env, nenv);
	return status;
}
