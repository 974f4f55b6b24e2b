/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: what they lead to, that they lead nowhere else, and the errno of what
 * is refused.  Where POSIX and preview1 leave a choice, the answer is one that
 * the wasi-testsuite project takes.
 */
#include "wasi_tree.h"
#include <stdio.h>
#include <string.h>

#define E(name) CPIT_WASI_E##name

/* dir/nested/file, and links in dir: up, abs, loop, dangling, in, slash */
static void furnish(void)
{
	tree_begin(1000);
	EQ(t_mkdir("dir"), 0);
	EQ(t_mkdir("dir/nested/"), 0);
	EQ(t_file("dir/nested/file", "here"), 0);
	EQ(t_symlink("../../dir", "dir/up"), 0);
	EQ(t_symlink("loop", "dir/loop"), 0);
	EQ(t_symlink("nothing", "dir/dangling"), 0);
	EQ(t_symlink("nested", "dir/in"), 0);
	EQ(t_symlink("in/", "dir/slash"), 0);
	EQ(t_symlink("nested/file", "dir/f"), 0);
	EQ(t_symlink("../dir/in/../in/file", "dir/long"), 0);
}

/* Opened from the root for reading: what comes of it. */
static const struct {
	const char *path;
	uint32_t follow, oflags, want;
} opens[] = {
	{ "dir/nested/file", 0, 0, 0 },
	{ "dir/.//nested/../../dir/nested/../nested///./file", 0, 0, 0 },
	{ "dir/nested/", 0, 0, 0 },
	{ "dir/nested///", 0, DIRECTORY, 0 },
	{ ".", 0, 0, 0 },
	{ "dir/..", 0, 0, 0 },
	{ "./dir/../", 0, 0, 0 },
	{ "", 0, 0, E(NOENT) },
	{ "none", 0, 0, E(NOENT) },
	{ "none/file", 0, 0, E(NOENT) },
	{ "none/", 0, CREAT, E(ISDIR) },
	{ "dir/nested/file/", 0, 0, E(NOTDIR) },
	{ "dir/nested/file///", 1, 0, E(NOTDIR) },
	{ "dir/nested/file/x", 0, 0, E(NOTDIR) },
	{ "dir/nested/file/..", 0, 0, E(NOTDIR) },
	{ "dir/nested/file", 0, DIRECTORY, E(NOTDIR) },
	{ "dir/nested/file", 0, CREAT | EXCL, E(EXIST) },
	{ "dir", 0, CREAT, E(ISDIR) },
	{ "dir", 0, TRUNC, E(ISDIR) },
	{ "dir", 0, CREAT | DIRECTORY, E(INVAL) },
	{ "dir", 0, 16, E(INVAL) },
	/* out of it (P1) */
	{ "/dir/nested/file", 0, 0, E(NOTCAPABLE) },
	{ "/", 0, 0, E(NOTCAPABLE) },
	{ "..", 0, 0, E(NOTCAPABLE) },
	{ "../", 0, 0, E(NOTCAPABLE) },
	{ "dir/nested/../../../dir/nested/file", 0, 0, E(NOTCAPABLE) },
	{ "dir/up/nested/file", 0, 0, E(NOTCAPABLE) },
	{ "dir/up", 1, 0, E(NOTCAPABLE) },
	{ "dir/up", 1, CREAT, E(NOTCAPABLE) },
	/* symlinks */
	{ "dir/f", 1, 0, 0 },
	{ "dir/f", 0, 0, E(LOOP) },
	{ "dir/f", 0, CREAT, E(LOOP) },
	{ "dir/f", 1, CREAT | EXCL, E(EXIST) },
	{ "dir/f", 1, EXCL, 0 },		/* means nothing alone */
	{ "dir/f/", 1, 0, E(NOTDIR) },
	{ "dir/long", 1, 0, 0 },
	{ "dir/in/file", 0, 0, 0 },
	{ "dir/in/../nested/file", 0, 0, 0 },
	{ "dir/in/", 0, DIRECTORY, 0 },
	{ "dir/in", 1, DIRECTORY, 0 },
	{ "dir/in", 0, DIRECTORY, E(LOOP) },
	{ "dir/slash", 1, DIRECTORY, 0 },
	{ "dir/slash/file", 0, 0, 0 },
	{ "dir/f", 1, DIRECTORY, E(NOTDIR) },
	{ "dir/loop", 1, 0, E(LOOP) },
	{ "dir/loop/x", 0, 0, E(LOOP) },
	{ "dir/dangling", 1, 0, E(NOENT) },
	{ "dir/dangling/", 1, CREAT, E(ISDIR) },
	{ "dir/dangling", 1, CREAT | EXCL, E(EXIST) },
};

