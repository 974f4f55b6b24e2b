/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorts 2000 numbers by a recursive quicksort, grows a binary search tree of
 * them in their first order, looks each up and walks the tree by recursion: the
 * tree's order and the sorted one must agree.  Pointer chasing and deep calls.
 */
#include <stddef.h>

#define N 2000u

struct node {
	unsigned key, count;
	struct node *child[2];
};

static unsigned keys[N], sorted[N];
static struct node nodes[N];
static struct node *root;
static unsigned used;

static void make_keys(unsigned seed)
{
	for (unsigned i = 0; i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		sorted[i] = keys[i] = seed >> 12 & 0xfff;
	}
}

static void swap(unsigned *a, unsigned *b)
{
	unsigned t = *a;

	*a = *b;
	*b = t;
}

static void insertion_sort(unsigned *v, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned j = i; j > 0 && v[j - 1] > v[j]; j--)
			swap(&v[j - 1], &v[j]);
}

static void sort(unsigned *v, unsigned n)
{
	unsigned low = 0, high = n;

	if (n < 12) {
		insertion_sort(v, n);
		return;
	}
	/* Less than the middle one to the left, more to the right. */
	unsigned pivot = v[n / 2];

	for (unsigned i = 0; i < high;) {
		if (v[i] < pivot)
			swap(&v[i++], &v[low++]);
		else if (v[i] > pivot)
			swap(&v[i], &v[--high]);
		else
			i++;
	}
	sort(v, low);
	sort(v + high, n - high);
}

static void insert(unsigned key)
{
	struct node **link = &root;

	while (*link != NULL && (*link)->key != key)
		link = &(*link)->child[key > (*link)->key];
	if (*link == NULL) {
		struct node *node = &nodes[used++];

		node->key = key;
		node->count = 0;
		node->child[0] = node->child[1] = NULL;
		*link = node;
	}
	(*link)->count++;
}

static unsigned depth_of(unsigned key)
{
	unsigned depth = 0;

	for (struct node *p = root; p->key != key; depth++)
		p = p->child[key > p->key];
	return depth;
}

/* Counts what differs between the tree's order and sorted[*at] on. */
static unsigned compare(const struct node *p, unsigned *at)
{
	unsigned differ;

	if (p == NULL)
		return 0;
	differ = compare(p->child[0], at);
	for (unsigned i = 0; i < p->count; i++)
		differ += sorted[(*at)++] != p->key;
	return differ + compare(p->child[1], at);
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		unsigned at = 0;

		make_keys(round);
		sort(sorted, N);
		root = NULL;
		used = 0;
		for (unsigned i = 0; i < N; i++)
			insert(keys[i]);
		for (unsigned i = 0; i < N; i++)
			sum = sum * 31 + depth_of(keys[i]);
		sum += compare(root, &at) * 65537u + at;
	}
	return sum;
}
