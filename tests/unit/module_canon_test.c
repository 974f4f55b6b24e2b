/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module reader keeps of a module that has everything, its canonical
 * copy, its names, and what becomes of it when bytes are missing or changed.
 */
#include "check.h"
#include "module.h"
#include "wasm.h"

#include <catchpit/module.h>

static void build_types(struct wasm *w)
{
	wasm_section(w, 0, "04 'junk' 'f0 x0 guest text'");
	wasm_section(w, 1, "04 60 00 00  60 01 7f 01 7f"
		     "60 08 7f 7e 7d 7c 7b 70 6f 69 02 7f 7e  60 01 7f 00");
	wasm_section(w, 2, "07 03 'env' 01 'f' 00 01"
		     "03 'env' 01 't' 01 70 01 01 02"
		     "03 'env' 01 'm' 02 03 01 02"
		     "03 'env' 01 'g' 03 7f 00"
		     "03 'env' 01 'e' 04 00 03"
		     "03 'env' 02 'a' 00 00 80 00"
		     "00 00 02 0b 02 03 00");
	wasm_section(w, 3, "02 00 01");
	wasm_section(w, 4, "02 70 00 03 6f 00 00");
	wasm_section(w, 5, "02 00 01 08 05 00");
	wasm_section(w, 13, "01 00 03");
	wasm_section(w, 6, "04 7f 01 41 ab d5 02 0b  7f 00 23 00 0b"
		     "7e 00 42 01 42 02 7c 0b  7f 00 41 01 41 02 6a 0b");
}

static void build_code(struct wasm *w)
{
	wasm_section(w, 7, "08 01 'a' 00 00  01 'b' 00 02  01 'c' 00 02"
		     "01 'd' 01 01  01 'e' 02 01  01 'f' 03 01  01 'g' 04 01"
		     "06 'memory' 02 00");
	wasm_section(w, 8, "01");
	wasm_section(w, 9, "08  00 41 00 0b 01 00  01 00 01 00"
		     "02 01 41 00 0b 00 01 00  03 00 01 00"
		     "04 41 00 0b 01 d2 00 0b  05 70 01 d0 70 0b"
		     "06 01 41 00 0b 70 01 d2 00 0b  07 70 01 d0 70 0b");
	wasm_section(w, 12, "03");
	wasm_section(w, 10, "02 28 01 02 7f"
		     "02 40 0e 02 00 00 00 0b"
		     "1f 40 01 02 00 0b 06 40 07 00 0b"
		     "fc 08 01 00 fc 09 01 41 00 28 42 01 00 1a"
		     "fe 03 00 0b"
		     "19 00 20 00 c0 fc 00"
		     "fd 0c 000102030405060708090a0b0c0d0e0f 0b");
	wasm_section(w, 11, "03 00 41 00 0b 01 'x' 01 02 'yz'"
		     "02 01 41 00 0b 00");
}

static void build_names(struct wasm *w)
{
	wasm_section(w, 0, "04 'name' 00 06 05 'guest'"
		     "01 13 03 00 06 'import' 02 03 'two' 09 03 'far'"
		     "02 01 00");
}

static void build_rich(struct wasm *w)
{
	wasm_begin(w);
	build_types(w);
	build_code(w);
	build_names(w);
}

static bool parse(struct module *m, const uint8_t *bytes, size_t size)
{
	char err[512] = "";
	bool ok = module_parse(m, "t.wasm", bytes, size, err, sizeof(err));

	CHECK_MSG(ok == !err[0], "%s", err);
	CHECK_MSG(ok || !strncmp(err, "t.wasm: ", 8), "%s", err);
	return ok;
}

/* ---------------------------------------------------------- what is kept */

static bool is_name(const char *s, size_t len, const char *want, size_t n)
{
	return len == n && !memcmp(s, want, n) && !s[n];
}

static void check_imports(const struct module *m)
{
	static const uint8_t kinds[] = { 0, 1, 2, 3, 4, 0, 2 };
	static const uint32_t indices[] = { 0, 0, 0, 0, 0, 1, 1 };
	uint32_t i;

	CHECK(m->nimports == 7 && m->nimported_funcs == 2);
	for (i = 0; i < 7; i++)
		CHECK(m->imports[i].kind == kinds[i] &&
		      m->imports[i].index == indices[i]);
	CHECK(m->funcs[0].imported && m->funcs[0].type == 1);
	CHECK(is_name(m->funcs[0].module, m->funcs[0].module_len, "env", 3));
	CHECK(is_name(m->funcs[1].field, m->funcs[1].field_len, "a\0", 2));
	CHECK(is_name(m->memories[1].module, m->memories[1].module_len, "",
		      0));
	CHECK(!m->funcs[2].imported && !m->funcs[2].module);
}

