/* SPDX-License-Identifier: Apache-2.0 */
/* Archives into a file system, by its own functions alone. */
#include <catchpit/cpio.h>
#include <catchpit/wasi.h>
#include <string.h>

typedef struct cpit_wasi_node node;

/* The directory `name' in *dir, which it replaces; made if it is not there. */
static int enter(const struct cpit_wasi_fs *fs, node **dir, const char *name,
		 uint32_t len)
{
	struct cpit_wasi_stat st;
	node *n;
	int err = fs->lookup(*dir, name, len, &n);

	if (err == -CPIT_WASI_ENOENT)
		err = fs->create(*dir, name, len, CPIT_WASI_DIRECTORY, &n);
	if (err != 0)
		return err;
	err = fs->stat(n, &st);
	if (err == 0 && st.type != CPIT_WASI_DIRECTORY)
		err = -CPIT_WASI_ENOTDIR;
	if (err != 0) {
		fs->release(n);
		return err;
	}
	fs->release(*dir);
	*dir = n;
	return 0;
}

/* Up to the last name of a path, which is left in *path; *dir is referenced. */
static int enter_all(const struct cpit_wasi_fs *fs, node **dir,
		     const char **path)
{
	uint32_t n = 0;
	int err = 0;

	fs->retain(*dir);
	while (err == 0 && (*path)[n] != '\0') {
		if ((*path)[n++] != '/')
			continue;
		err = enter(fs, dir, *path, n - 1);
		*path += n;
		n = 0;
	}
	if (err != 0)
		fs->release(*dir);
	return err;
}

int cpit_cpio_directory(const struct cpit_wasi_fs *fs, node *from,
			const char *path, node **dir)
{
	int err;

	*dir = from;
	err = enter_all(fs, dir, &path);
	if (err == 0 && *path != '\0') {
		err = enter(fs, dir, path, (uint32_t)strlen(path));
		if (err != 0)
			fs->release(*dir);
	}
	return err;
}

static int fill(const struct cpit_wasi_fs *fs, node *n,
		const struct cpio_entry *e)
{
	uint64_t mtime = (uint64_t)e->mtime * 1000000000;
	uint32_t done = 0;

	while (done < e->size) {
		int64_t r = fs->write(n, done, e->data + done, e->size - done);

		if (r < 0)
			return (int)r;
		done += (uint32_t)r;
	}
	return fs->set_times(n, mtime, mtime);
}

static int lookup_file(const struct cpit_wasi_fs *fs, node *dir,
		       const char *name, node **n)
{
	struct cpit_wasi_stat st = { 0 };
	int err = enter_all(fs, &dir, &name);

	if (err != 0)
		return err;
	err = fs->lookup(dir, name, (uint32_t)strlen(name), n);
	fs->release(dir);
	if (err != 0)
		return err;
	err = fs->stat(*n, &st);
	if (err == 0 && st.type != CPIT_WASI_REGULAR)
		err = -CPIT_WASI_EINVAL;
	if (err != 0) {
		fs->release(*n);
		*n = NULL;
	}
	return err;
}

/* The file of an entry, if an earlier one is a name of it; else NULL. */
static int lookup_same(const struct cpit_wasi_fs *fs, node *dir,
		       const char *archive, size_t size,
		       const struct cpio_entry *e, node **n)
{
	struct cpio_entry other;
	size_t at = 0;

	*n = NULL;
	if (e->links < 2 || (e->mode & CPIO_TYPE) != CPIO_FILE)
		return 0;
	while (cpit_cpio_next(archive, size, &at, &other) > 0 &&
	       other.name != e->name) {
		if (other.inode == e->inode && other.major == e->major &&
		    other.minor == e->minor &&
		    (other.mode & CPIO_TYPE) == CPIO_FILE)
			return lookup_file(fs, dir, other.name, n);
	}
	return 0;
}

/* same: a file that gets one more name, or NULL. */
static int unpack(const struct cpit_wasi_fs *fs, node *dir,
		  const struct cpio_entry *e, node *same)
{
	const char *name = e->name;
	uint32_t type = e->mode & CPIO_TYPE;
	node *n = same;
	int err;

	if (type == CPIO_DIR) {
		err = cpit_cpio_directory(fs, dir, name, &n);
		if (err == 0)
			fs->release(n);
		return err;
	}
	if (type != CPIO_FILE && type != CPIO_LINK)
		return -CPIT_WASI_EINVAL;
	err = enter_all(fs, &dir, &name);
	if (err != 0)
		return err;
	err = fs->unlink(dir, name, (uint32_t)strlen(name), CPIT_WASI_REGULAR);
	if (err == 0 || err == -CPIT_WASI_ENOENT)
		err = same != NULL ?
		      fs->link(dir, name, (uint32_t)strlen(name), same) :
		      fs->create(dir, name, (uint32_t)strlen(name),
				 type == CPIO_FILE ? CPIT_WASI_REGULAR :
						     CPIT_WASI_SYMLINK, &n);
	if (err == 0 && same != NULL && e->size != 0)
		err = fs->resize(n, 0);
	if (err == 0)
		err = fill(fs, n, e);
	if (n != NULL && n != same)
		fs->release(n);
	fs->release(dir);
	return err;
}

/* Of directories, when nothing is put into them any more. */
static int set_times(const struct cpit_wasi_fs *fs, node *dir,
		     const struct cpio_entry *e)
{
	uint64_t mtime = (uint64_t)e->mtime * 1000000000;
	node *n;
	int err;

	if ((e->mode & CPIO_TYPE) != CPIO_DIR)
		return 0;
	err = cpit_cpio_directory(fs, dir, e->name, &n);
	if (err != 0)
		return err;
	err = fs->set_times(n, mtime, mtime);
	fs->release(n);
	return err;
}

int cpit_cpio_unpack(const struct cpit_wasi_fs *fs, node *dir,
		     const char *archive, size_t size)
{
	struct cpio_entry e;
	size_t at = 0;
	int more;

	while ((more = cpit_cpio_next(archive, size, &at, &e)) > 0) {
		node *same;
		int err = lookup_same(fs, dir, archive, size, &e, &same);

		if (err == 0)
			err = unpack(fs, dir, &e, same);
		if (same != NULL)
			fs->release(same);
		if (err != 0)
			return err;
	}
	for (at = 0; more == 0 && cpit_cpio_next(archive, size, &at, &e) > 0;) {
		int err = set_times(fs, dir, &e);

		if (err != 0)
			return err;
	}
	return more < 0 ? -CPIT_WASI_EINVAL : 0;
}
