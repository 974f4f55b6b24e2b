/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `catchpit symbolize': reports with the places of their functions in the
 * source behind each frame; all else goes through as it is.
 *
 * A frame has a function's name and no address.  The innermost one's address is
 * the pc of the line that ends the report, so frames are held until then.  Of
 * others all functions of that name, and as long as that, are told.
 */
#include "symbolize.h"
#include "stages.h"
#include <catchpit/load.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct filter {
	struct image im;
	struct list held;	/* frames */
	bool framed;		/* the line before was a frame, if none is held */
	char *foreign;		/* what shows another image's report, or NULL */
};

/* -------------------------------------------------------- what is given */

static struct image_module *module_of(struct image *im, const char *wasm)
{
	char *name = module_name(wasm);
	size_t i;

	if (im->nmodules == 1)
		return im->modules;
	for (i = 0; i < im->nmodules; i++)
		if (!strcmp(im->modules[i].name, name))
			return &im->modules[i];
	fail(EXIT_USAGE, "%s: no module '%s' in %s", wasm, name, im->path);
}

static void attach(struct image *im, const struct text *info, const char *path)
{
	struct image_module *to = module_of(im, path);
	struct module *m = xmalloc(sizeof(*m));
	char err[1024], *code;
	int status;
	size_t i;
	bool same;

	if (!module_read(m, path, err, sizeof(err), &status))
		fail(status, "%s", err);
	code = info_fact(info, to->name, "code");
	same = !code || strtoul(code, NULL, 16) ==
			cpit_crc32(m->bytes + m->code_at, m->code_size);
	for (i = 0; i < to->nsymbols; i++)
		same = same && to->symbols[i].index < m->nfuncs &&
		       to->symbols[i].index >= m->nimported_funcs;
	if (!same)
		fail(EXIT_NOEXEC, "%s: not the module in %s", path, im->path);
	free(code);
	for (i = 0; i < to->nsymbols; i++) {
		const char *name = function_name(m, to->symbols[i].index);

		if (*to->symbols[i].shown == '#' && *name)
			to->symbols[i].given = shown(name);
	}
	to->wasm = m;
	lines_open(&to->lines, m);
}

/* "index name" a line. */
static void read_names(struct image *im, const char *path)
{
	struct image_module *m = im->modules;
	char *all, *line, *save, *name;
	size_t i;

	if (im->nmodules != 1)
		fail(EXIT_USAGE, "%s: --names is for an image of one module",
		     im->path);
	must_exist(path);
	all = read_file(path, NULL);
	for (line = strtok_r(all, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		unsigned long index = strtoul(line, &name, 10);

		if (name == line || *name != ' ' || !name[1])
			fail(EXIT_USAGE, "%s: not 'index name': %s", path,
			     shown(line));
		for (i = 0; i < m->nsymbols; i++)
			if (m->symbols[i].index == index)
				m->symbols[i].given = shown(name + 1);
	}
	free(all);
}

/* ------------------------------------------------------- what is printed */

/* "in NAME at FILE:LINE", or what is known of it; true if it is news. */
static bool add_place(struct text *t, const struct symbol *s)
{
	const char *name = s->given ? s->given : s->shown, *line = "";

	if (s->module->wasm)
		line = lines_of(&s->module->lines, s->index);
	add(t, "in %s%s%s", name, *line ? " at " : "", line);
	return *line || strcmp(name, s->shown);
}

static void print_symbol(const struct symbol *s, uint64_t offset)
{
	struct text t = { 0 };

	printf("%s +0x%llx", s->shown, (unsigned long long)offset);
	if (add_place(&t, s))
		printf("   %s", t.s);
	printf("\n");
	free(t.s);
}

struct shown_frame {
	unsigned number;
	char name[128];
	unsigned long offset;
	int len;		/* of the text, without the line's end */
};

static bool read_frame(const char *line, struct shown_frame *f)
{
	f->len = 0;
	return sscanf(line, "  #%u %127s +0x%lx%n", &f->number, f->name,
		      &f->offset, &f->len) == 3 &&
	       !line[f->len + (int)strspn(line + f->len, "\r\n")];
}

/* `trapped' is where the trap was, if known: it is frame 0 and no other. */
static void print_frame(struct filter *fl, const char *line,
			const struct symbol *trapped, uint64_t pc)
{
	struct text t = { 0 };
	bool news = false, found = false;
	struct shown_frame f;
	size_t i, k;

	if (!read_frame(line, &f)) {		/* "... more frames" */
		fputs(line, stdout);
		return;
	}
	if (f.number || !trapped || strcmp(f.name, trapped->shown) ||
	    pc - trapped->module->text - trapped->start != f.offset)
		trapped = NULL;
	for (i = 0; i < fl->im.nmodules; i++) {
		const struct image_module *m = &fl->im.modules[i];

		for (k = 0; k < m->nsymbols; k++) {
			const struct symbol *s = &m->symbols[k];

			/* The pc may be the one behind a last call. */
			if (strcmp(s->shown, f.name) || f.offset > s->size ||
			    (trapped && s != trapped))
				continue;
			add(&t, found ? " or " : "   ");
			news |= add_place(&t, s);
			found = true;
		}
	}
	if (!found && !fl->foreign)
		fl->foreign = format("no function %s of over 0x%lx bytes",
				     f.name, f.offset);
	printf("%.*s%s%s", f.len, line, news ? t.s : "", line + f.len);
	free(t.s);
}

