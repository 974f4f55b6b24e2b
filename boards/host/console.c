/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console of a process: the guest's streams are its own, reports go to
 * stderr a line at a time, and what is for `catchpit run' to the descriptor
 * that it names with control=.  Runs in signal handlers too.
 */
#include "host.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define DLE 0x10

static int control = -1;
static uint8_t input[4096];
static size_t input_at, input_len;
static bool at_end;
static atomic_bool lost;		/* some of the guest's stdout */

void cpit_console_init(void)
{
	control = (int)cpit_config_number("control", UINT32_MAX);
	/* A reader that is gone: run on, if that is not all there is to do. */
	if (cpit_config_number("writeback", 0) ||
	    cpit_config_number("coredump", 0))
		signal(SIGPIPE, SIG_IGN);
}

/* The tool knows the streams apart already. */
void cpit_console_frame(bool on)
{
	(void)on;
}

/* 0, or why not all is there. */
static int write_all(int fd, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static void complain(const char *stream, int err)
{
	cpit_console_print(CPIT_LOG, "catchpit: ");
	cpit_console_print(CPIT_LOG, stream);
	cpit_console_print(CPIT_LOG, ": ");
	cpit_console_print(CPIT_LOG, strerror(err));
	cpit_console_print(CPIT_LOG, "\n");
}

/* The guest runs on; what found no room is told once, and by the status. */
static void write_out(const void *buf, size_t len)
{
	int err = write_all(1, buf, len);

	if (!err || err == EPIPE || atomic_exchange(&lost, true))
		return;
	complain("stdout", err);
}

bool cpit_console_lost(void)
{
	return atomic_load(&lost);
}

/* Pieces of a line are kept until it is whole: no other thread's comes between. */
struct line {
	char text[1024];
	size_t used;
};

static void write_line(struct line *l, int fd, const void *buf, size_t len)
{
	const char *p = buf;

	for (; len; len--, p++) {
		l->text[l->used++] = *p;
		if (*p == '\n' || l->used == sizeof(l->text)) {
			write_all(fd, l->text, l->used);
			l->used = 0;
		}
	}
}

/* For `catchpit run', in the form of boards/console.c; each piece by itself. */
static void write_framed(enum cpit_channel ch, const void *buf, size_t len)
{
	const uint8_t *p = buf;
	uint8_t piece[512] = { DLE, (uint8_t)ch };

	while (len) {
		size_t n = 2;

		for (; len && n < sizeof(piece) - 1; len--, p++) {
			if (*p == DLE)
				piece[n++] = DLE;
			piece[n++] = *p;
		}
		write_all(control, piece, n);
	}
}

void cpit_console_write(enum cpit_channel ch, const void *buf, size_t len)
{
	static _Thread_local struct line report;

	if (ch == CPIT_OUT)
		write_out(buf, len);
	else if (ch == CPIT_ERR)
		write_all(2, buf, len);
	else if (ch == CPIT_LOG)
		write_line(&report, 2, buf, len);
	else if (control >= 0)
		write_framed(ch, buf, len);
}

/* A line is one write(2): there is nothing to take from the others. */
void cpit_console_hold(void)
{
}

void cpit_console_seize(void)
{
}

void cpit_console_leave(void)
{
}

/* -------------------------------------------------------------------- input */

bool cpit_console_readable(void)
{
	struct pollfd in = { 0, POLLIN, 0 };

	/* Who asks once asks again: a millisecond for the host's others. */
	return at_end || input_at < input_len || poll(&in, 1, 1) > 0;
}

/* More of it, as there is some, or its end. */
static void fill_input(void)
{
	ssize_t n;

	input_at = input_len = 0;
	n = read(0, input, sizeof(input));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;			/* who shares it was faster */
	if (n < 0)
		complain("stdin", errno);
	at_end = n <= 0;
	if (n > 0)
		input_len = (size_t)n;
}

int cpit_console_read(uint8_t *p, int len)
{
	size_t n;

	if (!cpit_console_readable())
		return 0;
	if (!at_end && input_at == input_len)
		fill_input();
	if (at_end)
		return -1;
	n = input_len - input_at;
	if (n > (size_t)len)
		n = (size_t)len;
	memcpy(p, input + input_at, n);
	input_at += n;
	return (int)n;
}
