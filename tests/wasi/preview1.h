/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of wasi_snapshot_preview1 as the witx has them (repository
 * WebAssembly/WASI, legacy/preview1), written down a second time so that the
 * table in rt/wasi/wasi.c is not checked against itself.  The guest programs
 * take their raw imports from here too.
 *
 * FN(result, name, signature, parameters...)
 */
#define PREVIEW1(FN) \
	FN(u32, args_get, "ii:i", u32, u32) \
	FN(u32, args_sizes_get, "ii:i", u32, u32) \
	FN(u32, clock_res_get, "ii:i", u32, u32) \
	FN(u32, clock_time_get, "iIi:i", u32, u64, u32) \
	FN(u32, environ_get, "ii:i", u32, u32) \
	FN(u32, environ_sizes_get, "ii:i", u32, u32) \
	FN(u32, fd_advise, "iIIi:i", u32, u64, u64, u32) \
	FN(u32, fd_allocate, "iII:i", u32, u64, u64) \
	FN(u32, fd_close, "i:i", u32) \
	FN(u32, fd_datasync, "i:i", u32) \
	FN(u32, fd_fdstat_get, "ii:i", u32, u32) \
	FN(u32, fd_fdstat_set_flags, "ii:i", u32, u32) \
	FN(u32, fd_fdstat_set_rights, "iII:i", u32, u64, u64) \
	FN(u32, fd_filestat_get, "ii:i", u32, u32) \
	FN(u32, fd_filestat_set_size, "iI:i", u32, u64) \
	FN(u32, fd_filestat_set_times, "iIIi:i", u32, u64, u64, u32) \
	FN(u32, fd_pread, "iiiIi:i", u32, u32, u32, u64, u32) \
	FN(u32, fd_prestat_dir_name, "iii:i", u32, u32, u32) \
	FN(u32, fd_prestat_get, "ii:i", u32, u32) \
	FN(u32, fd_pwrite, "iiiIi:i", u32, u32, u32, u64, u32) \
	FN(u32, fd_read, "iiii:i", u32, u32, u32, u32) \
	FN(u32, fd_readdir, "iiiIi:i", u32, u32, u32, u64, u32) \
	FN(u32, fd_renumber, "ii:i", u32, u32) \
	FN(u32, fd_seek, "iIii:i", u32, u64, u32, u32) \
	FN(u32, fd_sync, "i:i", u32) \
	FN(u32, fd_tell, "ii:i", u32, u32) \
	FN(u32, fd_write, "iiii:i", u32, u32, u32, u32) \
	FN(u32, path_create_directory, "iii:i", u32, u32, u32) \
	FN(u32, path_filestat_get, "iiiii:i", u32, u32, u32, u32, u32) \
	FN(u32, path_filestat_set_times, "iiiiIIi:i", u32, u32, u32, u32, \
	   u64, u64, u32) \
	FN(u32, path_link, "iiiiiii:i", u32, u32, u32, u32, u32, u32, u32) \
	FN(u32, path_open, "iiiiiIIii:i", u32, u32, u32, u32, u32, u64, u64, \
	   u32, u32) \
	FN(u32, path_readlink, "iiiiii:i", u32, u32, u32, u32, u32, u32) \
	FN(u32, path_remove_directory, "iii:i", u32, u32, u32) \
	FN(u32, path_rename, "iiiiii:i", u32, u32, u32, u32, u32, u32) \
	FN(u32, path_symlink, "iiiii:i", u32, u32, u32, u32, u32) \
	FN(u32, path_unlink_file, "iii:i", u32, u32, u32) \
	FN(u32, poll_oneoff, "iiii:i", u32, u32, u32, u32) \
	FN(void, proc_exit, "i:", u32) \
	FN(u32, proc_raise, "i:i", u32) \
	FN(u32, random_get, "ii:i", u32, u32) \
	FN(u32, sched_yield, ":i") \
	FN(u32, sock_accept, "iii:i", u32, u32, u32) \
	FN(u32, sock_recv, "iiiiii:i", u32, u32, u32, u32, u32, u32) \
	FN(u32, sock_send, "iiiii:i", u32, u32, u32, u32, u32) \
	FN(u32, sock_shutdown, "ii:i", u32, u32)
