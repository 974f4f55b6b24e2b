/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One UART, several streams (KAN-10): boards/console.c writes, and
 * compiler/framing.c takes apart.  However the bytes arrive, in pieces of any
 * size, the same comes out; also of a stream no board of ours would send.
 */
#include "wire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static ssize_t fake_write(int fd, const void *buf, size_t n);

#define write fake_write
#include "../../compiler/framing.c"
#undef write

/* --------------------------------------------------- what came out at the end */

struct end {
	char out[8192], err[8192], results[8192], files[8192];
	size_t nout, nerr, nresults, nfiles;
	int status;
	bool ready, fatal;
};

static struct end got, want;
static bool flaky;		/* writes are short, or interrupted */

static ssize_t fake_write(int fd, const void *buf, size_t n)
{
	if (flaky && any(3) == 0) {
		errno = EINTR;
		return -1;
	}
	if (flaky && n > 1)
		n = 1 + any((unsigned)n);
	if (fd == 1) {
		memcpy(got.out + got.nout, buf, n);
		got.nout += n;
	} else if (fd == 2) {
		memcpy(got.err + got.nerr, buf, n);
		got.nerr += n;
	} else {
		errno = EPIPE;		/* nobody there */
		return -1;
	}
	return (ssize_t)n;
}

static void keep_result(struct end *e, const char *line)
{
	e->nresults += (size_t)sprintf(e->results + e->nresults, "%s\n", line);
}

void print_result(const char *line)
{
	keep_result(&got, line);
}

static void clear(struct end *e)
{
	memset(e, 0, sizeof(*e));
	e->status = -1;
}

static bool same(void)
{
	return got.nout == want.nout && !memcmp(got.out, want.out, got.nout) &&
	       got.nerr == want.nerr && !memcmp(got.err, want.err, got.nerr) &&
	       got.nfiles == want.nfiles &&
	       !memcmp(got.files, want.files, got.nfiles) &&
	       got.nresults == want.nresults &&
	       !strcmp(got.results, want.results) &&
	       got.status == want.status && got.ready == want.ready &&
	       got.fatal == want.fatal;
}

/* ---------------------------------------- the framing once more, naively */

static void want_line(char *line)
{
	if (!strncmp(line, "result ", 7))
		keep_result(&want, line + 7);
	else if (!strncmp(line, "status ", 7))
		want.status = atoi(line + 7);
	else if (!strcmp(line, "ready"))
		want.ready = true;
	else if (!strcmp(line, "fatal"))
		want.fatal = true;
}

static void model(const uint8_t *p, size_t n)
{
	static char line[8192];
	size_t i, nline = 0;
	int channel = 'r';

	clear(&want);
	for (i = 0; i < n; i++) {
		if (p[i] == 0x10 && i + 1 == n)
			break;
		if (p[i] == 0x10 && p[++i] != 0x10) {
			channel = p[i];
		} else if (channel == 'o') {
			want.out[want.nout++] = (char)p[i];
		} else if (channel == 'd') {
			continue;	/* nobody asked for a core dump */
		} else if (channel == 'f') {
			want.files[want.nfiles++] = (char)p[i];
		} else if (channel != 'c') {
			want.err[want.nerr++] = (char)p[i];
		} else if (p[i] == '\n') {
			line[nline] = '\0';
			want_line(line);
			nline = 0;
		} else {
			line[nline++] = (char)p[i];
		}
	}
}

static void begin(struct console *c)
{
	memset(c, 0, sizeof(*c));
	c->status = -1;
	c->framed = true;		/* when firmware has said its part */
	c->channel = 'r';
	clear(&got);
}

/* A piece in memory of just its size. */
static void piece(struct console *c, const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, p, n);
	take_apart(c, copy, n);
	free(copy);
}

static void finish(struct console *c)
{
	got.status = c->status;
	got.ready = c->ready;
	got.fatal = c->fatal;
	if (c->files.len)
		memcpy(got.files, c->files.s, c->files.len);
	got.nfiles = c->files.len;
	free(c->files.s);
	free(c->line.s);
}

/* The stream whole, cut at each byte, byte by byte, and in random pieces. */
static void all_ways(const uint8_t *p, size_t n)
{
	struct console c;
	size_t i, k;

	model(p, n);
	for (i = 0; i <= n; i++) {
		begin(&c);
		piece(&c, p, i);
		piece(&c, p + i, n - i);
		finish(&c);
		CHECK_MSG(same(), "cut at %zu of %zu", i, n);
	}
	begin(&c);
	for (i = 0; i < n; i++)
		piece(&c, p + i, 1);
	finish(&c);
	CHECK_MSG(same(), "byte by byte");
	flaky = true;
	begin(&c);
	for (i = 0; i < n; i += k) {
		k = any(20);
		if (k > n - i)
			k = n - i;
		piece(&c, p + i, k);
	}
	finish(&c);
	flaky = false;
	CHECK_MSG(same(), "in pieces");
}

/* --------------------------------------------------- streams of our boards */

/* Some of each channel; what should come out is noted on the way. */
static void random_output(struct end *e)
{
	static const char channels[] = "oercdf";
	static const char *const lines[] = {
		"result i 0000002a\n", "status 7\n", "ready\n", "\n",
		"no such thing\n",
	};
	unsigned writes = any(12), i, k;

	while (writes--) {
		enum cpit_channel ch = (enum cpit_channel)channels[any(6)];
		char buf[64];
		unsigned n = any(30);

		if (ch == CPIT_CTL) {
			const char *line = lines[any(LEN(lines))];

			cpit_console_print(ch, line);
			if (*line == 'r' && line[2] == 's')
				keep_result(e, "i 0000002a");
			if (*line == 's')
				e->status = 7;
			continue;
		}
		for (i = 0; i < n; i++) {
			k = any(6);
			buf[i] = k == 0 ? 0x10 : k == 1 ? '\n' :
				 k == 2 ? channels[any(6)] : (char)any(256);
		}
		cpit_console_write(ch, buf, n);
		if (ch == CPIT_OUT) {
			memcpy(e->out + e->nout, buf, n);
			e->nout += n;
		} else if (ch == CPIT_FILES) {
			memcpy(e->files + e->nfiles, buf, n);
			e->nfiles += n;
		} else if (ch != CPIT_DUMP) {
			memcpy(e->err + e->nerr, buf, n);
			e->nerr += n;
		}
	}
}

