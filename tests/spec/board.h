/* SPDX-License-Identifier: Apache-2.0 */
/* The image's side: runs the commands of format.h, tells what failed. */
#ifndef CPIT_SPEC_BOARD_H
#define CPIT_SPEC_BOARD_H

#include "format.h"
#include <catchpit/call.h>
#include <catchpit/module.h>
#include <stdbool.h>

/* In the image's table, made by the runner. */
struct spec_script {
	const char *name;
	const uint8_t *commands;
	const struct cpit_module *const *modules;	/* NULL: not built */
};
extern const struct spec_script spec_scripts[];		/* ends with no name */
extern const struct cpit_module *const spec_modules[];	/* each once */

/* compare.c */
void spec_value_set(union cpit_value *v, const struct spec_value *from);
/* Whether a result of that type is what one of n patterns asks for. */
bool spec_value_fits(char letter, const union cpit_value *v,
		     const struct spec_pattern *p, unsigned n);
/* "i 0000002a" */
void spec_value_print(char letter, const union cpit_value *v);

/* spectest.c: the host's functions; NULL for what is not there. */
const struct cpit_import *spec_host_find(const char *name);

#endif
