/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module reader: what it refuses outside of code, with which words, and
 * what it accepts.
 */
#include "module_check.h"

#include <unistd.h>

/* ------------------------------------------------------- header, sections */

static void test_header(void)
{
	static const struct {
		const char *bytes, *why;
	} bad[] = {
		{ "", "empty file" },
		{ "00 'asm' 01 00 00", "7 bytes, but a header has 8" },
		{ "7f 'ELF' 02 01 01 00 00", "an ELF file" },
		{ "'#!/bin/sh' 0a", "a script" },
		{ "'#!'", "a script" },
		{ "1f 8b 08 00 00 00 00 00", "gzip" },
		{ "'!<arch>' 0a", "an archive" },
		{ "'BC' c0 de 00 00 00 00", "LLVM bitcode" },
		{ "'(module)'", "WebAssembly text" },
		{ "0a ';; (x' 0a '  (module $a)'", "WebAssembly text" },
		{ "'hello, world'", "does not start with" },
		{ "00 'asm' 0d 00 01 00", "is a component, not a module" },
		{ "00 'asm' 02 00 00 00", "version 2" },
		{ "00 'asm' 01 00 01 00", "version 65537" },
	};
	struct wasm w;
	size_t i;

	for (i = 0; i < LEN(bad); i++) {
		w.n = 0;
		wasm_bytes(&w, bad[i].bytes);
		refused(&w, bad[i].why);
	}
	wasm_begin(&w);
	accepted(&w, "empty module", 0);
}

/* What follows the header, as bytes. */
static void test_sections(void)
{
	static const struct {
		const char *bytes, *why;
	} bad[] = {
		{ "01", "type section: truncated at byte 0x9" },
		{ "01 04 01 60 00",
		  "type section: longer than the file at byte 0x8" },
		{ "01 02 01 60", "type section: truncated at byte 0xc" },
		{ "0e 01 00", "unknown section id 14 at byte 0x8" },
		{ "01 01 00 01 01 00", "type section: is there twice" },
		{ "03 01 00 01 01 00",
		  "type section: after the function section: wrong order" },
		{ "06 01 00 0d 01 00", "tag section: after the global" },
		{ "0a 01 00 0c 01 00", "data count section: after the code" },
		{ "01 02 00 00", "type section: bytes after its last entry" },
		{ "01 05 ff ff ff ff 0f", "type section: count exceeds" },
		{ "01 85 80 80 80 80 00", "type section: LEB128 integer too "
		  "long at byte 0x9" },
		{ "01 ff ff ff ff 1f", "type section: LEB128 integer too "
		  "large" },
		{ "01 04 01 60 00 00 03 02 01 00",
		  "code section: missing, for 1 functions" },
		{ "0a 04 01 02 00 0b", "1 bodies for 0 functions" },
		{ "0c 01 01", "data section: missing, but the data count" },
		{ "0c 01 01 0b 01 00", "0 segments, but the data count is 1" },
		{ "00 00", "custom section: truncated at byte 0xa" },
		{ "00 05 ff ff ff ff 0f", "custom section: truncated" },
		{ "00 02 01 ff", "custom section: malformed UTF-8" },
		{ "00 03 02 c0 80", "malformed UTF-8" },
		{ "00 04 03 ed a0 80", "malformed UTF-8" },
		{ "00 05 04 f4 90 80 80", "malformed UTF-8" },
		{ "00 03 02 e2 82", "malformed UTF-8" },
	};
	struct wasm w;
	size_t i;

	for (i = 0; i < LEN(bad); i++) {
		wasm_begin(&w);
		wasm_bytes(&w, bad[i].bytes);
		refused(&w, bad[i].why);
	}
	wasm_begin(&w);
	wasm_bytes(&w, "00 01 00  01 81 00 00  00 05 04 f0 9f 98 80  00 02 01"
		   "'a'");
	accepted(&w, "custom sections, padded length", 0);
}

/* ----------------------------------- types, imports, limits, exports, ... */

