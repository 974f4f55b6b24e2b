/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// dir: in=/data
// dir: =tmp
/*
 * Files by way of the C library, as programs use them: what was packed, what is
 * written, and that a preopened directory cannot be left.  `in' is made by
 * run.sh: hello.txt, sub/deep.txt, and link -> sub/deep.txt.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name);

	printf("%s:", path);
	for (int i = 0; i < n; i++)
		printf(" %s", names[i]->d_name);
	printf("\n");
}

static void show(const char *path)
{
	char line[80];
	FILE *f = fopen(path, "r");

	printf("%s: ", path);
	if (f == NULL) {
		printf("%s\n", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL)
		fputs(line, stdout);
	fclose(f);
}

/* More than a page, in two halves, the second first. */
static void large(void)
{
	static unsigned char block[100000];
	struct stat st;
	int fd = open("tmp/large", O_CREAT | O_RDWR | O_EXCL, 0666);
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (unsigned char)(i * 7);
	printf("pwrite %zd", pwrite(fd, block, sizeof(block), sizeof(block)));
	printf(" write %zd", write(fd, block, sizeof(block)));
	fstat(fd, &st);
	printf(" size %lld", (long long)st.st_size);
	lseek(fd, 50000, SEEK_SET);
	printf(" read %zd", read(fd, block, sizeof(block)));
	for (size_t i = 0; i < sizeof(block); i++)
		sum += block[i];
	printf(" sum %u", sum);
	printf(" truncate %d", ftruncate(fd, 10));
	printf(" end %lld\n", (long long)lseek(fd, 0, SEEK_END));
	close(fd);
}

int main(void)
{
	FILE *f;

	list("/data");
	show("/data/hello.txt");
	show("/data/link");
	show("/data/../data/hello.txt");
	show("/etc/passwd");
	show("tmp/../data/hello.txt");
	show("/data/none");

	f = fopen("/data/hello.txt", "a");
	fprintf(f, "appended\n");
	fclose(f);
	show("/data/hello.txt");

	large();
	mkdir("tmp/d", 0777);
	f = fopen("tmp/d/x", "w");
	fprintf(f, "moved\n");
	fclose(f);
	printf("rename %d", rename("tmp/d/x", "/data/sub/y"));
	printf(" rmdir %d", rmdir("tmp/d"));
	printf(" link %d", link("/data/sub/y", "/data/z"));
	printf(" symlink %d", symlink("../data/z", "tmp/s"));
	printf(" unlink %d\n", unlink("/data/sub/deep.txt"));
	show("/data/z");
	show("/data/link");
	show("tmp/s");
	list("/data/sub");
	list("tmp");
	return 0;
}
