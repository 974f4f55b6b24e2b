/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rt/code.c with made-up descriptors (K23-05, K23-06): pc -> module -> function
 * and kind, what is refused, and when a module may go.  The text is never read:
 * it is addresses only.
 */
#include "code.h"
#include "fake.h"

enum { TEXT = 1 << 20 };

static char text[TEXT];

static const struct cpit_func funcs[] = {
	{ .start = 0, .index = 0 },
	{ .start = 16, .index = 1 },
	{ .start = 17, .index = CPIT_NO_FUNC },
	{ .start = 200, .index = 2 },
};
static const uint32_t site_pc[] = { 0, 8, 9, 100, 254, 255 };
static const uint8_t site_kind[] = { 1, 2, 3, 8, 16, 14 };

/* 256 bytes of text at text+at. */
static struct cpit_module module_at(size_t at)
{
	return (struct cpit_module){
		.abi = CPIT_ABI, .name = "m", .names = "",
		.text_start = text + at, .text_end = text + at + 256,
		.funcs = funcs, .nfuncs = LEN(funcs),
		.site_pc = site_pc, .site_kind = site_kind,
		.nsites = LEN(site_pc),
	};
}

static uintptr_t pc(size_t at)
{
	return (uintptr_t)text + at;
}

/* --------------------------------------------------------------- pc -> m */

static void test_find(void)
{
	const struct cpit_module a = module_at(256), b = module_at(512),
				 c = module_at(1024);

	CHECK(!cpit_code_find(pc(256)));
	CHECK(!cpit_module_register(&b));
	CHECK(!cpit_module_register(&a));		/* touches b */
	CHECK(!cpit_module_register(&c));
	CHECK(cpit_code_find(pc(256)) == &a);
	CHECK(cpit_code_find(pc(511)) == &a);		/* end - 1 */
	CHECK(cpit_code_find(pc(512)) == &b);
	CHECK(cpit_code_find(pc(767)) == &b);
	CHECK(!cpit_code_find(pc(768)));		/* end */
	CHECK(!cpit_code_find(pc(255)));		/* start - 1 */
	CHECK(!cpit_code_find(pc(1023)));		/* gap */
	CHECK(cpit_code_find(pc(1024)) == &c);
	CHECK(!cpit_code_find(0));
	CHECK(!cpit_code_find(UINTPTR_MAX));
	CHECK(!cpit_module_unregister(&a));
	CHECK(!cpit_code_find(pc(511)));
	CHECK(cpit_code_find(pc(512)) == &b);
	CHECK(!cpit_module_unregister(&c));
	CHECK(!cpit_module_unregister(&b));
	CHECK(!fake_blocks);
}

static struct cpit_module many[1000];

static const struct cpit_module *linear(uintptr_t at)
{
	size_t i;

	for (i = 0; i < LEN(many); i++)
		if (many[i].abi && at >= (uintptr_t)many[i].text_start &&
		    at < (uintptr_t)many[i].text_end)
			return &many[i];
	return NULL;
}

static void same_as_linear(const struct cpit_module *m, uint64_t *seed)
{
	uintptr_t start = (uintptr_t)m->text_start, end = (uintptr_t)m->text_end;
	uintptr_t any = (uintptr_t)text + check_random(seed) % TEXT;

	CHECK(cpit_code_find(start) == linear(start));
	CHECK(cpit_code_find(start - 1) == linear(start - 1));
	CHECK(cpit_code_find(end) == linear(end));
	CHECK(cpit_code_find(end - 1) == linear(end - 1));
	CHECK(cpit_code_find(any) == linear(any));
}

/* A thousand modules of many sizes, some without a gap, in mixed order. */
static void test_many(void)
{
	uint64_t seed = 9;
	size_t at = 0, i;

	for (i = 0; i < LEN(many); i++) {
		struct cpit_module *m = &many[i * 377 % LEN(many)];

		at += check_random(&seed) % 3 * 16;
		*m = module_at(at);
		m->nsites = 0;
		m->nfuncs = 1;
		at += 1 + check_random(&seed) % 900;
		m->text_end = text + at;
	}
	CHECK(at < TEXT);
	for (i = 0; i < LEN(many); i++)
		CHECK(!cpit_module_register(&many[i]));
	for (i = 0; i < LEN(many); i++)
		same_as_linear(&many[i], &seed);
	for (i = 0; i < LEN(many); i += 2) {
		CHECK(!cpit_module_unregister(&many[i]));
		many[i].abi = 0;
	}
	for (i = 0; i < LEN(many); i++)
		same_as_linear(&many[i], &seed);
	for (i = 1; i < LEN(many); i += 2)
		CHECK(!cpit_module_unregister(&many[i]));
	CHECK(!fake_blocks);
}

