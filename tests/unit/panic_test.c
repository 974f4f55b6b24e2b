/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boards/embed.c: what a fatal error says.  The names of an import are those of
 * a loaded module, which may have made them to look like a line of ours (KAN-10).
 */
#include "board.h"
#include "check.h"
#include <arch/machine.h>
#include <setjmp.h>
#include <string.h>

static char said[256];
static jmp_buf stopped;
static struct cpit_import_decl import;

void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len)
{
	if (ch == CPIT_LOG)
		strncat(said, buf, len);
}

void cpit_console_seize(void)
{
}

void cpit_console_leave(void)
{
}

unsigned cpit_arch_cpu(void)
{
	return 0;
}

void cpit_arch_wait(void)
{
}

void cpit_board_exit(unsigned status)
{
	CHECK(status == CPIT_STATUS_FATAL);
	longjmp(stopped, 1);
}

uint64_t cpit_board_ns(void)
{
	return 0;
}

bool cpit_guest_at(uintptr_t pc)
{
	(void)pc;
	return false;
}

const struct cpit_import_decl *cpit_running_import(void)
{
	return &import;
}

int main(void)
{
	import.module = "env\ncatchpit: x";
	import.name = "f\x1b[2J\xff";
	if (!setjmp(stopped))
		cpit_embed_panic("it failed", 0x12, 0x34, 0);
	CHECK_MSG(!strcmp(said, "catchpit: fatal: it failed pc=0x12 addr=0x34 "
			  "import=env?catchpit: x.f?[2J?\n"), "%s", said);
	return check_done();
}
