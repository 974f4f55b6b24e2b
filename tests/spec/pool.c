/* SPDX-License-Identifier: Apache-2.0 */
#include "pool.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOO_LONG = 900 };		/* seconds: a tool hangs */

static pid_t start(size_t i, void (*work)(size_t i))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail(EXIT_TOOL, "fork: %s", strerror(errno));
	if (pid)
		return pid;
	work(i);
	fflush(stdout);
	_exit(0);
}

void run_pool(size_t n, unsigned jobs, void (*work)(size_t i),
	      const char *what)
{
	size_t next = 0, live = 0;
	int w;

	while (next < n || live) {
		if (next < n && live < jobs) {
			progress("%s: %zu of %zu", what, next + 1, n);
			start(next++, work);
			live++;
			continue;
		}
		if (wait(&w) < 0)
			fail(EXIT_TOOL, "wait: %s", strerror(errno));
		if (w)
			fail(EXIT_TOOL, "%s: a worker failed", what);
		live--;
	}
	progress_done();
}

int run_logged(const struct list *cmd, const char *log)
{
	pid_t pid = fork();
	int w, fd;

	if (pid < 0 || (pid && waitpid(pid, &w, 0) < 0))
		fail(EXIT_TOOL, "%s: %s", cmd->v[0], strerror(errno));
	if (pid)
		return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(EXIT_TOOL);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	alarm(TOO_LONG);
	execvp(cmd->v[0], cmd->v);
	_exit(EXIT_TOOL);
}
