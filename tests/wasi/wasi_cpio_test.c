/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as archives: out of the file system in memory and into it. */
#include "wasi_tree.h"
#include <catchpit/cpio.h>
#include <stdio.h>
#include <string.h>

static char archive[1 << 20];
static size_t packed;
static unsigned readdirs;

static void put(void *ctx, const void *p, size_t n)
{
	(void)ctx;
	CHECK(n <= sizeof(archive) - packed);
	memcpy(archive + packed, p, n);
	packed += n;
}

static int counted_readdir(struct cpit_wasi_node *dir, uint64_t cookie,
			   struct cpit_wasi_dirent *d)
{
	readdirs++;
	return cpit_ramfs_ops.readdir(dir, cookie, d);
}

static void pack(struct cpit_ramfs *fs)
{
	struct cpit_wasi_fs ops = cpit_ramfs_ops;
	static char path[CPIT_WASI_PATH_MAX];

	ops.readdir = counted_readdir;
	path[0] = '\0';
	packed = 0;
	readdirs = 0;
	EQ(cpit_cpio_pack(&ops, cpit_ramfs_root(fs), path, 0, put, NULL), 0);
	cpit_cpio_end(put, NULL);
}

/* A tree as an archive and back: wide, which takes no longer, and deep. */
static void test_pack(void)
{
	static char first[sizeof(archive)];
	char path[2 * 50 + 2] = "", name[] = "w/00";
	struct cpit_ramfs other;
	size_t size;

	tree_begin(1000);
	EQ(t_mkdir("w"), 0);
	for (int i = 0; i < 2500; i++) {
		name[2] = (char)('0' + i / 50);
		name[3] = (char)('0' + i % 50);
		EQ(t_mkdir(name), 0);
	}
	pack(&tree);
	CHECK(readdirs < 3 * 2500);
	for (int i = 0; i < 50; i++) {
		path[2 * i] = 'd';
		EQ(t_mkdir(path), 0);
		path[2 * i + 1] = '/';
		path[2 * i + 2] = 'a';
		EQ(t_file(path, "before"), 0);
		path[2 * i + 2] = '\0';
	}
	for (int i = 50; i-- > 0; ) {
		memcpy(path + 2 * i + 2, "z", 2);
		EQ(t_file(path, "after"), 0);
	}
	pack(&tree);
	size = packed;
	memcpy(first, archive, size);
	EQ(cpit_ramfs_init(&other, tree.host), 0);
	EQ(cpit_cpio_unpack(&cpit_ramfs_ops, cpit_ramfs_root(&other), first,
			    size), 0);
	pack(&other);
	EQ(packed, size);
	CHECK(memcmp(first, archive, size) == 0);
	cpit_ramfs_destroy(&other);
	tree_end();
}

#define IS(got, want) do {						\
	const char *got_ = (got);					\
	CHECK(strcmp(got_, (want)) == 0);				\
	if (strcmp(got_, (want)) != 0)					\
		printf("  it is \"%s\"\n", got_);			\
} while (0)

/*
 * An archive as text, a word an entry: "d/" a directory, "f=what" a file that is
 * sent, "f" one that is only named.
 */
static const char *words(void)
{
	static char text[4000];
	struct cpio_entry e;
	size_t at = 0, n = 0;
	int more;

	text[0] = '\0';
	while ((more = cpit_cpio_next(archive, packed, &at, &e)) > 0)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s%.*s",
				      n ? " " : "", e.name,
				      (e.mode & CPIO_TYPE) == CPIO_DIR ? "/" :
				      e.check ? "" : "=", (int)e.size, e.data);
	EQ(more, 0);
	return text;
}

/* What has changed since then, below the directory of that name. */
static const char *changes(const char *name, uint64_t when)
{
	static char path[CPIT_WASI_PATH_MAX];
	struct cpit_wasi_node *dir;

	EQ(cpit_cpio_directory(&cpit_ramfs_ops, cpit_ramfs_root(&tree), name,
			       &dir), 0);
	strcpy(path, name);
	packed = 0;
	EQ(cpit_cpio_pack(&cpit_ramfs_ops, dir, path, when, put, NULL), 0);
	cpit_cpio_end(put, NULL);
	cpit_ramfs_ops.release(dir);
	return words();
}

/* a/f, a/s/g, b/f, c: the time after they were made. */
static uint64_t furnish(void)
{
	tree_begin(100);
	EQ(t_mkdir("a"), 0);
	EQ(t_file("a/f", "1"), 0);
	EQ(t_mkdir("a/s"), 0);
	EQ(t_file("a/s/g", "2"), 0);
	EQ(t_mkdir("b"), 0);
	EQ(t_file("b/f", "3"), 0);
	EQ(t_file("c", "4"), 0);
	return tree_time++;
}

