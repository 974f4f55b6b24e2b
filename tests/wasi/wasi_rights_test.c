/* SPDX-License-Identifier: Apache-2.0 */
/* Rights: what each call asks for, what is passed on, what can be given up. */
#include "wasi_tree.h"
#include <string.h>

#define E(name) CPIT_WASI_E##name
#define RIGHT(n) (1ull << (n))		/* as preview1 numbers them */

/* In guest memory: "d/flen", whose letters are names in "d"; arrays. */
enum { F = PATH_A + 2, L, D, N, IOV = 8, SUB = 128, EVENT = 256 };

/* Stands for the descriptor whose rights are tried. */
#define FD UINT64_MAX

/* A call that does well with just these rights. */
struct need {
	const char *call;
	uint64_t rights;
	uint64_t args[9];
};

static const struct need dir_needs[] = {
	{ "path_open", RIGHT(13), { FD, 0, F, 1 } },
	{ "path_open", RIGHT(13) | RIGHT(10), { FD, 0, N, 1, CREAT } },
	{ "path_open", RIGHT(13) | RIGHT(19), { FD, 0, F, 1, TRUNC } },
	{ "path_create_directory", RIGHT(9), { FD, N, 1 } },
	{ "path_link", RIGHT(11), { FD, 0, F, 1, TOP, N, 1 } },
	{ "path_link", RIGHT(12), { TOP, 0, PATH_A, 3, FD, N, 1 } },
	{ "fd_readdir", RIGHT(14), { FD, DATA, 100 } },
	{ "path_readlink", RIGHT(15), { FD, L, 1, DATA, 9 } },
	{ "path_rename", RIGHT(16), { FD, F, 1, TOP, N, 1 } },
	{ "path_rename", RIGHT(17), { TOP, PATH_A, 3, FD, N, 1 } },
	{ "path_filestat_get", RIGHT(18), { FD, 0, F, 1 } },
	{ "path_filestat_set_times", RIGHT(20), { FD, 0, F, 1, 7, 8, 5 } },
	{ "path_symlink", RIGHT(24), { F, 1, FD, N, 1 } },
	{ "path_remove_directory", RIGHT(25), { FD, D, 1 } },
	{ "path_unlink_file", RIGHT(26), { FD, F, 1 } },
};

static const struct need file_needs[] = {
	{ "fd_read", RIGHT(1), { FD, IOV, 1 } },
	{ "fd_pread", RIGHT(1) | RIGHT(2), { FD, IOV, 1 } },
	{ "fd_write", RIGHT(6), { FD, IOV, 1 } },
	{ "fd_pwrite", RIGHT(6) | RIGHT(2), { FD, IOV, 1 } },
	{ "fd_seek", RIGHT(2), { FD, 1 } },
	{ "fd_advise", RIGHT(7), { FD } },
	{ "fd_allocate", RIGHT(8), { FD, 0, 1 } },
	{ "fd_filestat_set_size", RIGHT(22), { FD } },
	{ "poll_oneoff", RIGHT(27) | RIGHT(1), { SUB, EVENT, 1 } },
	{ "poll_oneoff", RIGHT(27) | RIGHT(6), { SUB + 48, EVENT, 1 } },
};

static const struct need both_need[] = {
	{ "fd_datasync", RIGHT(0), { FD } },
	{ "fd_fdstat_set_flags", RIGHT(3), { FD } },
	{ "fd_sync", RIGHT(4), { FD } },
	{ "fd_filestat_get", RIGHT(21), { FD } },
	{ "fd_filestat_set_times", RIGHT(23), { FD, 7, 8, 5 } },
};

/* What the call says of a new descriptor with those rights. */
static uint32_t call_with(const struct need *n, const char *path,
			  uint64_t rights)
{
	uint64_t args[9];
	uint32_t fd, err;

	tree_begin(100);
	EQ(t_mkdir("d") | t_mkdir("d/e") | t_file("d/f", "x"), 0);
	EQ(t_symlink("f", "d/l"), 0);
	EQ(t_open_as(TOP, 0, path, 0, rights, 0, 0, &fd), 0);
	fake_put(PATH_A, "d/flen", 6);
	fake_put32(IOV, DATA);
	fake_put32(IOV + 4, 1);
	for (uint32_t s = SUB, tag = 1; tag <= 2; s += 48, tag++) {
		fake_put32(s + 8, tag);
		fake_put32(s + 16, fd);
	}
	for (int i = 0; i < 9; i++)
		args[i] = n->args[i] == FD ? fd : n->args[i];
	err = fake_call(n->call, args);
	if (err == 0 && strcmp(n->call, "poll_oneoff") == 0)
		err = fake_get32(EVENT + 8) & 0xffff;
	tree_end();
	return err;
}

static void check_needs(const struct need *n, unsigned count, const char *path,
			uint64_t all)
{
	for (; count-- != 0; n++) {
		uint32_t err = call_with(n, path, n->rights);

		if (err != 0)
			check_fail(__FILE__, __LINE__, n->call, err, 0);
		for (unsigned i = 0; i < 28; i++) {
			if ((n->rights & RIGHT(i)) == 0)
				continue;
			err = call_with(n, path, all & ~RIGHT(i));
			if (err != E(NOTCAPABLE))
				check_fail(__FILE__, __LINE__, n->call, err,
					   E(NOTCAPABLE));
		}
	}
}

#define NEEDS(needs) needs, sizeof(needs) / sizeof((needs)[0])

