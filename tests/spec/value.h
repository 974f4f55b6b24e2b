/* SPDX-License-Identifier: Apache-2.0 */
/* Constants of a script: (i32.const 1), (v128.const i32x4 ...), (ref.null func). */
#ifndef CPIT_SPEC_VALUE_H
#define CPIT_SPEC_VALUE_H

#include "format.h"
#include "lex.h"

/* False for what is no constant of a type we know; NaN patterns included. */
bool parse_pattern(const struct node *n, struct spec_pattern *p);
/* The same for an argument, which is exact. */
bool parse_value(const struct node *n, struct spec_value *v);

#endif
