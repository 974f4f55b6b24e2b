/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `catchpit symbolize': reports with the places of their functions in the
 * source behind each frame; all else goes through as it is.
 *
 * A frame has a function's name and no address.  The innermost one's address is
 * the pc of the line that ends the report, so frames are held until then.  Of
 * others all functions of that name, and as long as that, are told.  A report
 * with anything that this image has not is another's, and all of it goes through.
 */
#include "elffile.h"
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
	char *foreign;		/* what showed another image's report, or NULL */
	bool moves;		/* it runs where the kernel puts it: no pc tells */
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

/* The first thing that shows another image's report is told at the end. */
static void PRINTF(2, 3) foreign(struct filter *fl, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vadd(&t, fmt, ap);
	va_end(ap);
	if (fl->foreign)
		free(t.s);
	else
		fl->foreign = t.s;
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

/*
 * A frame with what is known of its function; false if the image has no such
 * function.  `trapped' is where the trap was, if known: it is frame 0 and no
 * other.
 */
static bool add_frame(struct filter *fl, struct text *out, const char *line,
		      const struct symbol *trapped, uint64_t pc)
{
	struct text t = { 0 };
	bool news = false, found = false;
	struct shown_frame f;
	size_t i, k;

	if (!read_frame(line, &f)) {		/* "... more frames" */
		add(out, "%s", line);
		return true;
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
	if (!found)
		foreign(fl, "no function %s of over 0x%lx bytes", f.name,
			f.offset);
	add(out, "%.*s%s%s", f.len, line, news ? t.s : "", line + f.len);
	free(t.s);
	return found;
}

/* All frames of a report that is ours; of another's none (`own'). */
static void release(struct filter *fl, bool own, const struct symbol *trapped,
		    uint64_t pc)
{
	struct text t = { 0 };
	size_t i;

	if (own && !fl->held.n && !fl->framed && trapped) {
		printf("  #0 ");		/* the last line is alone */
		print_symbol(trapped, pc - trapped->module->text -
			     trapped->start);
	}
	for (i = 0; own && i < fl->held.n; i++)
		own = add_frame(fl, &t, fl->held.v[i], trapped, pc);
	for (i = 0; i < fl->held.n; i++) {
		if (!own)
			fputs(fl->held.v[i], stdout);
		free(fl->held.v[i]);
	}
	if (own)
		fwrite(t.s, 1, t.len, stdout);
	free(t.s);
	fl->held.n = 0;
}

static bool has_module(const struct image *im, const char *name)
{
	size_t i;

	for (i = 0; i < im->nmodules; i++)
		if (!strcmp(name, shown(im->modules[i].name)))
			return true;
	return false;
}

/* Where a trap was that nobody raised: in a module, if not in a function. */
static bool in_text(const struct image *im, uint64_t pc)
{
	size_t i;

	for (i = 0; i < im->nmodules; i++)
		if (pc - im->modules[i].text < im->modules[i].size)
			return true;
	return false;
}

/*
 * A report's last line: where its trap was, if that is in a function; false if
 * it is another image's.
 */
static bool read_report(struct filter *fl, const char *line,
			const struct symbol **trapped, uint64_t *pc)
{
	char module[128], func[128];
	const struct symbol *s;
	unsigned long v;

	if (sscanf(line, "catchpit: trap=%*s signal=%*s status=%*s "
		   "module=%127s func=%127s pc=0x%lx", module, func, &v) != 3)
		return true;
	if (fl->moves)
		v = 0;
	s = image_find(&fl->im, *pc = v);
	if (v && !in_text(&fl->im, v))
		foreign(fl, "0x%lx is in no module", v);
	else if (s && strcmp(s->shown, func))
		foreign(fl, "0x%lx is in %s, not in %s", v, s->shown, func);
	else if (!has_module(&fl->im, module))
		foreign(fl, "no module %s", module);
	else
		return *trapped = s, true;
	return false;
}

static void filter(struct filter *fl)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int err;

	while ((n = getline(&line, &room, stdin)) > 0) {
		const struct symbol *trapped = NULL;
		struct shown_frame f;
		uint64_t pc = 0;
		bool own;

		if (strlen(line) == (size_t)n &&
		    (read_frame(line, &f) ||
		     begins(line, "  ... more frames"))) {
			push(&fl->held, "%s", line);
			continue;
		}
		own = read_report(fl, line, &trapped, &pc);
		release(fl, own, trapped, pc);
		fl->framed = begins(line, "  #");
		fwrite(line, 1, (size_t)n, stdout);
	}
	err = errno;
	release(fl, true, NULL, 0);
	if (ferror(stdin))
		fail(EXIT_TOOL, "stdin: %s", strerror(err));
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
	fl.moves = elffile_type(files->v[0]) == ET_DYN;
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
