/* SPDX-License-Identifier: Apache-2.0 */
#include "dirs.h"
#include "framing.h"
#include "stages.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DLE 0x10

int write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1);
			continue;
		}
		if (k <= 0)
			return k < 0 ? errno : EIO;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* The machine runs on; what was lost is told when it ends. */
static void guest_prints(struct console *c, const void *buf, size_t n)
{
	int err = write_all(1, buf, n);

	if (err == EPIPE)
		c->unread = true;
	else if (err)
		c->lost = err;
}

/* A core dump grows in the work directory. */
static void take_dump(struct console *c, const uint8_t *p, size_t n)
{
	if (!c->dump_to)
		return;
	if (!c->dump)
		c->dump = fopen(work_path("core"), "wb");
	if (!c->dump || fwrite(p, 1, n, c->dump) != n)
		fail(EXIT_TOOL, "%s: %s", c->dump_to, strerror(errno));
}

/* It is whole: into its place, where one of an earlier trap may be. */
static void dumped(struct console *c)
{
	if (!c->dump)
		return;
	if (fclose(c->dump))
		fail(EXIT_TOOL, "%s: %s", c->dump_to, strerror(errno));
	c->dump = NULL;
	deliver(work_path("core"), c->dump_to);
}

/* As much as --dir takes. */
static void take_files(struct console *c, const uint8_t *p, size_t n)
{
	if (n > ARCHIVE_MAX - c->files.len)
		fail(EXIT_TOOL, "--writeback: more than %d MiB came back; nothing "
		     "was written", ARCHIVE_MAX >> 20);
	add_bytes(&c->files, p, n);
}

static void control(struct console *c, const char *line)
{
	if (!strncmp(line, "status ", 7))
		c->status = atoi(line + 7);
	else if (!strcmp(line, "ready"))
		c->ready = true;
	else if (!strcmp(line, "input"))
		c->reads = true;
	else if (!strcmp(line, "dumped"))
		dumped(c);
	else if (!strcmp(line, "fatal"))
		c->fatal = true;
	else if (!strncmp(line, "result ", 7))
		print_result(line + 7);
}

static void deliver_bytes(struct console *c, const uint8_t *p, size_t n)
{
	size_t i;

	if (!c->framed)
		add_bytes(&c->early, p, n);
	else if (c->channel == 'o')
		guest_prints(c, p, n);
	else if (c->channel == 'd')
		take_dump(c, p, n);
	else if (c->channel == 'f')
		take_files(c, p, n);
	else if (c->channel != 'c')
		write_all(2, p, n);
	for (i = 0; c->channel == 'c' && i < n; i++) {
		if (p[i] != '\n') {
			add(&c->line, "%c", p[i]);
			continue;
		}
		add(&c->line, "%s", "");
		control(c, c->line.s);
		c->line.len = 0;
		c->line.s[0] = '\0';
	}
}

void take_apart(struct console *c, const uint8_t *p, size_t n)
{
	size_t i, start = 0;

	for (i = 0; i < n; i++) {
		if (c->dle) {
			c->dle = false;
			start = i + 1;
			if (p[i] == DLE) {
				deliver_bytes(c, &p[i], 1);
				continue;
			}
			c->framed = true;
			c->channel = (char)p[i];
		} else if (p[i] == DLE) {
			deliver_bytes(c, p + start, i - start);
			c->dle = true;
			start = i + 1;
		}
	}
	if (!c->dle)
		deliver_bytes(c, p + start, n - start);
}

void take_input(struct console *c)
{
	uint8_t buf[4096];
	ssize_t n = read(0, buf, sizeof(buf)), i;

	c->pending_at = c->pending_len = 0;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;			/* who shares it was faster */
	if (n < 0)
		fprintf(stderr, "catchpit: stdin: %s\n", strerror(errno));
	if (n <= 0) {
		c->pending[c->pending_len++] = DLE;
		c->pending[c->pending_len++] = 'E';
		c->eof_sent = true;
	}
	for (i = 0; i < n; i++) {
		if (buf[i] == DLE)
			c->pending[c->pending_len++] = DLE;
		c->pending[c->pending_len++] = buf[i];
	}
}
