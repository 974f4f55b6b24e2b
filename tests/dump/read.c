/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read FILE [MEMORY:ADDRESS:LENGTH...]: a core dump as lines of text, written
 * from WebAssembly/tool-conventions, Coredump.md, and sharing nothing with
 * what wrote it.  Any byte that the format does not explain is an error.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MEMORIES = 16 };

static const unsigned char *at, *end;
static struct {
	uint64_t size, filled;
	unsigned char *bytes;
} memories[MAX_MEMORIES];
static unsigned nmemories, nmodules, ninstances, nglobals;

static _Noreturn void bad(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "not a core dump: %s\n", why);
	exit(1);
}

static const unsigned char *take(size_t n)
{
	const unsigned char *p = at;

	if (n > (size_t)(end - at))
		bad("it ends early");
	at += n;
	return p;
}

static uint64_t uleb(unsigned bits)
{
	uint64_t v = 0;
	unsigned shift = 0, b;

	do {
		if (shift >= bits)
			bad("a number is too long");
		b = *take(1);
		v |= (uint64_t)(b & 127) << shift;
		shift += 7;
	} while (b & 128);
	return v;
}

static uint32_t number(void)
{
	uint64_t v = uleb(32);

	if (v > UINT32_MAX)
		bad("a number is too large");
	return (uint32_t)v;
}

/* As many bits as were read, with the sign spread over them. */
static uint64_t sleb(unsigned bits)
{
	const unsigned char *start = at;
	uint64_t v = uleb(bits);
	size_t n = (size_t)(at - start) * 7;

	if (n < 64 && at[-1] & 64)
		v |= ~(uint64_t)0 << n;
	return bits == 32 ? (uint32_t)v : v;
}

static void expect(unsigned byte, const char *why)
{
	if (*take(1) != byte)
		bad(why);
}

static void print_name(void)
{
	uint32_t n = number();

	printf("%.*s", (int)n, (const char *)take(n));
}

/* ------------------------------------------------------- custom sections */

static void core(void)
{
	expect(0, "process-info");
	printf("core ");
	print_name();
	printf("\n");
}

static void coremodules(void)
{
	uint32_t n = number();

	for (; n; n--) {
		expect(0, "coremodule");
		printf("module %u ", nmodules++);
		print_name();
		printf("\n");
	}
}

static void indices(const char *what)
{
	uint32_t n = number();

	printf(" %s", what);
	for (; n; n--)
		printf(" %u", number());
}

static void coreinstances(void)
{
	uint32_t n = number(), m;

	for (; n; n--) {
		expect(0, "coreinstance");
		m = number();
		if (m >= nmodules)
			bad("an instance of no module");
		printf("instance %u of %u:", ninstances++, m);
		indices("memories");
		indices("globals");
		printf("\n");
	}
}

static void values(void)
{
	uint32_t n = number();

	for (; n; n--) {
		switch (*take(1)) {
		case 0x01:
			printf(" -");
			break;
		case 0x7f:
			printf(" %" PRIx64, sleb(32));
			break;
		case 0x7e:
			printf(" %" PRIx64, sleb(64));
			break;
		case 0x7d:
			take(4);
			break;
		case 0x7c:
			take(8);
			break;
		default:
			bad("a value of no type");
		}
	}
}

static void corestack(void)
{
	uint32_t n, i;

	expect(0, "thread-info");
	printf("thread ");
	print_name();
	printf("\n");
	for (n = number(); n; n--) {
		expect(0, "frame");
		i = number();
		if (i >= ninstances)
			bad("a frame in no instance");
		printf("frame %u func %u", i, number());
		printf(" +%u locals", number());
		values();
		printf(" operands");
		values();
		printf("\n");
	}
}

static void custom(void)
{
	static const struct {
		const char *name;
		void (*read)(void);
	} known[] = {
		{ "core", core }, { "coremodules", coremodules },
		{ "coreinstances", coreinstances }, { "corestack", corestack },
	};
	uint32_t n = number();
	const char *name = (const char *)take(n);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) == n &&
		    !memcmp(known[i].name, name, n)) {
			known[i].read();
			return;
		}
	}
	bad("an unknown custom section");
}

