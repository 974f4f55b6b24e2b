/* SPDX-License-Identifier: Apache-2.0 */
/* What others do meanwhile, and that they get their turns. */
#include "wasi_tree.h"
#include <catchpit/cpio.h>
#include <string.h>

#define E(name) CPIT_WASI_E##name

/* Somebody else moves jail/a/b up, just as it was found. */
static int lookup_and_move(struct cpit_wasi_node *dir, const char *name,
			   uint32_t len, struct cpit_wasi_node **node)
{
	struct cpit_wasi_node *jail, *top = cpit_ramfs_root(&tree);
	int err = cpit_ramfs_ops.lookup(dir, name, len, node);

	EQ(cpit_ramfs_ops.lookup(top, "jail", 4, &jail), 0);
	if (len == 1 && name[0] == 'b')
		EQ(cpit_ramfs_ops.rename(dir, "b", 1, jail, "c", 1), 0);
	cpit_ramfs_ops.release(jail);
	return err;
}

static void test_moved_meanwhile(void)
{
	struct cpit_wasi_fs moving = cpit_ramfs_ops;
	struct cpit_wasi_node *jail;

	tree_begin(100);
	EQ(t_mkdir("jail"), 0);
	EQ(t_mkdir("jail/a"), 0);
	EQ(t_mkdir("jail/a/b"), 0);
	EQ(t_file("secret", "of others"), 0);
	moving.lookup = lookup_and_move;
	EQ(cpit_ramfs_ops.lookup(cpit_ramfs_root(&tree), "jail", 4, &jail), 0);
	EQ(cpit_wasi_preopen(&wasi, "jail", &moving, jail), 0);
	fake_put(PATH_A, "a/b/../../secret", 16);
	EQ(CALL("path_filestat_get", TOP + 1, 0, PATH_A, 16, 64),
	   E(NOTCAPABLE));
	tree_end();
}

/* Somebody else moves jail/a/b out of the jail while he has the turn. */
static unsigned move_in;

static bool yield_and_move(void *ctx)
{
	struct cpit_wasi_node *a, *to;

	(void)ctx;
	fake.yields++;
	if (move_in-- != 1)
		return true;
	EQ(cpit_cpio_directory(&cpit_ramfs_ops, cpit_ramfs_root(&tree),
			       "jail/a", &a), 0);
	EQ(cpit_cpio_directory(&cpit_ramfs_ops, cpit_ramfs_root(&tree),
			       "other/deep", &to), 0);
	EQ(cpit_ramfs_ops.rename(a, "b", 1, to, "b", 1), 0);
	cpit_ramfs_ops.release(a);
	cpit_ramfs_ops.release(to);
	return true;
}

/* What comes of a path below jail when b is moved at that turn, 0: never. */
static uint32_t open_moved(const char *path, unsigned turn)
{
	struct cpit_wasi_node *jail;
	uint32_t fd;

	tree_begin(100);
	EQ(t_mkdir("jail"), 0);
	EQ(t_mkdir("jail/a"), 0);
	EQ(t_mkdir("jail/a/b"), 0);
	EQ(t_symlink(".", "jail/a/b/L"), 0);
	EQ(t_file("jail/a/b/f", ""), 0);
	EQ(t_file("jail/a/secret", ""), 0);
	EQ(t_mkdir("other"), 0);
	EQ(t_mkdir("other/deep"), 0);
	EQ(t_file("other/deep/secret", "of others"), 0);
	EQ(cpit_ramfs_ops.lookup(cpit_ramfs_root(&tree), "jail", 4, &jail), 0);
	EQ(cpit_wasi_preopen(&wasi, "jail", &cpit_ramfs_ops, jail), 0);
	fake.yields = 0;
	move_in = turn;
	host.yield = yield_and_move;
	return t_open(TOP + 1, path, 0, RD, &fd);
}

static void test_moved_at_turn(void)
{
	EQ(open_moved("a/b/L/../secret", 0), 0);
	EQ(fake.yields, 1);
	tree_end();
	EQ(open_moved("a/b/L/../secret", 1), E(NOTCAPABLE));
	tree_end();
	EQ(open_moved("a/b/L/../../x", 1), E(NOTCAPABLE));
	tree_end();
	EQ(open_moved("a/b/L/f", 1), 0);	/* it was there when it was found */
	tree_end();
	EQ(open_moved("a/b/../L", 1), E(NOENT));
	EQ(fake.yields, 0);
	tree_end();
}

static unsigned late;

/* Somebody else makes what has just not been found. */
static int lookup_and_make(struct cpit_wasi_node *dir, const char *name,
			   uint32_t len, struct cpit_wasi_node **node)
{
	int err = cpit_ramfs_ops.lookup(dir, name, len, node);
	struct cpit_wasi_node *made;

	if (err == -CPIT_WASI_ENOENT && late-- != 0) {
		EQ(cpit_ramfs_ops.create(dir, name, len, CPIT_WASI_REGULAR,
					 &made), 0);
		cpit_ramfs_ops.release(made);
	}
	return err;
}

/* The tree once more, as TOP + 1, by a file system of other functions. */
static void tree_begin_with(const struct cpit_wasi_fs *fs)
{
	struct cpit_wasi_node *root;

	tree_begin(100);
	root = cpit_ramfs_root(&tree);
	fs->retain(root);
	EQ(cpit_wasi_preopen(&wasi, "again", fs, root), 0);
}

