/* SPDX-License-Identifier: Apache-2.0 */
#include "wasi_fake.h"
#include <catchpit/call.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_memory mem;
struct fake_host fake;
struct cpit_wasi wasi;
struct cpit_import imports[CPIT_WASI_NIMPORTS];
unsigned exits;
uint32_t exit_code;

/* ------------------------------------------------------------- runtime */

void *cpit_memory_at(struct cpit_instance *inst, uint32_t addr, uint32_t len)
{
	(void)inst;
	if (mem.size == 0 || (uint64_t)addr + len > mem.size)
		return NULL;
	return mem.base + addr;
}

void cpit_exit(struct cpit_caller *c, uint32_t code)
{
	(void)c;
	exits++;
	exit_code = code;
}

/* ---------------------------------------------------------------- host */

static int64_t host_write(void *ctx, enum cpit_wasi_stream stream,
			  const void *buf, uint32_t len)
{
	struct fake_host *f = ctx;
	uint64_t at = f->nout[stream];

	if (f->writes++ >= f->writes_ok)
		return f->write_error;
	if (len > f->write_max)
		len = f->write_max;
	for (uint32_t i = 0; i < len && at + i < sizeof(f->out[0]); i++)
		f->out[stream][at + i] = ((const char *)buf)[i];
	f->nout[stream] += len;
	return len;
}

static int64_t host_read(void *ctx, void *buf, uint32_t len)
{
	struct fake_host *f = ctx;
	size_t n = strlen(f->in);

	f->reads++;
	if (f->read_error != 0)
		return f->read_error;
	if (n > len)
		n = len;
	memcpy(buf, f->in, n);
	f->in += n;
	return (int64_t)n;
}

static bool host_readable(void *ctx)
{
	struct fake_host *f = ctx;

	return f->readable || (f->yields_quiet && f->yields >= f->yields_quiet);
}

static uint64_t host_clock(void *ctx, enum cpit_wasi_clock id)
{
	struct fake_host *f = ctx;

	f->now[id] += f->step;
	return f->now[id];
}

static uint64_t host_resolution(void *ctx, enum cpit_wasi_clock id)
{
	(void)ctx;
	return id == CPIT_WASI_REALTIME ? 1000000000 : 100;
}

static int host_random(void *ctx, void *buf, uint32_t len)
{
	struct fake_host *f = ctx;

	f->randoms++;
	if (f->random_error == 0)
		memset(buf, 0x77, len);
	return f->random_error;
}

static bool host_yield(void *ctx)
{
	struct fake_host *f = ctx;

	return f->yields++ < f->yields_ok;
}

struct cpit_wasi_host host;

static const struct cpit_wasi_host all_services = {
	.ctx = &fake,
	.write = host_write,
	.read = host_read,
	.readable = host_readable,
	.clock = host_clock,
	.clock_resolution = host_resolution,
	.random = host_random,
	.yield = host_yield,
};

void fake_reset(uint32_t size)
{
	memset(&fake, 0, sizeof(fake));
	fake.write_max = UINT32_MAX;
	fake.writes_ok = UINT32_MAX;
	fake.yields_ok = 1000;
	fake.in = "";
	fake.now[CPIT_WASI_REALTIME] = 1700000000000000000;
	fake.now[CPIT_WASI_MONOTONIC] = 5000;
	host = all_services;
	exits = 0;

	free(mem.base);
	mem.base = malloc(size);
	mem.size = size;
	if (size != 0)
		memset(mem.base, 0xa5, size);
	cpit_wasi_init(&wasi, &host, 0, NULL, 0, NULL);
	cpit_wasi_imports(&wasi, imports, CPIT_WASI_NIMPORTS);
}

/* --------------------------------------------------------------- calls */

typedef uint32_t u32;
typedef uint64_t u64;

