/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input (KAN-10): what compiler/framing.c frames of it, boards/receive.c takes
 * apart, in pieces of any size, from a device or the UART; and input by hand.
 */
#include "wire.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static ssize_t fake_read(int fd, void *buf, size_t n);

#define read fake_read
#include "../../compiler/framing.c"
#undef read

void print_result(const char *line)
{
	(void)line;
}

static uint8_t typed[4096];
static size_t ntyped;
static bool no_more;
static int not_now;		/* the errno of a read that brings nothing yet */

static ssize_t fake_read(int fd, void *buf, size_t n)
{
	CHECK(fd == 0 && n >= ntyped);
	if (not_now) {
		errno = not_now;
		return -1;
	}
	if (no_more)
		return ntyped ? -1 : 0;
	memcpy(buf, typed, ntyped);
	return (ssize_t)ntyped;
}

/* What the tool frames of its input goes onto the wire. */
static void type(void)
{
	static struct console c;

	take_input(&c);
	CHECK(c.pending_at == 0 && c.pending_len <= sizeof(c.pending));
	memcpy(wire, c.pending, c.pending_len);
	nwire = c.pending_len;
	wire_at = 0;
	CHECK(c.eof_sent == no_more);
}

/* The next one, or -1 at the end. */
static int read_byte(void)
{
	uint8_t c;
	int n;

	do
		n = cpit_console_read(&c, 1);
	while (!n);
	return n < 0 ? -1 : c;
}

static void test_input(void)
{
	size_t round, i;

	for (round = 0; round < 100; round++) {
		ntyped = round ? 1 + any(500) : 256;
		for (i = 0; i < ntyped; i++)
			typed[i] = (uint8_t)(round ? any(2) ? 0x10 : any(256)
						   : i);
		type();
		for (i = 0; i < ntyped; i++) {
			if (any(2))
				while (!cpit_console_readable())
					;
			CHECK(read_byte() == typed[i]);
		}
		CHECK(wire_at == nwire && !cpit_console_readable());
	}
	/* As much as one read can bring, all of it to be escaped. */
	memset(typed, 0x10, sizeof(typed));
	ntyped = sizeof(typed);
	type();
	for (i = 0; i < ntyped; i++)
		CHECK(read_byte() == 0x10);
	CHECK(wire_at == nwire);
	/* Another reader of the same stdin was faster: that is not its end. */
	for (not_now = EAGAIN; not_now; not_now = not_now == EAGAIN ? EINTR : 0)
		type();
	CHECK(!nwire);
	/* DLE E in the input is two bytes; the end comes once, and stays. */
	ntyped = 2;
	memcpy(typed, "\x10" "E", 2);
	type();
	CHECK(read_byte() == 0x10 && read_byte() == 'E');
	no_more = true;
	ntyped = 0;
	type();
	while (!cpit_console_readable())
		;
	for (i = 0; i < 3; i++)
		CHECK(read_byte() == -1 && cpit_console_readable());
	CHECK(wire_at == nwire);
}

/* By hand, without framing: by the UART, whatever devices there are. */
static void test_plain(void)
{
	static const char text[] = "a\r\x10" "E\x10\x10\n\x04z";
	static const char wanted[] = "a\n\x10" "E\x10\x10\n";
	size_t i;

	has_device = true;
	cpit_console_print(CPIT_OUT, "one\n\x10");
	cpit_console_print(CPIT_ERR, "two");
	cpit_console_print(CPIT_CTL, "status 3\n");
	CHECK(nstream == 9 && !memcmp(stream, "one\r\n\x10two", 9));
	memcpy(wire, text, nwire = sizeof(text) - 1);
	for (i = 0; i < sizeof(wanted) - 1; i++)
		CHECK(read_byte() == wanted[i]);
	CHECK(read_byte() == -1);
	CHECK(read_byte() == -1 && cpit_console_readable());
	CHECK(!offered);
}

static void test_uart(void)
{
	cpit_console_frame(true);
	test_input();
	CHECK(!offered);
}

static void test_device(void)
{
	has_device = true;
	cpit_console_frame(true);
	test_input();
}

/* In a process of its own, for it knows one end. */
static void alone(void (*test)(void))
{
	pid_t pid;
	int w;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		unsigned bad = check_failed;

		test();
		fflush(stdout);
		_exit(check_failed != bad);
	}
	waitpid(pid, &w, 0);
	CHECK(WIFEXITED(w) && WEXITSTATUS(w) == 0);
}

int main(void)
{
	alone(test_plain);
	alone(test_uart);
	test_device();
	return check_done();
}
