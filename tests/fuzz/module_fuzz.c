/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: any bytes are refused in one line or accepted; the canonical copy
 * of what is accepted is accepted too, and is its own canonical copy.
 *
 *	clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Icompiler \
 *		-Irt/include tests/fuzz/module_fuzz.c compiler/{module,...}.c
 */
#include "module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(cond) \
	((cond) ? (void)0 : (fprintf(stderr, "%s: %s\n", #cond, err), abort()))

#define TAILS ((uint32_t)FEAT_TAIL_CALL)

/* The others are ordinary calls in the copy. */
static uint32_t stay(const struct module *m)
{
	uint32_t i, n = 0;

	for (i = 0; i < m->ntails; i++)
		n += m->tails[i].stays;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct module m, copy;
	uint8_t *out, *again;
	size_t n, n2;
	char err[512] = "";

	if (!module_parse(&m, "f", data, size, err, sizeof(err))) {
		MUST(!strncmp(err, "f: ", 3) && !strchr(err, '\n'));
		module_free(&m);
		return 0;
	}
	MUST(module_canonical(&m, &out, &n));
	MUST(module_parse(&copy, "f", out, n, err, sizeof(err)));
	MUST(copy.nfuncs == m.nfuncs && copy.ntails == stay(&m));
	MUST(copy.features == (m.features & ~(copy.ntails ? 0u : TAILS)));
	MUST(module_canonical(&copy, &again, &n2));
	MUST(n == n2 && !memcmp(out, again, n));
	free(again);
	free(out);
	module_free(&copy);
	module_free(&m);
	return 0;
}