/* --------------------------------------------------- pc -> site, function */

static void test_sites(void)
{
	struct cpit_module m = module_at(4096);
	size_t i, n;
	uint32_t off;

	for (n = 0; n <= LEN(site_pc); n++) {
		m.nsites = (uint32_t)n;
		for (off = 0; off < 256; off++) {
			enum cpit_trap want = CPIT_TRAP_NONE;

			for (i = 0; i < n; i++)
				if (site_pc[i] == off)
					want = (enum cpit_trap)site_kind[i];
			CHECK_MSG(cpit_code_site(&m, pc(4096 + off)) == want,
				  "%u of %zu", off, n);
		}
	}
	CHECK(cpit_code_site(&m, pc(4095)) == CPIT_TRAP_NONE);
	CHECK(cpit_code_site(&m, pc(4096 + 256)) == CPIT_TRAP_NONE);
}

static void test_funcs(void)
{
	struct cpit_module m = module_at(4096);
	const struct cpit_func *want;
	size_t i, n;
	uint32_t off;

	for (n = 0; n <= LEN(funcs); n++) {
		m.nfuncs = (uint32_t)n;
		for (off = 0; off < 256; off++) {
			for (i = 0, want = NULL; i < n; i++)
				if (funcs[i].start <= off)
					want = &funcs[i];
			CHECK_MSG(cpit_code_func(&m, pc(4096 + off)) == want,
				  "%u of %zu", off, n);
		}
	}
}

/* ---------------------------------------------------------------- refused */

static void refused(const struct cpit_module *m, const char *why)
{
	int err = cpit_module_register(m);

	CHECK_MSG(err == -CPIT_ENOEXEC, "%s: %d", why, err);
	CHECK(!cpit_code_find((uintptr_t)m->text_start));
	CHECK_MSG(!fake_blocks, "%s: %ld blocks left", why, fake_blocks);
	if (!err)
		cpit_module_unregister(m);
}

static void test_refused(void)
{
	static const uint32_t abis[] = { 0, CPIT_ABI + 1, CPIT_ABI - 1,
					 CPIT_ABI << 8, UINT32_MAX };
	struct cpit_module m = module_at(0);
	size_t i;

	for (i = 0; i < LEN(abis); i++) {
		m.abi = abis[i];
		refused(&m, "another ABI");
	}
	m = module_at(256);
	m.text_end = m.text_start;
	refused(&m, "no text");
	m.text_end = m.text_start - 1;
	refused(&m, "text ends before it starts");
}

static void test_refused_sites(void)
{
	static const struct {
		uint32_t a, b, c;
		const char *why;
	} bad[] = {
		{ 3, 2, 4, "unsorted" },
		{ 4, 5, 3, "unsorted at the end" },
		{ 1, 1, 2, "twice" },
		{ 1, 2, 2, "twice at the end" },
		{ 1, 2, 256, "at the end of the text" },
		{ 1, 2, UINT32_MAX, "outside" },
		{ 256, 1, 2, "the first outside" },
	};
	static const uint8_t kinds[] = { CPIT_TRAP_NONE, CPIT_TRAP_INTERNAL,
					 CPIT_TRAP_COUNT, 128, 255 };
	struct cpit_module m = module_at(0);
	uint32_t at[3];
	uint8_t kind[3] = { 1, 1, 1 };
	size_t i, k;

	m.site_pc = at;
	m.site_kind = kind;
	m.nsites = 3;
	for (i = 0; i < LEN(bad); i++) {
		at[0] = bad[i].a;
		at[1] = bad[i].b;
		at[2] = bad[i].c;
		refused(&m, bad[i].why);
	}
	for (i = 0; i < 3; i++)
		at[i] = (uint32_t)i;
	for (k = 0; k < LEN(kinds); k++) {
		for (i = 0; i < 3; i++) {
			kind[i] = kinds[k];
			refused(&m, "a kind that is none");
			kind[i] = 1;
		}
	}
	/* Every kind a site can have. */
	for (k = 1; k < CPIT_TRAP_INTERNAL; k++) {
		kind[2] = (uint8_t)k;
		CHECK(!cpit_module_register(&m));
		CHECK(cpit_code_site(&m, pc(2)) == (enum cpit_trap)k);
		CHECK(!cpit_module_unregister(&m));
	}
}

static void test_refused_funcs(void)
{
	static const uint32_t bad[][3] = {
		{ 0, 0, 8 }, { 0, 8, 8 }, { 0, 9, 8 }, { 0, 8, 256 },
		{ 0, 8, UINT32_MAX }, { 256, 257, 258 },
	};
	struct cpit_func f[3] = { { .index = 0 } };
	struct cpit_module m = module_at(0);
	size_t i, k;

	m.funcs = f;
	m.nfuncs = 3;
	for (i = 0; i < LEN(bad); i++) {
		for (k = 0; k < 3; k++)
			f[k].start = bad[i][k];
		refused(&m, "functions out of order");
	}
}

