/* SPDX-License-Identifier: Apache-2.0 */
/* One module, from its file to the object that images and kernels link. */
#include "cache.h"
#include "stages.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *module_name(const char *path)
{
	const char *base = strrchr(path, '/');
	char *name, *p, *dot;

	name = xstrdup(base ? base + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = '\0';
	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	/* Functions of module.h: cpit_module_register is not to be a descriptor. */
	if (!strcmp(name, "register") || !strcmp(name, "unregister"))
		return format("%s_", name);
	return name;
}

void job_read(struct job *j, const char *path, const struct settings *set)
{
	static unsigned count;
	char err[1024];
	int status;

	memset(j, 0, sizeof(*j));
	j->path = path;
	j->set = set;
	j->name = module_name(path);
	if (!module_read(&j->mod, path, err, sizeof(err), &status))
		fail(status, "%s", err);
	j->outputs = output_count(&j->mod);
	j->dir = work_path("j%u", count++);
	mkdir(j->dir, 0700);
}

/* What takes the time; stages after it check what the cache has all the same. */
static void make_native(struct job *j)
{
	char *key = cache_wanted() ? cache_key(j) : NULL;

	if (key && cache_fetch(j, key)) {
		free(key);
		return;
	}
	stage_translate(j);
	stage_glue(j);
	stage_native(j);
	if (key)
		cache_store(j, key);
	free(key);
}

void job_compile(struct job *j)
{
	if (j->mod.features & FEAT_SIMD)
		offer_simde(j);
	make_native(j);
	stage_object(j);
	stage_depth(j);
	stage_describe(j);
}
