/* SPDX-License-Identifier: Apache-2.0 */
/* In a directory that several share: each looks for what it has put there. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const char *what, int round)
{
	printf("%s, round %d\n", what, round);
	return 1;
}

static int round_of(const char *me, int n)
{
	char name[64], other[64], text[3000], back[sizeof(text)];
	int fd, found = 0;
	struct dirent *d;
	DIR *dir;

	snprintf(name, sizeof(name), "/tmp/%s-%d", me, n % 7);
	snprintf(other, sizeof(other), "/tmp/%s-moved", me);
	memset(text, *me + n % 31, sizeof(text));
	fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (fd < 0 || write(fd, text, sizeof(text)) != sizeof(text))
		return failed("write", n);
	if (rename(name, other))
		return failed("rename", n);
	if (lseek(fd, 0, SEEK_SET) || read(fd, back, sizeof(back)) !=
	    sizeof(back) || memcmp(text, back, sizeof(text)))
		return failed("read", n);
	close(fd);
	dir = opendir("/tmp");
	while (dir && (d = readdir(dir)))
		found += !strcmp(d->d_name, strrchr(other, '/') + 1);
	if (found != 1)
		return failed("readdir", n);
	closedir(dir);
	return unlink(other) ? failed("unlink", n) : 0;
}

/* One file for all, which is there already or not: no line of mine gets lost. */
static int log_round(const char *me, int n)
{
	char line[32], text[8192];
	int fd, i, size, mine = 0;

	fd = open("/tmp/made", O_CREAT | O_RDWR, 0600);
	if (fd < 0)
		return failed("open", n);
	close(fd);
	unlink("/tmp/made");		/* or somebody else has */
	fd = open("/tmp/log", O_CREAT | O_APPEND | O_RDWR, 0600);
	snprintf(line, sizeof(line), "%15s\n", me);
	if (fd < 0 || write(fd, line, 16) != 16 || lseek(fd, 0, SEEK_SET))
		return failed("log", n);
	while ((size = (int)read(fd, text, sizeof(text))) > 0)
		for (i = 0; i < size; i += 16)
			mine += !memcmp(text + i, line, 16);
	close(fd);
	return mine != n + 1 ? failed("append", n) : 0;
}

int main(int argc, char **argv)
{
	int n;

	for (n = 0; n < 150; n++)
		if (round_of(argc ? argv[0] : "", n) ||
		    log_round(argc ? argv[0] : "", n))
			return 1;
	return 0;
}
