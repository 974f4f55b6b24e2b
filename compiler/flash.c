/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.bin: what is flashed.  Text, constants and data of the ELF file, one
 * behind the other; text runs where it is, data is copied (boards/image.h).
 * Under a firmware that loads it into RAM everything is in its place already.
 */
#include "flash.h"
#include "stages.h"
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IMAGE_MAX = 1 << 30 };

/* What the ELF file loads, from its lowest physical address on. */
struct loaded {
	struct text image;
	uint64_t linked;	/* its address */
	uint64_t base, data;	/* physical addresses: of all, of data */
	size_t constants;	/* bytes before the padding of data */
};

static void pad_to(struct text *t, size_t len)
{
	static const char zeros[4096];

	while (t->len < len)
		add_bytes(t, zeros, len - t->len < sizeof(zeros) ?
			  len - t->len : sizeof(zeros));
}

static void add_file(struct text *t, int fd, uint64_t at, uint64_t n)
{
	char buf[65536];
	ssize_t got = 1;

	for (; n && got > 0; n -= (uint64_t)got, at += (uint64_t)got) {
		got = pread(fd, buf, n < sizeof(buf) ? n : sizeof(buf), (off_t)at);
		if (got > 0)
			add_bytes(t, buf, (size_t)got);
	}
}

static void add_segment(struct loaded *l, int fd, uint64_t size,
			const GElf_Phdr *ph)
{
	if (ph->p_filesz > size || ph->p_offset > size - ph->p_filesz)
		return;
	if (!l->image.len) {
		l->linked = ph->p_vaddr;
		l->base = ph->p_paddr;
	}
	if (ph->p_paddr - l->base > IMAGE_MAX)
		return;			/* damaged: no board has that much */
	if (ph->p_flags & PF_W)
		l->constants = l->image.len;
	pad_to(&l->image, ph->p_paddr - l->base);
	if (ph->p_flags & PF_W)
		l->data = ph->p_paddr;
	add_file(&l->image, fd, ph->p_offset, ph->p_filesz);
}

