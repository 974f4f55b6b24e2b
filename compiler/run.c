/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs an image.  In QEMU, keeping its streams apart (boards/console.c has the
 * framing): guest stdout and stderr go to ours, reports to stderr, and the
 * control channel tells the status.  The status never comes from QEMU's own
 * exit code, which cannot carry every value on every board (KAN-10).  As a
 * process it has our streams, and the control channel is a pipe.
 */
#include "stages.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DLE 0x10

struct machine {
	pid_t pid;
	int in, out;		/* our ends of its console ... */
	int err;		/* ... and of QEMU's own messages */
	struct text complaint;	/* what QEMU said */
	/* input on its way, already framed */
	uint8_t pending[2 * 4096 + 2];
	size_t pending_at, pending_len;
	bool eof_sent;
	bool ready;		/* it listens: earlier input would be lost */
	/* output being taken apart */
	bool dle;
	bool framed;		/* not yet: firmware talks */
	char channel;
	struct text early;	/* what firmware said */
	struct text line;	/* of the control channel */
	const char *dump_to;	/* a core dump's place, or NULL ... */
	FILE *dump;		/* ... and what has come of it */
	struct text files;	/* of the files channel */
	int lost;		/* why guest's stdout is not whole, or 0 */
	bool unread;		/* nobody is at its other end */
	bool to_end;		/* its end is awaited all the same */
	int status;		/* -1 until told */
	bool fatal;
};

/* 0, or why not all is there. */
static int write_all(int fd, const void *buf, size_t n)
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
static void guest_prints(struct machine *m, const void *buf, size_t n)
{
	int err = write_all(1, buf, n);

	if (err == EPIPE)
		m->unread = true;
	else if (err)
		m->lost = err;
}

/* A core dump grows in the work directory. */
static void take_dump(struct machine *m, const uint8_t *p, size_t n)
{
	if (!m->dump_to)
		return;
	if (!m->dump)
		m->dump = fopen(work_path("core"), "wb");
	if (!m->dump || fwrite(p, 1, n, m->dump) != n)
		fail(EXIT_TOOL, "%s: %s", m->dump_to, strerror(errno));
}

/* It is whole: into its place, where one of an earlier trap may be. */
static void dumped(struct machine *m)
{
	if (!m->dump)
		return;
	if (fclose(m->dump))
		fail(EXIT_TOOL, "%s: %s", m->dump_to, strerror(errno));
	m->dump = NULL;
	deliver(work_path("core"), m->dump_to);
}

static void control(struct machine *m, const char *line)
{
	if (!strncmp(line, "status ", 7))
		m->status = atoi(line + 7);
	else if (!strcmp(line, "ready"))
		m->ready = true;
	else if (!strcmp(line, "dumped"))
		dumped(m);
	else if (!strcmp(line, "fatal"))
		m->fatal = true;
	else if (!strncmp(line, "result ", 7))
		print_result(line + 7);
}

static void deliver_bytes(struct machine *m, const uint8_t *p, size_t n)
{
	size_t i;

	if (!m->framed)
		add_bytes(&m->early, p, n);
	else if (m->channel == 'o')
		guest_prints(m, p, n);
	else if (m->channel == 'd')
		take_dump(m, p, n);
	else if (m->channel == 'f')
		add_bytes(&m->files, p, n);
	else if (m->channel != 'c')
		write_all(2, p, n);
	for (i = 0; m->channel == 'c' && i < n; i++) {
		if (p[i] != '\n') {
			add(&m->line, "%c", p[i]);
			continue;
		}
		add(&m->line, "%s", "");
		control(m, m->line.s);
		m->line.len = 0;
		m->line.s[0] = '\0';
	}
}

/* Splits what came at the DLEs. */
static void take_apart(struct machine *m, const uint8_t *p, size_t n)
{
	size_t i, start = 0;

	for (i = 0; i < n; i++) {
		if (m->dle) {
			m->dle = false;
			start = i + 1;
			if (p[i] == DLE) {
				deliver_bytes(m, &p[i], 1);
				continue;
			}
			m->framed = true;
			m->channel = (char)p[i];
		} else if (p[i] == DLE) {
			deliver_bytes(m, p + start, i - start);
			m->dle = true;
			start = i + 1;
		}
	}
	if (!m->dle)
		deliver_bytes(m, p + start, n - start);
}

/* Frames a piece of our input, or its end. */
static void take_input(struct machine *m)
{
	uint8_t buf[4096];
	ssize_t n = read(0, buf, sizeof(buf)), i;

	m->pending_at = m->pending_len = 0;
	if (n <= 0) {
		m->pending[m->pending_len++] = DLE;
		m->pending[m->pending_len++] = 'E';
		m->eof_sent = true;
	}
	for (i = 0; i < n; i++) {
		if (buf[i] == DLE)
			m->pending[m->pending_len++] = DLE;
		m->pending[m->pending_len++] = buf[i];
	}
}

static void send_pending(struct machine *m)
{
	ssize_t n = write(m->in, m->pending + m->pending_at,
			  m->pending_len - m->pending_at);

	if (n > 0)
		m->pending_at += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		m->pending_at = m->pending_len;		/* it is gone */
}