static void check_spaces(const struct module *m)
{
	const struct limits *l = &m->memories[0].lim;

	CHECK(m->ntypes == 4 && !strcmp(m->types[2].params, "iIfFvrex") &&
	      !strcmp(m->types[2].results, "iI"));
	CHECK(m->nfuncs == 4 && m->funcs[3].type == 1);
	CHECK(m->ntables == 3 && m->tables[2].letter == 'e' &&
	      m->tables[1].letter == 'r' && m->tables[1].lim.min == 3 &&
	      m->tables[0].lim.has_max && m->tables[0].lim.max == 2);
	CHECK(m->nmemories == 4 && l->shared && l->min == 1 && l->max == 2 &&
	      l->has_max && l->page_size == 65536 && !l->is64);
	CHECK(!m->memories[2].lim.has_max && !m->memories[2].lim.shared);
	CHECK(m->memories[3].lim.page_size == 1 &&
	      m->memories[3].lim.min == 5);
	CHECK(m->ntags == 2 && m->tags[1].type == 3);
	CHECK(m->nglobals == 5 && m->globals[1].is_mutable &&
	      m->globals[1].letter == 'i' && m->globals[1].has_const &&
	      m->globals[1].const_i32 == 0xaaab);
	CHECK(!m->globals[0].has_const && !m->globals[2].has_const &&
	      !m->globals[3].has_const && !m->globals[4].has_const);
}

static void test_rich(void)
{
	static struct wasm w;
	struct module m;

	build_rich(&w);
	CHECK(parse(&m, w.b, w.n));
	check_imports(&m);
	check_spaces(&m);
	CHECK(m.nexports == 8 && m.exports[2].index == 2 &&
	      m.exports[2].kind == CPIT_FUNC &&
	      is_name(m.exports[7].name, m.exports[7].name_len, "memory", 6));
	CHECK(m.has_start && m.start == 1);
	CHECK(m.nelem == 8 && m.ndata == 3 && m.code_size > 60);
	CHECK(m.features == (FEAT_SIMD | FEAT_THREADS | FEAT_EXCEPTIONS |
			     FEAT_MULTI_MEMORY | FEAT_CUSTOM_PAGE | FEAT_BULK |
			     FEAT_REF_TYPES | FEAT_MULTI_VALUE |
			     FEAT_EXTENDED_CONST | FEAT_SIGN_EXT |
			     FEAT_SAT_TRUNC));
	CHECK(!strcmp(m.name, "guest") && !strcmp(m.funcs[0].name, "import"));
	CHECK(!strcmp(m.funcs[2].name, "two") && !m.funcs[3].name);
	module_free(&m);
	CHECK(!m.funcs && !m.bytes);
	module_free(&m);
}

/* ------------------------------------------------------------- canonical */

static bool holds(const uint8_t *b, size_t n, const char *s)
{
	return memmem(b, n, s, strlen(s));
}

static void check_canonical_names(const struct module *m)
{
	uint32_t i;
	char s[16];

	for (i = 0; i < m->nfuncs; i++) {
		snprintf(s, sizeof(s), "f%u", i);
		CHECK(m->funcs[i].name && !strcmp(m->funcs[i].name, s));
	}
	for (i = 0; i < m->nexports; i++) {
		snprintf(s, sizeof(s), "x%u", i);
		CHECK(!strcmp(m->exports[i].name, s));
	}
	CHECK(!strcmp(m->funcs[0].module, "h") &&
	      !strcmp(m->funcs[0].field, "i0") &&
	      !strcmp(m->tags[0].field, "i4") &&
	      !strcmp(m->funcs[1].field, "i5") &&
	      !strcmp(m->memories[1].field, "i6"));
	CHECK(!m->name);
}

