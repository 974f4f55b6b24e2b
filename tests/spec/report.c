/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"
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

/* One place per line of "NAME WHERE PASSED TOTAL". */
struct entry {
	char name[128], where[16];
	unsigned passed, total;
};

/* Each line of a file that may be missing. */
static void each_line(const char *path, void (*take)(char *line))
{
	FILE *f = fopen(path, "r");
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			take(line);
	}
	if (f)
		fclose(f);
}

static void take_gap(char *line)
{
	char *reason = strchr(line, ' '), *colon;
	struct gap g = { 0 };

	if (!reason || !reason[1])
		fail(EXIT_TOOL, "gaps: no reason: %s", line);
	*reason = '\0';
	g.refused = !strncmp(reason + 1, "refused: ", 9);
	colon = strchr(line, ':');
	if (colon) {
		g.line = (unsigned)strtoul(colon + 1, NULL, 10);
		*colon = '\0';
	}
	g.name = xstrdup(line);
	gaps = xrealloc(gaps, (ngaps + 1) * sizeof(*gaps));
	gaps[ngaps++] = g;
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

static bool excused(const char *name, unsigned line, const char *said)
{
	bool found = false;
	size_t i;

	for (i = 0; i < ngaps; i++) {
		struct gap *g = &gaps[i];

		if ((g->line && g->line != line) || fnmatch(g->name, name, 0) ||
		    (g->refused && !comes_of_refusal(said)))
			continue;
		g->fits = true;
		found = true;
	}
	return found;
}

void report_init(struct report *r, const struct combination *c,
		 const struct script *scripts, size_t n, const char *path)
{
	*r = (struct report){ .c = c, .scripts = scripts, .n = n };
	r->counts = xmalloc(n * (c->nboards + 1) * sizeof(*r->counts));
	memset(r->counts, 0, n * (c->nboards + 1) * sizeof(*r->counts));
	each_line(path, take_gap);
}

static struct count *count_of(const struct report *r, size_t script, size_t b)
{
	return &r->counts[script * (r->c->nboards + 1) + b];
}

static const char *where(const struct report *r, size_t b)
{
	return b < r->c->nboards ? r->c->boards[b] : "tools";
}

static size_t find_script(const struct report *r, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strlen(r->scripts[i].name) == len &&
		    !memcmp(r->scripts[i].name, name, len))
			return i;
	fail(EXIT_TOOL, "output about an unknown script: %.*s", (int)len, name);
}

/* ------------------------------------------------------------ refusals */

static const char *verdict_of(const struct spec_module *m)
{
	if (m->assembled == REFUSED || m->assembled == BROKEN)
		return m->assembled == REFUSED ? "" : "wat2wasm broke";
	switch (m->compiled[0]) {
	case REFUSED:
		return "";
	case BUILT:
		return "not refused";
	default:
		return "catchpit did not refuse it with status 126, one line "
		       "and no output";
	}
}

void report_refusals(struct report *r)
{
	size_t i, k;

	r->complete = r->c->nboards > 0;
	for (i = 0; i < r->n; i++) {
		const struct script *s = &r->scripts[i];
		struct count *c = count_of(r, i, r->c->nboards);

		c->done = s->nrefusals > 0;
		for (k = 0; k < s->nrefusals; k++) {
			const struct refusal *f = &s->refusals[k];
			const char *why = verdict_of(f->module);

			c->total++;
			if (!*why)
				c->passed++;
			else if (excused(s->name, f->line, why))
				c->gaps++;
			else
				add(&c->unexcused, "%u: %s: %s\n", f->line, why,
				    module_complaint(r->c->dir, f->module));
		}
	}
}

/* -------------------------------------------------------------- images */

/* Why a module was not built, for a failure that says no more than that. */
static char *explain(const struct report *r, const struct script *s,
		     const char *said)
{
	size_t i;

	if (!strstr(said, "module was not built"))
		return xstrdup("");
	for (i = 0; i < s->nmodules; i++) {
		const struct spec_module *m = s->modules[i];
		char *why = module_complaint(r->c->dir, m);

		if (m->purpose == TO_RUN && *why)
			return format(", the first because %s", why);
	}
	return xstrdup("");
}

/* Not built, and not refused either. */
static bool any_broken(const struct script *s)
{
	size_t i;

	for (i = 0; i < s->nmodules; i++)
		if (s->modules[i]->assembled == BROKEN ||
		    s->modules[i]->compiled[0] == BROKEN ||
		    s->modules[i]->compiled[1] == BROKEN)
			return true;
	return false;
}

/* "FAIL name:line: what" */
static void take_failure(struct report *r, size_t b, const char *s)
{
	size_t len = strcspn(s, ":");
	size_t i = find_script(r, s, len);
	struct count *c = count_of(r, i, b);
	unsigned line = (unsigned)strtoul(s + len + 1, NULL, 10);

	if (excused(r->scripts[i].name, line,
		    any_broken(&r->scripts[i]) ? "a tool broke" : s))
		c->gaps++;
	else
		add(&c->unexcused, "%s%s\n", s + len + 1,
		    explain(r, &r->scripts[i], s));
}

/* "died NAME: reason": nothing of it counts. */
static void take_death(struct report *r, size_t b, const char *s)
{
	size_t len = strcspn(s, ":");
	size_t i = find_script(r, s, len);
	struct count *c = count_of(r, i, b);

	c->done = true;
	c->total = r->scripts[i].checks;
	if (excused(r->scripts[i].name, 0, s))
		c->gaps += c->total;
	else
		add(&c->unexcused, "0: the machine ended%s\n", s + len);
}

