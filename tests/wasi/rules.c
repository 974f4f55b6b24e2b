/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// dir: =/
/*
 * What other hosts of preview1 agree on, as far as the testsuite of the WASI
 * project asks for it: rights, links, names with slashes behind, renaming over
 * what is there, cookies, times, numbers.  Silent where the answer is right.
 */
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

#define R(name) __WASI_RIGHTS_##name
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
enum {
	OK = 0, BADF = 8, EXIST = 20, INVAL = 28, ISDIR = 31, LOOP = 32,
	NAMETOOLONG = 37, NOENT = 44, NOTDIR = 54, NOTEMPTY = 55, NOTSOCK = 57,
	PERM = 63, NOTCAPABLE = 76,
};

static unsigned asked;
static const __wasi_fd_t top = 3;

static void want(const char *what, unsigned got, unsigned wanted)
{
	asked++;
	if (got != wanted)
		printf("%s: %u, not %u\n", what, got, wanted);
}
#define WANT(wanted, call) want(#call, call, wanted)

static unsigned open_at(__wasi_fd_t dir, const char *path, unsigned follow,
			unsigned oflags, uint64_t rights, __wasi_fd_t *fd)
{
	*fd = 99;
	return __wasi_path_open(dir, follow, path, (__wasi_oflags_t)oflags,
				rights, 0, 0, fd);
}

/* Opens and closes. */
static unsigned opens(const char *path, unsigned follow, unsigned oflags,
		      uint64_t rights)
{
	__wasi_fd_t fd;
	unsigned err = open_at(top, path, follow, oflags, rights, &fd);

	return err ? err : __wasi_fd_close(fd);
}

static unsigned file(const char *path)
{
	return opens(path, 0, __WASI_OFLAGS_CREAT, 0);
}

static const unsigned DIR = __WASI_OFLAGS_DIRECTORY;

static void directories(void)
{
	__wasi_filesize_t at;
	__wasi_size_t n;
	uint8_t buf[64];
	__wasi_iovec_t in = { buf, sizeof(buf) };
	__wasi_ciovec_t out = { buf, sizeof(buf) };
	__wasi_fdstat_t st;
	__wasi_fd_t fd;

	WANT(NAMETOOLONG, __wasi_fd_prestat_dir_name(top, buf, 0));
	WANT(OK, __wasi_fd_prestat_dir_name(top, buf, 2));
	WANT(NOTCAPABLE, __wasi_fd_read(top, &in, 1, &n));
	WANT(NOTCAPABLE, __wasi_fd_pread(top, &in, 1, 0, &n));
	WANT(NOTCAPABLE, __wasi_fd_write(top, &out, 1, &n));
	WANT(NOTCAPABLE, __wasi_fd_pwrite(top, &out, 1, 0, &n));
	WANT(NOTCAPABLE, __wasi_fd_seek(top, 0, __WASI_WHENCE_CUR, &at));
	WANT(NOTCAPABLE, __wasi_fd_seek(top, 0, __WASI_WHENCE_END, &at));
	WANT(NOTCAPABLE, __wasi_fd_tell(top, &at));
	WANT(NOTCAPABLE, __wasi_fd_allocate(top, 0, 1));
	WANT(NOTCAPABLE, __wasi_fd_filestat_set_size(top, 0));
	WANT(OK, opens(".", 0, 0, 0));
	WANT(OK, opens(".", 0, DIR, R(FD_READ)));
	WANT(ISDIR, opens(".", 0, DIR, R(FD_READ) | R(FD_WRITE)));
	WANT(OK, open_at(top, ".", 0, DIR, R(FD_SEEK), &fd));
	WANT(OK, __wasi_fd_fdstat_get(fd, &st));
	want("no right to seek", st.fs_rights_base & R(FD_SEEK), 0);
	WANT(OK, __wasi_fd_close(fd));
}

