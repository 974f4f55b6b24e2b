/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of wasi_test.c about descriptors, reading and writing.
 */
#include "wasi_fake.h"
#include <stdlib.h>
#include <string.h>

enum { SIZE = 4096, IOVS = 256, RESULT = 512, DATA = 1024 };

/* iovec i of the array at IOVS */
static void iov(uint32_t i, uint32_t buf, uint32_t len)
{
	fake_put32(IOVS + 8 * i, buf);
	fake_put32(IOVS + 8 * i + 4, len);
}

static uint32_t write_n(uint32_t fd, uint32_t n)
{
	return CALL("fd_write", fd, IOVS, n, RESULT);
}

static uint32_t read_n(uint32_t n)
{
	return CALL("fd_read", 0, IOVS, n, RESULT);
}

/* ---------------------------------------------------------------- write */

static void test_write(void)
{
	fake_put(DATA, "hello world\n", 12);
	iov(0, DATA, 6);
	iov(1, 0xffffffff, 0);		/* no bytes: the address is not used */
	iov(2, DATA + 6, 6);
	EQ(write_n(1, 3), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 12);
	EQ(fake.nout[1], 12);
	EQ(fake.nout[2], 0);
	CHECK(memcmp(fake.out[1], "hello world\n", 12) == 0);
	EQ(write_n(2, 1), CPIT_WASI_OK);
	EQ(fake.nout[1], 12);
	CHECK(memcmp(fake.out[2], "hello ", 6) == 0);
	EQ(write_n(0, 1), CPIT_WASI_ENOTCAPABLE);

	EQ(CALL("fd_write", 1, 0xffffffff, 0, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 0);
}

static void test_write_partial(void)
{
	fake_put(DATA, "abcdef", 6);
	iov(0, DATA, 3);
	iov(1, DATA + 3, 3);
	fake.write_max = 2;
	EQ(write_n(1, 2), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 2);
	EQ(fake.writes, 1);		/* nothing is left out in between */

	fake.write_max = UINT32_MAX;
	fake.writes_ok = fake.writes + 1;
	fake.write_error = -CPIT_WASI_EAGAIN;
	EQ(write_n(1, 2), CPIT_WASI_OK);	/* the error comes later ... */
	EQ(fake_get32(RESULT), 3);
	fake_put32(RESULT, 77);
	EQ(write_n(1, 2), CPIT_WASI_EAGAIN);	/* ... that is, now */
	EQ(fake_get32(RESULT), 77);
	fake.write_error = -1000000;
	EQ(write_n(1, 2), CPIT_WASI_EIO);
	fake.write_error = INT64_MIN;
	EQ(write_n(1, 2), CPIT_WASI_EIO);
	fake.write_error = 0;		/* 0 of some bytes is no answer */
	EQ(write_n(1, 2), CPIT_WASI_EIO);
}

static void test_write_bad(void)
{
	/* The count times 8 is 0, and 8, in 32 bits. */
	EQ(CALL("fd_write", 1, IOVS, 0x20000000, RESULT), CPIT_WASI_EFAULT);
	EQ(CALL("fd_write", 1, IOVS, 0x20000001, RESULT), CPIT_WASI_EFAULT);
	EQ(CALL("fd_write", 1, IOVS, 0xffffffff, RESULT), CPIT_WASI_EFAULT);
	/* The array straddles the end. */
	EQ(CALL("fd_write", 1, SIZE - 12, 2, RESULT), CPIT_WASI_EFAULT);
	/* Only the second buffer is bad; the first must not come out. */
	iov(0, DATA, 4);
	iov(1, SIZE - 3, 4);
	EQ(write_n(1, 2), CPIT_WASI_EFAULT);
	iov(1, 0xffffffff, 1);
	EQ(write_n(1, 2), CPIT_WASI_EFAULT);
	iov(1, 8, 0xffffffff);
	EQ(write_n(1, 2), CPIT_WASI_EFAULT);
	iov(1, 0xfffffff0, 0x20);	/* wraps to 0x10 */
	EQ(write_n(1, 2), CPIT_WASI_EFAULT);
	EQ(CALL("fd_write", 1, IOVS, 1, SIZE - 3), CPIT_WASI_EFAULT);
	EQ(CALL("fd_write", 1, IOVS, 0, SIZE - 3), CPIT_WASI_EFAULT);
	EQ(fake.writes, 0);
	CHECK(fake_untouched(RESULT, 4));
	iov(1, SIZE - 4, 4);
	EQ(write_n(1, 2), CPIT_WASI_OK);
	EQ(fake.nout[1], 8);
}

static void test_write_many(void)
{
	fake_reset(16384);
	for (uint32_t i = 0; i < 1025; i++) {
		fake_put32(4096 + 8 * i, DATA);
		fake_put32(4096 + 8 * i + 4, 1);
	}
	EQ(CALL("fd_write", 1, 4096, 1025, RESULT), CPIT_WASI_EINVAL);
	EQ(CALL("fd_read", 0, 4096, 1025, RESULT), CPIT_WASI_EINVAL);
	EQ(fake.writes + fake.reads, 0);
	EQ(CALL("fd_write", 1, 4096, 1024, RESULT), CPIT_WASI_OK);
	EQ(fake.nout[1], 1024);
}

/* More than 4 GiB in one call: 1024 times the same 8 MiB. */
static void test_write_sum(void)
{
	enum { BIG = 8 << 20 };

	fake_reset(BIG);
	fake.yields_ok = UINT32_MAX;
	for (uint32_t i = 0; i < 1024; i++) {
		fake_put32(4096 + 8 * i, 0);
		fake_put32(4096 + 8 * i + 4, BIG);
	}
	fake_put32(4096 + 8 * 512, BIG);	/* beyond them: not looked at */
	EQ(CALL("fd_write", 1, 4096, 1024, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), UINT32_MAX);
	EQ(fake.nout[1], UINT32_MAX);
	fake_put32(4096 + 8 * 511, BIG);
	EQ(CALL("fd_write", 1, 4096, 1024, RESULT), CPIT_WASI_EFAULT);
}

/* What others may want in between: one buffer, and many that are small. */
static void test_write_turns(void)
{
	fake_reset(16384);
	iov(0, 0, 4096);
	EQ(write_n(1, 1), CPIT_WASI_OK);
	EQ(fake.yields, 0);		/* no more to come */
	iov(0, 0, 10000);
	EQ(write_n(1, 1), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 10000);
	EQ(fake.yields, 2);
	fake.yields_ok = 3;
	EQ(write_n(1, 1), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 8192);	/* killed: let go of the rest */

	fake_reset(16384);
	for (uint32_t i = 0; i < 1024; i++) {
		fake_put32(4096 + 8 * i, DATA);
		fake_put32(4096 + 8 * i + 4, 5);
	}
	EQ(CALL("fd_write", 1, 4096, 1024, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 5120);
	EQ(fake.yields, 1);
	fake.yields_ok = 0;
	EQ(CALL("fd_write", 1, 4096, 1024, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 4096);
}

/* ----------------------------------------------------------------- read */

static void test_read(void)
{
	fake.in = "abcdefgh";
	iov(0, 0xffffffff, 0);
	iov(1, DATA, 5);
	iov(2, DATA + 100, 5);
	EQ(read_n(3), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 5);	/* one buffer per call */
	EQ(fake.reads, 1);
	CHECK(memcmp(mem.base + DATA, "abcde", 5) == 0);
	CHECK(fake_untouched(DATA + 5, 200));
	EQ(read_n(2), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 3);
	EQ(read_n(2), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 0);	/* end of input */
	EQ(fake.reads, 3);

	fake_put32(RESULT, 77);
	EQ(CALL("fd_read", 0, 0xffffffff, 0, RESULT), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 0);
	EQ(read_n(1), CPIT_WASI_OK);	/* an empty buffer: not asked */
	EQ(fake.reads, 3);
	EQ(CALL("fd_read", 1, IOVS, 1, RESULT), CPIT_WASI_ENOTCAPABLE);
	fake.read_error = -CPIT_WASI_EINTR;
	EQ(read_n(2), CPIT_WASI_EINTR);
	fake.read_error = -5000;
	EQ(read_n(2), CPIT_WASI_EIO);
}

static void test_read_bad(void)
{
	fake.in = "abc";
	EQ(CALL("fd_read", 0, IOVS, 0x20000000, RESULT), CPIT_WASI_EFAULT);
	EQ(CALL("fd_read", 0, SIZE - 12, 2, RESULT), CPIT_WASI_EFAULT);
	iov(0, DATA, 2);
	iov(1, SIZE - 1, 2);		/* would not be used, but is bad */
	EQ(read_n(2), CPIT_WASI_EFAULT);
	EQ(CALL("fd_read", 0, IOVS, 1, SIZE - 3), CPIT_WASI_EFAULT);
	EQ(fake.reads, 0);		/* nothing is taken from the input */
	CHECK(fake_untouched(DATA, 2));
	iov(0, SIZE - 2, 2);
	EQ(read_n(1), CPIT_WASI_OK);
	CHECK(memcmp(mem.base + SIZE - 2, "ab", 2) == 0);
	/* The buffer is the iovec array itself. */
	iov(0, IOVS, 8);
	EQ(read_n(1), CPIT_WASI_OK);
	EQ(fake_get32(RESULT), 1);
	EQ(mem.base[IOVS], 'c');
}

static void test_nonblock(void)
{
	iov(0, DATA, 1);
	fake.in = "x";
	EQ(CALL("fd_fdstat_set_flags", 0, 4), CPIT_WASI_OK);
	EQ(read_n(1), CPIT_WASI_EAGAIN);
	EQ(fake.reads, 0);
	fake.readable = true;
	EQ(read_n(1), CPIT_WASI_OK);
	EQ(CALL("fd_fdstat_set_flags", 0, 0), CPIT_WASI_OK);
	fake.readable = false;
	EQ(read_n(1), CPIT_WASI_OK);
	host.readable = NULL;
	EQ(CALL("fd_fdstat_set_flags", 0, 4), CPIT_WASI_ENOTSUP);
	EQ(CALL("fd_fdstat_set_flags", 0, 0x1b), CPIT_WASI_OK);
	EQ(CALL("fd_fdstat_set_flags", 1, 0x1f), CPIT_WASI_OK);
	EQ(CALL("fd_fdstat_set_flags", 1, 0x20), CPIT_WASI_EINVAL);
	EQ(CALL("fd_fdstat_set_flags", 1, 0x80000000), CPIT_WASI_EINVAL);
	EQ(wasi.fds[0].flags, 0x1b);
	EQ(wasi.fds[1].flags, 0x1f);
}

/* ---------------------------------------------------------- descriptors */

static void test_stat(void)
{
	const uint64_t out = 1 << 0 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 21 |
			      1 << 27;
	const uint64_t in = (out & ~(1ull << 6)) | 1 << 1;

	CALL("fd_fdstat_set_flags", 1, 1);
	for (uint32_t fd = 0; fd < 3; fd++) {
		EQ(CALL("fd_fdstat_get", fd, 64), CPIT_WASI_OK);
		EQ(fake_get64(64), fd == 1 ? 0x10002 : 0x2);
		EQ(fake_get64(72), fd == 0 ? in : out);
		EQ(fake_get64(80), 0);
		EQ(CALL("fd_filestat_get", fd, 128), CPIT_WASI_OK);
		EQ(fake_get64(128), 0);
		EQ(fake_get64(136), fd);
		EQ(fake_get64(144), 2);
		EQ(fake_get64(152), 1);
		EQ(fake_get64(160), 0);
		EQ(fake_get64(184), 0);
		CHECK(fake_untouched(88, 40) && fake_untouched(192, 40));
	}
}

static void test_seek(void)
{
	for (uint32_t fd = 0; fd < 3; fd++) {
		EQ(CALL("fd_seek", fd, ~0ull, 2, 64), CPIT_WASI_ESPIPE);
		EQ(CALL("fd_seek", fd, 0, 0, 0xffffffff), CPIT_WASI_ESPIPE);
		EQ(CALL("fd_seek", fd, 0, 3, 64), CPIT_WASI_EINVAL);
		EQ(CALL("fd_tell", fd, 64), CPIT_WASI_ESPIPE);
		EQ(CALL("fd_sync", fd), CPIT_WASI_OK);
		EQ(CALL("fd_datasync", fd), CPIT_WASI_OK);
	}
	CHECK(fake_untouched(64, 8));
}

static void test_close(void)
{
	iov(0, DATA, 1);
	EQ(CALL("fd_renumber", 1, 1), CPIT_WASI_OK);
	EQ(write_n(1, 1), CPIT_WASI_OK);
	EQ(CALL("fd_renumber", 2, 1), CPIT_WASI_OK);	/* 1 is stderr now */
	EQ(write_n(2, 1), CPIT_WASI_EBADF);
	EQ(write_n(1, 1), CPIT_WASI_OK);
	EQ(fake.nout[1], 1);
	EQ(fake.nout[2], 1);
	EQ(CALL("fd_renumber", 1, 2), CPIT_WASI_EBADF);	/* 2 is not open */
	EQ(CALL("fd_renumber", 0, 1), CPIT_WASI_OK);	/* 1 is stdin now */
	EQ(write_n(1, 1), CPIT_WASI_ENOTCAPABLE);
	EQ(CALL("fd_read", 1, IOVS, 1, RESULT), CPIT_WASI_OK);
	EQ(read_n(1), CPIT_WASI_EBADF);
	EQ(CALL("fd_close", 1), CPIT_WASI_OK);
	EQ(CALL("fd_close", 1), CPIT_WASI_EBADF);
	cpit_wasi_init(&wasi, &host, 0, NULL, 0, NULL);
	EQ(write_n(1, 1), CPIT_WASI_OK);
}

const struct test io_tests[] = {
	{ "write", test_write },
	{ "write, partial and errors", test_write_partial },
	{ "write, bad pointers", test_write_bad },
	{ "write, many buffers", test_write_many },
	{ "write, more than 4 GiB", test_write_sum },
	{ "write, with turns of others", test_write_turns },
	{ "read", test_read },
	{ "read, bad pointers", test_read_bad },
	{ "non-blocking", test_nonblock },
	{ "fdstat, filestat", test_stat },
	{ "seek, sync", test_seek },
	{ "close, renumber", test_close },
	{ NULL, NULL },
};
