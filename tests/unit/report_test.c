/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/report.c: the report's text, to the byte, and what becomes of the names a
 * guest can choose (KAN-04, KAN-10).
 */
#include "check.h"
#include <catchpit/module.h>
#include <catchpit/report.h>
#include <stdlib.h>
#include <string.h>

static struct cpit_func funcs[] = {
	{ .start = 0, .index = 7, .name = 1 },
	{ .start = 64, .index = 4000000000u, .name = 0 },
};
static struct cpit_module module = {
	.name = "app", .names = "\0main", .funcs = funcs, .nfuncs = LEN(funcs),
};
static struct cpit_module caller = { .name = "caller", .names = "" };

static char text[1 << 16];
static size_t len;

static void put(void *ctx, const char *s, size_t n)
{
	CHECK(ctx == text);
	if (n > sizeof(text) - 1 - len)
		abort();
	memcpy(text + len, s, n);
	len += n;
	text[len] = '\0';
}

static void report(const struct cpit_outcome *out)
{
	len = 0;
	text[0] = '\0';
	cpit_report(out, &caller, put, text);
}

static void says(const struct cpit_outcome *out, const char *want)
{
	report(out);
	CHECK_MSG(!strcmp(text, want), "got:\n%swanted:\n%s", text, want);
}

/* ------------------------------------------------------------ exact texts */

static void test_memory_fault(void)
{
	const struct cpit_outcome out = {
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_MEM_OOB,
		.signal = CPIT_SIGSEGV, .has_addr = true,
		.addr = 0x1fffffff0, .size = 65536,
		.pc = 0xffffffff80201234, .depth = 1, .nframes = 2,
		.frames = { { &module, &funcs[0], 0x1c },
			    { &module, &funcs[1], 0 } },
	};

	says(&out, "  #0 main +0x1c\n"
	     "  #1 #4000000000 +0x0\n"
	     "catchpit: trap=memory-out-of-bounds signal=SIGSEGV status=139 "
	     "module=app func=main pc=0xffffffff80201234 addr=0x1fffffff0 "
	     "size=0x10000 depth=1\n");
}

/* Nothing is left out when there is nothing to say. */
static void test_bare(void)
{
	struct cpit_outcome out = {
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_HOST_RAISED,
		.signal = CPIT_SIGTERM, .depth = 4294967295u,
		.addr = 0x1234, .size = 0x5678,
	};

	says(&out, "catchpit: trap=host-error signal=SIGTERM status=143 "
	     "module=caller func=- pc=0x0 addr=- size=- depth=4294967295\n");
	out.signal = 33;
	says(&out, "catchpit: trap=host-error signal=SIG? status=161 "
	     "module=caller func=- pc=0x0 addr=- size=- depth=4294967295\n");
	out.has_addr = true;
	out.addr = out.size = UINT64_MAX;
	out.pc = UINTPTR_MAX;
	says(&out, "catchpit: trap=host-error signal=SIG? status=161 "
	     "module=caller func=- pc=0xffffffffffffffff "
	     "addr=0xffffffffffffffff size=0xffffffffffffffff "
	     "depth=4294967295\n");
}

/* A function without a name stands by its number on the line, too. */
static void test_unnamed(void)
{
	const struct cpit_outcome out = {
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_UNREACHABLE,
		.signal = CPIT_SIGILL, .pc = 0x10, .depth = 2, .nframes = 1,
		.frames = { { &module, &funcs[1], 4 } },
	};

	says(&out, "  #0 #4000000000 +0x4\n"
	     "catchpit: trap=unreachable signal=SIGILL status=132 module=app "
	     "func=#4000000000 pc=0x10 addr=- size=- depth=2\n");
}

static void test_kinds(void)
{
	struct cpit_outcome out = { .end = CPIT_TRAPPED };
	char want[200];
	int k;

	for (k = 1; k < CPIT_TRAP_INTERNAL; k++) {
		out.trap = (enum cpit_trap)k;
		out.signal = cpit_trap_signal(out.trap);
		snprintf(want, sizeof(want), "catchpit: trap=%s signal=%s "
			 "status=%d module=caller func=- pc=0x0 addr=- size=- "
			 "depth=0\n", cpit_trap_name(out.trap),
			 cpit_signal_name(out.signal), 128 + out.signal);
		says(&out, want);
	}
}

/* Only a trap is reported, whatever else the record holds. */
static void test_no_trap(void)
{
	struct cpit_outcome out = { .end = CPIT_EXITED, .code = 139,
				    .nframes = 1, .truncated = true,
				    .frames = { { &module, &funcs[0], 0 } } };

	says(&out, "");
	out.end = CPIT_RETURNED;
	says(&out, "");
}