/* Each call, without each of its rights and with them alone. */
static void test_needs(void)
{
	const uint64_t dir = ALL_RIGHTS & ~(uint64_t)WR;

	check_needs(NEEDS(dir_needs), "d", dir);
	check_needs(NEEDS(both_need), "d", dir);
	check_needs(NEEDS(file_needs), "d/f", ALL_RIGHTS);
	check_needs(NEEDS(both_need), "d/f", ALL_RIGHTS);
}

/* Where one is can be asked with either of two rights. */
static void test_tell(void)
{
	static const struct need tell = { "fd_tell", 0, { FD } };
	static const struct need here = { "fd_seek", 0, { FD, 0, 1 } };
	static const struct need by = { "fd_seek", 0, { FD, 1, 1 } };

	EQ(call_with(&tell, "d/f", TELL), 0);
	EQ(call_with(&tell, "d/f", SEEK), 0);
	EQ(call_with(&tell, "d/f", ALL_RIGHTS & ~(SEEK | TELL)), E(NOTCAPABLE));
	EQ(call_with(&here, "d/f", TELL), 0);
	EQ(call_with(&by, "d/f", TELL), E(NOTCAPABLE));
}

static void rights_are(uint32_t fd, uint64_t base, uint64_t inheriting)
{
	EQ(CALL("fd_fdstat_get", fd, 64), 0);
	EQ(fake_get64(72), base);
	EQ(fake_get64(80), inheriting);
}

/* Rights go, and do not come back. */
static void test_given_up(void)
{
	const uint64_t file = RD | WR | SEEK | TELL;
	uint32_t dir, fd;

	tree_begin(100);
	EQ(t_mkdir("d"), 0);
	EQ(t_file("d/f", "x"), 0);
	EQ(t_open_as(TOP, 0, "d/f", 0, file, 0, 0, &fd), 0);
	rights_are(fd, file, 0);
	EQ(CALL("fd_fdstat_set_rights", fd, SEEK, 0), 0);
	rights_are(fd, SEEK, 0);
	CHECK(strcmp(t_read(fd, 1), "?") == 0);
	EQ(t_write(fd, "x"), E(NOTCAPABLE));
	EQ(CALL("fd_fdstat_set_rights", fd, SEEK | RD, 0), E(NOTCAPABLE));
	EQ(CALL("fd_fdstat_set_rights", fd, SEEK, RD), E(NOTCAPABLE));

	EQ(t_open_as(TOP, 0, "d", DIRECTORY, RIGHT(13), RD, 0, &dir), 0);
	EQ(CALL("fd_fdstat_set_rights", dir, RIGHT(13), 0), 0);
	rights_are(dir, RIGHT(13), 0);
	EQ(t_open_as(dir, 0, "f", 0, RD, 0, 0, &fd), E(NOTCAPABLE));
	EQ(t_open_as(dir, 0, "f", 0, 0, 0, 0, &fd), 0);
	tree_end();
}

/* What a directory may pass on, and what it may do itself. */
static void test_passed_on(void)
{
	uint32_t dir, fd;

	tree_begin(100);
	EQ(t_mkdir("d"), 0);
	EQ(t_file("d/f", "x"), 0);
	EQ(t_open_as(TOP, 0, "d", DIRECTORY, RIGHT(13), RD, 0, &dir), 0);
	rights_are(dir, RIGHT(13), RD);
	EQ(t_open_as(dir, 0, "f", 0, RD, 0, 0, &fd), 0);
	EQ(t_open_as(dir, 0, "f", 0, RD | WR, 0, 0, &fd), E(NOTCAPABLE));
	EQ(t_open_as(dir, 0, "f", 0, RD, WR, 0, &fd), E(NOTCAPABLE));
	EQ(t_open_as(dir, 0, "g", CREAT, RD, 0, 0, &fd), E(NOTCAPABLE));
	EQ(t_open_as(dir, 0, "f", TRUNC, RD, 0, 0, &fd), E(NOTCAPABLE));
	CHECK(t_is("d/f", "x"));

	/* Rights that mean nothing for its type are not given. */
	EQ(t_open_as(TOP, 0, "d/f", 0, ~0ull, 0, 0, &fd), 0);
	CALL("fd_fdstat_get", fd, 64);
	EQ(fake_get64(72) & 1 << 13, 0);
	EQ(t_open_as(TOP, 0, "d", 0, WR, 0, 0, &fd), E(ISDIR));
	EQ(t_open_as(TOP, 0, "d", DIRECTORY, RD | WR, 0, 0, &fd), E(ISDIR));
	EQ(t_open_as(TOP, 0, "d", DIRECTORY, ~(uint64_t)WR, 0, 0, &fd), 0);
	CALL("fd_fdstat_get", fd, 64);
	EQ(fake_get64(72) & (RD | WR | SEEK | TELL | SET_SIZE), 0);
	EQ(CALL("fd_read", fd, 8, 0, 0), E(NOTCAPABLE));
	EQ(CALL("fd_seek", fd, 0, 0, 0), E(NOTCAPABLE));
	EQ(CALL("fd_tell", fd, 0), E(NOTCAPABLE));
	tree_end();
}

const struct test rights_tests[] = {
	{ "rights: of each call", test_needs },
	{ "rights: to tell", test_tell },
	{ "rights: given up", test_given_up },
	{ "rights: passed on", test_passed_on },
	{ NULL, NULL },
};
