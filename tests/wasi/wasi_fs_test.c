/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and directories that are open: contents, positions, times, and a file
 * system that is full.
 */
#include "wasi_tree.h"
#include <string.h>

#define E(name) CPIT_WASI_E##name

static uint32_t seek(uint32_t fd, int64_t by, uint32_t whence, uint64_t *at)
{
	uint32_t err = CALL("fd_seek", fd, (uint64_t)by, whence, 0);

	*at = err == 0 ? fake_get64(0) : 0;
	return err;
}

static void test_seek(void)
{
	uint64_t at;
	uint32_t fd;

	tree_begin(100);
	EQ(t_open(TOP, "f", CREAT, RD | WR | SEEK | TELL, &fd), 0);
	EQ(t_write(fd, "0123456789"), 0);
	EQ(CALL("fd_tell", fd, 0), 0);
	EQ(fake_get64(0), 10);
	EQ(seek(fd, -4, 1, &at), 0);
	EQ(at, 6);
	CHECK(strcmp(t_read(fd, 2), "67") == 0);
	EQ(seek(fd, -3, 2, &at), 0);
	CHECK(strcmp(t_read(fd, 100), "789") == 0);
	CHECK(strcmp(t_read(fd, 100), "") == 0);
	EQ(seek(fd, -11, 2, &at), E(INVAL));
	EQ(seek(fd, -1, 0, &at), E(INVAL));
	EQ(seek(fd, INT64_MAX, 1, &at), E(INVAL));
	EQ(seek(fd, 0, 3, &at), E(INVAL));
	EQ(CALL("fd_seek", fd, 0, 0, TREE_SIZE - 7), E(FAULT));
	EQ(seek(fd, 0, 1, &at), 0);
	EQ(at, 10);			/* where it was */

	EQ(seek(fd, 10000, 0, &at), 0);	/* beyond the end: a hole */
	CHECK(strcmp(t_read(fd, 1), "") == 0);
	EQ(t_write(fd, "x"), 0);
	EQ(seek(fd, 9, 0, &at), 0);
	EQ(strlen(t_read(fd, 5000)), 1);
	EQ(mem.base[DATA + 4999], 0);
	EQ(seek(fd, INT64_MAX, 0, &at), 0);
	EQ(t_write(fd, "x"), E(FBIG));
	tree_end();
}

/* What pread and pwrite do is not seen at the position, nor the other way. */
static void test_at_offset(void)
{
	uint32_t fd, only;

	tree_begin(100);
	EQ(t_open_as(TOP, 0, "f", CREAT, RD | WR | SEEK, 0, APPEND, &fd), 0);
	EQ(t_write(fd, "abc"), 0);
	fake_put(DATA, "XY", 2);
	fake_put32(8, DATA);
	fake_put32(12, 1);
	fake_put32(16, DATA + 1);
	fake_put32(20, 1);
	EQ(CALL("fd_pwrite", fd, 8, 2, 1, 0), 0);
	EQ(fake_get32(0), 2);
	EQ(CALL("fd_pread", fd, 8, 2, 0, 0), 0);
	EQ(fake_get32(0), 2);
	CHECK(memcmp(mem.base + DATA, "aX", 2) == 0);
	EQ(CALL("fd_pread", fd, 8, 2, 2, 0), 0);
	EQ(fake_get32(0), 1);
	EQ(CALL("fd_pread", fd, 8, 2, 1ull << 63, 0), E(INVAL));
	EQ(CALL("fd_pwrite", fd, 8, 2, 1ull << 63, 0), E(INVAL));
	EQ(CALL("fd_pread", fd, 8, 1, 0, TREE_SIZE - 3), E(FAULT));
	EQ(CALL("fd_pread", fd, TREE_SIZE - 7, 1, 0, 0), E(FAULT));
	EQ(CALL("fd_pread", fd, 8, 1025, 0, 0), E(INVAL));
	fake_put32(12, TREE_SIZE);
	EQ(CALL("fd_pwrite", fd, 8, 1, 0, 0), E(FAULT));
	EQ(CALL("fd_pread", fd, 8, 1, 0, 0), E(FAULT));
	EQ(t_write(fd, "end"), 0);		/* appends, position or not */
	CHECK(t_is("f", "aXYend"));
	EQ(t_open(TOP, "f", 0, RD, &only), 0);	/* without the right to seek */
	EQ(CALL("fd_pread", only, 8, 1, 0, 0), E(NOTCAPABLE));
	EQ(CALL("fd_pread", 0, 8, 1, 0, 0), E(SPIPE));
	tree_end();
}

