/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image's side: instantiates each module of the table, calls each export,
 * and tells all that can be seen of it, a line at a time, in the words of v8.js.
 *
 * Settings: from=N begins with that module.
 */
#include "boards/board.h"
#include "rt/memory.h"
#include <arch/machine.h>
#include <catchpit/call.h>
#include <catchpit/code.h>
#include <stdlib.h>
#include <string.h>

const char cpit_image_config[] = "";	/* all from the command line */

struct diff_module {
	const char *name;
	const struct cpit_module *module;
};
extern const struct diff_module diff_modules[];	/* ends with no name */
extern const struct cpit_module cpit_module_table, cpit_module_memory;

enum { MAX_VALUES = 64 };

static const struct cpit_module *module;
static struct cpit_instance *instance;
static struct cpit_outcome outcome;

/* -------------------------------------------------------------- telling */

static void say(const char *text)
{
	cpit_console_print(CPIT_OUT, text);
}

static void hex(uint64_t n)
{
	cpit_console_number(CPIT_OUT, n, 16);
}

/* Any NaN is one: what the host sees of its bits is not V8's to say. */
static void say_bits(char letter, uint64_t v)
{
	uint64_t inf = letter == 'f' ? 0x7f800000 : (uint64_t)0x7ff << 52;
	uint64_t sign = letter == 'f' ? 1u << 31 : (uint64_t)1 << 63;
	const char text[] = { ' ', letter, ':', 0 };

	say(text);
	if ((letter == 'f' || letter == 'F') && (v & ~sign) > inf)
		say("nan");
	else
		hex(v);
}

static void say_value(char letter, const union cpit_value *v)
{
	uint64_t lanes[2];

	switch (letter) {
	case 'i': case 'f':
		say_bits(letter, v->i32);
		break;
	case 'I': case 'F':
		say_bits(letter, v->i64);
		break;
	case 'v':
		memcpy(lanes, v->v128, sizeof(lanes));
		say_bits('v', lanes[0]);
		say_bits('v', lanes[1]);
		break;
	case 'r':
		say(v->funcref.func ? " r:1" : " r:0");
		break;
	default:
		say(v->externref ? " e:1" : " e:0");
	}
}

static void say_end(int err)
{
	if (err && err != -CPIT_ETRAPPED)
		say(cpit_strerror(err));
	else
		say(cpit_trap_name(outcome.trap));
}

/* ------------------------------------------------------- host functions */

static void log_value(char letter, const void *bits, size_t len)
{
	union cpit_value v;

	memset(&v, 0, sizeof(v));
	memcpy(&v, bits, len);
	say("log");
	say_value(letter, &v);
	say("\n");
}

#define LOG(name, letter, type)						\
	static void name(struct cpit_caller *c, type v)			\
	{								\
		(void)c;						\
		log_value(letter, &v, sizeof(v));			\
	}
typedef long long v128 __attribute__((vector_size(16)));

/* GROW_WORD of gen.h: the module's memory grows meanwhile. */
static void log_i32(struct cpit_caller *c, uint32_t v)
{
	const struct cpit_export *grow =
		cpit_export_find(module, "grow", CPIT_FUNC);
	static union cpit_value result[1];
	static struct cpit_outcome out;

	(void)c;
	log_value('i', &v, sizeof(v));
	if (v == 0x67726f77 && instance && grow)
		cpit_call(instance, grow, result, &out);
}

LOG(log_i64, 'I', uint64_t)
LOG(log_f32, 'f', float)
LOG(log_f64, 'F', double)
LOG(log_v128, 'v', v128)

#define HOST(n, s, f)							\
	{ .module = "fuzzing-support", .name = "log-" n,		\
	  .type = { .kind = CPIT_FUNC, .sig = s ":" }, .fn = (void (*)(void))f }
static const struct cpit_import host[] = {
	HOST("i32", "i", log_i32), HOST("i64", "I", log_i64),
	HOST("f32", "f", log_f32), HOST("f64", "F", log_f64),
	HOST("v128", "v", log_v128),
};

/* ----------------------------------------------------------------- state */

static uint32_t hash(const wasm_rt_memory_t *m)
{
	uint32_t h = 1, word;
	uint64_t i;

	if (!cpit_memory_touch(m, 0, m->size))
		cpit_embed_panic("no pages for a memory", 0, 0, 0);
	for (i = 0; i < m->size; i += sizeof(word)) {
		memcpy(&word, m->data + i, sizeof(word));
		h = (h ^ word) * 0x9e3779b1;
		h ^= h >> 15;
	}
	return h;
}

/* Each memory that is exported and each global, but what JS cannot read. */
static void say_state(void)
{
	uint32_t i;

	say("state");
	for (i = 0; i < module->nexports; i++) {
		const struct cpit_export *x = &module->exports[i];
		const wasm_rt_memory_t *m;

		if (x->type.kind == CPIT_MEMORY) {
			m = cpit_export_object(instance, x);
			say_bits('m', m->size);
			say_bits('h', hash(m));
		} else if (x->type.kind == CPIT_GLOBAL && *x->type.sig != 'v') {
			say_value(*x->type.sig, cpit_export_object(instance, x));
		}
	}
	say("\n");
}

