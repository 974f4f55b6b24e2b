/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs scripts.  A line for each command that failed, "FAIL name:line: ...",
 * and one for each script, "script NAME passed of total"; a failure of a
 * module or register counts as one more that did not pass.
 *
 * Settings: from=N begins with that script.
 */
#include "board.h"
#include "boards/board.h"
#include <arch/machine.h>
#include <catchpit/code.h>
#include <catchpit/trap.h>
#include <stdlib.h>
#include <string.h>

extern const struct cpit_module cpit_module_spectest;

const char cpit_image_config[] = "";	/* all from the command line */

enum { MAX_REGISTERED = 64, MAX_VALUES = 64 };

static const struct spec_script *script;
static const uint8_t *at;
static uint32_t line;
static unsigned passed, total;

static struct cpit_store *store;
static struct cpit_instance *spectest;
static struct cpit_instance *slots[SPEC_SLOTS];
/* All, in the order they were made: also those that trapped on the way. */
static struct cpit_instance *made[2 * SPEC_SLOTS];
static unsigned nmade;
static struct {
	const char *name;
	struct cpit_instance *instance;
} registered[MAX_REGISTERED];
static unsigned nregistered;
static struct cpit_outcome outcome;
static const char *missing;	/* the last import's module that is not there */

/* -------------------------------------------------------------- telling */

static void say(const char *text)
{
	cpit_console_print(CPIT_OUT, text);
}

static void number(uint64_t n)
{
	cpit_console_number(CPIT_OUT, n, 10);
}

/* Begins the line of a failure; the caller ends it. */
static void failure(const char *what)
{
	say("FAIL ");
	say(script->name);
	say(":");
	number(line);
	say(": ");
	say(what);
}

static bool failed(const char *what, const char *more)
{
	failure(what);
	say(more);
	say("\n");
	return false;
}

/* How a call or an instantiation ended. */
static const char *ending(int err)
{
	if (err && err != -CPIT_ETRAPPED)
		return cpit_strerror(err);
	if (outcome.end == CPIT_RETURNED)
		return "it returned";
	return outcome.end == CPIT_EXITED ? "it exited"
					  : cpit_trap_text(outcome.trap);
}

/* -------------------------------------------------------------- reading */

static uint32_t get_u32(void)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	at += sizeof(v);
	return v;
}

static const char *get_name(void)
{
	const char *name = (const char *)at;

	at += strlen(name) + 1;
	return name;
}

/* -------------------------------------------------------------- modules */

static const struct cpit_export *find_any(struct cpit_instance *inst,
					  const char *name)
{
	const struct cpit_module *m = cpit_instance_module(inst);
	uint32_t i;

	for (i = 0; i < m->nexports; i++)
		if (!strcmp(m->exports[i].name, name))
			return &m->exports[i];
	return NULL;
}

static struct cpit_instance *find_registered(const char *name)
{
	unsigned i = nregistered;

	while (i-- > 0)
		if (!strcmp(registered[i].name, name))
			return registered[i].instance;
	return strcmp(name, "spectest") ? NULL : spectest;
}

/* What is offered for one import: false when there is nothing. */
static bool offer(const struct cpit_import_decl *d, struct cpit_import *imp)
{
	struct cpit_instance *from = find_registered(d->module);
	const struct cpit_import *host;

	memset(imp, 0, sizeof(*imp));
	host = from == spectest ? spec_host_find(d->name) : NULL;
	if (host) {
		*imp = *host;
		return true;
	}
	if (!from)
		missing = d->module;
	imp->module = d->module;
	imp->name = d->name;
	imp->from = from;
	imp->export = from ? find_any(from, d->name) : NULL;
	return imp->export != NULL;
}

/*
 * The script's; but one of its own for a module by segment, which is alone, and
 * for one that imports nothing where a store has room for one memory at address
 * zero, which spectest has taken.
 */
static struct cpit_store *store_for(const struct cpit_module *m)
{
	struct cpit_store *own;

	if (!m->by_segment &&
	    (!m->zero || m->nimports || m == &cpit_module_spectest))
		return store;
	return cpit_store_create(&own, NULL) ? NULL : own;
}

