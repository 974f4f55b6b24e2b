/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statement of an image (boards/image.h): its words before the link, its
 * numbers when the .bin is made, and what `inspect' makes of both.
 */
#include "elffile.h"
#include "flash.h"
#include "stages.h"
#include "symbolize.h"
#include <catchpit/load.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t add_string(struct text *t, const char *s)
{
	uint32_t at = (uint32_t)t->len;

	add_bytes(t, s, strlen(s) + 1);
	return at;
}

/* What was built, from what, how: equal for equal builds. */
static char *about(const struct job *jobs, size_t n, const struct settings *set)
{
	struct text t = { 0 };
	size_t i;

	add(&t, "image %s %s isa %s abi %u\n", set->board->name,
	    set->sbi ? "sbi" : "bare", set->arch->name, CPIT_ABI);
	for (i = 0; i < n; i++) {
		const struct module *m = &jobs[i].mod;

		add(&t, "module %s code %08x %s %s %s\n", jobs[i].name,
		    cpit_crc32(m->bytes + m->code_at, m->code_size),
		    set->clang ? "clang" : "gcc", set->level,
		    memory_name(set->memory));
	}
	return t.s;
}

void make_statement(struct text *t, const struct job *jobs, size_t n,
		    const struct settings *set)
{
	uint32_t nparts = (uint32_t)n + 5, i;
	size_t size = sizeof(struct cpit_statement) +
		      nparts * sizeof(struct cpit_image_part);
	struct cpit_statement *s = xmalloc(size);
	struct text strings = { 0 };

	s->nparts = nparts;
	add_bytes(&strings, (const void *)s, size);
	s->about = add_string(&strings, about(jobs, n, set));
	for (i = 0; i < nparts; i++)
		s->part[i].name = add_string(&strings,
			i == 0 ? "boot" : i == 1 ? "text" :
			i < n + 2 ? format("module %s", jobs[i - 2].name) :
			i < n + 4 ? "constants" : "data");
	memcpy(strings.s, s, size);
	add_bytes(t, strings.s, strings.len);
	free(strings.s);
	free(s);
}

/* ------------------------------------------------------------ its numbers */

static struct cpit_statement *statement_in(const struct text *image)
{
	const struct cpit_image_header *h = header_in(image);
	struct cpit_statement *s;
	size_t size, fixed, i;

	if (!h || h->statement > h->statement_end ||
	    h->statement_end > image->len || h->statement % 4)
		return NULL;
	s = (void *)(image->s + h->statement);
	size = h->statement_end - h->statement;
	if (size < sizeof(*s) ||
	    s->nparts > (size - sizeof(*s)) / sizeof(s->part[0]))
		return NULL;
	fixed = sizeof(*s) + s->nparts * sizeof(s->part[0]);
	if (fixed >= size || ((char *)s)[size - 1] || s->about >= size)
		return NULL;
	for (i = 0; i < s->nparts; i++)
		if (s->part[i].name >= size)
			return NULL;
	return s;
}

static uint32_t crc_of(const struct text *image,
		       const struct cpit_image_part *p)
{
	return cpit_crc32(image->s + p->offset, p->size);
}

/* Of the statement, behind its first word. */
static uint32_t own_crc(const struct text *image,
			const struct cpit_statement *s)
{
	return cpit_crc32((const char *)s + sizeof(s->crc),
			  header_in(image)->statement_end -
			  header_in(image)->statement - sizeof(s->crc));
}

static uint32_t identity_of(const struct cpit_statement *s)
{
	struct text t = { 0 };
	uint32_t i, crc;

	for (i = 0; i < s->nparts; i++)
		add_bytes(&t, &s->part[i].crc, sizeof(s->part[i].crc));
	add_bytes(&t, (const char *)s + s->about,
		  strlen((const char *)s + s->about));
	crc = cpit_crc32(t.s, t.len);
	free(t.s);
	return crc;
}

/* Where that module's text is in the image. */
static uint32_t module_at(const struct image *linked, uint64_t base,
			  const char *name)
{
	size_t i;

	for (i = 0; i < linked->nmodules; i++)
		if (!strcmp(linked->modules[i].name, name))
			return (uint32_t)(linked->modules[i].text - base);
	fail(EXIT_TOOL, "%s: no module %s", linked->path, name);
}

/* The places of all parts: one behind the other, around the statement. */
static void place_parts(struct cpit_statement *s,
			const struct cpit_image_header *h,
			const struct image *linked, uint64_t base,
			uint32_t data, uint32_t end)
{
	struct cpit_image_part *p = s->part;
	uint32_t n = s->nparts, i;

	p[0].offset = 0;
	p[1].offset = h->text;
	for (i = 2; i < n - 3; i++)
		p[i].offset = module_at(linked, base,
			(const char *)s + p[i].name + strlen("module "));
	p[n - 3].offset = h->text_end;
	p[n - 2].offset = h->statement_end;
	p[n - 1].offset = data;
	for (i = 0; i < n; i++)
		p[i].size = (i == n - 1 ? end : i == n - 3 ? h->statement :
			     p[i + 1].offset) - p[i].offset;
}

void fill_statement(const struct text *image, const char *elf, uint64_t base,
		    uint32_t data)
{
	struct cpit_image_header *h = header_in(image);
	struct cpit_statement *s = statement_in(image);
	struct image linked = { 0 };
	uint32_t i;

	if (!s)
		return;			/* an image of somebody else's */
	h->stated = CPIT_IMAGE_STATED;
	image_read(&linked, elf);
	place_parts(s, h, &linked, base, data, (uint32_t)image->len);
	for (i = 0; i < s->nparts; i++)
		s->part[i].crc = crc_of(image, &s->part[i]);
	s->identity = identity_of(s);
	s->crc = own_crc(image, s);
}

/* -------------------------------------------------------------- inspect */

static bool print_part(const struct text *image, const struct cpit_statement *s,
		       const struct cpit_image_part *p)
{
	bool inside = p->offset <= image->len &&
		      p->size <= image->len - p->offset;
	bool ok = inside && crc_of(image, p) == p->crc;

	printf("part %s at %#x size %u crc %08x %s\n",
	       (const char *)s + p->name, p->offset, p->size, p->crc,
	       ok ? "ok" : "damaged");
	return ok;
}

static const struct cpit_statement *sound(const struct text *image)
{
	const struct cpit_statement *s = statement_in(image);

	return s && header_in(image)->stated == CPIT_IMAGE_STATED &&
	       own_crc(image, s) == s->crc ? s : NULL;
}

/* What was built; NULL where nothing is said, or it is damaged. */
static char *about_of(const char *path)
{
	const struct cpit_statement *s = NULL;
	struct text image = { 0 };
	char *about = NULL;
	bool elf;

	if (read_image(path, &image, &elf))
		s = elf ? statement_in(&image) : sound(&image);
	if (s)
		about = xstrdup((const char *)s + s->about);
	free(image.s);
	return about;
}

bool flash_fits(const char *path, const char *isa)
{
	const char *about = about_of(path);

	return !about || strstr(about, format(" isa %s ", isa));
}

/* It has a module, and it was linked with the host's C library. */
static bool is_process(const char *path)
{
	int type = elffile_type(path);
	struct elffile f;
	bool is;

	if (type != ET_EXEC && type != ET_DYN)
		return false;
	is = elffile_open(&f, path) && elffile_section(&f, ".cpit_info") &&
	     elffile_section(&f, ".note.ABI-tag");
	elffile_close(&f);
	return is;
}

const struct board *image_board(const char *path)
{
	const char *about = about_of(path);
	char name[32];

	if (about && sscanf(about, "image %31s", name) == 1)
		return find_board(name);
	return is_process(path) ? find_board("host") : NULL;
}

int inspect_flash(const char *path)
{
	const struct cpit_statement *s;
	struct text image = { 0 };
	bool ok = true;
	uint32_t i;

	image.s = read_file(path, &image.len);
	s = sound(&image);
	if (!s)
		fail(EXIT_NOEXEC, "%s: this image is damaged: statement", path);
	printf("%sidentity %08x\n", (const char *)s + s->about, s->identity);
	for (i = 0; i < s->nparts; i++)
		ok &= print_part(&image, s, &s->part[i]);
	fflush(stdout);
	if (!ok)
		fail(EXIT_NOEXEC, "%s: this image is damaged", path);
	return 0;
}
