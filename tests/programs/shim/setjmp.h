/* SPDX-License-Identifier: Apache-2.0 */
/* For mawk, which leaves its regular expression parser so when it finds an
 * error in one: that ends it here. */
#ifndef TESTS_PROGRAMS_SETJMP_H
#define TESTS_PROGRAMS_SETJMP_H

#include <stdlib.h>

typedef int jmp_buf[1];
#define setjmp(buf)		0
#define longjmp(buf, value)	abort()

#endif
