/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories for guests: a tree in memory, filled from the image's archive and
 * from the loader's initrd, which is how `catchpit run' hands over what --dir
 * names.  It may take half of the machine's memory.
 */
#include "board.h"
#include "run.h"
#include <arch/machine.h>
#include <catchpit/cpio.h>
#include <catchpit/ramfs.h>
#include <catchpit/wasi.h>
#include <string.h>

static struct cpit_ramfs fs;
static uint64_t loaded;		/* the time when it was filled */

static void *page(void *ctx)
{
	uint64_t phys = cpit_board_page_alloc();

	(void)ctx;
	return phys ? cpit_arch_direct(phys) : NULL;
}

static void page_free(void *ctx, void *p)
{
	(void)ctx;
	cpit_board_page_free(cpit_arch_phys(p));
}

static uint64_t now(void *ctx)
{
	return cpit_board_wasi.clock(ctx, CPIT_WASI_REALTIME);
}

static struct cpit_ramfs_host host = {
	.page = page, .page_free = page_free, .now = now,
};

static bool complain(const char *what, int err)
{
	cpit_board_complain(what,
		err == -CPIT_WASI_ENOSPC ? "not enough memory" :
		err == -CPIT_WASI_EINVAL ? "damaged archive" :
		err == -CPIT_WASI_ENAMETOOLONG ? "path too long" :
		err == -CPIT_WASI_ENOTDIR ? "a file is in the way" :
		err == -CPIT_WASI_EISDIR ? "a directory is in the way" :
		err == -CPIT_WASI_EMFILE ? "too many directories" :
		err == -CPIT_WASI_EFBIG ? "file too large" :
		err == -CPIT_WASI_ENOTCAPABLE ? "no name for a directory" :
		"input or output error", NULL);
	return false;
}

/* The next name of a path that is neither empty nor "."; its length, 0: none. */
static size_t next_name(const char **path)
{
	const char *s = *path;

	while (*s == '/' || (*s == '.' && (!s[1] || s[1] == '/')))
		s++;
	*path = s;
	return strcspn(s, "/");
}

/*
 * A directory of the guest's, and in `place' (CPIT_WASI_PATH_MAX bytes) where it
 * stands in the tree: "./a//b/" and "/a/b" in "a/b".
 */
static int directory(const char *name, char *place, struct cpit_wasi_node **dir)
{
	size_t len = 0, n;

	for (; (n = next_name(&name)); name += n) {
		if (n == 2 && name[0] == '.' && name[1] == '.')
			return -CPIT_WASI_ENOTCAPABLE;
		if (n > CPIT_WASI_NAME_MAX || len + n + 2 > CPIT_WASI_PATH_MAX)
			return -CPIT_WASI_ENAMETOOLONG;
		if (len)
			place[len++] = '/';
		memcpy(place + len, name, n);
		len += n;
	}
	place[len] = '\0';
	return cpit_cpio_directory(&cpit_board_tree, fs.root, place, dir);
}

static int unpack(const void *archive, size_t size)
{
	return cpit_cpio_unpack(&cpit_board_tree, fs.root, archive, size);
}

static bool load(void)
{
	size_t size = (size_t)(cpit_image_archive_end - cpit_image_archive);
	int err;

	host.pages = cpit_board_ram_size(&cpit_board) / 4096 / 2;
	err = cpit_ramfs_init(&fs, &host);
	if (!err && size)
		err = unpack(cpit_image_archive, size);
	if (err)
		return complain("directories", err);
	size = cpit_board.initrd.end - cpit_board.initrd.start;
	if (size)
		err = unpack(cpit_arch_direct(cpit_board.initrd.start), size);
	if (err)
		return complain("initrd", err);
	/* Whatever happens from here on happens later. */
	for (loaded = now(NULL); now(NULL) == loaded; )
		;
	return true;
}

static bool preopen_all(struct cpit_wasi *w, const char *key)
{
	struct cpit_wasi_node *dir;
	const char *name;
	unsigned n;

	for (n = 0; (name = cpit_config(key, n)); n++) {
		int err = directory(name, w->path, &dir);

		if (err)
			return complain(name, err);
		err = cpit_wasi_preopen(w, name, &cpit_board_tree, dir);
		if (err) {
			cpit_board_tree.release(dir);
			return complain(name, err);
		}
	}
	return true;
}

static bool preopen(struct cpit_wasi *w)
{
	return preopen_all(w, "dir") && preopen_all(w, "mount");
}

static void put(void *ctx, const void *p, size_t n)
{
	(void)ctx;
	cpit_console_write(CPIT_FILES, p, n);
}

static void write_back(void)
{
	static char path[CPIT_WASI_PATH_MAX];
	struct cpit_wasi_node *dir;
	const char *name;
	unsigned n;
	int err = 0;

	/* A tree that is not whole tells nothing. */
	if (!loaded || !cpit_config_number("writeback", 0) ||
	    !cpit_config_number("frame", 0))
		return;
	for (n = 0; !err && (name = cpit_config("mount", n)); n++) {
		err = directory(name, path, &dir);
		if (err)
			break;
		err = cpit_cpio_pack(&cpit_board_tree, dir, path, loaded, put,
				     NULL);
		cpit_board_tree.release(dir);
	}
	/* Without its end the tool leaves everything as it is, and says so. */
	if (err) {
		complain(*path ? path : "--writeback", err);
		put(NULL, "", 1);
	} else {
		cpit_cpio_end(put, NULL);
	}
}

const struct cpit_board_files cpit_board_files = {
	.load = load,
	.preopen = preopen,
	.write_back = write_back,
};