/* The result may lie in the buffer, and an iovec in what is read over it. */
static void test_overlap(void)
{
	uint32_t fd;

	tree_begin(100);
	EQ(t_file("f", "0123456789abcdef"), 0);
	EQ(t_open(TOP, "f", 0, RD, &fd), 0);
	fake_put32(8, 0);
	fake_put32(12, 8);
	EQ(CALL("fd_read", fd, 8, 1, 0), 0);
	EQ(fake_get32(0), 8);			/* the result comes last */
	CHECK(memcmp(mem.base + 4, "4567", 4) == 0);
	fake_put32(8, 8);			/* over itself and the next */
	fake_put32(12, 8);
	fake_put32(16, 0);
	fake_put32(20, 0);
	EQ(CALL("fd_read", fd, 8, 2, 0), 0);
	EQ(fake_get32(0), 8);
	CHECK(memcmp(mem.base + 8, "89abcdef", 8) == 0);
	tree_end();
}

static void test_truncate(void)
{
	struct t_stat st;
	uint32_t fd;

	tree_begin(100);
	EQ(t_file("f", "0123456789"), 0);
	EQ(t_open(TOP, "f", 0, ALL_RIGHTS, &fd), 0);
	EQ(CALL("fd_filestat_set_size", fd, 4), 0);
	CHECK(t_is("f", "0123"));
	EQ(CALL("fd_filestat_set_size", fd, 8), 0);
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.size, 8);
	CHECK(memcmp(t_read(fd, 8), "0123\0\0\0\0", 8) == 0);
	EQ(CALL("fd_allocate", fd, 10, 10), 0);
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.size, 20);
	EQ(CALL("fd_allocate", fd, 0, 10), 0);	/* never shorter */
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.size, 20);
	EQ(CALL("fd_allocate", fd, 0, 0), E(INVAL));
	EQ(CALL("fd_allocate", fd, 1ull << 63, 1), E(INVAL));
	EQ(CALL("fd_allocate", fd, 1, INT64_MAX), E(FBIG));
	EQ(CALL("fd_filestat_set_size", fd, ~0ull), E(FBIG));
	EQ(CALL("fd_advise", fd, 0, 0, 5), 0);
	EQ(CALL("fd_advise", fd, 0, 0, 6), E(INVAL));
	EQ(CALL("fd_advise", fd, INT64_MAX, 1, 0), E(INVAL));
	EQ(t_file("f", ""), 0);			/* O_TRUNC */
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.size, 0);
	tree_end();
}

static void test_unlinked(void)
{
	uint64_t before, at;
	uint32_t fd;

	tree_begin(100);
	EQ(t_file("f", "still here"), 0);
	EQ(t_unlink("f"), 0);
	before = tree_pages;
	EQ(t_open(TOP, "f", CREAT, RD | WR | SEEK, &fd), 0);
	EQ(t_write(fd, "still here"), 0);
	EQ(tree_pages, before + 1);
	EQ(t_unlink("f"), 0);
	EQ(seek(fd, 0, 0, &at), 0);
	CHECK(strcmp(t_read(fd, 100), "still here") == 0);
	EQ(t_file("f", "another"), 0);
	EQ(t_write(fd, "!"), 0);
	CHECK(t_is("f", "another"));
	EQ(t_unlink("f"), 0);
	EQ(t_close(fd), 0);
	EQ(tree_pages, before);			/* now it is gone */
	EQ(t_close(fd), E(BADF));
	tree_end();
}

