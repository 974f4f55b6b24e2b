/* SPDX-License-Identifier: Apache-2.0 */
/* Images for flash, and what any image says of itself (boards/image.h). */
#ifndef CPIT_COMPILER_FLASH_H
#define CPIT_COMPILER_FLASH_H

#include "../boards/image.h"
#include "target.h"

struct job;

/* "app.bin"; fails where that is the name of the ELF file. */
char *flash_path(const char *elf);
/*
 * Prepares app.bin of app.elf.  Where the image is larger than the flash it says
 * so, and an old one goes.
 */
void make_flash(const char *elf, const struct settings *set, const char *path);
/* The same of an image that was linked by hand. */
void flash_elf(const char *elf, const struct settings *set);

/* The header of an ELF file or a .bin; false when that is no image. */
bool read_header(const char *path, struct cpit_image_header *h, bool *elf);
/* The bytes that an ELF file loads, or a .bin; false when that is no image. */
bool read_image(const char *path, struct text *image, bool *elf);
/* The header of these bytes, or NULL. */
struct cpit_image_header *header_in(const struct text *image);
/* It is for another board. */
_Noreturn void not_for(const char *path, const struct board *b);

/*
 * statement.c: what is linked; then its numbers, of an image that is linked at
 * `base' and has `data' bytes before its data.
 */
void make_statement(struct text *t, const struct job *jobs, size_t n,
		    const struct settings *set);
void fill_statement(const struct text *image, const char *elf, uint64_t base,
		    uint32_t data);
/* False for a .bin of another ISA; a damaged one tells that itself. */
bool flash_fits(const char *path, const char *isa);
/* The board that an image was built for, where that is known, or NULL. */
const struct board *image_board(const char *path);
/* Prints it; fails when the image is not as it says. */
int inspect_flash(const char *path);

#endif