static void release(struct filter *fl, const struct symbol *trapped,
		    uint64_t pc)
{
	size_t i;

	if (!fl->held.n && !fl->framed && trapped) {	/* the last line alone */
		printf("  #0 ");
		print_symbol(trapped, pc - trapped->module->text -
			     trapped->start);
	}
	for (i = 0; i < fl->held.n; i++) {
		print_frame(fl, fl->held.v[i], trapped, pc);
		free(fl->held.v[i]);
	}
	fl->held.n = 0;
}

/* A report's last line: where its trap was, if that is in a function. */
static const struct symbol *read_report(struct filter *fl, const char *line,
					uint64_t *pc)
{
	const struct symbol *s;
	char func[128];
	unsigned long v;

	if (sscanf(line, "catchpit: trap=%*s signal=%*s status=%*s module=%*s "
		   "func=%127s pc=0x%lx", func, &v) != 2)
		return NULL;
	s = image_find(&fl->im, *pc = v);
	if (!s || !strcmp(s->shown, func))
		return s;
	if (!fl->foreign)
		fl->foreign = format("0x%lx is in %s, not in %s", v, s->shown,
				     func);
	return NULL;
}

static void filter(struct filter *fl)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		const struct symbol *trapped;
		struct shown_frame f;
		uint64_t pc = 0;

		if (strlen(line) == (size_t)n &&
		    (read_frame(line, &f) ||
		     begins(line, "  ... more frames"))) {
			push(&fl->held, "%s", line);
			continue;
		}
		trapped = read_report(fl, line, &pc);
		release(fl, trapped, pc);
		fl->framed = begins(line, "  #");
		fwrite(line, 1, (size_t)n, stdout);
	}
	release(fl, NULL, 0);
	free(line);
}

static void print_address(const struct image *im, const char *arg)
{
	const struct symbol *s;
	unsigned long long pc;
	char *end;

	errno = 0;
	pc = strtoull(arg, &end, 16);
	if (errno || end == arg || *end)
		fail(EXIT_USAGE, "not an address: %s", arg);
	s = image_find(im, pc);
	printf("%s ", arg);
	if (s)
		print_symbol(s, pc - s->module->text - s->start);
	else
		printf("in no wasm function\n");
}

int symbolize(const struct symbolize_options *opt)
{
	const struct list *files = opt->files;
	struct filter fl = { 0 };
	struct text info = { 0 };
	size_t i;

	image_read(&fl.im, files->v[0]);
	read_info(files->v[0], &info);
	for (i = 0; i < opt->wasm.n; i++)
		attach(&fl.im, &info, opt->wasm.v[i]);
	if (opt->names)
		read_names(&fl.im, opt->names);
	for (i = 1; i < files->n; i++)
		print_address(&fl.im, files->v[i]);
	if (files->n == 1)
		filter(&fl);
	fflush(stdout);
	if (fl.foreign)
		fail(EXIT_USAGE, "%s: not the image of this report: %s",
		     files->v[0], fl.foreign);
	return 0;
}
