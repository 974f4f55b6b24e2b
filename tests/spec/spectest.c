/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the host module "spectest": they take, and print nothing. */
#include "board.h"
#include <string.h>

static void print(struct cpit_caller *c)
{
	(void)c;
}

static void print_i32(struct cpit_caller *c, uint32_t a)
{
	(void)c;
	(void)a;
}

static void print_i64(struct cpit_caller *c, uint64_t a)
{
	(void)c;
	(void)a;
}

static void print_f32(struct cpit_caller *c, float a)
{
	(void)c;
	(void)a;
}

static void print_f64(struct cpit_caller *c, double a)
{
	(void)c;
	(void)a;
}

static void print_i32_f32(struct cpit_caller *c, uint32_t a, float b)
{
	(void)c;
	(void)a;
	(void)b;
}

static void print_f64_f64(struct cpit_caller *c, double a, double b)
{
	(void)c;
	(void)a;
	(void)b;
}

#define HOST(n, s)							\
	{ .module = "spectest", .name = #n,				\
	  .type = { .kind = CPIT_FUNC, .sig = s }, .fn = (void (*)(void))n }

const struct cpit_import *spec_host_find(const char *name)
{
	static const struct cpit_import host[] = {
		HOST(print, ":"), HOST(print_i32, "i:"), HOST(print_i64, "I:"),
		HOST(print_f32, "f:"), HOST(print_f64, "F:"),
		HOST(print_i32_f32, "if:"), HOST(print_f64_f64, "FF:"),
	};
	size_t i;

	for (i = 0; i < sizeof(host) / sizeof(host[0]); i++)
		if (!strcmp(host[i].name, name))
			return &host[i];
	return NULL;
}
