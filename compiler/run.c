/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs an image.  In QEMU its streams come framed (framing.h), and so does the
 * status: QEMU's own exit code cannot carry every value on every board (KAN-10).
 * As a process it has our streams, and the control channel is a pipe.
 */
#include "framing.h"
#include "stages.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What boards/config.c has room for. */
enum { SETTINGS_MAX = 16000 };

struct machine {
	const char *elf;
	const struct board *board;
	const struct run_options *opt;
	pid_t pid;
	int in, out;		/* our ends of its console ... */
	int err;		/* ... and of QEMU's own messages */
	struct text complaint;	/* what QEMU said */
	struct console console;
	int end;		/* as waitpid() tells it */
};

static void send_pending(struct machine *m)
{
	struct console *c = &m->console;
	ssize_t n = write(m->in, c->pending + c->pending_at,
			  c->pending_len - c->pending_at);

	if (n > 0)
		c->pending_at += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		c->pending_at = c->pending_len;		/* it is gone */
}

static void boot(struct machine *m)
{
	struct list cmd = { 0 };
	int in[2], from[2], err[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) ||
	    pipe2(from, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		fail(EXIT_TOOL, "pipe: %s", strerror(errno));
	qemu_command(&cmd, m->elf, m->board, m->opt, in[0]);
	m->pid = fork();
	if (m->pid < 0)
		fail(EXIT_TOOL, "fork: %s", strerror(errno));
	if (!m->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fcntl(in[0], F_SETFD, 0);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(from[1], 1);
		dup2(err[1], 2);
		execvp(cmd.v[0], cmd.v);
		fprintf(stderr, "%s: %s; 'make deps' installs it\n",
			cmd.v[0], strerror(errno));
		fflush(stderr);
		_exit(127);
	}
	close(in[0]);
	close(from[1]);
	close(err[1]);
	m->in = in[1];
	m->out = from[0];
	m->err = err[0];
	fcntl(m->in, F_SETFL, O_NONBLOCK);
}

char *settings_line(const struct text *config)
{
	struct text t = { 0 };
	size_t i;

	add(&t, "%s", "");
	for (i = 0; i < config->len; i++) {
		unsigned char c = (unsigned char)config->s[i];

		if (!c)
			add(&t, " ");
		else if (c <= ' ' || c == '%' || c == ',' || c > '~')
			add(&t, "%%%02x", c);
		else
			add(&t, "%c", c);
	}
	if (t.len > SETTINGS_MAX)
		fail(EXIT_USAGE, "arguments and environment are too long: %zu "
		     "bytes, as a machine gets them, and the most is %d",
		     t.len, SETTINGS_MAX);
	return t.s;
}

char *archive_file(const struct run_options *opt)
{
	char *path = work_path("files.cpio");

	write_text(path, &opt->dirs->archive);
	return path;
}

/* The same for board host: settings by the environment, control by a pipe. */
static void start_process(struct machine *m)
{
	const struct run_options *opt = m->opt;
	struct text settings = { 0 }, config = { 0 };
	int control[2];

	add_bytes(&config, opt->config.s, opt->config.len);
	if (opt->dirs && opt->dirs->archive.len) {
		add(&config, "initrd=%s", archive_file(opt));
		add_bytes(&config, "", 1);
	}

	if (pipe(control))
		fail(EXIT_TOOL, "pipe: %s", strerror(errno));
	add(&settings, "control=%d cpus=%u %s", control[1], opt->cpus,
	    settings_line(&config));
	m->pid = fork();
	if (m->pid < 0)
		fail(EXIT_TOOL, "fork: %s", strerror(errno));
	if (!m->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(control[0]);
		signal(SIGPIPE, SIG_DFL);
		setenv("CATCHPIT_SETTINGS", settings.s, 1);
		execl(m->elf, m->elf, (char *)NULL);
		fprintf(stderr, "catchpit: %s: %s\n", opt->name,
			strerror(errno));
		_exit(127);
	}
	close(control[1]);
	m->out = control[0];
	m->in = m->err = -1;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* QEMU's messages are kept: they are told when something has gone wrong. */
static void take_complaint(struct machine *m)
{
	char buf[1024];
	ssize_t n = read(m->err, buf, sizeof(buf));

	if (n <= 0) {
		close(m->err);
		m->err = -1;
	} else if (m->complaint.len < 16384) {
		add_bytes(&m->complaint, buf, (size_t)n);
	}
}

/* KVM then leaves the machine standing for ever. */
static bool kvm_gave_up(const struct machine *m)
{
	return m->complaint.s && strstr(m->complaint.s, "KVM internal error");
}

/* Who reads our stdout has gone, and nothing else is asked of it. */
static bool in_vain(const struct machine *m)
{
	return m->console.unread && !m->opt->writeback && !m->opt->coredump;
}

/* Until the console closes; false when the time is up. */
static bool converse(struct machine *m)
{
	struct console *c = &m->console;
	double end = m->opt->timeout ? now() + m->opt->timeout : 0;
	uint8_t buf[16384];

	for (;;) {
		bool empty = c->pending_at == c->pending_len;
		struct pollfd fds[4] = {
			{ m->out, POLLIN, 0 },
			{ empty ? -1 : m->in, POLLOUT, 0 },
			{ c->reads && empty && !c->eof_sent ? 0 : -1, POLLIN,
			  0 },
			{ m->err, POLLIN, 0 },
		};
		int wait = end ? (int)((end - now()) * 1000) : -1;

		if (end && wait <= 0)
			return false;
		if (poll(fds, 4, wait) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents)
			send_pending(m);
		if (fds[2].revents)
			take_input(c);
		if (fds[3].revents)
			take_complaint(m);
		if (kvm_gave_up(m))
			return true;
		if (fds[0].revents) {
			ssize_t n = read(m->out, buf, sizeof(buf));

			if (n <= 0)
				return true;
			take_apart(c, buf, (size_t)n);
			if (in_vain(m))
				return true;
		}
	}
}

/* QEMU says it in words of its own, which are not the same on every machine. */
static bool has_no_room(const struct machine *m)
{
	const char *said = m->complaint.s;

	return said && m->opt->dirs && m->opt->dirs->archive.len &&
	       (strstr(said, "ROM regions") || strstr(said, "ramdisk") ||
		strstr(said, "initrd"));
}

/* The verdict on a machine that has told no status. */
static int without_status(const struct machine *m)
{
	bool exited = WIFEXITED(m->end);
	int n = exited ? WEXITSTATUS(m->end) : WTERMSIG(m->end);

	if (!exited && n == SIGPIPE)
		return 128 + SIGPIPE;
	if (!m->board->qemu && exited && n == 127)
		return EXIT_TOOL;	/* it was not started, and has said why */
	if (!m->console.ready && m->console.early.len &&
	    strstr(m->console.early.s, "catchpit: fatal: "))
		return EXIT_TOOL;	/* so has it that early */
	if (has_no_room(m))
		fail(EXIT_TOOL, "--dir: %zu MiB are too much for the machine's "
		     "memory; --qemu -m --qemu 1G gives it more",
		     m->opt->dirs->archive.len >> 20);
	fail(EXIT_TOOL, "%s: the machine stopped without a status (%s %d)%s%s%s",
	     m->opt->name, exited ? "exit" : "signal", n,
	     m->complaint.len ? ": " : "",
	     m->complaint.len ? first_line(m->complaint.s) : "",
	     strcmp(m->opt->accel, "tcg") ? "; without --accel it is emulated"
					  : "");
}

/* Our exit status for a machine that came to an end. */
static int verdict(const struct machine *m)
{
	const struct console *c = &m->console;
	const struct run_options *opt = m->opt;

	if (in_vain(m))
		return 128 + SIGPIPE;
	if (c->fatal)
		return EXIT_TOOL;	/* it has said why */
	if (kvm_gave_up(m))
		fail(EXIT_TOOL, "%s: this host's KVM emulates ring 0 and lacks an "
		     "instruction; without --accel QEMU does it all", opt->name);
	if (c->status < 0)
		return without_status(m);
	/* An image whose modules use no files sends nothing. */
	if (opt->writeback && opt->dirs->hosts.n && c->files.len &&
	    !dirs_write_back(opt->dirs, &c->files))
		return EXIT_TOOL;
	if (c->lost)
		fail(EXIT_TOOL, "stdout: %s", strerror(c->lost));
	if (!m->board->qemu && WIFEXITED(m->end) &&
	    WEXITSTATUS(m->end) == EXIT_TOOL)
		return EXIT_TOOL;	/* the same of a process */
	return c->status;
}

int run_image(const char *elf, const struct board *board,
	      const struct run_options *opt)
{
	struct machine m = {
		.elf = elf, .board = board, .opt = opt,
		.console = { .status = -1, .dump_to = opt->coredump },
	};
	bool ended;

	signal(SIGPIPE, SIG_IGN);
	if (board->qemu)
		boot(&m);
	else
		start_process(&m);
	ended = converse(&m);
	fflush(stdout);
	if (!m.console.ready)		/* our image did not come so far */
		write_all(2, m.console.early.s, m.console.early.len);
	if (!ended || kvm_gave_up(&m) || in_vain(&m))
		kill(m.pid, SIGKILL);
	waitpid(m.pid, &m.end, 0);
	while (m.err >= 0)
		take_complaint(&m);
	if (!ended)
		fail(EXIT_TOOL, "%s: no end within %u seconds", opt->name,
		     opt->timeout);
	return verdict(&m);
}
