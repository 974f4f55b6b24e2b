/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key of a cache entry.  By contents: the module, this program (what
 * repairs, joins and flags), wasm2c, the runtime's headers, libguest.a.  By
 * path, size and time of change, as make has it: the compilers' programs,
 * headers and libraries.
 */
#include "cache.h"
#include <ftw.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static SHA2_CTX *walk_hash;	/* nftw() has no argument for it */
static bool walk_contents;

static void hash(SHA2_CTX *h, const void *p, size_t n)
{
	SHA256Update(h, p, n);
}

/* With its end, so that "ab" "c" is not "a" "bc". */
static void hash_word(SHA2_CTX *h, const char *s)
{
	hash(h, s ? s : "", strlen(s ? s : "") + 1);
}

static void hash_stamp(SHA2_CTX *h, const char *path)
{
	char text[PATH_MAX + 100];
	struct stat st;

	if (stat(path, &st))
		memset(&st, 0, sizeof(st));
	snprintf(text, sizeof(text), "%s %lld %lld.%09ld", path,
		 (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		 st.st_mtim.tv_nsec);
	hash_word(h, text);
}

static void hash_contents(SHA2_CTX *h, const char *path)
{
	size_t len;
	char *s;

	if (access(path, R_OK)) {
		hash_word(h, "not there");
		return;
	}
	s = read_file(path, &len);
	hash(h, &len, sizeof(len));
	hash(h, s, len);
	free(s);
}

static int visit(const char *path, const struct stat *st, int type,
		 struct FTW *ftw)
{
	(void)st;
	if (type != FTW_F && type != FTW_SL)
		return 0;
	if (!walk_contents) {
		hash_stamp(walk_hash, path);
		return 0;
	}
	hash_word(walk_hash, path + ftw->base);
	hash_contents(walk_hash, path);
	return 0;
}

/* A folder of headers, in the order of the file system, which keeps it. */
static void hash_folder(SHA2_CTX *h, const char *dir, bool contents)
{
	walk_hash = h;
	walk_contents = contents;
	hash_word(h, contents ? "folder" : dir);
	nftw(dir, visit, 16, FTW_PHYS);
}

/* A program as execvp() would find it, and what a link leads to. */
static void hash_program(SHA2_CTX *h, const char *name)
{
	const char *path = getenv("PATH");
	char *found = NULL, real[PATH_MAX];

	if (strchr(name, '/'))
		found = xstrdup(name);
	while (!found && path && *path) {
		size_t n = strcspn(path, ":");
		char *try = format("%.*s/%s", (int)n, path, name);

		if (!access(try, X_OK))
			found = try;
		path += n + (path[n] == ':');
	}
	hash_word(h, name);
	if (found && realpath(found, real))
		hash_stamp(h, real);
}

/* What the compiler says it uses: "-print-prog-name=cc1" and the like. */
static char *ask(const struct arch *a, const char *question)
{
	struct list cmd = { 0 };
	char *answer;

	push_arch(&cmd, a->gcc);
	push(&cmd, "%s", question);
	if (run_command(&cmd, &answer))
		return xstrdup("");
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

static void hash_tools(SHA2_CTX *h, const struct settings *set)
{
	static const char *const programs[] = { "cc1", "as", "ld" };
	static const char *const files[] = { "libc.a", "libgcc.a",
					     "picolibc.specs" };
	const struct arch *a = set->arch;
	size_t i;

	hash_program(h, a->gcc[0]);
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		hash_program(h, ask(a, format("-print-prog-name=%s",
					      programs[i])));
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		hash_stamp(h, ask(a, format("-print-file-name=%s", files[i])));
	hash_folder(h, ask(a, "-print-file-name=include"), false);
	if (set->clang) {
		struct list version = { 0 };
		char *says;

		hash_program(h, a->clang[0]);
		push(&version, "%s", a->clang[0]);
		push(&version, "--version");	/* its libraries' too */
		run_command(&version, &says);
		hash_word(h, says);
		free(says);
	}
}

/* Variables that gcc or clang look at, or we for them. */
static void hash_environment(SHA2_CTX *h)
{
	static const char *const names[] = { "CPATH", "C_INCLUDE_PATH",
		"COMPILER_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH",
		"CCC_OVERRIDE_OPTIONS", "SOURCE_DATE_EPOCH" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		hash_word(h, v ? "set" : "unset");
		hash_word(h, v);
	}
}

static void hash_settings(SHA2_CTX *h, const struct settings *set)
{
	const struct arch *a = set->arch;
	struct list cmd = { 0 };
	size_t i;

	push_compiler(&cmd, set);
	push_arch(&cmd, (const char *const[]){ a->libc_include, NULL });
	for (i = 0; i < cmd.n; i++)
		hash_word(h, cmd.v[i]);
	hash_folder(h, cmd.v[cmd.n - 1], false);
	hash_folder(h, format("%s/rt/include", home()), true);
	hash_folder(h, format("%s/arch/%s/include", home(), a->name), true);
	hash_contents(h, guest_library(set));
}

char *cache_key(const struct job *j)
{
	char *key = xmalloc(SHA256_DIGEST_STRING_LENGTH);
	SHA2_CTX h;

	SHA256Init(&h);
	hash_contents(&h, "/proc/self/exe");
	hash_contents(&h, wasm2c());
	hash_program(&h, "node");
	hash_environment(&h);
	hash_settings(&h, j->set);
	hash_tools(&h, j->set);
	if (j->mod.features & FEAT_SIMD)
		hash_folder(&h, SIMDE, false);
	hash_word(&h, j->name);
	hash(&h, j->mod.bytes, j->mod.size);
	return SHA256End(&h, key);
}