#define TRY(s, ...) \
	if (strcmp(sig, s ":i") == 0) \
		return ((u32 (*)(struct cpit_caller *, ##__VA_ARGS__))im->fn)

static uint32_t call_sig(const struct cpit_import *im, struct cpit_caller *c,
			 const uint64_t *a)
{
	const char *sig = im->type.sig;
	u32 b[9];

	for (int i = 0; i < 9; i++)
		b[i] = (u32)a[i];
	TRY("")(c);
	TRY("i", u32)(c, b[0]);
	TRY("ii", u32, u32)(c, b[0], b[1]);
	TRY("iii", u32, u32, u32)(c, b[0], b[1], b[2]);
	TRY("iiii", u32, u32, u32, u32)(c, b[0], b[1], b[2], b[3]);
	TRY("iiiii", u32, u32, u32, u32, u32)
		(c, b[0], b[1], b[2], b[3], b[4]);
	TRY("iiiiii", u32, u32, u32, u32, u32, u32)
		(c, b[0], b[1], b[2], b[3], b[4], b[5]);
	TRY("iiiiiii", u32, u32, u32, u32, u32, u32, u32)
		(c, b[0], b[1], b[2], b[3], b[4], b[5], b[6]);
	TRY("iI", u32, u64)(c, b[0], a[1]);
	TRY("iII", u32, u64, u64)(c, b[0], a[1], a[2]);
	TRY("iIi", u32, u64, u32)(c, b[0], a[1], b[2]);
	TRY("iIIi", u32, u64, u64, u32)(c, b[0], a[1], a[2], b[3]);
	TRY("iIii", u32, u64, u32, u32)(c, b[0], a[1], b[2], b[3]);
	TRY("iiiIi", u32, u32, u32, u64, u32)
		(c, b[0], b[1], b[2], a[3], b[4]);
	TRY("iiiiIIi", u32, u32, u32, u32, u64, u64, u32)
		(c, b[0], b[1], b[2], b[3], a[4], a[5], b[6]);
	TRY("iiiiiIIii", u32, u32, u32, u32, u32, u64, u64, u32, u32)
		(c, b[0], b[1], b[2], b[3], b[4], a[5], a[6], b[7], b[8]);
	if (strcmp(sig, "i:") == 0) {
		((void (*)(struct cpit_caller *, u32))im->fn)(c, b[0]);
		return 0;
	}
	printf("no such signature: %s\n", sig);
	exit(1);
}

uint32_t fake_call(const char *name, const uint64_t *args)
{
	struct cpit_caller c = { NULL, NULL };

	for (size_t i = 0; i < CPIT_WASI_NIMPORTS; i++) {
		if (strcmp(imports[i].name, name) == 0) {
			c.ctx = imports[i].ctx;
			return call_sig(&imports[i], &c, args);
		}
	}
	printf("no such function: %s\n", name);
	exit(1);
}

/* -------------------------------------------------------------- memory */

static uint8_t *at(uint32_t addr, uint32_t len)
{
	uint8_t *p = cpit_memory_at(NULL, addr, len);

	if (p == NULL) {
		printf("the test itself is out of bounds: %u\n", addr);
		exit(1);
	}
	return p;
}

void fake_put(uint32_t addr, const void *from, uint32_t len)
{
	memcpy(at(addr, len), from, len);
}

void fake_put32(uint32_t addr, uint32_t value)
{
	memcpy(at(addr, 4), &value, 4);
}

void fake_put64(uint32_t addr, uint64_t value)
{
	memcpy(at(addr, 8), &value, 8);
}

uint32_t fake_get32(uint32_t addr)
{
	uint32_t value;

	memcpy(&value, at(addr, 4), 4);
	return value;
}

uint64_t fake_get64(uint32_t addr)
{
	uint64_t value;

	memcpy(&value, at(addr, 8), 8);
	return value;
}

bool fake_untouched(uint32_t addr, uint32_t len)
{
	const uint8_t *p = at(addr, len);

	for (uint32_t i = 0; i < len; i++) {
		if (p[i] != 0xa5)
			return false;
	}
	return true;
}

/* --------------------------------------------------------------- tests */

unsigned check_failures;

void check_fail(const char *file, int line, const char *what, uint64_t got,
		uint64_t want)
{
	check_failures++;
	printf("%s:%d: %s is %llu, not %llu\n", file, line, what,
	       (unsigned long long)got, (unsigned long long)want);
}