static void test_open(void)
{
	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		uint32_t fd, got, before = check_failures;

		furnish();
		got = t_open_as(TOP, opens[i].follow, opens[i].path,
				opens[i].oflags, RD, 0, 0, &fd);
		EQ(got, opens[i].want);
		if (got == 0)
			CHECK(fd == TOP + 1 && wasi.fds[fd].open);
		else
			CHECK(!wasi.fds[TOP + 1].open);
		if (check_failures != before)
			printf("  opening \"%s\"\n", opens[i].path);
		tree_end();
	}
}

static void test_create_through_link(void)
{
	furnish();
	EQ(t_file("dir/dangling", "made"), 0);
	CHECK(t_is("dir/nothing", "made"));
	tree_end();
}

static void test_subdirectory(void)
{
	uint32_t sub, fd;

	furnish();
	EQ(t_open(TOP, "dir/nested", DIRECTORY, ALL_RIGHTS & ~WR, &sub), 0);
	EQ(t_open(sub, "file", 0, RD, &fd), 0);
	EQ(t_open(sub, "..", 0, RD, &fd), E(NOTCAPABLE));
	EQ(t_open(sub, "../nested/file", 0, RD, &fd), E(NOTCAPABLE));
	/* Moved away or removed, it is still a directory, and still no way up. */
	EQ(t_rename("dir/nested", "moved"), 0);
	EQ(t_open(sub, "file", 0, RD, &fd), 0);
	EQ(t_open(sub, "../moved", 0, RD, &fd), E(NOTCAPABLE));
	EQ(t_unlink("moved/file"), 0);
	EQ(t_rmdir("moved"), 0);
	EQ(t_open(sub, "file", 0, RD, &fd), E(NOENT));
	EQ(t_open(sub, "new", CREAT, RD, &fd), E(NOENT));
	EQ(t_open(sub, ".", 0, RD, &fd), 0);
	EQ(t_open(sub, "..", 0, RD, &fd), E(NOTCAPABLE));
	tree_end();
}

static void test_long(void)
{
	static char path[5000];
	uint32_t fd;

	furnish();
	memset(path, 'n', 255);
	EQ(t_file(path, "x"), 0);
	CHECK(t_is(path, "x"));
	path[255] = 'n';
	EQ(t_file(path, "x"), E(NAMETOOLONG));
	EQ(t_mkdir(path), E(NAMETOOLONG));

	/* "./././" up to the longest path, and a byte more. */
	for (int i = 0; i < 4095; i++)
		path[i] = i % 2 ? '/' : '.';
	EQ(t_open(TOP, path, 0, 0, &fd), 0);
	path[4095] = '/';
	EQ(t_open(TOP, path, 0, 0, &fd), E(NAMETOOLONG));
	EQ(t_symlink(path, "long"), E(NAMETOOLONG));
	path[4095] = '\0';
	EQ(t_symlink(path, "long"), 0);

	/* Targets add up: a link in front of a long path. */
	memset(path, 0, sizeof(path));
	strcpy(path, "dir/in");
	for (int i = 6; i < 4095; i++)
		path[i] = i % 2 ? '.' : '/';
	EQ(t_open(TOP, path, 0, 0, &fd), 0);
	EQ(t_symlink("././././././././././././././././././nested", "dir/x"), 0);
	memcpy(path, "dir/x/", 6);
	EQ(t_open(TOP, path, 0, 0, &fd), E(NAMETOOLONG));
	tree_end();
}

