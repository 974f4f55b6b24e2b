/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"
#include "gaps.h"
#include "record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report_init(struct report *r, const struct combination *c,
		 const struct script *scripts, size_t n, const char *path)
{
	*r = (struct report){ .c = c, .scripts = scripts, .n = n };
	r->counts = xmalloc(n * (c->nboards + 1) * sizeof(*r->counts));
	gaps_read(path);
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
			else if (gap_excuses(s->name, f->line, why))
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

	if (gap_excuses(r->scripts[i].name, line,
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
	if (gap_excuses(r->scripts[i].name, 0, s))
		c->gaps += c->total;
	else
		add(&c->unexcused, "0: the machine ended%s\n", s + len);
}

static void take_output(struct report *r, size_t b, char *out)
{
	char *line, *save;

	for (line = strtok_r(out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (begins(line, "FAIL ")) {
			take_failure(r, b, line + 5);
		} else if (begins(line, "died ")) {
			take_death(r, b, line + 5);
		} else if (begins(line, "script ")) {
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

void report_record(const struct report *r, const char *path,
		   const char *commit)
{
	size_t i, b;

	record_read(path);
	for (i = 0; i < r->n; i++)
		for (b = 0; b <= r->c->nboards; b++) {
			const struct count *c = count_of(r, i, b);

			if (c->done)
				record_put(r->scripts[i].name, where(r, b),
					   c->passed, c->total);
		}
	record_write(path, commit);
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
	const struct entry *e = record_find(r->scripts[i].name, where(r, b));
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
	return xstrdup(begins(name, "simd_") ? "simd" : "core");
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
	size_t i, b;

	record_read(record);
	for (i = 0; i < r->n; i++)
		for (b = 0; b <= r->c->nboards; b++)
			good &= print_case(r, i, b, record);
	if (r->complete)
		good &= gaps_print_idle(r->scripts, r->n, r->some);
	print_totals(r);
	return good;
}
