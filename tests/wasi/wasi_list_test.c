/* SPDX-License-Identifier: Apache-2.0 */
/* Directories as they are listed, and as they change meanwhile. */
#include "wasi_tree.h"
#include <string.h>

#define E(name) CPIT_WASI_E##name

/* One listing in pieces of `len' bytes: how many entries, and their names. */
static unsigned list(uint32_t fd, uint32_t len, char *names)
{
	uint64_t cookie = 0;
	unsigned count = 0;

	*names = '\0';
	for (;;) {
		uint32_t at = DATA, used, whole = 0;

		if (CALL("fd_readdir", fd, DATA, len, cookie, 0) != 0)
			return 0;
		used = fake_get32(0);
		while (at + 24 <= DATA + used) {
			uint32_t n = fake_get32(at + 16);

			if (at + 24 + n > DATA + used)
				break;
			strncat(names, (char *)mem.base + at + 24, n);
			strcat(names, " ");
			cookie = fake_get64(at);
			at += 24 + n;
			whole++;
		}
		count += whole;
		if (used < len || whole == 0)
			return count;
	}
}

static void test_readdir(void)
{
	static char names[20000];
	char name[16] = "n000";
	uint32_t fd;

	tree_begin(1000);
	EQ(t_open(TOP, ".", DIRECTORY, 1 << 14, &fd), 0);
	EQ(list(fd, 256, names), 2);
	CHECK(strcmp(names, ". .. ") == 0);
	for (int i = 0; i < 1000; i++) {
		name[1] = (char)('0' + i / 100);
		name[2] = (char)('0' + i / 10 % 10);
		name[3] = (char)('0' + i % 10);
		EQ(t_file(name, ""), 0);
	}
	EQ(list(fd, 256, names), 1002);
	EQ(list(fd, 28, names), 1002);		/* one at a time */
	CHECK(strncmp(names, ". .. n000 n001 ", 15) == 0);
	EQ(list(fd, 27, names), 2);		/* none of four letters fits */

	/* Cookies hold while names go and come. */
	EQ(CALL("fd_readdir", fd, DATA, 24 * 4 + 1 + 2 + 8, 0, 0), 0);
	uint64_t third = fake_get64(DATA + 25 + 26);

	EQ(t_unlink("n000"), 0);
	EQ(t_unlink("n001"), 0);
	EQ(t_file("last", ""), 0);
	EQ(CALL("fd_readdir", fd, DATA, 28, third, 0), 0);
	CHECK(memcmp(mem.base + DATA + 24, "n002", 4) == 0);
	EQ(mem.base[DATA + 20], CPIT_WASI_REGULAR);
	EQ(CALL("fd_readdir", fd, DATA, 28, ~0ull, 0), 0);
	EQ(fake_get32(0), 0);
	EQ(list(fd, 8192, names), 1001);
	CHECK(strstr(names, " n999 last ") != NULL);
	EQ(CALL("fd_readdir", fd, TREE_SIZE - 10, 11, 0, 0), E(FAULT));
	EQ(CALL("fd_readdir", fd, DATA, 11, 0, TREE_SIZE - 3), E(FAULT));
	tree_end();
}

/* One entry's name at a cookie, which moves on; NULL at the end. */
static const char *next(uint32_t fd, uint64_t *cookie)
{
	static char name[CPIT_WASI_NAME_MAX + 1];
	uint32_t n;

	EQ(CALL("fd_readdir", fd, DATA, 24 + CPIT_WASI_NAME_MAX, *cookie, 0), 0);
	if (fake_get32(0) == 0)
		return NULL;
	*cookie = fake_get64(DATA);
	n = fake_get32(DATA + 16);
	memcpy(name, mem.base + DATA + 24, n);
	name[n] = '\0';
	return name;
}

/* d/0 to d/9, open, and behind "." and "..". */
static uint32_t open_ten(uint64_t *cookie)
{
	char name[] = "d/0";
	uint32_t fd;

	tree_begin(100);
	EQ(t_mkdir("d"), 0);
	for (; name[2] <= '9'; name[2]++)
		EQ(t_file(name, ""), 0);
	EQ(t_open(TOP, "d", DIRECTORY, 1 << 14, &fd), 0);
	*cookie = 0;
	next(fd, cookie);
	next(fd, cookie);
	return fd;
}

/* Each file once, whatever names they get as they are read. */
static void test_rename_all(void)
{
	char old[16] = "d/", new[16] = "d/new";
	static char names[1000];
	const char *name;
	uint64_t cookie;
	uint32_t fd = open_ten(&cookie);
	unsigned n = 0;

	while ((name = next(fd, &cookie)) != NULL && n++ < 100) {
		strcpy(old + 2, name);
		strcpy(new + 5, name);
		EQ(t_rename(old, new), 0);
	}
	EQ(n, 10);
	EQ(list(fd, 256, names), 12);
	CHECK(strncmp(names, ". .. new0 new1 ", 15) == 0);
	tree_end();
}