/* 40 symlinks are crossed, 41 are not: wherever they stand. */
static void test_many_links(void)
{
	char from[16], to[16];
	uint32_t fd;

	tree_begin(100);
	EQ(t_file("l0", "end"), 0);
	for (int i = 1; i <= 41; i++) {
		snprintf(from, sizeof(from), "l%d", i - 1);
		snprintf(to, sizeof(to), "l%d", i);
		EQ(t_symlink(from, to), 0);
	}
	EQ(t_open(TOP, "l40", 0, RD, &fd), 0);
	EQ(fake.yields, 40);		/* a kill does not wait for all 40 */
	EQ(t_open(TOP, "l41", 0, RD, &fd), E(LOOP));
	fake.yields_ok = fake.yields + 5;
	EQ(t_open(TOP, "l5", 0, RD, &fd), 0);
	EQ(t_open(TOP, "l1", 0, RD, &fd), E(INTR));
	tree_end();
}

static void test_bad_paths(void)
{
	static const char nul[] = "dir/nested/file";
	uint32_t len = sizeof(nul);	/* with the NUL */

	furnish();
	fake_put(PATH_A, nul, len);
	EQ(CALL("path_open", TOP, 0, PATH_A, len, 0, 0, 0, 0, 0), E(INVAL));
	EQ(CALL("path_unlink_file", TOP, PATH_A, len), E(INVAL));
	EQ(CALL("path_symlink", PATH_A, len, TOP, PATH_A, 3), E(EXIST));
	EQ(CALL("path_symlink", PATH_A, len, TOP, PATH_A, 2), E(INVAL));
	EQ(t_open(TOP, "di", 0, 0, &len), E(NOENT));

	/* Where the path or the result is not the guest's. */
	static const uint32_t bad[] = { TREE_SIZE - 2, TREE_SIZE, 0x80000000,
					0xfffffffe };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint32_t b = bad[i];

		EQ(CALL("path_open", TOP, 0, b, 3, 0, 0, 0, 0, 0), E(FAULT));
		EQ(CALL("path_open", TOP, 0, PATH_A, 3, CREAT, 0, 0, 0, b),
		   E(FAULT));
		EQ(CALL("path_create_directory", TOP, b, 3), E(FAULT));
		EQ(CALL("path_filestat_get", TOP, 0, b, 3, 0), E(FAULT));
		EQ(CALL("path_filestat_get", TOP, 0, PATH_A, 3, b), E(FAULT));
		EQ(CALL("path_filestat_set_times", TOP, 0, b, 3, 0, 0, 1),
		   E(FAULT));
		EQ(CALL("path_link", TOP, 0, b, 3, TOP, PATH_A, 3), E(FAULT));
		EQ(CALL("path_link", TOP, 0, PATH_A, 3, TOP, b, 3), E(FAULT));
		EQ(CALL("path_readlink", TOP, b, 3, DATA, 9, 0), E(FAULT));
		fake_put(PATH_A, "dir/f", 5);
		EQ(CALL("path_readlink", TOP, PATH_A, 5, b, 9, 0), E(FAULT));
		EQ(CALL("path_readlink", TOP, PATH_A, 5, DATA, 9, b), E(FAULT));
		EQ(CALL("path_remove_directory", TOP, b, 3), E(FAULT));
		EQ(CALL("path_rename", TOP, b, 3, TOP, PATH_A, 3), E(FAULT));
		EQ(CALL("path_rename", TOP, PATH_A, 3, TOP, b, 3), E(FAULT));
		fake_put(PATH_A, "new", 3);
		EQ(CALL("path_symlink", b, 3, TOP, PATH_A, 3), E(FAULT));
		EQ(CALL("path_symlink", PATH_A, 3, TOP, b, 3), E(FAULT));
		EQ(CALL("path_unlink_file", TOP, b, 3), E(FAULT));
		fake_put(PATH_A, "dir", 3);
	}
	EQ(t_open(TOP, "new", 0, 0, &len), E(NOENT));
	tree_end();
}

