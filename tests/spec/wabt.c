/* SPDX-License-Identifier: Apache-2.0 */
#include "wabt.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	LISTENING = 3,		/* descriptor of the socket in wabt.js */
	WAITING = 16,
	HEAD = 5,		/* of an answer: status, size of stdout */
	TOO_LONG = 900		/* seconds: a tool hangs */
};

static const char path_is_in[] = "CATCHPIT_SPEC_WABT";

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path))
		fail(EXIT_TOOL, "%s: too long for a socket", path);
	strcpy(a.sun_path, path);
	return a;
}

static int socket_or_fail(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail(EXIT_TOOL, "socket: %s", strerror(errno));
	return fd;
}

static void start_one(int listening, int alive)
{
	char *script = format("%s/tests/spec/wabt.js", home());
	pid_t pid = fork();

	if (pid < 0)
		fail(EXIT_TOOL, "fork: %s", strerror(errno));
	if (pid)
		return;
	if (dup2(alive, 0) < 0 || dup2(listening, LISTENING) < 0)
		_exit(EXIT_TOOL);
	fcntl(LISTENING, F_SETFD, 0);	/* if it was that one already */
	execlp("node", "node", script, (char *)NULL);
	_exit(EXIT_TOOL);
}

void wabt_start(const char *dir, unsigned n)
{
	char *path = format("%s/wabt", dir), *link = format("%s/wasm2c", dir);
	struct sockaddr_un a = address(path);
	int fd = socket_or_fail(), alive[2];

	unlink(path);
	unlink(link);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, WAITING) ||
	    symlink(format("%s/build/spec-runner", home()), link))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	/* Our end of the pipe is never written; it closes with us. */
	if (pipe2(alive, O_CLOEXEC))
		fail(EXIT_TOOL, "pipe: %s", strerror(errno));
	while (n--)
		start_one(fd, alive[0]);
	close(alive[0]);
	close(fd);
	setenv(path_is_in, path, 1);
	setenv("WASM2C", link, 1);
}

void wabt_leave(void)
{
	unsetenv("WASM2C");
}

static void put(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n <= 0)
			fail(EXIT_TOOL, "write: %s", strerror(errno));
		s += n;
		len -= (size_t)n;
	}
}

static struct text get_all(int fd)
{
	struct text t = { 0 };
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		add_bytes(&t, buf, (size_t)n);
	return t;
}

static int connect_to(const char *path)
{
	const struct timeval too_long = { .tv_sec = TOO_LONG };
	struct sockaddr_un a = address(path);
	int fd = socket_or_fail();

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &too_long,
		       sizeof(too_long)) ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	return fd;
}

static struct text ask(char *const *argv)
{
	const char *path = getenv(path_is_in), *slash = strrchr(argv[0], '/');
	int fd = connect_to(path ? path : "");
	struct text t = { 0 };

	add(&t, "%s", slash ? slash + 1 : argv[0]);
	add_bytes(&t, "", 1);
	while (*++argv)
		add_bytes(&t, *argv, strlen(*argv) + 1);
	put(fd, t.s, t.len);
	shutdown(fd, SHUT_WR);
	free(t.s);
	t = get_all(fd);
	close(fd);
	if (t.len < HEAD)
		fail(EXIT_TOOL, "%s: no answer", path);
	return t;
}

/* Of an answer: what goes to stdout; the rest goes to stderr. */
static size_t stdout_size(const struct text *t)
{
	uint32_t n;

	memcpy(&n, t->s + 1, sizeof(n));
	return n > t->len - HEAD ? t->len - HEAD : n;
}

int wabt_run(const struct list *cmd, const char *log)
{
	struct text t = ask(cmd->v);
	int status = (uint8_t)t.s[0];

	write_file(log, t.s + HEAD, t.len - HEAD);
	free(t.s);
	return status;
}

bool wabt_called(const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strcmp(slash ? slash + 1 : name, "wasm2c");
}

int wabt_main(char **argv)
{
	struct text t = ask(argv);
	size_t out = stdout_size(&t);

	put(1, t.s + HEAD, out);
	put(2, t.s + HEAD + out, t.len - HEAD - out);
	return (uint8_t)t.s[0];
}
