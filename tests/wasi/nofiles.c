/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/*
 * What is for files, directories and sockets, asked of a stream: ENOTDIR (54),
 * ENOTSOCK (57), ESPIPE (70) or ENOTCAPABLE (76); EBADF (8) for a descriptor
 * that is not open.
 */
#include "guest.h"
#include <stdio.h>

static char path[] = "file";
static u64 buf[16];

#define P addr(path), 4
#define B addr(buf)
#define TRY(name, call) do { \
	u32 fd = 1; \
	printf("%s %u", name, call); \
	fd = 7; \
	printf(" %u\n", call); \
} while (0)

int main(void)
{
	static struct iov v;

	v = (struct iov){ addr(buf), 1 };
	TRY("fd_advise", raw_fd_advise(fd, 1, 1ull << 32, 0));
	TRY("fd_allocate", raw_fd_allocate(fd, 1ull << 32, 5));
	TRY("fd_fdstat_set_rights", raw_fd_fdstat_set_rights(fd == 1 ? 2 : fd, 0, 0));
	TRY("fd_filestat_set_size", raw_fd_filestat_set_size(fd, 0));
	TRY("fd_filestat_set_times", raw_fd_filestat_set_times(fd, 0, 0, 5));
	TRY("fd_pread", raw_fd_pread(fd, addr(&v), 1, 0, B));
	TRY("fd_pwrite", raw_fd_pwrite(fd, addr(&v), 1, 0, B));
	TRY("fd_readdir", raw_fd_readdir(fd, B, 64, 0, B));
	TRY("path_create_directory", raw_path_create_directory(fd, P));
	TRY("path_filestat_get", raw_path_filestat_get(fd, 0, P, B));
	TRY("path_filestat_set_times",
	    raw_path_filestat_set_times(fd, 0, P, 0, 0, 5));
	TRY("path_link", raw_path_link(fd, 0, P, 1, P));
	TRY("path_link", raw_path_link(1, 0, P, fd, P));
	TRY("path_open", raw_path_open(fd, 0, P, 1, ~0ull, ~0ull, 0, B));
	TRY("path_readlink", raw_path_readlink(fd, P, B, 64, B));
	TRY("path_remove_directory", raw_path_remove_directory(fd, P));
	TRY("path_rename", raw_path_rename(fd, P, 1, P));
	TRY("path_rename", raw_path_rename(1, P, fd, P));
	TRY("path_symlink", raw_path_symlink(P, fd, P));
	TRY("path_unlink_file", raw_path_unlink_file(fd, P));
	TRY("sock_accept", raw_sock_accept(fd, 0, B));
	TRY("sock_recv", raw_sock_recv(fd, addr(&v), 1, 0, B, B));
	TRY("sock_send", raw_sock_send(fd, addr(&v), 1, 0, B));
	TRY("sock_shutdown", raw_sock_shutdown(fd, 1));
	printf("proc_raise %u\n", raw_proc_raise(6));
	return 0;
}