/* Not a directory, not open, and the second of two descriptors. */
static void test_not_dirfd(void)
{
	uint32_t file;

	furnish();
	EQ(t_open(TOP, "dir/f", 0, RD, &file), 0);
	fake_put(PATH_A, "x", 1);
	for (uint32_t fd = 0; fd < 6; fd++) {
		uint32_t want = fd == file || fd < 3 ? E(NOTDIR) : E(BADF);

		if (fd == TOP)
			continue;
		EQ(CALL("path_open", fd, 0, PATH_A, 1, CREAT, 0, 0, 0, 0), want);
		EQ(CALL("path_create_directory", fd, PATH_A, 1), want);
		EQ(CALL("path_filestat_get", fd, 0, PATH_A, 1, 0), want);
		EQ(CALL("path_readlink", fd, PATH_A, 1, DATA, 9, 0), want);
		EQ(CALL("path_remove_directory", fd, PATH_A, 1), want);
		EQ(CALL("path_unlink_file", fd, PATH_A, 1), want);
		EQ(CALL("path_symlink", PATH_A, 1, fd, PATH_A, 1), want);
		fake_put(PATH_A, "dir/f", 5);
		EQ(CALL("path_link", TOP, 0, PATH_A, 5, fd, PATH_A, 1), want);
		EQ(CALL("path_rename", TOP, PATH_A, 5, fd, PATH_A, 1), want);
	}
	tree_end();
}

static void test_links(void)
{
	struct t_stat a, b;
	char buf[100];

	furnish();
	EQ(t_link("dir/nested/file", "link"), 0);
	EQ(t_stat(0, "link", &a), 0);
	EQ(t_stat(0, "dir/nested/file", &b), 0);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	EQ(a.nlink, 2);
	EQ(t_unlink("dir/nested/file"), 0);
	CHECK(t_is("link", "here"));
	EQ(t_stat(0, "link", &a), 0);
	EQ(a.nlink, 1);
	EQ(t_link("link", "link"), E(EXIST));
	EQ(t_link("link", "dir"), E(EXIST));
	EQ(t_link("link", "dir/dangling"), E(EXIST));
	EQ(t_link("link", "new/"), E(NOENT));
	EQ(t_link("none", "new"), E(NOENT));
	EQ(t_link("dir", "new"), E(PERM));
	EQ(t_link("dir/loop", "other"), 0);		/* the link itself */
	EQ(t_readlink("other", buf, 99), 0);
	CHECK(strcmp(buf, "loop") == 0);
	fake_put(PATH_A, "dir/loop", 8);
	EQ(CALL("path_link", TOP, 1, PATH_A, 8, TOP, PATH_B, 3), E(LOOP));

	EQ(t_readlink("dir/up", buf, 99), 0);
	CHECK(strcmp(buf, "../../dir") == 0);
	EQ(t_readlink("dir/up", buf, 4), 0);		/* cut off */
	CHECK(strcmp(buf, "../.") == 0);
	EQ(t_readlink("dir/up", buf, 0), 0);
	EQ(t_readlink("link", buf, 99), E(INVAL));
	EQ(t_readlink("dir", buf, 99), E(INVAL));
	EQ(t_symlink("x", "dir"), E(EXIST));
	EQ(t_symlink("x", "dir/"), E(EXIST));
	EQ(t_symlink("x", "link/"), E(NOTDIR));
	EQ(t_symlink("x", "new/"), E(NOENT));
	EQ(t_symlink("/x", "new"), E(NOTCAPABLE));
	EQ(t_symlink("", "new"), E(NOENT));
	EQ(t_stat(0, "dir/up", &a), 0);
	EQ(a.type & 0xff, CPIT_WASI_SYMLINK);
	EQ(a.size, 9);
	tree_end();
}

static void test_rename(void)
{
	struct t_stat st;

	furnish();
	EQ(t_file("a", "a"), 0);
	EQ(t_file("b", "b"), 0);
	EQ(t_mkdir("e"), 0);
	EQ(t_mkdir("e2"), 0);
	EQ(t_rename("a", "b"), 0);
	CHECK(t_is("b", "a"));
	EQ(t_stat(0, "a", &st), E(NOENT));
	EQ(t_rename("a", "b"), E(NOENT));
	EQ(t_rename("b", "b"), 0);
	EQ(t_rename("b", "e"), E(ISDIR));
	EQ(t_rename("e", "b"), E(NOTDIR));
	EQ(t_rename("e", "e2"), 0);
	EQ(t_rename("e2", "dir"), E(NOTEMPTY));
	EQ(t_rename("e2", "e3/"), 0);
	EQ(t_rename("b", "new/"), E(NOTDIR));
	EQ(t_rename("b/", "new"), E(NOTDIR));
	EQ(t_rename("dir", "dir/nested/dir"), E(INVAL));
	EQ(t_rename("dir", "dir/nested"), E(INVAL));
	EQ(t_rename(".", "x"), E(INVAL));
	EQ(t_rename("dir/..", "x"), E(INVAL));
	EQ(t_rename("dir", "dir/."), E(INVAL));
	EQ(t_rename("dir/in", "moved"), 0);		/* the link itself */
	EQ(t_stat(0, "moved", &st), 0);
	EQ(st.type & 0xff, CPIT_WASI_SYMLINK);
	EQ(t_link("b", "c"), 0);
	EQ(t_rename("b", "c"), 0);			/* one file: nothing */
	CHECK(t_is("b", "a") && t_is("c", "a"));
	EQ(t_rename("dir/nested", "nested"), 0);
	CHECK(t_is("nested/../nested/file", "here"));
	tree_end();
}