/* One section of each, and what is said of it; NULL for nothing wrong. */
static const struct one {
	uint8_t id;
	const char *text, *why;
	unsigned features;
} ones[] = {
	{ 1, "01 60 03 7f 7e 7d 02 7c 7f", NULL, FEAT_MULTI_VALUE },
	{ 1, "01 60 01 7b 00", NULL, FEAT_SIMD },
	{ 1, "01 60 01 70 01 6f", NULL, FEAT_REF_TYPES },
	{ 1, "01 60 01 69 00", NULL, FEAT_EXCEPTIONS },
	{ 1, "01 60 01 40 00", "unknown value type 0x40 at byte 0xd", 0 },
	{ 1, "01 60 e9 07", "count exceeds", 0 },
	{ 1, "01 61 00 00", "unknown form 0x61 of a type", 0 },
	{ 1, "01 5f 00", "garbage collection is not supported", 0 },
	{ 1, "01 5e 7f 00", "garbage collection", 0 },
	{ 1, "01 4e 01 60 00 00", "garbage collection", 0 },
	{ 1, "01 50 00 60 00 00", "garbage collection", 0 },
	{ 1, "01 4f 00 60 00 00", "garbage collection", 0 },
	{ 1, "01 60 01 6e 00", "garbage collection is not supported: wasm2c "
	  "1.0.39 cannot compile it (in type section at byte 0xd)", 0 },
	{ 1, "01 5d 00", "stack switching", 0 },
	{ 1, "01 60 01 68 00", "stack switching", 0 },
	{ 1, "01 60 01 63 00 00", "typed function reference", 0 },
	{ 1, "01 60 01 64 70 00", "typed function reference", 0 },
	/* What is damaged is called that, whatever it uses. */
	{ 1, "01 60 01 64", "type section: truncated", 0 },

	{ 2, "01 01 'a' 01 'b' 00 00", "import section: type 0 of 0 is out of "
	  "range at byte 0x10", 0 },
	{ 2, "01 01 'a' 01 'b' 05 00", "unknown kind 0x05", 0 },
	{ 2, "01 01 ff 01 'b' 03 7f 00", "malformed UTF-8", 0 },
	{ 2, "01 01 'a' 01 'b' 03 7f 02", "malformed mutability 0x02", 0 },
	{ 2, "01 01 'a' 01 'b' 03 69 00",
	  "exnref in an import or export, but for results, is not supported", 0 },
	{ 2, "01 01 'a' 01 'b' 04 01 00", "unknown tag attribute", 0 },
	{ 2, "01 00 00 03 7f 00", NULL, 0 },
	{ 2, "02 00 00 02 00 00 00 00 02 00 00", NULL, FEAT_MULTI_MEMORY },
	{ 3, "01 00", "function section: type 0 of 0 is out of range", 0 },

	{ 4, "01 70 00 01", NULL, 0 },
	{ 4, "01 6f 00 01", NULL, FEAT_REF_TYPES },
	{ 4, "02 70 00 01 70 00 01", NULL, FEAT_REF_TYPES },
	{ 4, "01 70 01 03 02", "table section: the minimum exceeds", 0 },
	{ 4, "01 70 02 01", "malformed limits flags 0x02", 0 },
	{ 4, "01 7f 00 01", "not a reference type", 0 },
	{ 4, "01 70 04 01", "a 64-bit table is not supported: wasm2c 1.0.39 "
	  "cuts table.grow to 32 bits (table 0)", 0 },
	{ 4, "01 69 00 01", "a table of exnref is not supported", 0 },
	{ 4, "01 40 00 70 00 01 d0 70 0b", "typed function reference", 0 },
	{ 4, "01 40 01 70 00 01 d0 70 0b", "malformed table", 0 },

	{ 5, "01 00 01", NULL, 0 },
	{ 5, "01 01 80 80 04 80 80 04", NULL, 0 },
	{ 5, "01 00 81 80 04", "memory section: more than 65536 pages", 0 },
	{ 5, "01 01 00 81 80 04", "more than 65536 pages", 0 },
	{ 5, "01 01 02 01", "the minimum exceeds the maximum", 0 },
	{ 5, "01 03 01 02", NULL, FEAT_THREADS },
	{ 5, "01 02 01", "a shared memory needs a maximum", 0 },
	{ 5, "01 04 01", NULL, FEAT_MEMORY64 },
	{ 5, "01 04 80 80 80 80 80 80 40", NULL, FEAT_MEMORY64 },
	{ 5, "01 05 01 ff ff ff ff ff ff ff ff ff 01",
	  "more than 281474976710656 pages", 0 },
	{ 5, "01 0d 01 ff ff ff ff ff ff ff ff ff 01 00", NULL,
	  FEAT_MEMORY64 | FEAT_CUSTOM_PAGE },
	{ 5, "01 10 01", "malformed limits flags 0x10", 0 },
	{ 5, "02 00 01 00 01", NULL, FEAT_MULTI_MEMORY },
	{ 5, "01 08 ff ff ff ff 0f 00", NULL, FEAT_CUSTOM_PAGE },
	{ 5, "01 08 01 10", NULL, FEAT_CUSTOM_PAGE },
	{ 5, "01 08 01 01", "page size 2^1 is neither 1 nor 65536", 0 },

	{ 6, "01 7f 00 41 01 0b", NULL, 0 },
	{ 6, "01 7e 00 42 01 42 02 7d 0b", NULL, FEAT_EXTENDED_CONST },
	{ 6, "01 7b 00 fd 0c 00112233445566778899aabbccddeeff 0b", NULL,
	  FEAT_SIMD },
	{ 6, "01 7d 01 43 00 00 80 7f 0b", NULL, 0 },
	{ 6, "01 7c 01 44 00 00 00 00 00 00 80 7f 0b", NULL, 0 },
	{ 6, "01 70 01 d2 00 0b", NULL, FEAT_REF_TYPES },
	{ 6, "01 69 01 d0 69 0b", NULL, FEAT_EXCEPTIONS },
	{ 6, "01 6f 01 d0 6b 0b", "garbage collection", 0 },
	{ 6, "01 6f 01 d0 00 0b", "typed function reference", 0 },
	{ 6, "01 6f 01 d0 ef 7f 0b", "unknown heap type", 0 },
	{ 6, "01 6e 01 fb 1c 0b", "garbage collection", 0 },
	{ 6, "01 7f 00 10 00 0b",
	  "opcode 0x10 in a constant expression at byte 0xd", 0 },
	{ 6, "01 7f 00 41 01", "global section: truncated", 0 },
	{ 6, "01 7f 00 23 00 0b", "global 0 of 0 is out of range", 0 },
	{ 6, "02 7f 00 41 00 0b 7f 00 23 00 0b", "a constant expression that "
	  "reads one of the module's own globals is not supported", 0 },

	{ 7, "01 01 'a' 00 00", "export section: index 0 of 0", 0 },
	{ 7, "01 01 'a' 05 00", "unknown kind 0x05 of export", 0 },
	{ 8, "00", "start section: function 0 of 0 is out of range", 0 },
	{ 9, "01 08 00", "unknown element segment flags 8", 0 },
	{ 9, "01 01 01 00", "unknown kind of element", 0 },
	{ 9, "01 05 69 00", "a table of exnref is not supported: wasm2c 1.0.39"
	  " has no operations for it (in element section at byte 0xc)", 0 },
	{ 9, "01 05 7f 00", "not a reference type", 0 },
	{ 11, "01 03 00", "unknown data segment flags 3", 0 },
	{ 11, "01 01 02 00", "data section: truncated", 0 },
	{ 11, "01 01 02 00 00", NULL, FEAT_BULK },
};

