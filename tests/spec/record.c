/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"
#include "util.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct entry *entries;
static size_t nentries;

void each_line(const char *path, void (*take)(char *line))
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

static void take_entry(char *line)
{
	struct entry e;

	if (sscanf(line, "%127s %15s %u %u", e.name, e.where, &e.passed,
		   &e.total) != 4)
		fail(EXIT_TOOL, "bad line in the record: %s", line);
	NEXT(entries, nentries) = e;
}

void record_read(const char *path)
{
	nentries = 0;
	if (path)
		each_line(path, take_entry);
}

static struct entry *find(const char *name, const char *where)
{
	size_t i;

	for (i = 0; i < nentries; i++)
		if (!strcmp(entries[i].name, name) &&
		    !strcmp(entries[i].where, where))
			return &entries[i];
	return NULL;
}

const struct entry *record_find(const char *name, const char *where)
{
	return find(name, where);
}

void record_put(const char *name, const char *where, unsigned passed,
		unsigned total)
{
	struct entry new = { .passed = passed, .total = total };
	struct entry *e = find(name, where);

	snprintf(new.name, sizeof(new.name), "%s", name);
	snprintf(new.where, sizeof(new.where), "%s", where);
	if (e)
		*e = new;
	else
		NEXT(entries, nentries) = new;
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->where, y->where);
}

void record_write(const char *path, const char *commit)
{
	struct text t = { 0 };
	size_t i;

	qsort(entries, nentries, sizeof(*entries), compare);
	add(&t, "# script, where, checks passed, of: written by make spec at "
		"%s\n", commit);
	for (i = 0; i < nentries; i++)
		add(&t, "%s %s %u %u\n", entries[i].name, entries[i].where,
		    entries[i].passed, entries[i].total);
	write_text(path, &t);
	free(t.s);
}