static void test_times(void)
{
	struct t_stat st;
	uint32_t fd;

	tree_begin(100);
	EQ(t_file("f", "x"), 0);
	EQ(t_symlink("f", "l"), 0);
	EQ(t_open(TOP, "f", 0, ALL_RIGHTS, &fd), 0);
	EQ(CALL("fd_filestat_set_times", fd, 100, 200, 1 | 4), 0);
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.atim, 100);
	EQ(st.mtim, 200);
	EQ(CALL("fd_filestat_set_times", fd, 5, 5, 2), 0);
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.atim, 1700000000000000000);	/* the clock's */
	EQ(st.mtim, 200);
	EQ(CALL("fd_filestat_set_times", fd, 5, 5, 1 | 2), E(INVAL));
	EQ(CALL("fd_filestat_set_times", fd, 5, 5, 4 | 8), E(INVAL));
	EQ(CALL("fd_filestat_set_times", fd, 5, 5, 16), E(INVAL));
	fake_put(PATH_A, "l", 1);
	EQ(CALL("path_filestat_set_times", TOP, 0, PATH_A, 1, 7, 8, 5), 0);
	EQ(t_stat(0, "l", &st), 0);
	EQ(st.mtim, 8);
	EQ(t_stat(1, "l", &st), 0);
	EQ(st.mtim, 200);
	fake_put(PATH_A, "l", 1);
	EQ(CALL("path_filestat_set_times", TOP, 1, PATH_A, 1, 7, 9, 4), 0);
	EQ(t_stat(0, "f", &st), 0);
	EQ(st.mtim, 9);
	EQ(CALL("path_filestat_set_times", TOP, 1, PATH_A, 1, 7, 9, 3),
	   E(INVAL));
	tree_time = 5000;
	EQ(t_write(fd, "y"), 0);
	EQ(t_stat(0, "f", &st), 0);
	CHECK(st.mtim >= 5000 && st.ctim >= 5000);
	tree_end();
}

static void test_descriptors_end(void)
{
	uint32_t fd, last = 0, n = 0;

	tree_begin(100);
	EQ(t_file("f", "x"), 0);
	while (t_open(TOP, "f", 0, RD, &fd) == 0) {
		last = fd;
		n++;
	}
	EQ(n, CPIT_WASI_NFDS - 4);
	EQ(t_open(TOP, "f", 0, RD, &fd), E(MFILE));
	EQ(t_open(TOP, "new", CREAT, RD, &fd), E(MFILE));
	EQ(t_file("new", ""), E(MFILE));
	EQ(CALL("fd_renumber", last, 10), 0);
	EQ(t_close(last), E(BADF));
	CHECK(strcmp(t_read(10, 1), "x") == 0);
	EQ(t_open(TOP, "new", 0, RD, &fd), E(NOENT));
	EQ(t_open(TOP, "f", 0, RD, &fd), 0);
	EQ(fd, last);				/* the lowest that is free */
	EQ(CALL("fd_renumber", 10, TOP), 0);	/* over the preopen */
	EQ(CALL("fd_prestat_get", TOP, 0), E(BADF));
	for (uint32_t i = 0; i < 4; i++)
		EQ(CALL("sock_shutdown", TOP + i * 100, 1),
		   i == 0 ? E(NOTSOCK) : E(BADF));
	tree_end();
}

static void test_full(void)
{
	static char block[4097];
	char dir[] = "a", link[] = "-A";
	uint32_t fd, n = 0;

	memset(block, 'b', 4096);
	tree_begin(20);
	EQ(t_open(TOP, "F", CREAT, WR, &fd), 0);
	while (t_write(fd, block) == 0)
		n++;
	CHECK(n >= 10);
	EQ(t_write(fd, block), E(NOSPC));
	EQ(tree_pages, 20);
	while (t_mkdir(dir) == 0)
		dir[0]++;
	EQ(t_mkdir(dir), E(NOSPC));
	while (t_link("F", link) == 0)
		link[1]++;
	EQ(t_link("F", link), E(NOSPC));
	EQ(t_file("none", ""), E(NOSPC));
	EQ(t_symlink("a", "G"), E(NOSPC));
	EQ(t_rename("F", "G"), E(NOSPC));
	EQ(t_rename("F", "-A"), 0);		/* nothing to do: one file */
	EQ(t_close(fd), 0);
	while (link[1]-- > 'A')
		EQ(t_unlink(link), 0);
	EQ(tree_pages, 20);
	EQ(t_unlink("F"), 0);
	EQ(tree_pages, 20 - n - 1);	/* and the page that led to them */
	EQ(t_rename("a", "G"), 0);
	EQ(t_file("F", "room again"), 0);
	tree_end();
}