static void leave_store(struct cpit_store *s)
{
	if (s != store && cpit_store_destroy(s))
		failed("a store cannot be destroyed", "");
}

/* As cpit_instantiate(); what was made is kept until the script ends. */
static int instantiate(const struct cpit_module *m, struct cpit_instance **inst)
{
	struct cpit_store *s = store_for(m);
	struct cpit_import *imports;
	size_t n = 0;
	uint32_t i;
	int err;

	*inst = NULL;
	missing = NULL;
	imports = calloc(m->nimports + 1, sizeof(*imports));
	if (!imports || !s)
		return -CPIT_ENOMEM;
	for (i = 0; i < m->nimports; i++)
		n += offer(&m->imports[i], &imports[n]);
	err = cpit_instantiate(s, m, imports, n, inst, &outcome, NULL);
	free(imports);
	if (*inst)
		made[nmade++] = *inst;
	else
		leave_store(s);
	return err;
}

static bool run_module(void)
{
	const struct cpit_module *m = script->modules[get_u32()];
	uint32_t slot = get_u32();
	int err;

	if (!m)
		return failed("module was not built", "");
	err = instantiate(m, &slots[slot]);
	if (!err)
		return true;
	slots[slot] = NULL;
	return missing ? failed("no instance of ", missing)
		       : failed("module: ", ending(err));
}

static bool run_register(void)
{
	uint32_t slot = get_u32();
	const char *name = get_name();

	if (!slots[slot] || nregistered == MAX_REGISTERED)
		return failed("register: no instance for ", name);
	registered[nregistered].name = name;
	registered[nregistered++].instance = slots[slot];
	return true;
}

static bool run_unlinkable(void)
{
	const struct cpit_module *m = script->modules[get_u32()];
	struct cpit_instance *inst;
	int err;

	if (!m)
		return failed("module was not built", "");
	err = instantiate(m, &inst);
	return err == -CPIT_ELINK || failed("wanted unlinkable: ", ending(err));
}

static bool is_trap(int err, unsigned kind)
{
	if ((!err || err == -CPIT_ETRAPPED) && outcome.end == CPIT_TRAPPED &&
	    outcome.trap == kind)
		return true;
	failure("wanted ");
	say(cpit_trap_text(kind));
	say(": ");
	say(ending(err));
	say("\n");
	return false;
}

static bool run_uninstantiable(void)
{
	unsigned kind = *at++;
	const struct cpit_module *m = script->modules[get_u32()];
	struct cpit_instance *inst;

	return m ? is_trap(instantiate(m, &inst), kind)
		 : failed("module was not built", "");
}

/* -------------------------------------------------------------- actions */

static union cpit_value values[MAX_VALUES];
static const char *results;		/* letters of what `values' holds */

/* Copies a global's value to values[0]. */
static bool get_global(struct cpit_instance *inst, const char *name)
{
	static char letter[2];
	const struct cpit_export *x = find_any(inst, name);

	if (!x || x->type.kind != CPIT_GLOBAL)
		return failed("no such global: ", name);
	letter[0] = *x->type.sig;
	memcpy(&values[0], cpit_export_object(inst, x),
	       letter[0] == 'r' ? sizeof(struct cpit_funcref)
	       : letter[0] == 'v' ? 16
	       : strchr("if", letter[0]) ? 4 : 8);
	results = letter;
	outcome.end = CPIT_RETURNED;
	return true;
}

static bool set_arguments(const char *sig, const struct spec_value *from,
			  unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		if (sig[i] != from[i].letter)
			return failed("arguments do not have the types ", sig);
		spec_value_set(&values[i], &from[i]);
	}
	return sig[n] == ':' || failed("not as many arguments as ", sig);
}

/*
 * Does what the command says; false, and told, when it could not even be
 * tried.  *err is that of cpit_call().
 */