static void test_made_meanwhile(void)
{
	struct cpit_wasi_fs making = cpit_ramfs_ops;
	uint32_t fd;

	making.lookup = lookup_and_make;
	tree_begin_with(&making);
	late = 1;
	EQ(t_open(TOP + 1, "f", CREAT, RD, &fd), 0);
	late = 1;
	EQ(t_open(TOP + 1, "g", CREAT | EXCL, RD, &fd), E(EXIST));
	late = 1;
	fake.yields_ok = fake.yields;	/* a kill */
	EQ(t_open(TOP + 1, "h", CREAT, RD, &fd), E(INTR));
	tree_end();
}

/* Somebody else appends after each look at the end. */
static int stat_and_append(struct cpit_wasi_node *n, struct cpit_wasi_stat *st)
{
	int err = cpit_ramfs_ops.stat(n, st);

	if (st->type == CPIT_WASI_REGULAR)
		EQ(cpit_ramfs_ops.write(n, st->size, "x", 1), 1);
	return err;
}

static void test_append_meanwhile(void)
{
	struct cpit_wasi_fs busy = cpit_ramfs_ops;
	uint32_t fd;

	busy.stat = stat_and_append;
	tree_begin_with(&busy);
	EQ(t_open_as(TOP + 1, 0, "f", CREAT, WR | SEEK, 0, APPEND, &fd), 0);
	EQ(t_write(fd, "ab"), 0);
	EQ(t_write(fd, "cd"), 0);
	CHECK(t_is("f", "abxcdx"));
	EQ(CALL("fd_tell", fd, 0), 0);
	EQ(fake_get64(0), 5);
	tree_end();
}

/* A guest that asks for much is not alone: a turn for others in between. */
static void test_turns(void)
{
	enum { N = 100, LEN = 32 << 10, PIECE = 256 << 10 };
	uint32_t fd;

	tree_begin(2000);
	EQ(t_open(TOP, "f", CREAT, RD | WR | SEEK | SET_SIZE, &fd), 0);
	EQ(CALL("fd_filestat_set_size", fd, N * LEN), 0);
	for (uint32_t i = 0; i < N; i++) {
		fake_put32(8 + i * 8, DATA);
		fake_put32(12 + i * 8, LEN);
	}
	fake.yields = 0;
	EQ(CALL("fd_read", fd, 8, N, 0), 0);
	EQ(fake_get32(0), N * LEN);
	EQ(fake.yields, (N * LEN - 1) / PIECE);
	fake.yields = 0;
	fake.yields_ok = 2;
	EQ(CALL("fd_pwrite", fd, 8, N, 1, 0), 0);
	EQ(fake_get32(0), 3 * PIECE);
	fake.yields = 0;
	EQ(CALL("fd_pread", fd, 8, N, 1, 0), 0);
	EQ(fake_get32(0), 3 * PIECE);
	fake.yields = 0;
	EQ(CALL("fd_pread", fd, 8, 8, 1, 0), 0);	/* as much as a turn */
	EQ(fake.yields, 0);
	tree_end();
}

/* Each 64 names of a path, each 64 entries of a directory. */
static void test_turns_names(void)
{
	char path[] = "f000", dots[402];
	uint32_t fd;

	tree_begin(1000);
	for (int i = 0; i < 198; i++) {
		path[1] = (char)('0' + i / 100);
		path[2] = (char)('0' + i / 10 % 10);
		path[3] = (char)('0' + i % 10);
		EQ(t_file(path, ""), 0);
	}
	EQ(t_open(TOP, ".", DIRECTORY, 1 << 14, &fd), 0);
	fake.yields = 0;
	EQ(CALL("fd_readdir", fd, DATA, 8192, 0, 0), 0);
	EQ(fake_get32(0), 198 * 28 + 25 + 26);
	EQ(fake.yields, 200 / 64);
	fake.yields = 0;
	EQ(CALL("fd_readdir", fd, DATA, 28 * 50, 2, 0), 0);
	EQ(fake.yields, 0);
	fake.yields_ok = 2;				/* a kill */
	EQ(CALL("fd_readdir", fd, DATA, 8192, 0, 0), E(INTR));
	for (int i = 0; i < 200; i++)
		memcpy(dots + 2 * i, "./", 2);
	memcpy(dots + 400, "f", 2);
	fake.yields = 0;
	EQ(t_open(TOP, dots, 0, RD, &fd), E(INTR));
	EQ(fake.yields, 3);
	fake.yields = 0;
	fake.yields_ok = 3;
	EQ(t_open(TOP, dots, 0, RD, &fd), E(NOENT));
	EQ(t_open(TOP, dots + 400 - 2 * 62, 0, RD, &fd), E(NOENT));
	EQ(fake.yields, 3);
	tree_end();
}

const struct test turn_tests[] = {
	{ "turns: moved in between", test_moved_meanwhile },
	{ "turns: moved at a turn", test_moved_at_turn },
	{ "turns: made in between", test_made_meanwhile },
	{ "turns: appended in between", test_append_meanwhile },
	{ "turns: files", test_turns },
	{ "turns: names", test_turns_names },
	{ NULL, NULL },
};
