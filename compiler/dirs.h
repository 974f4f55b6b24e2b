/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of the host for guests: --dir and --writeback. */
#ifndef CPIT_COMPILER_DIRS_H
#define CPIT_COMPILER_DIRS_H

#include "util.h"
#include <time.h>

enum { ARCHIVE_MAX = 1 << 30 };		/* there, and back */

struct dirs {
	struct list hosts, guests;	/* of each --dir HOST=GUEST: "/a/b" */
	struct list places;		/* where it is in the archive: "a/b" */
	struct text archive;		/* catchpit/cpio.h; empty without --dir */
	time_t packed;			/* when it was made */
};

/* Takes "HOST[=GUEST]"; fails for a name that cannot be a guest's. */
void dirs_add(struct dirs *d, const char *arg);
/*
 * Fails when one folder is another, or in it: each would come back, and what is
 * removed by one name is written by the other.
 */
void dirs_apart(const struct dirs *d);
/*
 * Packs them all.  Fails, naming the file, for what is no file, directory or
 * symlink, and for a symlink that leads out of its --dir.
 */
void dirs_pack(struct dirs *d);

/*
 * Brings the host's folders to the state of an archive that a run sent back.
 * True, or false after a message for each file that could not be written.
 * Nothing outside the folders is touched, whatever the archive says: what it
 * names is reached without following a symlink.
 */
bool dirs_write_back(const struct dirs *d, const struct text *archive);

/*
 * Does a symlink at `name' (relative to the folder) stay in the folder, whatever
 * other symlinks of that kind it passes?  It may go up first, and not again.
 */
bool dirs_link_inside(const char *name, const char *target);

#endif
