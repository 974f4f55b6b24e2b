/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What wasi_test.c puts under the WASI archive: a runtime that has one memory,
 * and a host whose every answer the test can set.
 */
#ifndef CPIT_TESTS_WASI_FAKE_H
#define CPIT_TESTS_WASI_FAKE_H

#include <catchpit/wasi.h>

/* The memory is malloc'ed at its exact size, so ASan sees a byte too far. */
struct fake_memory {
	uint8_t *base;
	uint32_t size;		/* 0: no memory is exported */
};

struct fake_host {
	/* output: kept up to the buffers' size, always counted */
	char out[CPIT_WASI_NSTREAMS][64];
	uint64_t nout[CPIT_WASI_NSTREAMS];
	unsigned writes;
	uint32_t write_max;	/* most bytes per call */
	unsigned writes_ok;	/* calls before write_error is returned */
	int64_t write_error;

	const char *in;		/* input still to come */
	unsigned reads;
	int64_t read_error;	/* returned if not 0 */
	bool readable;

	uint64_t now[2];	/* the clocks; each reading adds step */
	uint64_t step;
	int random_error;
	unsigned randoms;
	unsigned yields;
	unsigned yields_ok;	/* calls before yield says false */
	unsigned yields_quiet;	/* after so many, input is readable */
};

extern struct fake_memory mem;
extern struct fake_host fake;
extern struct cpit_wasi_host host;	/* serves from `fake' */
extern struct cpit_wasi wasi;
extern struct cpit_import imports[CPIT_WASI_NIMPORTS];
extern unsigned exits;
extern uint32_t exit_code;

/* A new instance: memory of that size filled with 0xa5, streams open. */
void fake_reset(uint32_t size);

/* Calls an import by its name, by its signature, as generated code would. */
uint32_t fake_call(const char *name, const uint64_t *args);
#define CALL(name, ...) fake_call(name, (const uint64_t[9]){ __VA_ARGS__ })

/* Guest memory; an address outside it ends the test program. */
void fake_put(uint32_t addr, const void *from, uint32_t len);
void fake_put32(uint32_t addr, uint32_t value);
void fake_put64(uint32_t addr, uint64_t value);
uint32_t fake_get32(uint32_t addr);
uint64_t fake_get64(uint32_t addr);
bool fake_untouched(uint32_t addr, uint32_t len);

/* --------------------------------------------------------------- tests */

struct test {
	const char *name;
	void (*run)(void);
};

/* Those of the other files; a NULL name ends them. */
extern const struct test io_tests[], poll_tests[], fs_tests[], path_tests[];
extern const struct test cpio_tests[], turn_tests[], list_tests[];
extern const struct test rights_tests[];

/* Counts failed checks; a test with any has failed. */
extern unsigned check_failures;
void check_fail(const char *file, int line, const char *what, uint64_t got,
		uint64_t want);

#define CHECK(x) \
	((x) ? (void)0 : check_fail(__FILE__, __LINE__, #x, 0, 1))
#define EQ(got, want) do { \
	uint64_t got_ = (got), want_ = (want); \
	if (got_ != want_) \
		check_fail(__FILE__, __LINE__, #got, got_, want_); \
} while (0)

#endif
