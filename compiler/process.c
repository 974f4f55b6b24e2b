/* SPDX-License-Identifier: Apache-2.0 */
/* The programs catchpit runs, their output kept in the work directory. */
#include "util.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOOLS_MAX = 64 };
static volatile pid_t tools[TOOLS_MAX];	/* that run, 0 for none */

/* For blocks in blocks (parse.h); gcc takes as much by itself, clang does not. */
static void more_stack(void)
{
	const rlim_t wanted = 64 << 20;
	struct rlimit r;

	if (getrlimit(RLIMIT_STACK, &r) || r.rlim_cur >= wanted)
		return;
	r.rlim_cur = r.rlim_max < wanted ? r.rlim_max : wanted;
	setrlimit(RLIMIT_STACK, &r);
}

/*
 * Each in a process group of its own, with what it starts (gcc's cc1), for
 * kill_tools(); none of them reads a terminal.  No signal finds one that is in
 * no list yet.
 */
static pid_t start(const struct list *cmd, const char *output)
{
	sigset_t all, was;
	pid_t pid;
	int fd, i = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &was);
	pid = fork();
	if (pid) {
		while (i < TOOLS_MAX && tools[i])
			i++;
		if (pid > 0 && i < TOOLS_MAX) {
			setpgid(pid, pid);
			tools[i] = pid;
		}
		sigprocmask(SIG_SETMASK, &was, NULL);
		return pid;
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	more_stack();
	sigprocmask(SIG_SETMASK, &was, NULL);
	fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	/* What it leaves, if it is killed, goes with the work directory. */
	setenv("TMPDIR", work_path("."), 1);
	execvp(cmd->v[0], cmd->v);
	fprintf(stderr, "%s: %s\n", cmd->v[0], strerror(errno));
	fflush(stderr);
	_exit(127);
}

static void ended(pid_t pid)
{
	size_t i;

	for (i = 0; i < TOOLS_MAX; i++)
		if (tools[i] == pid)
			tools[i] = 0;
}

void kill_tools(int sig)
{
	size_t i;

	for (i = 0; i < TOOLS_MAX; i++)
		if (tools[i])
			kill(-tools[i], sig);
}

static int exit_status(int w)
{
	return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
}

int run_command(const struct list *cmd, char **output)
{
	char *log = work_path("log");
	pid_t pid = start(cmd, log);
	int w;

	if (pid < 0 || waitpid(pid, &w, 0) < 0)
		fail(EXIT_TOOL, "%s: %s", cmd->v[0], strerror(errno));
	ended(pid);
	if (output)
		*output = read_file(log, NULL);
	free(log);
	return exit_status(w);
}

const char *error_line(const char *out)
{
	/* Above it is where; of several the first. */
	const char *e = strstr(out, "undefined reference");

	if (!e)
		e = strstr(out, "relocation truncated");
	if (!e)
		e = strstr(out, "Error: ");	/* node's, the assembler's */
	if (!e)
		e = strstr(out, "error: ");
	/* The linker's driver repeats in general what stands above it. */
	if (!e || (e - out >= 10 && begins(e - 10, "collect2: ")))
		return first_line(out);
	while (e > out && e[-1] != '\n')
		e--;
	return first_line(e);
}

_Noreturn void not_found(const char *tool)
{
	fail(EXIT_TOOL, "%s: cannot be run; 'make deps' installs it", tool);
}

static _Noreturn void tool_failed(const struct list *cmd, const char *what,
				  int status, const char *log)
{
	const char *why = error_line(read_file(log, NULL));

	if (status == 127)
		not_found(cmd->v[0]);
	fail(EXIT_TOOL, "%s: %s failed (status %d)%s%s", what, cmd->v[0],
	     status, *why ? ": " : "", why);
}

void must_run(const struct list *cmd, const char *what)
{
	must_run_all(cmd, 1, what);
}

void must_run_all(const struct list *cmds, size_t n, const char *what)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	size_t cpus = online < 1 ? 1 : online > TOOLS_MAX ? TOOLS_MAX :
		      (size_t)online;
	pid_t *pids = xmalloc(n * sizeof(*pids));
	size_t next = 0, live = 0, i, bad = n;
	int bad_status = 0;

	/* After a failure nothing is started, but what runs is waited for. */
	while ((next < n && bad == n) || live) {
		int w;
		pid_t pid;

		if (next < n && bad == n && live < cpus) {
			pids[next] = start(&cmds[next],
					   work_path("log%zu", next));
			if (pids[next] < 0)
				fail(EXIT_TOOL, "fork: %s", strerror(errno));
			next++;
			live++;
			continue;
		}
		pid = wait(&w);
		if (pid < 0)
			fail(EXIT_TOOL, "wait: %s", strerror(errno));
		for (i = 0; i < next && pids[i] != pid; i++)
			;
		if (i == next)
			continue;	/* of the shell that became us */
		ended(pid);
		live--;
		if (n > 1)
			progress("%s: compiled %zu of %zu files", what,
				 next - live, n);
		if (exit_status(w) && bad == n) {
			bad = i;
			bad_status = exit_status(w);
		}
	}
	if (bad != n)
		tool_failed(&cmds[bad], what, bad_status,
			    work_path("log%zu", bad));
	free(pids);
}