/* Unchanged files below a directory that was renamed have new names too. */
static void test_renamed(void)
{
	uint64_t when = furnish();

	IS(changes("", when), "a/ a/f a/s/ a/s/g b/ b/f c");
	EQ(t_file("a/n", "5"), 0);	/* a has changed, what is in it not */
	IS(changes("", when), "a/ a/f a/s/ a/s/g a/n=5 b/ b/f c");
	EQ(t_rename("a", "d"), 0);
	IS(changes("", when), "d/ d/f=1 d/s/ d/s/g=2 d/n=5 b/ b/f c");
	EQ(t_rename("d/s", "s"), 0);
	EQ(t_rename("d", "a"), 0);
	EQ(t_rename("c", "a/c"), 0);
	IS(changes("", when), "a/ a/f=1 a/n=5 a/c=4 b/ b/f s/ s/g=2");
	tree_end();

	when = furnish();		/* there and back: who can tell? */
	EQ(t_rename("a/s", "a/t"), 0);
	EQ(t_rename("a/t", "a/s"), 0);
	IS(changes("", when), "a/ a/f a/s/ a/s/g=2 b/ b/f c");
	tree_end();

	when = furnish();		/* two of them change places */
	EQ(t_rename("a", "t"), 0);
	EQ(t_rename("b", "a"), 0);
	EQ(t_rename("t", "b"), 0);
	IS(changes("", when), "b/ b/f=1 b/s/ b/s/g=2 a/ a/f=3 c");
	tree_end();

	when = furnish();		/* below a new one */
	EQ(t_mkdir("n"), 0);
	EQ(t_rename("b", "n/b"), 0);
	IS(changes("", when), "a/ a/f a/s/ a/s/g c n/ n/b/ n/b/f=3");
	tree_end();
}

/* What is packed was moved itself, or something above it. */
static void test_renamed_above(void)
{
	uint64_t when = furnish();

	IS(changes("a/s", when), "a/s/g");
	EQ(t_rename("a", "d"), 0);
	IS(changes("d/s", when), "d/s/g=2");
	IS(changes("b", when), "b/f");
	EQ(t_rename("b", "e"), 0);
	IS(changes("e", when), "e/f=3");
	tree_end();
}

/* Deeper than the way back is kept for. */
static void test_renamed_deep(void)
{
	char path[200] = "r", new[200];
	uint64_t when;

	tree_begin(100);
	for (int i = 0; i < 40; i++) {
		EQ(t_mkdir(path), 0);
		strcat(path, i < 20 ? "/u" : "/d");
	}
	EQ(t_file(path, "1"), 0);
	EQ(t_file("r/u/x", "2"), 0);
	when = tree_time++;
	CHECK(strchr(changes("", when), '=') == NULL);
	path[2 * 30 + 1] = '\0';
	strcpy(new, path);
	new[2 * 30] = 'e';
	EQ(t_rename(path, new), 0);
	CHECK(strstr(changes("", when), "/d=1") != NULL);
	CHECK(strstr(words(), "/x=") == NULL && strstr(words(), "/x") != NULL);
	tree_end();
}

/* Where packing all of it under `name' ends, in path; the error. */
static int stops(const char *name, char path[CPIT_WASI_PATH_MAX])
{
	packed = 0;
	strcpy(path, name);
	return cpit_cpio_pack(&cpit_ramfs_ops, cpit_ramfs_root(&tree), path, 0,
			      put, NULL);
}

/* What cannot be packed is named: a file, or the directory that is too deep. */
static void test_refused(void)
{
	static char path[CPIT_WASI_PATH_MAX];
	char name[CPIT_WASI_NAME_MAX];
	struct cpit_wasi_node *dir, *n;

	tree_begin(1000);
	EQ(t_mkdir("a"), 0);
	EQ(t_file("a/f", "1"), 0);
	EQ(cpit_ramfs_ops.lookup(cpit_ramfs_root(&tree), "a", 1, &dir), 0);
	EQ(cpit_ramfs_ops.lookup(dir, "f", 1, &n), 0);
	EQ(cpit_ramfs_ops.resize(n, (uint64_t)1 << 32), 0);
	EQ(stops("p", path), -CPIT_WASI_EFBIG);
	IS(path, "p/a/f");
	EQ(cpit_ramfs_ops.resize(n, 1), 0);
	cpit_ramfs_ops.release(n);
	EQ(stops("p", path), 0);
	IS(path, "p");
	memset(name, 'd', sizeof(name));
	for (int i = 0; i < 16; i++) {
		EQ(cpit_ramfs_ops.create(dir, name, sizeof(name),
					 CPIT_WASI_DIRECTORY, &n), 0);
		cpit_ramfs_ops.release(dir);
		dir = n;
	}
	cpit_ramfs_ops.release(dir);
	EQ(stops("", path), -CPIT_WASI_ENAMETOOLONG);
	EQ(strlen(path), 1 + 15 * (1 + sizeof(name)));
	tree_end();
}

/* ------------------------------------------------- what other tools make */

