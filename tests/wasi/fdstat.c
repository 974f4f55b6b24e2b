/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* The standard descriptors: a console, what it allows, closing, renumbering. */
#include "guest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

static void show(u32 fd)
{
	static __wasi_fdstat_t fs;
	static __wasi_filestat_t st;
	u32 err = raw_fd_fdstat_get(fd, addr(&fs));

	fprintf(stderr, "%u: %u", fd, err);
	if (err == 0)
		fprintf(stderr, " type %u flags %u rights %llx %llx",
			fs.fs_filetype, fs.fs_flags,
			(unsigned long long)fs.fs_rights_base,
			(unsigned long long)fs.fs_rights_inheriting);
	err = raw_fd_filestat_get(fd, addr(&st));
	fprintf(stderr, " stat %u", err);
	if (err == 0)
		fprintf(stderr, " type %u nlink %u size %u", st.filetype,
			(unsigned)st.nlink, (unsigned)st.size);
	fprintf(stderr, " tty %d\n", isatty((int)fd));
}

int main(void)
{
	static u64 pos;
	struct iov v = { addr("x\n"), 2 };
	static u32 n;

	for (u32 fd = 0; fd < 4; fd++)
		show(fd);
	fprintf(stderr, "seek %u %u %u\n", raw_fd_seek(1, 0, 1, addr(&pos)),
		raw_fd_seek(1, 0, 9, addr(&pos)),
		raw_fd_seek(5, 0, 1, addr(&pos)));
	fprintf(stderr, "tell %u %u\n", raw_fd_tell(0, addr(&pos)),
		raw_fd_tell(5, addr(&pos)));
	fprintf(stderr, "lseek %d", (int)lseek(1, 0, SEEK_CUR));
	fprintf(stderr, " %s\n", errno == ESPIPE ? "ESPIPE" : "other");
	fprintf(stderr, "sync %u %u %u %u\n", raw_fd_sync(1),
		raw_fd_datasync(2), raw_fd_sync(5), raw_fd_datasync(5));
	fprintf(stderr, "prestat %u %u\n", raw_fd_prestat_get(3, addr(&pos)),
		raw_fd_prestat_dir_name(3, addr(&pos), 8));
	fprintf(stderr, "flags %d %u %u\n",
		fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_APPEND),
		raw_fd_fdstat_set_flags(1, 0x20),
		raw_fd_fdstat_set_flags(5, 0));
	show(1);
	fprintf(stderr, "wrong way %u %u\n",
		raw_fd_write(0, addr(&v), 1, addr(&n)),
		raw_fd_read(1, addr(&v), 1, addr(&n)));

	/* stdout moves to 0; both ends of a renumbering have to be open */
	fprintf(stderr, "renumber %u\n", raw_fd_renumber(1, 0));
	fprintf(stderr, "renumber %u %u %u\n", raw_fd_renumber(1, 2),
		raw_fd_renumber(2, 1), raw_fd_renumber(2, 7));
	fprintf(stderr, "write %u %u\n", raw_fd_write(0, addr(&v), 1, addr(&n)),
		raw_fd_write(1, addr(&v), 1, addr(&n)));
	fprintf(stderr, "close %u", raw_fd_close(0));
	fprintf(stderr, " %u %u\n", raw_fd_close(0), raw_fd_close(0xffffffff));
	show(0);
	show(1);
	return 0;
}