/* ----------------------------------------------------------------- calls */

static const uint64_t integers[] = {
	0, 1, UINT64_MAX, 0x8000000080000000, 0x7fffffff7fffffff, 65536,
	1048575, 0x100000064,
};
static const double floats[] = {
	0.0, 1.0, -1.5, 2147483648.0, -9.3e18, __builtin_inf(), 1e-310, -0.0,
};

static void set_argument(union cpit_value *v, char letter, unsigned n)
{
	memset(v, 0, sizeof(*v));
	n %= 8;
	switch (letter) {
	case 'i':
		v->i32 = (uint32_t)integers[n];
		break;
	case 'I':
		v->i64 = integers[n];
		break;
	case 'f':
		v->f32 = (float)floats[n];
		break;
	case 'F':
		v->f64 = floats[n];
	}
}

static void call(const struct cpit_export *x, unsigned n)
{
	static union cpit_value v[MAX_VALUES];
	const char *sig = x->type.sig, *results = strchr(sig, ':') + 1;
	unsigned i;
	int err;

	for (i = 0; sig[i] != ':'; i++)
		set_argument(&v[i], sig[i], n + 3 * i);
	say("call ");
	say(x->name);
	say("\n");
	err = cpit_call(instance, x, v, &outcome);
	if (err || outcome.end != CPIT_RETURNED) {
		say("trap ");
		say_end(err);
	} else {
		say("return");
		for (i = 0; results[i]; i++)
			say_value(results[i], &v[i]);
	}
	say("\n");
	if (!cpit_arch_trap_clean() || cpit_arch_door_is_open() ||
	    cpit_embed_cpu()->top)
		say("the trap machinery is not clean\n");
}

static void call_all(void)
{
	const struct cpit_export *limit =
		cpit_export_find(module, "hangLimitInitializer", CPIT_FUNC);
	static union cpit_value none[1];
	uint32_t i;
	unsigned n;

	for (n = 0; n < 2; n++)
		for (i = 0; i < module->nexports; i++) {
			const struct cpit_export *x = &module->exports[i];

			if (x->type.kind != CPIT_FUNC || x == limit ||
			    strchr(x->type.sig, 'v'))
				continue;
			if (limit)
				cpit_call(instance, limit, none, &outcome);
			call(x, n + i);
			say_state();
		}
}

enum { HOST = sizeof(host) / sizeof(host[0]) };

/* An instance of `from', if the module imports its one export; else NULL. */
static struct cpit_instance *provide(struct cpit_store *store,
				     const struct cpit_module *from,
				     struct cpit_import *imp)
{
	const struct cpit_export *x = from->exports;
	struct cpit_instance *inst;
	uint32_t i;

	for (i = 0; i < module->nimports; i++)
		if (module->imports[i].type.kind == x->type.kind)
			break;
	if (i == module->nimports)
		return NULL;
	if (cpit_instantiate(store, from, NULL, 0, &inst, &outcome, NULL))
		cpit_embed_panic("nothing to import", 0, 0, 0);
	*imp = (struct cpit_import){ .module = "env", .name = x->name,
				     .from = inst, .export = x };
	return inst;
}

static void run(const struct diff_module *d)
{
	struct cpit_instance *table, *memory;
	struct cpit_import imports[HOST + 2];
	/* Enough for all calls that the fuel is enough for, at -O0 too. */
	struct cpit_store_options opt = { .stack_size = 1 << 20 };
	struct cpit_store *store;
	size_t n = HOST;
	int err;

	memcpy(imports, host, sizeof(host));
	module = d->module;
	say("module ");
	say(d->name);
	say("\n");
	if (cpit_store_create(&store, &opt))
		cpit_embed_panic("no store", 0, 0, 0);
	table = provide(store, &cpit_module_table, &imports[n]);
	n += table != NULL;
	memory = provide(store, &cpit_module_memory, &imports[n]);
	n += memory != NULL;
	err = cpit_instantiate(store, module, imports, n, &instance, &outcome,
			       NULL);
	if (err) {
		say("no instance: ");
		say_end(err);
		say("\n");
	} else {
		say_state();
		call_all();
	}
	if ((err && err != -CPIT_ETRAPPED ? 0 : cpit_instance_destroy(instance)) ||
	    (table && cpit_instance_destroy(table)) ||
	    (memory && cpit_instance_destroy(memory)) ||
	    cpit_store_destroy(store))
		say("not destroyed\n");
}

void cpit_board_main(void)
{
	const struct diff_module *d;

	cpit_console_frame(cpit_config_number("frame", 0));
	if (cpit_module_register(&cpit_module_table) ||
	    cpit_module_register(&cpit_module_memory))
		cpit_embed_panic("what is imported cannot be registered", 0, 0, 0);
	for (d = diff_modules; d->name; d++)
		if (cpit_module_register(d->module))
			cpit_embed_panic("a module cannot be registered", 0, 0, 0);
	for (d = diff_modules + cpit_config_number("from", 0); d->name; d++)
		run(d);
	cpit_console_print(CPIT_CTL, "status 0\n");
	cpit_board_exit(0);
}