static void add(const char *name, uint32_t mode, uint32_t inode, uint32_t links,
		const char *contents)
{
	struct cpio_entry e = {
		.mode = mode, .size = (uint32_t)strlen(contents),
	};
	uint32_t len = (uint32_t)strlen(name) + 1;
	char header[CPIO_HEADER], text[9];

	cpit_cpio_header(header, &e, len);
	snprintf(text, sizeof(text), "%08X", inode);
	memcpy(header + CPIO_INODE, text, 8);
	snprintf(text, sizeof(text), "%08X", links);
	memcpy(header + CPIO_NLINK, text, 8);
	memcpy(header + CPIO_MINOR, "000000FE", 8);
	put(NULL, header, sizeof(header));
	put(NULL, name, len);
	put(NULL, "\0\0\0", -(sizeof(header) + len) & 3);
	put(NULL, contents, e.size);
	put(NULL, "\0\0\0", -(size_t)e.size & 3);
}

/* Into an empty file system. */
static int unpacked(void)
{
	static char copy[sizeof(archive)];

	cpit_cpio_end(put, NULL);
	memcpy(copy, archive, packed);
	tree_begin(100);
	return cpit_cpio_unpack(&cpit_ramfs_ops, cpit_ramfs_root(&tree), copy,
				packed);
}

/* `find . | cpio -o -H newc', by GNU cpio and by others. */
static void test_find(void)
{
	packed = 0;
	add(".", CPIO_DIR | 0755, 1, 3, "");
	add("d", CPIO_DIR | 0755, 2, 2, "");
	add("d/f", CPIO_FILE | 0644, 3, 1, "one");
	add("./d/g", CPIO_FILE | 0644, 4, 1, "two");
	add("././h", CPIO_FILE | 0644, 5, 1, "three");
	add("./.", CPIO_DIR | 0755, 1, 3, "");
	EQ(unpacked(), 0);
	IS(changes("", 0), "d/ d/f=one d/g=two h=three");
	tree_end();
	for (int i = 0; i < 6; i++) {
		static const struct {
			const char *name;
			uint32_t mode;
		} bad[] = {
			{ ".", CPIO_FILE }, { "..", CPIO_DIR },
			{ "./", CPIO_DIR }, { "./../f", CPIO_FILE },
			{ "d/./f", CPIO_FILE }, { ".//f", CPIO_FILE },
		};

		packed = 0;
		add(bad[i].name, bad[i].mode, 1, 1, "");
		EQ(unpacked(), -CPIT_WASI_EINVAL);
		tree_end();
	}
}

static void same_file(const char *name, const char *other, uint64_t links)
{
	struct t_stat a, b;

	EQ(t_stat(0, name, &a), 0);
	EQ(t_stat(0, other, &b), 0);
	EQ(a.ino, b.ino);
	EQ(a.nlink, links);
}

/* The contents come with the last name that is packed, or with each. */
static void test_hard_links(void)
{
	packed = 0;
	add("d", CPIO_DIR, 1, 3, "");
	add("d/a", CPIO_FILE, 7, 3, "");
	add("other", CPIO_FILE, 8, 2, "");	/* and a name that is not here */
	add("d/b", CPIO_FILE, 7, 3, "");
	add("e/c", CPIO_FILE, 7, 3, "contents");
	add("x", CPIO_FILE, 9, 2, "each");
	add("y", CPIO_FILE, 9, 2, "each");
	add("z", CPIO_FILE, 9, 1, "alone");
	EQ(unpacked(), 0);
	IS(changes("", 0), "d/ d/a=contents d/b=contents other= e/ "
	   "e/c=contents x=each y=each z=alone");
	same_file("d/a", "d/b", 3);
	same_file("d/a", "e/c", 3);
	same_file("x", "y", 2);
	tree_end();

	packed = 0;		/* the later contents, all of them */
	add("a", CPIO_FILE, 7, 2, "longer");
	add("b", CPIO_FILE, 7, 2, "new");
	EQ(unpacked(), 0);
	IS(changes("", 0), "a=new b=new");
	tree_end();
	packed = 0;		/* over itself; no file any more */
	add("a", CPIO_FILE, 7, 2, "1");
	add("a", CPIO_FILE, 7, 2, "2");
	EQ(unpacked(), 0);
	IS(changes("", 0), "a=2");
	tree_end();
	packed = 0;
	add("a", CPIO_FILE, 7, 2, "");
	add("a", CPIO_LINK, 8, 1, "b");
	add("b", CPIO_FILE, 7, 2, "1");
	EQ(unpacked(), -CPIT_WASI_EINVAL);
	tree_end();
}

const struct test cpio_tests[] = {
	{ "cpio: packed", test_pack },
	{ "cpio: renamed", test_renamed },
	{ "cpio: renamed above", test_renamed_above },
	{ "cpio: renamed deep", test_renamed_deep },
	{ "cpio: refused", test_refused },
	{ "cpio: find", test_find },
	{ "cpio: hard links", test_hard_links },
	{ NULL, NULL },
};