static void test_truncated(void)
{
	struct cpit_outcome out = {
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_STACK_EXHAUSTED,
		.signal = CPIT_SIGSEGV, .truncated = true,
		.nframes = CPIT_FRAMES_MAX,
	};
	char want[8192];
	size_t n = 0;
	int i;

	for (i = 0; i < CPIT_FRAMES_MAX; i++) {
		out.frames[i] = (struct cpit_frame){ &module, &funcs[0],
						     (uint32_t)i };
		n += (size_t)snprintf(want + n, sizeof(want) - n,
				      "  #%d main +0x%x\n", i, (unsigned)i);
	}
	snprintf(want + n, sizeof(want) - n, "  ... more frames\n"
		 "catchpit: trap=stack-exhausted signal=SIGSEGV status=139 "
		 "module=app func=main pc=0x0 addr=- size=- depth=0\n");
	says(&out, want);
}

/* ----------------------------------------------------------- hostile names */

/* One line per frame and the last, of ten words; nothing a terminal obeys. */
static void well_formed(void)
{
	static const char *const keys[] = {
		"trap=", "signal=", "status=", "module=", "func=", "pc=",
		"addr=", "size=", "depth=",
	};
	size_t i, lines = 0;
	const char *p;

	for (i = 0; i < len; i++) {
		lines += text[i] == '\n';
		CHECK_MSG(text[i] == '\n' || (text[i] >= ' ' && text[i] < 0x7f),
			  "byte %02x", (unsigned char)text[i]);
	}
	CHECK(lines == 2 && len && text[len - 1] == '\n');
	p = strchr(text, '\n');
	CHECK(!strncmp(text, "  #0 ", 5) && p);
	if (!p || strncmp(++p, "catchpit: ", 10)) {
		CHECK(!"the last line is the report");
		return;
	}
	p += 9;
	for (i = 0; i < LEN(keys); i++) {
		CHECK_MSG(*p == ' ' && !strncmp(p + 1, keys[i], strlen(keys[i])),
			  "no %s in %s", keys[i], text);
		p += 1 + strcspn(p + 1, " \n");
	}
	CHECK(!strcmp(p, "\n"));
}

/* The report of a trap where module and function are called so. */
static void named(const char *name)
{
	char *names = calloc(1, strlen(name) + 2);
	struct cpit_module m = module;
	const struct cpit_func f = { .index = 3, .name = 1 };
	const struct cpit_outcome out = {
		.end = CPIT_TRAPPED, .trap = CPIT_TRAP_MEM_OOB,
		.signal = CPIT_SIGSEGV, .nframes = 1,
		.frames = { { &m, &f, 0 } },
	};

	strcpy(names + 1, name);
	m.names = names;
	m.name = name;
	report(&out);
	well_formed();
	CHECK(strstr(text, " status=139 "));
	free(names);
}

static void test_hostile(void)
{
	static const char *const hostile[] = {
		"\n", "a\nb", "\r\n", "\033[2J\033[31m", "a\tb", " ", "  ",
		"x pc=0x0 addr=- size=- depth=1",
		"\ncatchpit: trap=none signal=SIG? status=0 module=x",
		"unreachable", "integer overflow", "stack overflow",
		"caf\xc3\xa9", "\xe2\x80\xae", "\xff\xfe\x80", "\x7f", "\x01",
		"%s%n%x", "#0", "-", "=", "'\"`$(reboot)",
	};
	char one[2] = "";
	size_t i;

	for (i = 0; i < LEN(hostile); i++)
		named(hostile[i]);
	for (i = 1; i < 256; i++) {
		one[0] = (char)i;
		named(one);
		CHECK(i <= ' ' || i >= 0x7f ? strstr(text, " func=? ") != NULL
					    : text[5] == (char)i);
	}
	named("a\nb\033c d");
	CHECK(strstr(text, "  #0 a?b?c?d +0x0\n"));
	CHECK(strstr(text, " module=a?b?c?d func=a?b?c?d "));
}

/* A long name is cut, and says so. */
static void test_long(void)
{
	static char long_name[10001];
	size_t n;

	for (n = 1; n <= 10000; n += n < 120 ? 1 : 247) {
		memset(long_name, 'x', n);
		long_name[n] = '\0';
		named(long_name);
		CHECK((strstr(text, "x... +0x0\n") != NULL) == (n > 100));
		CHECK(len < 1000);
	}
	memset(long_name, '\n', 10000);
	named(long_name);
	CHECK(len < 1000);
}

int main(void)
{
	test_memory_fault();
	test_bare();
	test_unnamed();
	test_kinds();
	test_no_trap();
	test_truncated();
	test_hostile();
	test_long();
	return check_done();
}
