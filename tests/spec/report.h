/* SPDX-License-Identifier: Apache-2.0 */
/* Counts per script and board, against the gaps (gaps.h) and the record (record.h). */
#ifndef CPIT_SPEC_REPORT_H
#define CPIT_SPEC_REPORT_H

#include "image.h"

struct count {
	unsigned passed, total;
	unsigned gaps;		/* failures that are excused */
	struct text unexcused;	/* the other ones, a line each */
	bool done;
};

struct report {
	const struct combination *c;
	const struct script *scripts;
	size_t n;
	/* For script s: counts[s * (nboards + 1) + b], the last for tools. */
	struct count *counts;
	bool complete;		/* refusals too: a gap that fits nothing is told */
	bool some;		/* of the scripts: but for gaps of many */
};

void report_init(struct report *r, const struct combination *c,
		 const struct script *scripts, size_t n, const char *gaps);
/* What had to be refused, and what the images of all boards printed. */
void report_refusals(struct report *r);
void report_images(struct report *r, size_t nimages);
/* Compares with a record (NULL: there is none), prints all cases: true if ok. */
bool report_print(struct report *r, const char *record);
/* Puts the counts into a record, in place of older ones. */
void report_record(const struct report *r, const char *record,
		   const char *commit);

#endif