static void test_boards(void)
{
	struct console c;
	struct end sent;
	int round;

	cpit_console_frame(true);
	CHECK(nstream == 8 && !memcmp(stream, "\x10" "cready\n", 8));
	for (round = 0; round < 300; round++) {
		clear(&sent);
		nstream = 0;
		/* The board knows which channel it left off with. */
		cpit_console_print(CPIT_LOG, "x");
		cpit_console_print(CPIT_CTL, "ready\n");
		sent.err[sent.nerr++] = 'x';
		sent.ready = true;
		random_output(&sent);
		begin(&c);
		piece(&c, stream, nstream);
		finish(&c);
		want = sent;
		CHECK(same());
		all_ways(stream, nstream);
	}
}

/* A guest can print what it likes: it is its own stream's. */
static void test_forged(void)
{
	static const char *const forged[] = {
		"\x10" "cstatus 0\n", "\x10\x10" "cstatus 0\n",
		"\n\x10" "rcatchpit: trap=none\n", "\x10", "\x10\x10\x10",
		"\x10" "E", "status 0\nfatal\n",
	};
	struct console c;
	size_t i;

	for (i = 0; i < LEN(forged); i++) {
		nstream = 0;
		cpit_console_write(CPIT_LOG, "l", 1);
		cpit_console_write(CPIT_OUT, forged[i], strlen(forged[i]));
		begin(&c);
		piece(&c, stream, nstream);
		finish(&c);
		CHECK(got.nout == strlen(forged[i]) &&
		      !memcmp(got.out, forged[i], got.nout));
		CHECK(got.status == -1 && !got.fatal && got.nerr == 1);
	}
}

/* Nor does it help to change it while it is printed. */
static void test_changed(void)
{
	uint8_t text[] = "\x10status 0\n";
	struct console c;

	nstream = 0;
	cpit_console_write(CPIT_LOG, "l", 1);
	cpit_console_write(CPIT_OUT, "o", 1);
	shared = text;
	cpit_console_write(CPIT_OUT, text, sizeof(text) - 1);
	shared = NULL;
	begin(&c);
	piece(&c, stream, nstream);
	finish(&c);
	CHECK(got.status == -1 && got.nout == sizeof(text));
}

/* --------------------------------------------------------- hostile streams */

static void test_hostile(void)
{
	static const char *const hostile[] = {
		"", "\x10", "\x10\x10", "\x10" "c", "\x10" "c\n",
		"\x10" "cresult i 1\n\n\n", "\x10" "cstatus 5\n\n\x10" "ox",
		"\x10" "cresult\n", "\x10" "cresult \n", "\x10" "cstatus\n",
		"\x10" "cstatus 12345678901234567890\n",
		"\x10" "cstatus -3\n", "\x10" "cstatus x\n",
		"\x10" "\n\x10" "\xff?\x10" "o", "\x10" "cfatal\nready\n",
		"\x10" "cfat\x10" "ox\x10" "cal\n",	/* a line in two parts */
		"\x10" "c%s%n%d\n", "plain text\r\n",
	};
	uint8_t noise[400];
	size_t i, k;

	for (i = 0; i < LEN(hostile); i++)
		all_ways((const uint8_t *)hostile[i], strlen(hostile[i]));
	for (i = 0; i < 300; i++) {
		for (k = 0; k < sizeof(noise); k++) {
			unsigned r = any(8);

			noise[k] = (uint8_t)(r < 3 ? 0x10 : r == 3 ? '\n' :
					     r == 4 ? (unsigned)"oerc"[any(4)] :
					     r == 5 ? any(256) : 'a' + any(26));
		}
		all_ways(noise, sizeof(noise) / (i % 5 + 1));
	}
	/* A line without an end takes memory, and no more. */
	{
		struct console c;

		begin(&c);
		memset(stream, 'x', sizeof(stream));
		memcpy(stream, "\x10" "c", 2);
		piece(&c, stream, sizeof(stream));
		finish(&c);
		CHECK(got.status == -1 && !got.nout && !got.nerr);
	}
}

/* As if `was' bytes of files were there already. */
static bool is_too_much(size_t was, const char *more)
{
	pid_t pid;
	int w = 0;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct console c;

		begin(&c);
		c.files.s = malloc(1);
		c.files.len = was;
		dup2(open("/dev/null", O_WRONLY), 2);
		piece(&c, (const uint8_t *)more, strlen(more));
		_exit(0);
	}
	CHECK(pid > 0 && waitpid(pid, &w, 0) == pid && WIFEXITED(w));
	return WEXITSTATUS(w) == EXIT_TOOL;
}

static void test_too_much(void)
{
	CHECK(is_too_much((1 << 30) - 2, "\x10" "fabc"));
	CHECK(is_too_much(1 << 30, "\x10" "fa"));
	CHECK(!is_too_much(1 << 30, "\x10" "f\x10" "oabc"));
}

int main(void)
{
	test_boards();
	test_forged();
	test_changed();
	test_hostile();
	test_too_much();
	return check_done();
}
