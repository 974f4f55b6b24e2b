/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options, and the settings of an image or a run that they become. */
#include "options.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void options_set(struct options *o, const char *key, const char *value)
{
	add(&o->config, "%s=%s", key, value);
	add_bytes(&o->config, "", 1);
}

void options_set_once(struct options *o, const char *key, const char *value)
{
	struct text *t = &o->config;
	size_t at = 0, n = strlen(key), len;

	while (at < t->len) {
		len = strlen(t->s + at) + 1;
		if (strncmp(t->s + at, key, n) || t->s[at + n] != '=') {
			at += len;
			continue;
		}
		t->len -= len;
		memmove(t->s + at, t->s + at + len, t->len - at);
	}
	options_set(o, key, value);
}

unsigned options_number(const char *option, const char *s, unsigned min,
			unsigned max)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(s, &end, 10);
	if (errno || !isdigit((unsigned char)*s) || *end || v < min || v > max)
		usage(format("bad number for %s, %u to %u:", option, min, max),
		      s);
	return (unsigned)v;
}

static char *size_text(unsigned long v)
{
	static const char *const units[] = { "", "K", "M", "G" };
	unsigned i = 0;

	for (; i < 3 && v % 1024 == 0; i++)
		v /= 1024;
	return format("%lu%s", v, units[i]);
}

unsigned long options_size(const char *option, const char *s,
			   unsigned long min, unsigned long max)
{
	unsigned long v;

	if (!parse_size(s, &v) || v < min || v > max)
		usage(format("bad size for %s, %s to %s:", option,
			     size_text(min), size_text(max)), s);
	return v;
}

/* boards/main.c says what they are. */
static const char *const numbers[] = {
	"frame", "run", "writeback", "tty", "stack", "memory", "prefault",
	"tick", "quantum", "soft", "hard", "stats", "coredump", "ram", "cpus",
	"control", NULL
};
static const char *const words[] = {
	"arg", "env", "dir", "mount", "invoke", "v", "cpu", "initrd", NULL
};

static bool is_one_of(const char *const *v, const char *key)
{
	while (*v && strcmp(*v, key))
		v++;
	return *v;
}

void options_any(struct options *o, const char *s)
{
	const char *eq = strchr(s, '=');
	char *key;

	if (!eq || eq == s)
		usage("not KEY=VALUE:", s);
	key = format("%.*s", (int)(eq - s), s);
	if (is_one_of(numbers, key))
		options_number(format("--set %s", key), eq + 1, 0, UINT_MAX);
	else if (!is_one_of(words, key))
		o->unknown = key;
	options_set(o, key, eq + 1);
}