static void paths(void)
{
	WANT(OK, __wasi_path_create_directory(top, "dir"));
	WANT(OK, __wasi_path_create_directory(top, "dir/in"));
	WANT(OK, file("dir/in/file"));
	WANT(NOTCAPABLE, opens("/dir/in/file", 0, 0, 0));
	WANT(OK, opens("dir/.//in/../../dir/in/../in///./file", 0, 0, 0));
	WANT(NOTDIR, opens("dir/in/file/", 0, 0, 0));
	WANT(OK, opens("dir/in///", 0, 0, 0));
	WANT(NOTCAPABLE, opens("dir/in/../../../dir/in/file", 0, 0, 0));
	WANT(NOTDIR, opens("dir/in/file/x", 0, __WASI_OFLAGS_CREAT, 0));
	WANT(NOTEMPTY, __wasi_path_remove_directory(top, "dir/in"));
	WANT(ISDIR, __wasi_path_unlink_file(top, "dir/in"));
	WANT(ISDIR, __wasi_path_unlink_file(top, "dir/in/"));
	WANT(NOTDIR, __wasi_path_unlink_file(top, "dir/in/file/"));
	WANT(NOTDIR, __wasi_path_remove_directory(top, "dir/in/file"));
	WANT(NOTDIR, __wasi_path_remove_directory(top, "dir/in/file/"));
	WANT(OK, __wasi_path_unlink_file(top, "dir/in/file"));
	WANT(OK, __wasi_path_remove_directory(top, "dir/in/"));
}

static void links(void)
{
	__wasi_filestat_t st, of;
	uint8_t buf[4];
	__wasi_size_t n;

	WANT(OK, file("file"));
	WANT(NOENT, __wasi_path_symlink("file", top, "link/"));
	WANT(EXIST, __wasi_path_symlink("x", top, "dir/"));
	WANT(NOTDIR, __wasi_path_symlink("x", top, "file/"));
	WANT(NOTCAPABLE, __wasi_path_symlink("/", top, "link"));
	WANT(OK, __wasi_path_symlink("file", top, "link"));
	WANT(LOOP, opens("link", 0, 0, 0));
	WANT(LOOP, opens("link", 0, DIR, 0));
	WANT(NOTDIR, opens("link", FOLLOW, DIR, 0));
	WANT(OK, opens("link", FOLLOW, 0, 0));
	WANT(OK, __wasi_path_readlink(top, "link", buf, sizeof(buf), &n));
	want("the target's beginning", memcmp(buf, "file", n) || n != 4, 0);
	WANT(OK, __wasi_path_filestat_set_times(top, 0, "link", 0, 7,
						__WASI_FSTFLAGS_MTIM));
	WANT(OK, __wasi_path_filestat_get(top, 0, "link", &st));
	WANT(OK, __wasi_path_filestat_get(top, FOLLOW, "link", &of));
	want("the link's own time", st.mtim != 7 || of.mtim == 7, 0);
	want("types", st.filetype * 16u + of.filetype, 7 * 16 + 4);
	WANT(OK, __wasi_path_unlink_file(top, "link"));
	WANT(OK, __wasi_path_symlink("link", top, "link"));
	WANT(LOOP, opens("link", FOLLOW, 0, 0));
	WANT(OK, __wasi_path_link(top, 0, "link", top, "again"));
	WANT(OK, __wasi_path_unlink_file(top, "again"));
	WANT(EXIST, __wasi_path_link(top, 0, "file", top, "link"));
	WANT(EXIST, __wasi_path_link(top, 0, "file", top, "file"));
	WANT(EXIST, __wasi_path_link(top, 0, "file", top, "dir"));
	WANT(PERM, __wasi_path_link(top, 0, "dir", top, "other"));
	WANT(NOENT, __wasi_path_link(top, 0, "file", top, "other/"));
	WANT(OK, __wasi_path_unlink_file(top, "link"));
	WANT(OK, __wasi_path_symlink("nothing", top, "link"));
	WANT(NOENT, __wasi_path_link(top, FOLLOW, "link", top, "other"));
	WANT(NOENT, opens("link", FOLLOW, 0, 0));
	WANT(OK, __wasi_path_unlink_file(top, "link"));
}

