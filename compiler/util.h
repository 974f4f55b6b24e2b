/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, buffers, files and child processes of the host tool. */
#ifndef CPIT_COMPILER_UTIL_H
#define CPIT_COMPILER_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Exit statuses of catchpit itself (README.md). */
enum {
	EXIT_USAGE = 2,
	EXIT_TOOL = 125,	/* a tool or the machine failed */
	EXIT_NOEXEC = 126,	/* not executable wasm */
	EXIT_NOENT = 127,	/* does not exist */
};

#define PRINTF(a, b) __attribute__((format(printf, a, b)))

/* Prints one line, "catchpit: ...", removes the work directory and exits. */
_Noreturn void fail(int status, const char *fmt, ...) PRINTF(2, 3);

void *xmalloc(size_t n);			/* all zero */
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
/* With room for one more element behind the n that it has. */
void *grow(void *array, size_t n, size_t size);
/* As an lvalue, the element that an array's growth by one brings. */
#define NEXT(v, n) (*((v) = grow((v), (n), sizeof(*(v))), &(v)[(n)++]))
char *format(const char *fmt, ...) PRINTF(1, 2);	/* malloc'ed */

/* Text that grows. */
struct text {
	char *s;
	size_t len, room;
};
void add(struct text *t, const char *fmt, ...) PRINTF(2, 3);
void vadd(struct text *t, const char *fmt, va_list ap);
void add_bytes(struct text *t, const void *p, size_t n);

/* A list of strings that ends with NULL: a command line, or file names. */
struct list {
	char **v;
	size_t n;
};
void push(struct list *l, const char *fmt, ...) PRINTF(2, 3);
void push_all(struct list *l, const char *const *v);

/* Fails with EXIT_NOENT for no file, EXIT_NOEXEC for one that cannot be read. */
void must_exist(const char *path);

/* Whole files.  read_file() fails with EXIT_TOOL when it cannot. */
char *read_file(const char *path, size_t *len);
char *read_if_there(const char *path, size_t *len);	/* or NULL */
void write_file(const char *path, const void *data, size_t len);
void write_text(const char *path, const struct text *t);
/*
 * Finished files, put in their places whole or not at all: two at most are
 * prepared, then all are delivered, the last one first.  Devices are written.
 */
void prepare(const char *from, const char *to);
/* The same with bytes; zeros, which take no room, up to `size'. */
void prepare_data(const struct text *t, size_t size, const char *to);
void prepare_none(const char *to);		/* an old one is removed */
void deliver_all(void);
void deliver(const char *from, const char *to);	/* one alone */
bool is_special(const char *path);
/* From the start of an empty file; blocks of zeros become holes.  Or errno. */
bool write_sparse(int fd, const char *s, size_t len);
/*
 * Who ends now, by a signal or fail(), unlinks this name in an open directory;
 * NULL: it is in its place.
 */
void half_written(int dir, const char *name);

/* In the work directory, made at first use and removed at exit or by a signal. */
char *work_path(const char *fmt, ...) PRINTF(1, 2);

/*
 * Runs a command with its output in the work directory; its exit status, or
 * -1 when it cannot be started.  *output (may be NULL) is what it printed.
 */
int run_command(const struct list *cmd, char **output);
/* The line of a tool's output that says what went wrong. */
const char *error_line(const char *out);
/* Runs it and fails with EXIT_TOOL, that line of its output included. */
void must_run(const struct list *cmd, const char *what);
/* Of a tool that is not there: says so, and what installs it. */
_Noreturn void not_found(const char *tool);
/* Runs several commands, as many at a time as there are CPUs. */
void must_run_all(const struct list *cmds, size_t n, const char *what);

/* All that run, with what they have started; for a signal's handler. */
void kill_tools(int sig);

/* "compiling app.wasm ..." on a terminal; nothing in a pipe. */
void progress(const char *fmt, ...) PRINTF(1, 2);
void progress_done(void);

/* Where catchpit's own files are: the folder above the executable's. */
const char *home(void);

static inline bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* The first line of s, as a static copy. */
const char *first_line(const char *s);

/*
 * "64K", "1M", "1G", or bytes without a letter; false when it is none, or its
 * number is over 1 Gi.
 */
bool parse_size(const char *s, unsigned long *v);

#endif
