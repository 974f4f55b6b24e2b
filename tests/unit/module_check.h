/* SPDX-License-Identifier: Apache-2.0 */
/* A module, as the reader sees it: refused or accepted. */
#ifndef CPIT_TESTS_MODULE_CHECK_H
#define CPIT_TESTS_MODULE_CHECK_H

#include "check.h"
#include "module.h"
#include "wasm.h"

static inline bool parse(struct module *m, const struct wasm *w, char err[512])
{
	return module_parse(m, "t.wasm", w->b, w->n, err, 512);
}

/* Refused, in one line that starts with the path and holds `why'. */
static inline void refused(const struct wasm *w, const char *why)
{
	struct module m;
	char err[512] = "";
	bool ok = parse(&m, w, err);

	CHECK_MSG(!ok, "accepted, but should be refused: %s", why);
	if (!ok) {
		CHECK_MSG(strstr(err, why), "\"%s\" in \"%s\"", why, err);
		CHECK_MSG(!strncmp(err, "t.wasm: ", 8), "%s", err);
		CHECK_MSG(!strchr(err, '\n'), "%s", err);
	}
	module_free(&m);
}

static inline void accepted(const struct wasm *w, const char *what,
			    unsigned features)
{
	struct module m;
	char err[512];
	bool ok = parse(&m, w, err);

	CHECK_MSG(ok, "%s: %s", what, err);
	CHECK_MSG(!ok || m.features == features, "%s: features %x, not %x",
		  what, m.features, features);
	module_free(&m);
}

#endif