static void renames(void)
{
	WANT(OK, __wasi_path_rename(top, "dir/", top, "moved/"));
	WANT(NOENT, opens("dir", 0, DIR, 0));
	WANT(OK, __wasi_path_create_directory(top, "dir"));
	WANT(OK, __wasi_path_rename(top, "moved", top, "dir"));
	WANT(OK, file("dir/x"));
	WANT(OK, __wasi_path_create_directory(top, "new"));
	WANT(NOTEMPTY, __wasi_path_rename(top, "new", top, "dir"));
	WANT(NOTDIR, __wasi_path_rename(top, "new", top, "dir/x"));
	WANT(ISDIR, __wasi_path_rename(top, "file", top, "new"));
	WANT(INVAL, __wasi_path_rename(top, "dir", top, "dir/dir"));
	WANT(NOTDIR, __wasi_path_rename(top, "file", top, "other/"));
	WANT(OK, __wasi_path_rename(top, "file", top, "dir/x"));
	WANT(NOENT, opens("file", 0, 0, 0));
	WANT(OK, __wasi_path_unlink_file(top, "dir/x"));
	WANT(OK, __wasi_path_remove_directory(top, "dir"));
	WANT(OK, __wasi_path_remove_directory(top, "new"));
}

static void numbers(void)
{
	const uint64_t rights = R(FD_READ) | R(FD_WRITE) | R(FD_FILESTAT_GET) |
		R(FD_ALLOCATE) | R(FD_FILESTAT_SET_TIMES);
	__wasi_filestat_t st;
	__wasi_fd_t a, b;

	WANT(OK, open_at(top, "a", 0, __WASI_OFLAGS_CREAT, rights, &a));
	WANT(OK, open_at(top, "b", 0, __WASI_OFLAGS_CREAT, 0, &b));
	WANT(NOTCAPABLE, __wasi_fd_fdstat_set_rights(b, R(FD_READ), 0));
	WANT(OK, __wasi_fd_allocate(a, 0, 100));
	WANT(OK, __wasi_fd_allocate(a, 10, 10));
	WANT(OK, __wasi_fd_renumber(a, b));
	WANT(BADF, __wasi_fd_close(a));
	WANT(BADF, __wasi_fd_renumber(b, a));
	WANT(BADF, __wasi_sock_shutdown(a, 1));
	WANT(NOTSOCK, __wasi_sock_shutdown(b, 1));
	WANT(INVAL, __wasi_fd_filestat_set_times(b, 1, 2, __WASI_FSTFLAGS_MTIM |
						 __WASI_FSTFLAGS_MTIM_NOW));
	WANT(OK, __wasi_fd_filestat_set_times(b, 1, 2, __WASI_FSTFLAGS_ATIM));
	WANT(OK, __wasi_fd_filestat_get(b, &st));
	want("size and times", st.size != 100 || st.atim != 1 || st.mtim == 2,
	     0);
	WANT(OK, __wasi_path_unlink_file(top, "a"));
	WANT(OK, __wasi_fd_fdstat_set_rights(b, 0, 0));
	WANT(NOTCAPABLE, __wasi_fd_filestat_get(b, &st));
	WANT(OK, __wasi_fd_close(b));
	WANT(OK, __wasi_path_unlink_file(top, "b"));
}

/* Of n files all are seen, once each, in pieces of 100 bytes. */
static void cookies(void)
{
	uint8_t buf[100];
	__wasi_dircookie_t at = 0;
	__wasi_size_t got;
	unsigned i, seen = 0;
	char name[16];

	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		WANT(OK, file(name));
	}
	do {
		size_t k = 0;
		__wasi_dirent_t d;

		WANT(OK, __wasi_fd_readdir(top, buf, sizeof(buf), at, &got));
		while (k + sizeof(d) <= got) {
			memcpy(&d, buf + k, sizeof(d));
			k += sizeof(d) + d.d_namlen;
			if (k > got)
				break;
			at = d.d_next;
			seen++;
		}
	} while (got == sizeof(buf));
	want("entries", seen, 202);
}

int main(void)
{
	directories();
	paths();
	links();
	renames();
	numbers();
	cookies();
	WANT(OK, __wasi_fd_close(top));
	WANT(BADF, __wasi_fd_readdir(top, NULL, 0, 0, &(__wasi_size_t){ 0 }));
	printf("%s\n", asked > 300 ? "all asked" : "too few asked");
	return 0;
}
