/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image says of itself; `catchpit' reads and completes it.  In front, at
 * the eighth byte, the header; among the constants the statement: what was
 * built, and what each part of it must be, byte by byte.  Both are
 * little-endian; offsets count from the first byte of the image.
 *
 * An ELF file has the statement without its numbers.  They come with the .bin,
 * whose boot code then registers nothing unless they are right.
 */
#ifndef CPIT_BOARDS_IMAGE_H
#define CPIT_BOARDS_IMAGE_H

#include <stdint.h>

#define CPIT_IMAGE_MAGIC "catchpit"
#define CPIT_IMAGE_HEADER_AT 8

enum cpit_image_boot {
	CPIT_BOOT_BARE,		/* by the machine's reset, or its loader */
	CPIT_BOOT_SBI,		/* by OpenSBI, in S-mode */
};

#define CPIT_IMAGE_STATED 0x5a17ed0fu

struct cpit_image_header {
	char magic[8];
	uint32_t boot;		/* enum cpit_image_boot */
	uint32_t stated;	/* CPIT_IMAGE_STATED, or 0: an ELF file */
	/* Where data is, to be copied; 0: in its place. */
	uint32_t data_load;
	uint32_t text, text_end;		/* less the boot code */
	uint32_t statement, statement_end;
};

struct cpit_image_part {
	uint32_t name;		/* where it is in the statement */
	uint32_t offset, size;
	uint32_t crc;		/* CRC-32 of IEEE 802.3 */
};

struct cpit_statement {
	uint32_t crc;		/* of all that follows */
	uint32_t identity;	/* of the whole build: CRC-32 of the parts' */
	uint32_t about;		/* a text: lines, for `catchpit inspect' */
	uint32_t nparts;
	struct cpit_image_part part[];
};

#endif
