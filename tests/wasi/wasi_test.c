/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host test of the WASI archive: every function, errno and boundary, over a
 * fake runtime and host.  Built with ASan and UBSan; the line to build it is in
 * tests/wasi/README.md.
 */
#include "preview1.h"
#include "wasi_fake.h"
#include "wasi_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 4096 };

/* -------------------------------------------------------------- imports */

typedef uint32_t u32;
typedef uint64_t u64;

/* The C function that stands behind each import has that import's type. */
#define SAME_TYPE(ret, name, sig, ...) \
	_Static_assert(__builtin_types_compatible_p( \
		__typeof__(cpit_wasi_##name), \
		ret (struct cpit_caller *, ##__VA_ARGS__)), #name);
PREVIEW1(SAME_TYPE)

static void test_imports(void)
{
	static const struct {
		const char *name, *sig;
		void (*fn)(void);
	} want[] = {
#define ROW(ret, name, sig, ...) \
		{ #name, sig, (void (*)(void))cpit_wasi_##name },
		PREVIEW1(ROW)
	};
	struct cpit_import some[3];
	struct cpit_wasi w;

	EQ(sizeof(want) / sizeof(want[0]), CPIT_WASI_NIMPORTS);
	for (size_t i = 0; i < CPIT_WASI_NIMPORTS; i++) {
		const struct cpit_import *im = &imports[i];

		CHECK(strcmp(im->module, "wasi_snapshot_preview1") == 0);
		CHECK(strcmp(im->name, want[i].name) == 0);
		CHECK(strcmp(im->type.sig, want[i].sig) == 0);
		CHECK(im->fn == want[i].fn);
		EQ(im->type.kind, CPIT_FUNC);
		CHECK(im->ctx == &wasi);
		CHECK(!im->object && !im->from && !im->export);
	}
	memset(some, 0xa5, sizeof(some));
	EQ(cpit_wasi_imports(&w, some, 2), 2);
	CHECK(some[1].ctx == &w && some[2].ctx != &w);
	CHECK(!some[1].object && !some[1].from && !some[1].export);
	EQ(some[1].type.min + some[1].type.max + some[1].type.has_max, 0);
	EQ(cpit_wasi_imports(&w, NULL, 0), 0);
}

/* --------------------------------------------------------------- sweeps */

/*
 * Every pointer that is looked at: args with the pointer at `ptr', which covers
 * `len' bytes.  The rest of the arguments is good.
 */
static const struct {
	const char *name;
	u64 args[5];
	unsigned ptr;
	uint32_t len;
} pointers[] = {
	{ "args_sizes_get", { 0, 64 }, 0, 4 },
	{ "args_sizes_get", { 64, 0 }, 1, 4 },
	{ "args_get", { 0, 64 }, 0, 8 },	/* two arguments ... */
	{ "args_get", { 64, 0 }, 1, 7 },	/* ... "ab", "cde" */
	{ "environ_sizes_get", { 0, 64 }, 0, 4 },
	{ "environ_sizes_get", { 64, 0 }, 1, 4 },
	{ "environ_get", { 0, 64 }, 0, 4 },
	{ "environ_get", { 64, 0 }, 1, 4 },	/* "F=1" */
	{ "clock_res_get", { 1, 0 }, 1, 8 },
	{ "clock_time_get", { 1, 0, 0 }, 2, 8 },
	{ "fd_fdstat_get", { 1, 0 }, 1, 24 },
	{ "fd_filestat_get", { 1, 0 }, 1, 64 },
	{ "fd_read", { 0, 0, 1, 64 }, 1, 8 },
	{ "fd_read", { 0, 0, 2, 64 }, 1, 16 },
	{ "fd_read", { 0, 16, 1, 0 }, 3, 4 },
	{ "fd_write", { 1, 0, 1, 64 }, 1, 8 },
	{ "fd_write", { 2, 0, 2, 64 }, 1, 16 },
	{ "fd_write", { 1, 16, 1, 0 }, 3, 4 },
	{ "poll_oneoff", { 0, 128, 1, 64 }, 0, 48 },
	{ "poll_oneoff", { 256, 0, 1, 64 }, 1, 32 },
	{ "poll_oneoff", { 256, 0, 2, 64 }, 1, 64 },
	{ "poll_oneoff", { 256, 128, 1, 0 }, 3, 4 },
	{ "random_get", { 0, 1 }, 0, 1 },
	{ "random_get", { 0, 33 }, 0, 33 },
};

static const char *const two_args[] = { "ab", "cde" };
static const char *const one_env[] = { "F=1" };

/*
 * A memory in which all good arguments of the sweep are good: an empty iovec at
 * 16 and at the end, a clock subscription (all zero: due at once) at 256.
 */
static void sweep_reset(uint32_t size)
{
	fake_reset(size);
	cpit_wasi_init(&wasi, &host, 2, two_args, 1, one_env);
	fake.in = "input";
	if (size == 0)
		return;
	memset(mem.base + 16, 0, 16);
	memset(mem.base + 256, 0, 96);
	memset(mem.base + size - 64, 0, 64);
}

static uint32_t sweep_call(size_t i, uint32_t addr)
{
	u64 a[9] = { 0 };

	memcpy(a, pointers[i].args, sizeof(pointers[i].args));
	a[pointers[i].ptr] = addr;
	return fake_call(pointers[i].name, a);
}

static void test_bad_pointers(void)
{
	static uint8_t before[SIZE];

	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		uint32_t len = pointers[i].len;
		const uint32_t bad[] = {
			SIZE - len + 1, SIZE - 1 + (len == 1), SIZE, SIZE + 1,
			0x7fffffff, 0x80000000, 0xffffffff - len,
			0xffffffff - len + 1, 0xfffffffe, 0xffffffff,
		};

		for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
			sweep_reset(SIZE);
			memcpy(before, mem.base, SIZE);
			EQ(sweep_call(i, bad[k]), CPIT_WASI_EFAULT);
			CHECK(memcmp(before, mem.base, SIZE) == 0);
			EQ(fake.writes + fake.reads + fake.randoms, 0);
		}
		sweep_reset(SIZE);
		EQ(sweep_call(i, SIZE - len), CPIT_WASI_OK);
	}
}

static void test_no_memory(void)
{
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		sweep_reset(0);
		EQ(sweep_call(i, 0), CPIT_WASI_EFAULT);
		EQ(fake.writes + fake.reads + fake.randoms, 0);
	}
	EQ(CALL("sched_yield", 0), CPIT_WASI_OK);
	EQ(CALL("fd_sync", 1), CPIT_WASI_OK);
	EQ(CALL("random_get", 0, 0), CPIT_WASI_OK);
	CALL("proc_exit", 4);
	EQ(exit_code, 4);
}

/* Functions with descriptors: which arguments, and what an open one gets. */
static const struct {
	const char *name;
	int fd, fd2;
	uint32_t open;
} descriptors[] = {
	{ "fd_advise", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_allocate", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_close", 0, -1, CPIT_WASI_OK },
	{ "fd_datasync", 0, -1, CPIT_WASI_OK },
	{ "fd_fdstat_get", 0, -1, CPIT_WASI_OK },
	{ "fd_fdstat_set_flags", 0, -1, CPIT_WASI_OK },
	{ "fd_fdstat_set_rights", 0, -1, CPIT_WASI_OK },
	{ "fd_filestat_get", 0, -1, CPIT_WASI_OK },
	{ "fd_filestat_set_size", 0, -1, CPIT_WASI_ENOTCAPABLE },
	{ "fd_filestat_set_times", 0, -1, CPIT_WASI_ENOTCAPABLE },
	{ "fd_pread", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_prestat_dir_name", 0, -1, CPIT_WASI_EBADF },
	{ "fd_prestat_get", 0, -1, CPIT_WASI_EBADF },
	{ "fd_pwrite", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_read", 0, -1, CPIT_WASI_ENOTCAPABLE },
	{ "fd_readdir", 0, -1, CPIT_WASI_ENOTDIR },
	{ "fd_renumber", 0, 1, CPIT_WASI_OK },
	{ "fd_seek", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_sync", 0, -1, CPIT_WASI_OK },
	{ "fd_tell", 0, -1, CPIT_WASI_ESPIPE },
	{ "fd_write", 0, -1, CPIT_WASI_OK },
	{ "path_create_directory", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_filestat_get", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_filestat_set_times", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_link", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_open", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_readlink", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_remove_directory", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_rename", 0, -1, CPIT_WASI_ENOTDIR },
	{ "path_symlink", 2, -1, CPIT_WASI_ENOTDIR },
	{ "path_unlink_file", 0, -1, CPIT_WASI_ENOTDIR },
	{ "sock_accept", 0, -1, CPIT_WASI_ENOTSOCK },
	{ "sock_recv", 0, -1, CPIT_WASI_ENOTSOCK },
	{ "sock_send", 0, -1, CPIT_WASI_ENOTSOCK },
	{ "sock_shutdown", 0, -1, CPIT_WASI_ENOTSOCK },
};

static void test_descriptors(void)
{
	static const uint32_t bad[] = {
		0, 3, 4, 0x7fffffff, 0x80000000, 0xffff85a7, 0xffffffff,
	};

	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]);
	     i++) {
		const char *name = descriptors[i].name;
		int fd = descriptors[i].fd, fd2 = descriptors[i].fd2;

		for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
			u64 a[9] = { 0 };

			fake_reset(SIZE);
			wasi.fds[0].open = false;
			a[fd] = bad[k];
			if (fd2 >= 0)
				a[fd2] = 1;
			EQ(fake_call(name, a), CPIT_WASI_EBADF);
			a[fd] = 1;
			if (fd2 < 0)
				continue;
			a[fd2] = bad[k];
			EQ(fake_call(name, a), CPIT_WASI_EBADF);
			CHECK(wasi.fds[1].open);
		}
		u64 good[9] = { 0 };

		fake_reset(SIZE);
		good[fd] = 1;
		if (fd2 >= 0)
			good[fd2] = 2;
		EQ(fake_call(name, good), descriptors[i].open);
	}
	EQ(CALL("proc_raise", 6), CPIT_WASI_ENOSYS);
	EQ(exits, 0);
}

/* ------------------------------------------------------ args, environment */

static void test_args(void)
{
	const char *const args[] = { "prog", "", "a b" };
	const char *const env[] = { "A=1", "EMPTY=" };

	cpit_wasi_init(&wasi, &host, 3, args, 2, env);
	EQ(CALL("args_sizes_get", 8, 12), CPIT_WASI_OK);
	EQ(fake_get32(8), 3);
	EQ(fake_get32(12), 10);
	EQ(CALL("args_get", 101, 201), CPIT_WASI_OK);	/* not aligned */
	EQ(fake_get32(101), 201);
	EQ(fake_get32(105), 206);
	EQ(fake_get32(109), 207);
	CHECK(memcmp(mem.base + 201, "prog\0\0a b", 10) == 0);
	CHECK(fake_untouched(113, 88) && fake_untouched(211, 50));

	EQ(CALL("environ_sizes_get", 8, 12), CPIT_WASI_OK);
	EQ(fake_get32(8), 2);
	EQ(fake_get32(12), 11);
	EQ(CALL("environ_get", 300, 400), CPIT_WASI_OK);
	EQ(fake_get32(304), 404);
	CHECK(memcmp(mem.base + 400, "A=1\0EMPTY=", 11) == 0);
}

static void test_no_args(void)
{
	EQ(CALL("args_sizes_get", 8, 12), CPIT_WASI_OK);
	EQ(fake_get32(8) + fake_get32(12), 0);
	EQ(CALL("args_get", 0xffffffff, 0xffffffff), CPIT_WASI_OK);
	EQ(CALL("environ_sizes_get", 16, 20), CPIT_WASI_OK);
	EQ(fake_get32(16) + fake_get32(20), 0);
	EQ(CALL("environ_get", 0xffffffff, 0xffffffff), CPIT_WASI_OK);
}

/* More than 4 GiB of arguments: one long string, named many times. */
static void test_args_overflow(void)
{
	enum { N = 65, LEN = 1 << 26 };
	static const char *args[N];
	char *s = malloc(LEN + 1);

	memset(s, 'x', LEN);
	s[LEN] = '\0';
	for (int i = 0; i < N; i++)
		args[i] = s;
	cpit_wasi_init(&wasi, &host, N, args, N, args);
	EQ(CALL("args_sizes_get", 8, 12), CPIT_WASI_EOVERFLOW);
	EQ(CALL("environ_sizes_get", 8, 12), CPIT_WASI_EOVERFLOW);
	EQ(CALL("args_get", 8, 1024), CPIT_WASI_EFAULT);
	CHECK(fake_untouched(0, SIZE));
	free(s);
}

/* ---------------------------------------------------------------- system */

static void test_clock(void)
{
	EQ(CALL("clock_time_get", 0, 0, 8), CPIT_WASI_OK);
	EQ(fake_get64(8), 1700000000000000000);
	EQ(CALL("clock_time_get", 1, ~0ull, 17), CPIT_WASI_OK);
	EQ(fake_get64(17), 5000);
	EQ(CALL("clock_res_get", 0, 32), CPIT_WASI_OK);
	EQ(fake_get64(32), 1000000000);
	EQ(CALL("clock_res_get", 1, 40), CPIT_WASI_OK);
	EQ(fake_get64(40), 100);
	CHECK(fake_untouched(48, 100));
	for (u64 id = 2; id < 5; id++) {
		EQ(CALL("clock_time_get", id, 0, 64), CPIT_WASI_EINVAL);
		EQ(CALL("clock_res_get", id, 64), CPIT_WASI_EINVAL);
	}
	EQ(CALL("clock_time_get", 0xffffffff, 0, 64), CPIT_WASI_EINVAL);
	CHECK(fake_untouched(64, 8));
}

static void test_random(void)
{
	EQ(CALL("random_get", 10, 5), CPIT_WASI_OK);
	CHECK(fake_untouched(0, 10) && fake_untouched(15, 50));
	CHECK(mem.base[10] == 0x77 && mem.base[14] == 0x77);
	EQ(CALL("random_get", 0xffffffff, 0), CPIT_WASI_OK);
	EQ(CALL("random_get", 0, 0xffffffff), CPIT_WASI_EFAULT);
	EQ(CALL("random_get", 0, SIZE + 1), CPIT_WASI_EFAULT);
	EQ(fake.randoms, 1);
	EQ(CALL("random_get", 0, SIZE), CPIT_WASI_OK);
	fake.random_error = -CPIT_WASI_ENOSYS;
	EQ(CALL("random_get", 0, 1), CPIT_WASI_ENOSYS);
	fake.random_error = 1;			/* not an answer: EIO */
	EQ(CALL("random_get", 0, 1), CPIT_WASI_EIO);
	fake.random_error = -77;
	EQ(CALL("random_get", 0, 1), CPIT_WASI_EIO);

	fake_reset(16384);
	EQ(CALL("random_get", 1, 10000), CPIT_WASI_OK);
	CHECK(fake_untouched(0, 1) && fake_untouched(10001, 6383));
	CHECK(mem.base[1] == 0x77 && mem.base[10000] == 0x77);
	EQ(fake.randoms, 3);
	EQ(fake.yields, 2);		/* a kill does not wait for all of it */
	fake.yields_ok = 3;
	EQ(CALL("random_get", 0, 10000), CPIT_WASI_EINTR);
	EQ(fake.randoms, 5);
}

static void test_exit(void)
{
	static const uint32_t codes[] = { 0, 3, 139, 255, 256, 0xffffffff };

	for (unsigned i = 0; i < 6; i++) {
		CALL("proc_exit", codes[i]);
		EQ(exits, i + 1);
		EQ(exit_code, codes[i]);
	}
	EQ(CALL("sched_yield", 0), CPIT_WASI_OK);
	fake.yields_ok = 0;
	EQ(CALL("sched_yield", 0), CPIT_WASI_OK);
	EQ(fake.yields, 2);
}

static const struct test tests[] = {
	{ "imports", test_imports },
	{ "bad pointers", test_bad_pointers },
	{ "no memory", test_no_memory },
	{ "descriptors", test_descriptors },
	{ "args", test_args },
	{ "no args", test_no_args },
	{ "args overflow", test_args_overflow },
	{ "clock", test_clock },
	{ "random", test_random },
	{ "exit, yield", test_exit },
	{ NULL, NULL },
};

static unsigned run(const struct test *t, unsigned *failed)
{
	unsigned passed = 0;

	for (; t->name != NULL; t++) {
		check_failures = 0;
		fake_reset(SIZE);
		t->run();
		if (check_failures == 0)
			passed++;
		else
			++*failed;
		printf("%s - %s\n", check_failures ? "not ok" : "ok", t->name);
	}
	return passed;
}

int main(void)
{
	unsigned failed = 0;
	unsigned passed = run(tests, &failed);

	passed += run(io_tests, &failed);
	passed += run(poll_tests, &failed);
	passed += run(fs_tests, &failed);
	passed += run(rights_tests, &failed);
	passed += run(path_tests, &failed);
	passed += run(cpio_tests, &failed);
	passed += run(turn_tests, &failed);
	passed += run(list_tests, &failed);
	free(mem.base);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
