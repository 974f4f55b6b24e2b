/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flashed image is whole, or it does not run: each part against its checksum,
 * before any of it is used but this.  What is called here is part "boot", in
 * front of the image (linker/sections.lds.h); nothing is initialised yet but the
 * boot page tables.
 */
#include "board.h"
#include "image.h"
#include <catchpit/load.h>

extern const struct cpit_image_header __image_header;
extern const char __image_start[], __statement_start[], __statement_end[];

static void say(const char *s)
{
	for (; *s; s++)
		cpit_board_putc((uint8_t)*s);
}

/* Of a part that is itself damaged the name may be anything. */
__attribute__((noinline)) static _Noreturn void refuse(const char *what)
{
	say("catchpit: fatal: this image is damaged: ");
	say(what);
	say("\r\n");
	cpit_board_exit(CPIT_STATUS_FATAL);
}

void cpit_image_check(void)
{
	const struct cpit_statement *s = (const void *)__statement_start;
	const char *behind = __statement_start + sizeof(s->crc);
	uint32_t i;

	if (!__image_header.stated)
		return;
	if (__image_header.stated != CPIT_IMAGE_STATED)
		refuse("header");
	if (cpit_crc32(behind, (size_t)(__statement_end - behind)) != s->crc)
		refuse("statement");
	for (i = 0; i < s->nparts; i++) {
		const struct cpit_image_part *p = &s->part[i];

		if (cpit_crc32(__image_start + p->offset, p->size) != p->crc)
			refuse(__statement_start + p->name);
	}
}
