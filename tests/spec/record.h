/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of record: a line "NAME WHERE PASSED TOTAL" for each script and
 * board; WHERE is `tools' for what must be refused, which no board sees.
 */
#ifndef CPIT_SPEC_RECORD_H
#define CPIT_SPEC_RECORD_H

struct entry {
	char name[128], where[16];
	unsigned passed, total;
};

/* In place of what was read before; a file that is missing, or NULL, is empty. */
void record_read(const char *path);
const struct entry *record_find(const char *name, const char *where);
/* In place of an older one. */
void record_put(const char *name, const char *where, unsigned passed,
		unsigned total);
void record_write(const char *path, const char *commit);

/* Each line of a file that may be missing, but for comments. */
void each_line(const char *path, void (*take)(char *line));

#endif