static void boot(struct machine *m, const struct list *cmd)
{
	int to[2], from[2], err[2];

	if (pipe(to) || pipe(from) || pipe(err))
		fail(EXIT_TOOL, "pipe: %s", strerror(errno));
	m->pid = fork();
	if (m->pid < 0)
		fail(EXIT_TOOL, "fork: %s", strerror(errno));
	if (!m->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(to[0], 0);
		dup2(from[1], 1);
		dup2(err[1], 2);
		close(to[0]);
		close(to[1]);
		close(from[0]);
		close(from[1]);
		close(err[0]);
		close(err[1]);
		execvp(cmd->v[0], cmd->v);
		fprintf(stderr, "%s: %s; 'make deps' installs it\n",
			cmd->v[0], strerror(errno));
		fflush(stderr);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	close(err[1]);
	m->in = to[1];
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
	if (t.len > 16000)
		fail(EXIT_USAGE, "arguments and environment are too long");
	return t.s;
}

char *archive_file(const struct run_options *opt)
{
	char *path = work_path("files.cpio");

	write_text(path, &opt->dirs->archive);
	return path;
}

/* The same for board host: settings by the environment, control by a pipe. */
static void start_process(struct machine *m, const char *elf,
			  const struct run_options *opt)
{
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
		execl(elf, elf, (char *)NULL);
		fprintf(stderr, "catchpit: %s: %s\n", elf, strerror(errno));
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

/* Until the console closes; false when the time is up. */
static bool converse(struct machine *m, unsigned timeout)
{
	double end = timeout ? now() + timeout : 0;
	uint8_t buf[16384];

	for (;;) {
		bool empty = m->pending_at == m->pending_len;
		struct pollfd fds[4] = {
			{ m->out, POLLIN, 0 },
			{ empty ? -1 : m->in, POLLOUT, 0 },
			{ m->ready && empty && !m->eof_sent ? 0 : -1, POLLIN,
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
			take_input(m);
		if (fds[3].revents)
			take_complaint(m);
		if (kvm_gave_up(m))
			return true;
		if (fds[0].revents) {
			ssize_t n = read(m->out, buf, sizeof(buf));

			if (n <= 0)
				return true;
			take_apart(m, buf, (size_t)n);
			if (m->unread && !m->to_end)
				return true;
		}
	}
}

int run_image(const char *elf, const struct board *board,
	      const struct run_options *opt)
{
	struct machine m = { .status = -1, .dump_to = opt->coredump,
			     .to_end = opt->writeback || opt->coredump };
	struct list cmd = { 0 };
	bool ended;
	int w;

	signal(SIGPIPE, SIG_IGN);
	if (board->qemu) {
		qemu_command(&cmd, elf, board, opt);
		boot(&m, &cmd);
	} else {
		start_process(&m, elf, opt);
	}
	ended = converse(&m, opt->timeout);
	fflush(stdout);
	if (!m.ready)		/* our image did not come so far */
		write_all(2, m.early.s, m.early.len);
	if (!ended || kvm_gave_up(&m) || (m.unread && !m.to_end))
		kill(m.pid, SIGKILL);
	waitpid(m.pid, &w, 0);
	while (m.err >= 0)
		take_complaint(&m);
	if (!ended)
		fail(EXIT_TOOL, "%s: no end within %u seconds", elf,
		     opt->timeout);
	if (m.unread && !m.to_end)
		return 128 + SIGPIPE;
	if (m.fatal)
		return EXIT_TOOL;	/* it has said why */
	if (kvm_gave_up(&m))
		fail(EXIT_TOOL, "%s: this host's KVM emulates ring 0 and lacks an "
		     "instruction; without --accel QEMU does it all", elf);
	if (m.status < 0 && WIFSIGNALED(w) && WTERMSIG(w) == SIGPIPE)
		return 128 + SIGPIPE;
	if (m.status < 0 && !board->qemu && WIFEXITED(w) &&
	    WEXITSTATUS(w) == 127)
		return EXIT_TOOL;	/* it was not started, and has said why */
	if (m.status < 0)
		fail(EXIT_TOOL, "%s: the machine stopped without a status "
		     "(%s %d)%s%s%s", elf, WIFEXITED(w) ? "exit" : "signal",
		     WIFEXITED(w) ? WEXITSTATUS(w) : WTERMSIG(w),
		     m.complaint.len ? ": " : "",
		     m.complaint.len ? first_line(m.complaint.s) : "",
		     strcmp(opt->accel, "tcg") ? "; without --accel it is "
		     "emulated" : "");
	/* An image whose modules use no files sends nothing. */
	if (opt->writeback && opt->dirs->hosts.n && m.files.len &&
	    !dirs_write_back(opt->dirs, &m.files))
		return EXIT_TOOL;
	if (m.lost)
		fail(EXIT_TOOL, "stdout: %s", strerror(m.lost));
	if (!board->qemu && WIFEXITED(w) && WEXITSTATUS(w) == EXIT_TOOL)
		return EXIT_TOOL;	/* the same of a process, which has said it */
	return m.status;
}