/* What is made meanwhile, or comes in, is for the next listing. */
static void test_make_more(void)
{
	char made[] = "d/a", in[] = "A", to[] = "d/A";
	static char names[1000];
	uint64_t cookie, middle = 0;
	uint32_t other, fd = open_ten(&cookie);
	unsigned n = 0;

	while (next(fd, &cookie) != NULL && n++ < 20) {
		EQ(t_file(made, ""), 0);
		EQ(t_file(in, ""), 0);
		EQ(t_rename(in, to), 0);
		made[2]++;
		in[0]++;
		to[2]++;
		if (n == 5)
			middle = cookie;
	}
	EQ(n, 10);
	EQ(t_open(TOP, "d", DIRECTORY, 1 << 14, &other), 0);
	CHECK(strcmp(next(other, &middle), "5") == 0);
	n = 1;					/* from a place on */
	while (next(other, &middle) != NULL)
		n++;
	EQ(n, 25);
	EQ(list(fd, 256, names), 2 + 30);	/* from the start */
	CHECK(strstr(names, " 9 a A b B ") != NULL);
	tree_end();
}

/* Two readers of one descriptor; the second begins again after a change. */
static void test_two_readers(void)
{
	uint64_t cookie, again = 0;
	uint32_t fd = open_ten(&cookie);
	unsigned n = 0, m = 0;

	EQ(t_unlink("d/3"), 0);
	EQ(t_file("d/x", ""), 0);
	CHECK(strcmp(next(fd, &cookie), "0") == 0);
	while (next(fd, &again) != NULL)
		m++;
	EQ(m, 2 + 10);
	while (next(fd, &cookie) != NULL)
		n++;
	CHECK(n == 8 || n == 9);	/* x: nobody says */
	tree_end();
}

/* A name that gets another file is there all the time. */
static void test_replace(void)
{
	static const struct {
		const char *from, *to, *names;
	} moves[] = {
		{ "d/2", "d/3", ". .. 0 1 3 4 5 6 7 8 9 " },
		{ "d/3", "d/2", ". .. 0 1 2 4 5 6 7 8 9 " },
		{ "d/9", "d/0", ". .. 0 1 2 3 4 5 6 7 8 " },
		{ "d/0", "d/9", ". .. 1 2 3 4 5 6 7 8 9 " },
		{ "f", "d/9", ". .. 0 1 2 3 4 5 6 7 8 9 " },
		{ "d/4", "d/x", ". .. 0 1 2 3 x 5 6 7 8 9 " },
		{ "d/9", "d/x", ". .. 0 1 2 3 4 5 6 7 8 x " },
	};
	static char names[1000];

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		uint64_t cookie;
		uint32_t fd = open_ten(&cookie);

		EQ(t_file("f", ""), 0);
		EQ(t_rename(moves[i].from, moves[i].to), 0);
		list(fd, 8192, names);
		CHECK(strcmp(names, moves[i].names) == 0);
		tree_end();
	}
}

/* One that cannot tell where the end is goes on to where it is. */
static int stat_without_end(struct cpit_wasi_node *n, struct cpit_wasi_stat *st)
{
	int err = cpit_ramfs_ops.stat(n, st);

	st->end = 0;
	return err;
}

static void test_no_end(void)
{
	struct cpit_wasi_fs endless = cpit_ramfs_ops;
	uint64_t cookie;

	endless.stat = stat_without_end;
	open_ten(&cookie);
	cpit_ramfs_ops.retain(cpit_ramfs_root(&tree));
	EQ(cpit_wasi_preopen(&wasi, "2", &endless, cpit_ramfs_root(&tree)), 0);
	cookie = 0;
	CHECK(strcmp(next(TOP + 2, &cookie), ".") == 0);
	EQ(t_file("f", ""), 0);
	CHECK(strcmp(next(TOP + 2, &cookie), "..") == 0);
	CHECK(strcmp(next(TOP + 2, &cookie), "d") == 0);
	CHECK(strcmp(next(TOP + 2, &cookie), "f") == 0);
	CHECK(next(TOP + 2, &cookie) == NULL);
	tree_end();
}

/* "." is the directory, ".." the one above it; by number, too. */
static void test_dots(void)
{
	uint64_t cookie = 0;
	struct t_stat st;
	uint32_t fd;

	tree_begin(100);
	EQ(t_mkdir("a") | t_mkdir("a/b"), 0);
	EQ(t_open(TOP, "a/b", DIRECTORY, 1 << 14, &fd), 0);
	for (int i = 0; i < 2; i++) {
		EQ(t_stat(0, i == 0 ? "a/b" : "a", &st), 0);
		CHECK(strcmp(next(fd, &cookie), i == 0 ? "." : "..") == 0);
		EQ(fake_get64(DATA + 8), st.ino);
	}
	tree_end();
}

/* Of removed directories that are listed nothing is used, and nothing stays. */
static void test_lets_go(void)
{
	uint64_t pages = 0, cookie;
	uint32_t fd;

	tree_begin(100);
	for (int i = 0; i < 500; i++) {
		EQ(t_mkdir("a") | t_mkdir("a/b"), 0);
		EQ(t_open(TOP, "a/b", DIRECTORY, 1 << 14, &fd), 0);
		cookie = 1;
		CHECK(strcmp(next(fd, &cookie), "..") == 0);
		EQ(t_rmdir("a/b") | t_rmdir("a"), 0);
		cookie = 1;
		CHECK(strcmp(next(fd, &cookie), "..") == 0);
		EQ(t_close(fd), 0);
		if (i == 0)
			pages = tree.pages;
	}
	EQ(tree.pages, pages);
	tree_end();
}

const struct test list_tests[] = {
	{ "list: readdir", test_readdir },
	{ "list: all are renamed", test_rename_all },
	{ "list: more are made", test_make_more },
	{ "list: two readers", test_two_readers },
	{ "list: replaced", test_replace },
	{ "list: no end", test_no_end },
	{ "list: . and ..", test_dots },
	{ "list: lets go", test_lets_go },
	{ NULL, NULL },
};