static void take_output(struct report *r, size_t b, char *out)
{
	char *line, *save;

	for (line = strtok_r(out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "FAIL ", 5)) {
			take_failure(r, b, line + 5);
		} else if (!strncmp(line, "died ", 5)) {
			take_death(r, b, line + 5);
		} else if (!strncmp(line, "script ", 7)) {
			size_t len = strcspn(line + 7, " ");
			struct count *c = count_of(r, find_script(r, line + 7,
								  len), b);

			c->done = true;
			sscanf(line + 7 + len, "%u %u", &c->passed, &c->total);
		}
	}
}

void report_images(struct report *r, size_t nimages)
{
	size_t i, b;

	for (i = 0; i < nimages; i++)
		for (b = 0; b < r->c->nboards; b++) {
			char *out = read_file(format("%s/%s-%zu.out", r->c->dir,
						     r->c->boards[b], i), NULL);

			take_output(r, b, out);
			free(out);
		}
}

/* ------------------------------------------------------------- records */

static struct entry *entries;
static size_t nentries;

static void take_entry(char *line)
{
	struct entry e;

	if (sscanf(line, "%127s %15s %u %u", e.name, e.where, &e.passed,
		   &e.total) != 4)
		fail(EXIT_TOOL, "bad line in the record: %s", line);
	entries = xrealloc(entries, (nentries + 1) * sizeof(*entries));
	entries[nentries++] = e;
}

static struct entry *find_entry(const char *name, const char *place)
{
	size_t i;

	for (i = 0; i < nentries; i++)
		if (!strcmp(entries[i].name, name) &&
		    !strcmp(entries[i].where, place))
			return &entries[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->where, y->where);
}

void report_record(const struct report *r, const char *record,
		   const char *commit)
{
	struct text t = { 0 };
	size_t i, b;

	nentries = 0;
	each_line(record, take_entry);
	for (i = 0; i < r->n; i++)
		for (b = 0; b <= r->c->nboards; b++) {
			const struct count *c = count_of(r, i, b);
			char *line = format("%s %s %u %u", r->scripts[i].name,
					    where(r, b), c->passed, c->total);
			struct entry *e = find_entry(r->scripts[i].name,
						     where(r, b));

			if (c->done && !e) {
				take_entry(line);
			} else if (c->done) {
				e->passed = c->passed;
				e->total = c->total;
			}
			free(line);
		}
	qsort(entries, nentries, sizeof(*entries), compare);
	add(&t, "# script, where, checks passed, of: written by make spec at "
		"%s\n", commit);
	for (i = 0; i < nentries; i++)
		add(&t, "%s %s %u %u\n", entries[i].name, entries[i].where,
		    entries[i].passed, entries[i].total);
	write_text(record, &t);
}

/* ------------------------------------------------------------- printing */

static void indented(const char *s)
{
	unsigned lines = 0;

	for (; s && *s && lines < 20; s += strcspn(s, "\n") + 1, lines++)
		printf("    %.*s\n", (int)strcspn(s, "\n"), s);
}

static bool print_case(const struct report *r, size_t i, size_t b, bool compared)
{
	const struct count *c = count_of(r, i, b);
	const struct entry *e = find_entry(r->scripts[i].name, where(r, b));
	bool differs = compared && (!e || e->passed != c->passed ||
				    e->total != c->total);
	char *name = format("%s %s", r->scripts[i].name, where(r, b));

	if (!c->done)
		return true;
	if (c->unexcused.len)
		printf("FAIL spec/%s: %u of %u failed\n", name,
		       c->total - c->passed, c->total);
	else if (differs && e)
		printf("FAIL spec/%s: %u of %u passed, but on record are %u of %u\n",
		       name, c->passed, c->total, e->passed, e->total);
	else if (differs)
		printf("FAIL spec/%s: not on record\n", name);
	else
		printf("ok spec/%s\n", name);
	printf("    %u of %u", c->passed, c->total);
	printf(c->gaps ? ", %u known gaps\n" : "\n", c->gaps);
	indented(c->unexcused.s);
	free(name);
	return !c->unexcused.len && !differs;
}

/* "proposals/threads", or "core" and "simd" out of the suite's own folder. */
static char *group_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (slash)
		return format("%.*s", (int)(slash - name), name);
	return xstrdup(strncmp(name, "simd_", 5) ? "core" : "simd");
}

static void print_totals(const struct report *r)
{
	char *group = NULL;
	size_t i, k, b;

	for (i = 0; i < r->n; i++) {
		char *g = group_of(r->scripts[i].name);
		bool seen = false;

		for (k = 0; k < i && !seen; k++)
			seen = !strcmp(group_of(r->scripts[k].name), g);
		group = g;
		for (b = 0; !seen && b <= r->c->nboards; b++) {
			unsigned passed = 0, total = 0;

			for (k = i; k < r->n; k++) {
				struct count *c = count_of(r, k, b);

				if (strcmp(group_of(r->scripts[k].name), group))
					continue;
				passed += c->passed;
				total += c->total;
			}
			printf("  %s %s: %u of %u\n", group, where(r, b), passed,
			       total);
		}
	}
}

bool report_print(struct report *r, const char *record)
{
	bool good = true;
	size_t i, b, k;

	nentries = 0;
	if (record)
		each_line(record, take_entry);
	for (i = 0; i < r->n; i++)
		for (b = 0; b <= r->c->nboards; b++)
			good &= print_case(r, i, b, record);
	for (k = 0; r->complete && k < ngaps; k++) {
		for (i = 0; i < r->n; i++)
			if (!fnmatch(gaps[k].name, r->scripts[i].name, 0))
				break;
		if (gaps[k].fits || i == r->n ||
		    (r->some && strchr(gaps[k].name, '*')))
			continue;
		printf("FAIL spec/gaps/%s-%u: it passes\n", gaps[k].name,
		       gaps[k].line);
		good = false;
	}
	print_totals(r);
	return good;
}
