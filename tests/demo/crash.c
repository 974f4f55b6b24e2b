/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program with an ordinary bug, to see what its crash looks like.
 *
 * Jobs wait in a list.  add_job() copies a name into a field of 12 bytes
 * without looking at its length; one name is longer, and its last four letters,
 * "ain!", land in `next'.  Nothing goes wrong until the list is walked: then
 * they are taken for an address, 0x216e6961, far outside the program's memory.
 *
 *	main -> run_queue -> print_summary -> longest_name	traps here
 */
#include <stdio.h>

#define NOINLINE __attribute__((noinline))

struct job {
	char name[12];
	struct job *next;
};

static struct job jobs[3];

/* What strcpy() does.  Spelled out, for compilers that check strcpy(). */
static NOINLINE void copy(char *to, const char *from)
{
	while ((*to++ = *from++) != '\0')
		;
}

static NOINLINE struct job *add_job(struct job *list, struct job *job,
				    const char *name)
{
	job->next = list;
	copy(job->name, name);
	return job;
}

static NOINLINE unsigned longest_name(const struct job *job)
{
	unsigned most = 0;

	for (; job != NULL; job = job->next) {
		unsigned n = 0;

		while (n < sizeof(job->name) && job->name[n] != '\0')
			n++;
		most = n > most ? n : most;
	}
	return most;
}

static NOINLINE void print_summary(const struct job *list)
{
	printf("the longest name has %u letters\n", longest_name(list));
}

static NOINLINE void run_queue(void)
{
	static const char *const names[] = {
		"lift lid", "clear the drain!", "sweep",
	};
	struct job *list = NULL;

	for (int i = 0; i < 3; i++)
		list = add_job(list, &jobs[i], names[i]);
	print_summary(list);
}

int main(void)
{
	puts("catchpit demo: three jobs are queued, one name is too long");
	fflush(stdout);
	run_queue();
	return 0;
}