static bool act(int *err)
{
	bool get = *at++;
	struct cpit_instance *inst = slots[get_u32()];
	const char *name = get_name();
	unsigned n = *at++;
	const struct spec_value *from = (const void *)at;
	const struct cpit_export *f;

	at += n * sizeof(*from);
	*err = 0;
	if (!inst)
		return failed("no instance to ask for ", name);
	if (get)
		return get_global(inst, name);
	f = cpit_export_find(cpit_instance_module(inst), name, CPIT_FUNC);
	if (!f)
		return failed("no such function: ", name);
	if (!set_arguments(f->type.sig, from, n))
		return false;
	results = strchr(f->type.sig, ':') + 1;
	*err = cpit_call(inst, f, values, &outcome);
	return true;
}

static bool run_action(void)
{
	int err;

	if (!act(&err))
		return false;
	return (!err && outcome.end == CPIT_RETURNED) ||
	       failed("wanted a return: ", ending(err));
}

static bool run_trap(void)
{
	unsigned kind = *at++;
	int err;

	return act(&err) && is_trap(err, kind);
}

/* Compares what was returned; reads to the command's end in any case. */
static bool run_return(void)
{
	bool good = run_action();
	unsigned n = *at++, i, wrong = n;

	for (i = 0; i < n; i++) {
		unsigned either = *at++;
		const struct spec_pattern *p = (const void *)at;

		at += either * sizeof(*p);
		if (good && wrong == n &&
		    (!results[i] ||
		     !spec_value_fits(results[i], &values[i], p, either)))
			wrong = i;
	}
	if (!good || (wrong == n && !results[n]))
		return good;
	failure("wrong result ");
	number(wrong);
	say(": ");
	if (wrong < n && results[wrong])
		spec_value_print(results[wrong], &values[wrong]);
	say("\n");
	return false;
}

/* -------------------------------------------------------------- scripts */

static bool invariants(void)
{
	if (!cpit_arch_trap_clean() ||			/* K23-03, SLG-13 */
	    cpit_arch_door_is_open())
		return failed("the trap machinery is not clean", "");
	if (cpit_embed_cpu()->top)			/* K23-01 */
		return failed("the chain of activations is not empty", "");
	return true;
}

static void run_command(unsigned op)
{
	static bool (*const run[])(void) = {
		[SPEC_MODULE] = run_module,
		[SPEC_REGISTER] = run_register,
		[SPEC_ACTION] = run_action,
		[SPEC_RETURN] = run_return,
		[SPEC_TRAP] = run_trap,
		[SPEC_UNLINKABLE] = run_unlinkable,
		[SPEC_UNINSTANTIABLE] = run_uninstantiable,
	};
	bool asserts = op != SPEC_MODULE && op != SPEC_REGISTER;
	bool good;

	line = get_u32();
	good = run[op]() && invariants();
	passed += asserts && good;
	total += asserts || !good;
}

static void begin(void)
{
	memset(slots, 0, sizeof(slots));
	nmade = nregistered = passed = total = line = 0;
	at = script->commands;
	if (cpit_store_create(&store, NULL) ||
	    instantiate(&cpit_module_spectest, &spectest))
		cpit_embed_panic("no store, or no spectest", 0, 0, 0);
}

static void end(void)
{
	while (nmade) {
		struct cpit_store *s = cpit_instance_store(made[--nmade]);

		if (cpit_instance_destroy(made[nmade]))
			failed("an instance cannot be destroyed", "");
		leave_store(s);
	}
	if (cpit_store_destroy(store))
		failed("the store cannot be destroyed", "");
	say("script ");
	say(script->name);
	say(" ");
	number(passed);
	say(" ");
	number(total);
	say("\n");
}

void cpit_board_main(void)
{
	size_t i;
	unsigned op;

	cpit_console_frame(cpit_config_number("frame", 0));
	for (i = 0; spec_modules[i]; i++)
		if (cpit_module_register(spec_modules[i]))
			cpit_embed_panic("a module cannot be registered", 0, 0,
					 0);
	if (cpit_module_register(&cpit_module_spectest))
		cpit_embed_panic("spectest cannot be registered", 0, 0, 0);
	script = spec_scripts + cpit_config_number("from", 0);
	for (; script->name; script++) {
		begin();
		while ((op = *at++))
			run_command(op);
		end();
	}
	cpit_console_print(CPIT_CTL, "status 0\n");
	cpit_board_exit(0);
}
