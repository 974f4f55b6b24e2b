/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees of files as archives in cpio's "newc" format, and their way into a file
 * system and out of it.  An archive is a row of entries and ends with one whose
 * mode is 0 and whose name is TRAILER!!!:
 *
 *	"070701", 13 numbers of 8 hexadecimal digits, name, NUL, contents
 *
 * Name and contents are each filled up to a multiple of 4 bytes.  The header's
 * numbers are below; those not named are 0.  Names are relative paths without
 * ".."; a directory comes before what is in it.
 *
 * What other tools make is understood, too: names may begin with "./", and "."
 * itself is passed over; entries that share a device and an inode are names of
 * one file, whose contents come with any of them (with the last one by GNU cpio).
 *
 * Any context that the file system and put() may be called in.  No lock is
 * taken: nobody else uses the tree meanwhile.  Of the stack cpit_cpio_pack()
 * takes up to 2 KiB, the others 1 KiB, what those two take not counted.
 */
#ifndef CPIT_CPIO_H
#define CPIT_CPIO_H

#include <catchpit/wasi_fs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CPIO_HEADER = 110,
	CPIO_INODE = 6 + 8 * 0,		/* of the header, at these bytes */
	CPIO_MODE = 6 + 8 * 1,
	CPIO_NLINK = 6 + 8 * 4,
	CPIO_MTIME = 6 + 8 * 5,		/* seconds since 1970 */
	CPIO_SIZE = 6 + 8 * 6,		/* of the contents */
	CPIO_MAJOR = 6 + 8 * 7,		/* of the device */
	CPIO_MINOR = 6 + 8 * 8,
	CPIO_NAMESIZE = 6 + 8 * 11,	/* with the NUL */
	CPIO_CHECK = 6 + 8 * 12,	/* 1: as it was, contents left out */

	CPIO_TYPE = 0170000,		/* of the mode */
	CPIO_DIR = 0040000, CPIO_FILE = 0100000, CPIO_LINK = 0120000,
};

struct cpio_entry {
	uint32_t mode, mtime, size, check;
	uint32_t links, inode, major, minor;	/* links: how many names it has */
	const char *name;		/* ends with NUL */
	const char *data;		/* size bytes */
};

/* Writes a header for those and a name of that many bytes with its NUL. */
void cpit_cpio_header(char header[CPIO_HEADER], const struct cpio_entry *e,
		      uint32_t namesize);

/*
 * The entry at *at of an archive; *at moves past it.  1, 0 for the end of the
 * archive, -1 if it is damaged: nothing outside [archive, archive + size) is
 * looked at, and names are as promised above.
 */
int cpit_cpio_next(const char *archive, size_t size, size_t *at,
		   struct cpio_entry *e);

/*
 * Puts an archive's contents below a directory, over what is there.  0,
 * -CPIT_WASI_EINVAL for a damaged archive, or what the file system says.
 */
int cpit_cpio_unpack(const struct cpit_wasi_fs *fs, struct cpit_wasi_node *dir,
		     const char *archive, size_t size);

/*
 * Gives what lies below a directory to put(), entry by entry, under names that
 * begin with what stands in path (CPIT_WASI_PATH_MAX bytes, "" for nothing);
 * what has not changed since `when' (ctim), nor lies below a directory that got
 * its name later (named), without its contents.  0 or what the file system says,
 * or -CPIT_WASI_EFBIG of a file over 4 GiB, -CPIT_WASI_ENAMETOOLONG below a
 * directory: path is what that was said of.  cpit_cpio_end() then ends the archive.
 */
int cpit_cpio_pack(const struct cpit_wasi_fs *fs, struct cpit_wasi_node *dir,
		   char *path, uint64_t when,
		   void (*put)(void *ctx, const void *p, size_t n), void *ctx);
void cpit_cpio_end(void (*put)(void *ctx, const void *p, size_t n), void *ctx);

/*
 * The directory of a relative path without "." and "..", made when it is not
 * there, referenced.  0 or what the file system says.
 */
int cpit_cpio_directory(const struct cpit_wasi_fs *fs,
			struct cpit_wasi_node *from, const char *path,
			struct cpit_wasi_node **dir);

#endif