static void test_single_sections(void)
{
	struct wasm w;
	size_t i;

	for (i = 0; i < LEN(ones); i++) {
		wasm_begin(&w);
		wasm_section(&w, ones[i].id, ones[i].text);
		if (ones[i].why)
			refused(&w, ones[i].why);
		else
			accepted(&w, ones[i].text, ones[i].features);
	}
}

static void test_exports(void)
{
	static const char twice[] = "t.wasm: export section: duplicate export "
		"name \"a\\1b\\22\"";
	struct wasm w;

	wasm_begin(&w);
	wasm_section(&w, 5, "01 00 01");
	wasm_section(&w, 6, "01 69 01 d0 69 0b");
	wasm_section(&w, 7, "01 01 'm' 03 00");
	refused(&w, "exnref in an import or export, but for results, is not "
		"supported: no host value can hold one (export 0)");

	wasm_begin(&w);
	wasm_section(&w, 5, "01 00 01");
	wasm_section(&w, 7, "04 03 'a' 1b 22 02 00 01 'b' 02 00 00 02 00 "
		     "03 'a' 1b 22 02 00");
	refused(&w, twice);
	wasm_begin(&w);
	wasm_section(&w, 5, "01 00 01");
	wasm_section(&w, 7, "03 01 'a' 02 00 02 'a' 00 02 00 00 02 00");
	accepted(&w, "names that differ after a NUL", 0);
}