static void test_canonical(void)
{
	/* Subsections as wasm2c reads them: tables, ... tags. */
	static const char names[] = "\5\15\3\0\2t0\1\2t1\2\2t2"
		"\6\21\4\0\2m0\1\2m1\2\2m2\3\2m3";
	static const char tags[] = "\11\15\3\0\2d0\1\2d1\2\2d2"
		"\13\11\2\0\2e0\1\2e1";
	static struct wasm w;
	struct module m, copy;
	uint8_t *out, *again;
	size_t n, n2;

	build_rich(&w);
	CHECK(parse(&m, w.b, w.n));
	CHECK(module_canonical(&m, &out, &n));
	CHECK(parse(&copy, out, n));
	check_canonical_names(&copy);
	check_spaces(&copy);
	CHECK(copy.features == m.features && copy.code_size == m.code_size);
	CHECK(memmem(out, n, names, sizeof(names) - 1));
	CHECK(memmem(out, n, tags, sizeof(tags) - 1));
	CHECK(!holds(out, n, "env") && !holds(out, n, "guest") &&
	      !holds(out, n, "memory") && !holds(out, n, "junk"));

	CHECK(module_canonical(&copy, &again, &n2));
	CHECK(n == n2 && !memcmp(out, again, n));
	free(again);
	free(out);
	module_free(&copy);
	module_free(&m);
}

static void test_canonical_empty(void)
{
	static const uint8_t want[] = "\0asm\1\0\0\0\0\5\4name";
	struct wasm w;
	struct module m;
	uint8_t *out;
	size_t n;

	wasm_begin(&w);
	CHECK(parse(&m, w.b, w.n));
	CHECK(module_canonical(&m, &out, &n));
	CHECK(n == sizeof(want) - 1 && !memcmp(out, want, n));
	free(out);
	module_free(&m);
}

/* ----------------------------------------------------------------- names */

/* The name that function 0 gets from one name section. */
static void check_name(const char *section, const char *want)
{
	struct wasm w;
	struct module m;

	wasm_begin(&w);
	wasm_section(&w, 0, section);		/* before what it names */
	wasm_function(&w, "00 0b");
	CHECK(parse(&m, w.b, w.n));
	if (want)
		CHECK(m.funcs[0].name && !strcmp(m.funcs[0].name, want));
	else
		CHECK(!m.funcs[0].name && !m.name);
	module_free(&m);
}

static void test_names(void)
{
	check_name("04 'name' 01 05 01 00 02 'ab'", "ab");
	check_name("04 'name' 01 05 01 00 02 'a' 00", "a");
	check_name("04 'name' 01 09 02 00 02 'ab' 00 02 'cd'", "ab");
	check_name("04 'name' 63 01 ff 01 05 01 00 02 'ab'", "ab");
	check_name("04 'nome' 01 05 01 00 02 'ab'", NULL);
	/* Malformed ones count as absent. */
	check_name("04 'name' 00 02 01 'm' 01 06 01 00 02 'ab'", NULL);
	check_name("04 'name' 01 05 01 00 02 'ab' 02", NULL);
	check_name("04 'name' 01 05 02 00 02 'ab'", NULL);
	check_name("04 'name' 01 06 01 00 02 'ab' 00", NULL);
	check_name("04 'name' 01 05 01 00 02 'a' ff", NULL);
	check_name("04 'name' 01 ff ff ff ff 0f 01", NULL);
}

/* --------------------------------------------------------- hostile bytes */

static bool parse_exact(const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);	/* so ASan sees its end */
	struct module m;
	bool ok;

	assert(exact);
	memcpy(exact, bytes, n);
	ok = parse(&m, exact, n);
	if (ok) {
		uint8_t *out;
		size_t len;
		struct module copy;

		CHECK(module_canonical(&m, &out, &len));
		CHECK(parse(&copy, out, len));
		module_free(&copy);
		free(out);
	}
	module_free(&m);
	free(exact);
	return ok;
}

static void test_truncation(void)
{
	static struct wasm w;
	size_t n, accepted = 0;

	build_rich(&w);
	for (n = 0; n < w.n; n++)
		accepted += parse_exact(w.b, n);
	/*
	 * After the header, the custom section, the types and the imports.
	 * Then functions lack bodies, or data are fewer than counted, until
	 * only the name section is missing.
	 */
	CHECK_MSG(accepted == 5, "%zu accepted", accepted);
}

static void test_changed_bytes(void)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x0b, 0x7f, 0x80, 0xff };
	static struct wasm w;
	size_t i, j;

	build_rich(&w);
	for (i = 8; i < w.n; i++) {
		uint8_t old = w.b[i];

		for (j = 0; j < sizeof(values) + 8; j++) {
			w.b[i] = j < 8 ? old ^ (uint8_t)(1 << j)
				       : values[j - 8];
			parse_exact(w.b, w.n);
		}
		w.b[i] = old;
	}
}

int main(void)
{
	test_rich();
	test_canonical();
	test_canonical_empty();
	test_names();
	test_truncation();
	test_changed_bytes();
	return check_done();
}
