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
	for (uint8_t i = 0; i < CPIT_WASI_NSTREAMS; i++) {
		w->fds[i].open = true;
		w->fds[i].stream = i;
		w->fds[i].rights = i == CPIT_WASI_STDIN ? RIGHTS_IN :
							  RIGHTS_OUT;
	}
}

int cpit_wasi_preopen(struct cpit_wasi *w, const char *name,
		      const struct cpit_wasi_fs *fs, struct cpit_wasi_node *dir)
{
	struct cpit_wasi_fd *f = cpit_wasi_fd_free(w);

	if (f == NULL)
		return -CPIT_WASI_EMFILE;
	*f = (struct cpit_wasi_fd){
		.fs = fs, .node = dir, .preopen = name, .open = true,
		.type = CPIT_WASI_DIRECTORY, .rights = RIGHTS_DIR,
		.inheriting = RIGHTS_DIR | RIGHTS_FILE,
	};
	return 0;
}

void cpit_wasi_close(struct cpit_wasi *w)
{
	for (uint32_t i = 0; i < CPIT_WASI_NFDS; i++) {
		struct cpit_wasi_fd *f = &w->fds[i];

		if (f->open && f->fs != NULL)
			f->fs->release(f->node);
		f->open = false;
	}
}

#define FN(name, sig) \
	const struct cpit_wasi_function cpit_wasi_fn_##name = { \
		#name, sig, (void (*)(void))cpit_wasi_##name \
	};
CPIT_WASI_FUNCTIONS(FN)

#define ADDRESS(name, sig) &cpit_wasi_fn_##name,
static const struct cpit_wasi_function *const all[] = {
	CPIT_WASI_FUNCTIONS(ADDRESS)
	NULL
};

_Static_assert(sizeof(all) / sizeof(all[0]) == CPIT_WASI_NIMPORTS + 1,
	       "number of functions");

size_t cpit_wasi_bind(struct cpit_wasi *w,
		      const struct cpit_wasi_function *const *list,
		      struct cpit_import *out, size_t max)
{
	size_t i;

	for (i = 0; i < max && list[i] != NULL; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		out[i].module = "wasi_snapshot_preview1";
		out[i].name = list[i]->name;
		out[i].type.kind = CPIT_FUNC;
		out[i].type.sig = list[i]->sig;
		out[i].fn = list[i]->fn;
		out[i].ctx = w;
	}
	return i;
}

size_t cpit_wasi_imports(struct cpit_wasi *w, struct cpit_import *out,
			 size_t max)
{
	return cpit_wasi_bind(w, all, out, max);
}