static void test_exnref_types(void)
{
	struct wasm w;

	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 01 69 00");
	wasm_section(&w, 2, "01 00 00 00 00");
	refused(&w, "exnref in an import or export");
	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 00 01 69");
	wasm_section(&w, 2, "01 00 00 00 00");
	refused(&w, "exnref in an import or export");
	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 00 01 69");
	wasm_section(&w, 3, "01 00");
	wasm_section(&w, 7, "01 00 00 00");
	wasm_section(&w, 10, "01 04 00 d0 69 0b");
	accepted(&w, "exnref as a result", FEAT_EXCEPTIONS);
	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 01 69 00");
	wasm_section(&w, 13, "01 00 00");
	refused(&w, "an exception with more than 256 bytes is not supported");

	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 11 7f 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b "
		     "7b 7b 7b 7f 00");		/* 260 bytes, 12 of them gaps */
	wasm_section(&w, 13, "01 00 00");
	refused(&w, "an exception with more than 256 bytes is not supported: "
		"no exnref of wasm2c 1.0.39 can hold it (tag 0)");
	wasm_begin(&w);
	wasm_section(&w, 1, "01 60 10 7f 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b 7b "
		     "7b 7b 7b 00");
	wasm_section(&w, 13, "01 00 00");
	accepted(&w, "256 bytes", FEAT_SIMD | FEAT_EXCEPTIONS);
}

/* ------------------------------------------------------------------- files */

static void refused_file(const char *path, int status, const char *why)
{
	struct module m;
	char err[512] = "";
	int got = 0;

	CHECK(!module_read(&m, path, err, sizeof(err), &got));
	CHECK_MSG(got == status, "%d: %s", got, err);
	CHECK_MSG(strstr(err, why), "%s", err);
	CHECK_MSG(!strncmp(err, path, strlen(path)), "%s", err);
	module_free(&m);
}

static void test_files(void)
{
	char path[] = "/tmp/module_test.XXXXXX", err[512];
	int status, fd = mkstemp(path);
	struct module m;
	struct wasm w;

	assert(fd >= 0);
	refused_file("/nonexistent/a.wasm", 127, "No such file");
	refused_file("/tmp", 126, "is a directory");
	refused_file("/dev/null", 126, "empty file");
	refused_file(path, 126, "empty file");

	wasm_begin(&w);
	wasm_section(&w, 6, "01 7f 00 41 2a 0b");
	assert(write(fd, w.b, w.n) == (ssize_t)w.n);
	CHECK(module_read(&m, path, err, sizeof(err), &status));
	CHECK(m.size == w.n && !memcmp(m.bytes, w.b, w.n));
	CHECK(m.globals[0].has_const && m.globals[0].const_i32 == 42);
	module_free(&m);

	assert(!ftruncate(fd, (off_t)MODULE_MAX_SIZE + 1));
	refused_file(path, 126, "larger than 256 MiB");
	close(fd);
	unlink(path);
}

static void test_feature_names(void)
{
	unsigned i, j;

	for (i = 0; i < FEAT_COUNT; i++) {
		CHECK(strcmp(feature_name(1u << i), "unknown"));
		for (j = 0; j < i; j++)
			CHECK(strcmp(feature_name(1u << i),
				     feature_name(1u << j)));
	}
}

int main(void)
{
	test_header();
	test_sections();
	test_single_sections();
	test_exports();
	test_exnref_types();
	test_files();
	test_feature_names();
	return check_done();
}
