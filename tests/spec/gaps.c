/* SPDX-License-Identifier: Apache-2.0 */
#include "gaps.h"
#include "record.h"
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gap {
	char *name;
	unsigned line;		/* 0: all */
	bool refused;		/* only what comes of a module's refusal */
	bool fits;
};

static struct gap *gaps;
static size_t ngaps;

static void take_gap(char *line)
{
	char *reason = strchr(line, ' '), *colon;
	struct gap g = { 0 };

	if (!reason || !reason[1])
		fail(EXIT_TOOL, "gaps: no reason: %s", line);
	*reason = '\0';
	g.refused = begins(reason + 1, "refused: ");
	colon = strchr(line, ':');
	if (colon) {
		g.line = (unsigned)strtoul(colon + 1, NULL, 10);
		*colon = '\0';
	}
	g.name = xstrdup(line);
	NEXT(gaps, ngaps) = g;
}

void gaps_read(const char *path)
{
	each_line(path, take_gap);
}

/* What the board says when a module is not there: it was not built. */
static bool comes_of_refusal(const char *said)
{
	static const char *const texts[] = {
		"module was not built", "no instance ",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strstr(said, texts[i]))
			return true;
	return false;
}

bool gap_excuses(const char *script, unsigned line, const char *said)
{
	bool found = false;
	size_t i;

	for (i = 0; i < ngaps; i++) {
		struct gap *g = &gaps[i];

		if ((g->line && g->line != line) || fnmatch(g->name, script, 0) ||
		    (g->refused && !comes_of_refusal(said)))
			continue;
		g->fits = true;
		found = true;
	}
	return found;
}

/* Does it name one of these scripts? */
static bool names_any(const struct gap *g, const struct script *scripts,
		      size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!fnmatch(g->name, scripts[i].name, 0))
			return true;
	return false;
}

bool gaps_print_idle(const struct script *scripts, size_t n, bool some)
{
	bool good = true;
	size_t i;

	for (i = 0; i < ngaps; i++) {
		const struct gap *g = &gaps[i];

		if (g->fits || !names_any(g, scripts, n) ||
		    (some && strchr(g->name, '*')))
			continue;
		printf("FAIL spec/gaps/%s-%u: it passes\n", g->name, g->line);
		good = false;
	}
	return good;
}
