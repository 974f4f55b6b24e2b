/* SPDX-License-Identifier: Apache-2.0 */
/* Text on any console. */
#include "board.h"
#include <string.h>

void cpit_console_print(enum cpit_channel ch, const char *text)
{
	cpit_console_write(ch, text, strlen(text));
}

void cpit_console_name(const char *text)
{
	for (; *text; text++) {
		char c = *text >= ' ' && *text < 0x7f ? *text : '?';

		cpit_console_write(CPIT_LOG, &c, 1);
	}
}

void cpit_console_number(enum cpit_channel ch, uint64_t v, unsigned base)
{
	char buf[20];
	size_t i = sizeof(buf);

	do {
		buf[--i] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	cpit_console_write(ch, buf + i, sizeof(buf) - i);
}