static void test_remove(void)
{
	furnish();
	EQ(t_rmdir("dir"), E(NOTEMPTY));
	EQ(t_rmdir("dir/nested/file"), E(NOTDIR));
	EQ(t_rmdir("dir/nested/file/"), E(NOTDIR));
	EQ(t_rmdir("dir/in"), E(NOTDIR));
	EQ(t_rmdir("dir/in/"), E(NOTDIR));
	EQ(t_rmdir("."), E(INVAL));
	EQ(t_rmdir("dir/nested/."), E(INVAL));
	EQ(t_rmdir("none"), E(NOENT));
	EQ(t_unlink("dir"), E(ISDIR));
	EQ(t_unlink("dir/"), E(ISDIR));
	EQ(t_unlink("."), E(ISDIR));
	EQ(t_unlink("dir/nested/file/"), E(NOTDIR));
	EQ(t_unlink("none"), E(NOENT));
	EQ(t_unlink("dir/up"), 0);
	EQ(t_unlink("dir/nested/file"), 0);
	EQ(t_rmdir("dir/nested/"), 0);
	EQ(t_mkdir("dir"), E(EXIST));
	EQ(t_mkdir("dir/dangling"), E(EXIST));
	EQ(t_mkdir("."), E(EXIST));
	EQ(t_mkdir("none/x"), E(NOENT));
	tree_end();
}

/* Two file systems: no link and no rename between them. */
static void test_two(void)
{
	static struct cpit_ramfs other;
	struct cpit_wasi_node *dir;

	furnish();
	EQ(cpit_ramfs_init(&other, tree.host), 0);
	dir = cpit_ramfs_root(&other);
	cpit_ramfs_ops.retain(dir);
	EQ(cpit_wasi_preopen(&wasi, "two", &cpit_ramfs_ops, dir), 0);
	fake_put(PATH_A, "dir/nested/file", 15);
	EQ(CALL("path_link", TOP, 0, PATH_A, 15, 4, PATH_A, 3), E(XDEV));
	EQ(CALL("path_rename", TOP, PATH_A, 15, 4, PATH_A, 3), E(XDEV));
	EQ(CALL("fd_prestat_get", 4, 0), 0);
	EQ(fake_get32(0), 0);
	EQ(fake_get32(4), 3);
	EQ(CALL("fd_prestat_dir_name", 4, 16, 2), E(NAMETOOLONG));
	EQ(CALL("fd_prestat_dir_name", 4, 16, 4), 0);
	CHECK(memcmp(mem.base + 16, "two", 3) == 0);
	EQ(mem.base[19], 0xa5);
	EQ(CALL("fd_prestat_dir_name", 4, TREE_SIZE - 2, 3), E(FAULT));
	EQ(CALL("fd_prestat_get", 4, TREE_SIZE - 7), E(FAULT));
	EQ(CALL("fd_prestat_get", 5, 0), E(BADF));
	cpit_wasi_close(&wasi);
	cpit_ramfs_destroy(&other);
	tree_end();
}

const struct test path_tests[] = {
	{ "path: open", test_open },
	{ "path: create through a link", test_create_through_link },
	{ "path: subdirectory", test_subdirectory },
	{ "path: long", test_long },
	{ "path: many links", test_many_links },
	{ "path: bad", test_bad_paths },
	{ "path: not a directory", test_not_dirfd },
	{ "path: links", test_links },
	{ "path: rename", test_rename },
	{ "path: remove", test_remove },
	{ "path: two file systems", test_two },
	{ NULL, NULL },
};