/* Of what is loaded no more than that many bytes are needed. */
static bool read_loaded(struct loaded *l, const char *path, size_t most)
{
	int i, fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	GElf_Phdr ph;
	Elf *elf;

	if (fd < 0 || fstat(fd, &st))
		fail(EXIT_TOOL, "%s: %s", path, strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	for (i = 0; l->image.len < most && gelf_getphdr(elf, i, &ph); i++) {
		if (ph.p_type != PT_LOAD)
			continue;
		if (ph.p_filesz > most)
			ph.p_filesz = most;
		add_segment(l, fd, (uint64_t)st.st_size, &ph);
	}
	elf_end(elf);
	close(fd);
	return l->data;
}

struct cpit_image_header *header_in(const struct text *image)
{
	struct cpit_image_header *h;

	h = (void *)(image->s + CPIT_IMAGE_HEADER_AT);
	if (image->len < CPIT_IMAGE_HEADER_AT + sizeof(*h) ||
	    memcmp(h->magic, CPIT_IMAGE_MAGIC, sizeof(h->magic)))
		return NULL;
	return h;
}

/* Data comes up to where the constants end: padding is for pages in RAM. */
static uint32_t pack_data(struct loaded *l)
{
	uint32_t at_data;
	size_t at = l->data - l->base;
	struct text t = { 0 };

	add_bytes(&t, l->image.s, l->constants);
	pad_to(&t, (t.len + 7) & ~(size_t)7);
	at_data = (uint32_t)t.len;
	header_in(&t)->data_load = at_data;
	add_bytes(&t, l->image.s + at, l->image.len - at);
	pad_to(&t, (t.len + 7) & ~(size_t)7);
	free(l->image.s);
	l->image = t;
	return at_data;
}

char *flash_path(const char *elf)
{
	size_t n = strlen(elf);

	if (n > 4 && !strcmp(elf + n - 4, ".elf"))
		n -= 4;
	else if (n > 4 && !strcmp(elf + n - 4, ".bin"))
		fail(EXIT_USAGE, "%s: the .bin is made beside the ELF file, "
		     "which needs another name", elf);
	return format("%.*s.bin", (int)n, elf);
}

/*
 * What runs at reset ends the flash, which ends at 4 GiB and has a size that is
 * a power of two; its last word is its base, for that code.
 */
static void add_reset(struct text *t, const struct settings *set)
{
	struct text end = { 0 };
	size_t size = 2u << 20;
	uint32_t base;

	end.s = read_file(built(set, set->board->reset), &end.len);
	while (size < t->len + end.len)
		size *= 2;
	base = 0u - (uint32_t)size;
	memcpy(end.s + end.len - sizeof(base), &base, sizeof(base));
	pad_to(t, size - end.len);
	add_bytes(t, end.s, end.len);
	free(end.s);
}

void make_flash(const char *elf, const struct settings *set, const char *path)
{
	const struct board *b = set->board;
	struct loaded l = { 0 };
	uint32_t data;

	if (!read_loaded(&l, elf, SIZE_MAX) || !header_in(&l.image))
		fail(EXIT_TOOL, "%s: no image", elf);
	data = (uint32_t)(l.data - l.base);
	if (!set->sbi)
		data = pack_data(&l);
	fill_statement(&l.image, elf, l.linked, data);
	if (b->reset)
		add_reset(&l.image, set);
	if (!set->sbi && l.image.len > b->flash) {
		prepare_none(path);
		fprintf(stderr, "catchpit: %s: not made: it takes %zu bytes, "
			"and %s has %zu of flash\n", path, l.image.len,
			b->name, b->flash);
	} else {
		prepare_data(&l.image, set->sbi || b->reset ? 0 : b->flash, path);
	}
	free(l.image.s);
}

bool read_header(const char *path, struct cpit_image_header *h, bool *elf)
{
	uint8_t head[4096];
	const struct cpit_image_header *in;
	struct loaded l = { 0 };
	int fd = is_special(path) ? -1 : open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	*elf = n >= 4 && !memcmp(head, ELFMAG, SELFMAG);
	if (*elf)
		read_loaded(&l, path, sizeof(head));
	else if (n > 0)
		add_bytes(&l.image, head, (size_t)n);
	in = header_in(&l.image);
	if (in)
		*h = *in;
	free(l.image.s);
	return in;
}

bool read_image(const char *path, struct text *image, bool *elf)
{
	struct cpit_image_header h;
	struct loaded l = { 0 };

	if (!read_header(path, &h, elf))
		return false;
	if (*elf)
		read_loaded(&l, path, SIZE_MAX);
	else
		l.image.s = read_file(path, &l.image.len);
	*image = l.image;
	return true;
}

void not_for(const char *path, const struct board *b)
{
	const struct board *own = image_board(path);

	fail(EXIT_USAGE, "%s: not an image for board %s%s%s, see --board", path,
	     b->name, own ? ", but for " : "", own ? own->name : "");
}

static bool is_for(const char *path, const struct arch *arch)
{
	Elf64_Ehdr h;
	size_t len;
	char *s = read_file(path, &len);
	bool is = len >= sizeof(h) &&
		  ((Elf64_Ehdr *)memcpy(&h, s, sizeof(h)))->e_machine ==
		  arch->machine;

	free(s);
	return is;
}

void flash_elf(const char *path, const struct settings *set)
{
	const struct board *board = image_board(path);
	struct settings own = *set;
	struct cpit_image_header h;
	bool elf;

	must_exist(path);
	if (!set->board->flash)
		fail(EXIT_USAGE, "%s: nothing to flash on board %s", path,
		     set->board->name);
	if (!read_header(path, &h, &elf) || !elf) {
		if (board && board != set->board)
			not_for(path, set->board);
		fail(EXIT_NOEXEC, "%s: not an ELF file of a catchpit image",
		     path);
	}
	if (!is_for(path, set->arch))
		not_for(path, set->board);
	own.sbi = h.boot == CPIT_BOOT_SBI;
	make_flash(path, &own, flash_path(path));
	deliver_all();
}