static void test_refused_exits(void)
{
	static const uint32_t bad[][3] = {
		{ 3, 2, 4 }, { 4, 5, 3 }, { 1, 1, 2 }, { 1, 2, 2 },
		{ 1, 2, 256 }, { 1, 2, UINT32_MAX }, { 256, 257, 258 },
	};
	struct cpit_exit x[3] = { { .import = 0 } };
	struct cpit_module m = module_at(0);
	size_t i, k;

	m.exits = x;
	m.nexits = 3;
	for (i = 0; i < LEN(bad); i++) {
		for (k = 0; k < 3; k++)
			x[k].pc = bad[i][k];
		refused(&m, "calls of imports out of order");
	}
	for (k = 0; k < 3; k++)
		x[k].pc = (uint32_t)(253 + k);
	CHECK(!cpit_module_register(&m) && !cpit_module_unregister(&m));
}

/* ----------------------------------------------------- twice, busy, gone */

static void test_twice(void)
{
	struct cpit_module a = module_at(1024), b = a, c;
	int i;

	CHECK(cpit_module_unregister(&a) == -CPIT_ENOENT);
	CHECK(!cpit_module_register(&a));
	CHECK(cpit_module_register(&a) == -CPIT_EEXIST);
	CHECK(cpit_module_register(&b) == -CPIT_EEXIST);	/* same text */
	CHECK(cpit_module_unregister(&b) == -CPIT_ENOENT);
	for (i = -255; i < 256; i++) {
		c = module_at((size_t)(1024 + i));
		CHECK(cpit_module_register(&c) == -CPIT_EEXIST);
		CHECK(cpit_module_unregister(&c) == -CPIT_ENOENT);
	}
	CHECK(cpit_code_find(pc(1024)) == &a);
	CHECK(!cpit_module_unregister(&a));
	CHECK(cpit_module_unregister(&a) == -CPIT_ENOENT);
	CHECK(!cpit_module_register(&b));
	CHECK(!cpit_module_unregister(&b));
	CHECK(!fake_blocks);
}

static void test_held(void)
{
	struct cpit_module a = module_at(1024), b = a;
	int i;

	CHECK(cpit_code_hold(&a) == -CPIT_ENOENT);
	CHECK(!cpit_module_register(&a));
	CHECK(cpit_code_hold(&b) == -CPIT_ENOENT);
	for (i = 0; i < 100; i++)
		CHECK(!cpit_code_hold(&a));
	for (i = 0; i < 100; i++) {
		CHECK(cpit_module_unregister(&a) == -CPIT_EBUSY);
		CHECK(cpit_code_find(pc(1024)) == &a);
		cpit_code_drop(&a);
	}
	CHECK(!cpit_module_unregister(&a));
	CHECK(cpit_code_hold(&a) == -CPIT_ENOENT);
	CHECK(!fake_blocks);
}

/* Wherever memory ends, a failure has done nothing. */
static void test_no_memory(void)
{
	struct cpit_module a = module_at(0), b = module_at(1024);
	unsigned k, refusals = 0;
	int err;

	CHECK(!cpit_module_register(&a));
	for (k = 1;; k++) {
		long blocks = fake_blocks;

		fake_fail_at = k;
		err = cpit_module_register(&b);
		if (err != -CPIT_ENOMEM)
			break;
		refusals++;
		CHECK(!fake_fail_at && fake_blocks == blocks);
		CHECK(!cpit_code_find(pc(1024)) && cpit_code_find(pc(0)) == &a);
		CHECK(cpit_code_hold(&b) == -CPIT_ENOENT);
	}
	CHECK(!err && refusals >= 1);
	for (k = 1;; k++) {
		fake_fail_at = k;
		err = cpit_module_unregister(&a);
		if (err != -CPIT_ENOMEM)
			break;
		/* Still there, and as good as before. */
		CHECK(cpit_code_find(pc(0)) == &a);
		CHECK(!cpit_code_hold(&a));
		cpit_code_drop(&a);
	}
	CHECK(!err);
	fake_fail_at = 0;
	CHECK(!cpit_module_unregister(&b));
	CHECK(!fake_blocks);
}

int main(void)
{
	fake_cpu_is(0);
	test_find();
	test_many();
	test_sites();
	test_funcs();
	test_refused();
	test_refused_sites();
	test_refused_funcs();
	test_refused_exits();
	test_twice();
	test_held();
	test_no_memory();
	return check_done();
}