/* ------------------------------------------------------------ the others */

static void memory_section(void)
{
	uint32_t n = number();
	uint64_t pages, size = 65536;
	unsigned flags;

	for (; n; n--, nmemories++) {
		if (nmemories == MAX_MEMORIES)
			bad("more memories than this program has room for");
		flags = *take(1);
		pages = number();
		if (flags & ~8u)
			bad("limits");
		if (flags & 8)
			size = (uint64_t)1 << number();
		size *= pages;
		memories[nmemories].size = size;
		memories[nmemories].bytes = calloc(size + 1, 1);
		if (!memories[nmemories].bytes)
			bad("no room for its memory");
		size = 65536;
	}
}

static void print_raw(unsigned n)
{
	const unsigned char *p = take(n);

	while (n)
		printf("%02x", p[--n]);
}

static void global_section(void)
{
	uint32_t n = number();
	unsigned type;

	for (; n; n--) {
		type = *take(1);
		printf("global %u %02x ", nglobals++, type);
		expect(0, "a global that is no constant");
		switch (*take(1)) {
		case 0x41:
			printf("%08" PRIx64, sleb(32));
			break;
		case 0x42:
			printf("%016" PRIx64, sleb(64));
			break;
		case 0x43:
			print_raw(4);
			break;
		case 0x44:
			print_raw(8);
			break;
		case 0xfd:
			expect(0x0c, "v128.const");
			print_raw(16);
			break;
		case 0xd0:
			expect(type, "null of another type");
			printf("null");
			break;
		default:
			bad("the value of a global");
		}
		expect(0x0b, "the end of a global's value");
		printf("\n");
	}
}

static void data_section(void)
{
	uint32_t n = number(), m, len;
	uint64_t where;

	for (; n; n--) {
		uint32_t flags = number();

		if (flags != 0 && flags != 2)
			bad("a segment that is not active");
		m = flags ? number() : 0;
		expect(0x41, "the place of a segment");
		where = sleb(32);
		expect(0x0b, "the end of a segment's place");
		len = number();
		if (m >= nmemories || where > memories[m].size ||
		    len > memories[m].size - where)
			bad("a segment outside of its memory");
		memcpy(memories[m].bytes + where, take(len), len);
		memories[m].filled += len;
	}
}

static void sections(void)
{
	while (at != end) {
		const unsigned char *file_end = end;
		unsigned id = *take(1);
		uint32_t size = number();

		end = take(size) + size;
		at = end - size;
		if (id == 0)
			custom();
		else if (id == 5)
			memory_section();
		else if (id == 6)
			global_section();
		else if (id == 11)
			data_section();
		else
			bad("an unknown section");
		if (at != end)
			bad("bytes left over in a section");
		end = file_end;
	}
}

static void peek(const char *arg)
{
	unsigned m;
	uint64_t where, len;

	if (sscanf(arg, "%u:%" SCNu64 ":%" SCNu64, &m, &where, &len) != 3 ||
	    m >= nmemories || where > memories[m].size ||
	    len > memories[m].size - where)
		bad(arg);
	printf("bytes %s ", arg);
	for (; len; len--)
		printf("%02x", memories[m].bytes[where++]);
	printf("\n");
}

int main(int argc, char **argv)
{
	static unsigned char file[64 << 20];
	FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
	size_t n;
	unsigned m;
	int i;

	if (!f)
		bad("it cannot be opened");
	n = fread(file, 1, sizeof(file), f);
	fclose(f);
	at = file;
	end = file + n;
	if (memcmp(take(8), "\0asm\1\0\0", 8))
		bad("its magic number");
	sections();
	for (m = 0; m < nmemories; m++)
		printf("memory %u size %" PRIu64 " in segments %" PRIu64 "\n",
		       m, memories[m].size, memories[m].filled);
	for (i = 2; i < argc; i++)
		peek(argv[i]);
	return 0;
}