/* Sparse: high places cost what they hold, and come back. */
static void test_sparse(void)
{
	uint64_t at, before;
	uint32_t fd;

	tree_begin(100);
	EQ(t_open(TOP, "f", CREAT, ALL_RIGHTS, &fd), 0);
	EQ(t_write(fd, "start"), 0);
	before = tree_pages;
	for (int shift = 13; shift < 39; shift++) {
		EQ(seek(fd, 1ll << shift, 0, &at), 0);
		EQ(t_write(fd, "x"), 0);
	}
	CHECK(tree_pages < 100);
	for (int shift = 38; shift >= 13; shift--) {
		EQ(CALL("fd_filestat_set_size", fd, (1ull << shift) + 1), 0);
		EQ(seek(fd, 1ll << shift, 0, &at), 0);
		CHECK(strcmp(t_read(fd, 2), "x") == 0);
		EQ(CALL("fd_filestat_set_size", fd, 1ull << shift), 0);
		EQ(seek(fd, (1ll << shift) - 1, 0, &at), 0);
		EQ(strlen(t_read(fd, 9)), 0);
	}
	CHECK(t_is("f", "start"));
	EQ(CALL("fd_filestat_set_size", fd, 0), 0);
	EQ(tree_pages, before - 1);
	tree_end();
}

/* The pages that would have led to what could not be written come back too. */
static void test_full_far(void)
{
	uint64_t at, before;
	uint32_t fd, n;

	tree_begin(20);
	EQ(t_open(TOP, "far", CREAT, ALL_RIGHTS, &fd), 0);
	EQ(seek(fd, 1ll << 38, 0, &at), 0);
	before = tree_pages;
	for (n = 1; n <= 3; n++) {	/* four were needed */
		tree_limit(before + n);
		EQ(t_write(fd, "x"), E(NOSPC));
		EQ(tree_pages, before + n);
		EQ(CALL("fd_filestat_set_size", fd, 0), 0);
		EQ(tree_pages, before);
	}
	EQ(t_write(fd, "x"), E(NOSPC));
	EQ(t_close(fd), 0);
	EQ(t_unlink("far"), 0);
	EQ(tree_pages, before);
	tree_end();
}

/*
 * Anything in any order, on few names and few pages: nothing is lost, nothing is
 * used after it was freed (ASan), and everything comes back.
 */
static void test_any_order(void)
{
	static const char *const names[] = {
		"a", "b", "a/x", "a/y", "b/x", "b/y/z", "b/y", "l", "a/../b/x",
		"l/x", ".", "a/l/y", "c",
	};
	const unsigned n = sizeof(names) / sizeof(names[0]);
	unsigned s = 12345, ok = 0;
	uint32_t fd;

	tree_begin(24);
	for (int i = 0; i < 200000; i++) {
		const char *p, *q;

		s = s * 1103515245u + 12345u;
		p = names[(s >> 8) % n];
		q = names[(s >> 16) % n];
		switch (s >> 28) {
		case 0: case 1:
			ok += t_open(TOP, p, CREAT, RD | WR, &fd) == 0; break;
		case 2: ok += t_open(TOP, p, DIRECTORY, 1 << 13, &fd) == 0; break;
		case 3: case 4: ok += t_close(TOP + 1 + (s >> 8) % 60) == 0; break;
		case 5: case 6: ok += t_mkdir(p) == 0; break;
		case 7: ok += t_rmdir(p) == 0; break;
		case 8: ok += t_unlink(p) == 0; break;
		case 9: ok += t_symlink(q, p) == 0; break;
		case 10: ok += t_link(p, q) == 0; break;
		case 11: case 12: ok += t_rename(p, q) == 0; break;
		default: ok += t_write(TOP + 1 + (s >> 8) % 60, p) == 0; break;
		}
	}
	CHECK(ok > 10000);
	tree_end();
}

const struct test fs_tests[] = {
	{ "fs: seek", test_seek },
	{ "fs: pread, pwrite, append", test_at_offset },
	{ "fs: overlapping pointers", test_overlap },
	{ "fs: truncate, allocate", test_truncate },
	{ "fs: unlinked while open", test_unlinked },
	{ "fs: times", test_times },
	{ "fs: descriptors", test_descriptors_end },
	{ "fs: full", test_full },
	{ "fs: sparse", test_sparse },
	{ "fs: full, far out", test_full_far },
	{ "fs: any order", test_any_order },
	{ NULL, NULL },
};
