/* SPDX-License-Identifier: Apache-2.0 */
#include "module.h"
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_NOT_WASM = 126, STATUS_NO_FILE = 127 };

const char *feature_name(enum feature bit)
{
	switch (bit) {
	case FEAT_SIMD: return "simd";
	case FEAT_THREADS: return "threads";
	case FEAT_EXCEPTIONS: return "exceptions";
	case FEAT_MULTI_MEMORY: return "multi-memory";
	case FEAT_CUSTOM_PAGE: return "custom-page-sizes";
	case FEAT_TAIL_CALL: return "tail-call";
	case FEAT_MEMORY64: return "memory64";
	case FEAT_BULK: return "bulk-memory";
	case FEAT_REF_TYPES: return "reference-types";
	case FEAT_MULTI_VALUE: return "multi-value";
	case FEAT_EXTENDED_CONST: return "extended-const";
	case FEAT_SIGN_EXT: return "sign-extension";
	case FEAT_SAT_TRUNC: return "saturating-float-to-int";
	case FEAT_COUNT: break;
	}
	return "unknown";
}

bool module_parse(struct module *m, const char *path, const uint8_t *bytes,
		  size_t size, char *err, size_t errlen)
{
	memset(m, 0, sizeof(*m));
	m->path = path;
	m->bytes = malloc(size ? size : 1);
	if (!m->bytes) {
		snprintf(err, errlen, "%s: out of memory", path);
		return false;
	}
	memcpy(m->bytes, bytes, size);
	m->size = size;
	return parse_all(m, err, errlen);
}

/* ------------------------------------------------------------------- files */

/*
 * All of a file of any kind into m->bytes: the size a file claims to have is
 * only a first guess, as that of a pipe is 0.
 */
static bool read_all(struct module *m, int fd, size_t room)
{
	ssize_t n = 0;
	uint8_t *bigger;

	do {
		m->size += (size_t)n;
		if (!m->bytes || m->size == room) {
			room = m->bytes ? 2 * room : room;
			bigger = realloc(m->bytes, room);
			if (!bigger)
				return false;
			m->bytes = bigger;
		}
		n = read(fd, m->bytes + m->size, room - m->size);
	} while (n > 0 && m->size <= MODULE_MAX_SIZE);
	return n >= 0;
}

static bool fail(const char *path, const char *why, char *err, size_t errlen)
{
	snprintf(err, errlen, "%s: %s", path, why);
	parse_one_line(err);
	return false;
}

static bool read_file(struct module *m, int fd, char *err, size_t errlen)
{
	struct stat st;
	size_t room = 4096;

	if (fstat(fd, &st))
		return fail(m->path, strerror(errno), err, errlen);
	if (S_ISDIR(st.st_mode))
		return fail(m->path, "is a directory", err, errlen);
	if (S_ISREG(st.st_mode) && st.st_size >= 4096 &&
	    st.st_size <= MODULE_MAX_SIZE)
		room = (size_t)st.st_size + 1;
	if (st.st_size <= MODULE_MAX_SIZE && !read_all(m, fd, room))
		return fail(m->path, strerror(errno), err, errlen);
	if (st.st_size > MODULE_MAX_SIZE || m->size > MODULE_MAX_SIZE)
		return fail(m->path, "larger than 256 MiB, which is refused",
			    err, errlen);
	return true;
}

bool module_read(struct module *m, const char *path, char *err, size_t errlen,
		 int *status)
{
	bool ok;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(m, 0, sizeof(*m));
	m->path = path;
	*status = fd < 0 && (errno == ENOENT || errno == ENOTDIR) ?
		  STATUS_NO_FILE : STATUS_NOT_WASM;
	if (fd < 0)
		return fail(path, strerror(errno), err, errlen);
	ok = read_file(m, fd, err, errlen);
	close(fd);
	return ok && parse_all(m, err, errlen);
}

static void free_entities(struct entity *e, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		free(e[i].module);
		free(e[i].field);
		free(e[i].name);
	}
	free(e);
}

void module_free(struct module *m)
{
	uint32_t i;

	for (i = 0; i < m->ntypes; i++) {
		free(m->types[i].params);
		free(m->types[i].results);
	}
	free(m->types);
	free_entities(m->funcs, m->nfuncs);
	free_entities(m->tables, m->ntables);
	free_entities(m->memories, m->nmemories);
	free_entities(m->globals, m->nglobals);
	free_entities(m->tags, m->ntags);
	for (i = 0; i < m->nexports; i++)
		free(m->exports[i].name);
	free(m->exports);
	free(m->imports);
	free(m->elems);
	free(m->indirect);
	free(m->tails);
	free(m->name);
	free(m->bytes);
	memset(m, 0, sizeof(*m));
}
