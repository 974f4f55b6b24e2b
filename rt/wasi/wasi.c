/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public side: an instance's state and its list of imports.
 */
#include "wasi_impl.h"
#include <string.h>

enum {
	RIGHTS_BOTH = RIGHT_FD_DATASYNC | RIGHT_FD_SYNC |
		      RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_FILESTAT_GET |
		      RIGHT_POLL_FD_READWRITE,
	/* No right to seek or tell: this is how isatty() knows a terminal. */
	RIGHTS_IN = RIGHTS_BOTH | RIGHT_FD_READ,
	RIGHTS_OUT = RIGHTS_BOTH | RIGHT_FD_WRITE,
};

void cpit_wasi_init(struct cpit_wasi *w, const struct cpit_wasi_host *host,
		    uint32_t nargs, const char *const *args, uint32_t nenv,
		    const char *const *env)
{
	memset(w, 0, sizeof(*w));
	w->host = host;
	w->nargs = nargs;
	w->args = args;
	w->nenv = nenv;
	w->env = env;
	for (uint8_t i = 0; i < CPIT_WASI_NFDS; i++) {
		w->fds[i].open = true;
		w->fds[i].stream = i;
		w->fds[i].rights = i == CPIT_WASI_STDIN ? RIGHTS_IN :
							  RIGHTS_OUT;
	}
}

struct wasi_function {
	const char *name;
	const char *sig;	/* as in struct cpit_type */
	void (*fn)(void);
};

#define FN(name, sig) { #name, sig, (void (*)(void))cpit_wasi_##name }

static const struct wasi_function functions[] = {
	FN(args_get, "ii:i"),
	FN(args_sizes_get, "ii:i"),
	FN(clock_res_get, "ii:i"),
	FN(clock_time_get, "iIi:i"),
	FN(environ_get, "ii:i"),
	FN(environ_sizes_get, "ii:i"),
	FN(fd_advise, "iIIi:i"),
	FN(fd_allocate, "iII:i"),
	FN(fd_close, "i:i"),
	FN(fd_datasync, "i:i"),
	FN(fd_fdstat_get, "ii:i"),
	FN(fd_fdstat_set_flags, "ii:i"),
	FN(fd_fdstat_set_rights, "iII:i"),
	FN(fd_filestat_get, "ii:i"),
	FN(fd_filestat_set_size, "iI:i"),
	FN(fd_filestat_set_times, "iIIi:i"),
	FN(fd_pread, "iiiIi:i"),
	FN(fd_prestat_dir_name, "iii:i"),
	FN(fd_prestat_get, "ii:i"),
	FN(fd_pwrite, "iiiIi:i"),
	FN(fd_read, "iiii:i"),
	FN(fd_readdir, "iiiIi:i"),
	FN(fd_renumber, "ii:i"),
	FN(fd_seek, "iIii:i"),
	FN(fd_sync, "i:i"),
	FN(fd_tell, "ii:i"),
	FN(fd_write, "iiii:i"),
	FN(path_create_directory, "iii:i"),
	FN(path_filestat_get, "iiiii:i"),
	FN(path_filestat_set_times, "iiiiIIi:i"),
	FN(path_link, "iiiiiii:i"),
	FN(path_open, "iiiiiIIii:i"),
	FN(path_readlink, "iiiiii:i"),
	FN(path_remove_directory, "iii:i"),
	FN(path_rename, "iiiiii:i"),
	FN(path_symlink, "iiiii:i"),
	FN(path_unlink_file, "iii:i"),
	FN(poll_oneoff, "iiii:i"),
	FN(proc_exit, "i:"),
	FN(proc_raise, "i:i"),
	FN(random_get, "ii:i"),
	FN(sched_yield, ":i"),
	FN(sock_accept, "iii:i"),
	FN(sock_recv, "iiiiii:i"),
	FN(sock_send, "iiiii:i"),
	FN(sock_shutdown, "ii:i"),
};

_Static_assert(sizeof(functions) / sizeof(functions[0]) == CPIT_WASI_NIMPORTS,
	       "number of functions");

size_t cpit_wasi_imports(struct cpit_wasi *w, struct cpit_import *out,
			 size_t max)
{
	size_t n = max < CPIT_WASI_NIMPORTS ? max : CPIT_WASI_NIMPORTS;

	for (size_t i = 0; i < n; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		out[i].module = "wasi_snapshot_preview1";
		out[i].name = functions[i].name;
		out[i].type.kind = CPIT_FUNC;
		out[i].type.sig = functions[i].sig;
		out[i].fn = functions[i].fn;
		out[i].ctx = w;
	}
	return n;
}
