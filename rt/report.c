/* SPDX-License-Identifier: Apache-2.0 */
#include <catchpit/module.h>
#include <catchpit/report.h>
#include <string.h>

struct sink {
	cpit_put_fn *put;
	void *ctx;
};

static void text(const struct sink *s, const char *t)
{
	s->put(s->ctx, t, strlen(t));
}

/*
 * A name from the module: guest-controlled, so that only printable ASCII
 * without space goes out, and a long one is cut (KAN-04, KAN-10).
 */
static void name(const struct sink *s, const char *t)
{
	size_t n;

	for (n = 0; t[n] && n < 100; n++) {
		char c = t[n] > ' ' && t[n] < 0x7f ? t[n] : '?';

		s->put(s->ctx, &c, 1);
	}
	if (t[n])
		text(s, "...");
}

static void number(const struct sink *s, uint64_t v, unsigned base)
{
	char buf[20];
	size_t i = sizeof(buf);

	do {
		buf[--i] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	s->put(s->ctx, buf + i, sizeof(buf) - i);
}

static void field(const struct sink *s, const char *label, uint64_t v,
		  unsigned base)
{
	text(s, label);
	number(s, v, base);
}

__attribute__((noinline))
static void access(const struct sink *s, const char *label, bool has,
		   uint64_t v)
{
	text(s, label);
	if (has)
		field(s, "0x", v, 16);
	else
		text(s, "-");
}

static void func(const struct sink *s, const struct cpit_frame *f)
{
	const char *n = f->module->names + f->func->name;

	if (*n) {
		name(s, n);
	} else {
		field(s, "#", f->func->index, 10);
	}
}

static void frame(const struct sink *s, const struct cpit_outcome *out,
		  unsigned i)
{
	field(s, "  #", i, 10);
	text(s, " ");
	func(s, &out->frames[i]);
	field(s, " +0x", out->frames[i].offset, 16);
	text(s, "\n");
}

static void line(const struct sink *s, const struct cpit_outcome *out,
		 const struct cpit_module *m)
{
	const struct cpit_frame *f = out->nframes ? &out->frames[0] : NULL;

	text(s, "catchpit: trap=");
	text(s, cpit_trap_name(out->trap));
	text(s, " signal=");
	text(s, cpit_signal_name(out->signal));
	field(s, " status=", (uint64_t)cpit_host_status(out), 10);
	text(s, " module=");
	name(s, f ? f->module->name : m->name);
	text(s, " func=");
	if (f)
		func(s, f);
	else
		text(s, "-");
	field(s, " pc=0x", out->pc, 16);
	access(s, " addr=", out->has_addr, out->addr);
	access(s, " size=", out->has_addr, out->size);
	field(s, " depth=", out->depth, 10);
	text(s, "\n");
}

void cpit_report(const struct cpit_outcome *out, const struct cpit_module *m,
		 cpit_put_fn *put, void *ctx)
{
	const struct sink s = { put, ctx };
	unsigned i;

	if (out->end != CPIT_TRAPPED)
		return;
	for (i = 0; i < out->nframes; i++)
		frame(&s, out, i);
	if (out->truncated)
		text(&s, "  ... more frames\n");
	line(&s, out, m);
}
