/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dynamic programming over two strings of 200: the best local alignment with
 * gaps that are cheaper to lengthen than to open, the longest common
 * subsequence and its way back.  Two-dimensional tables, minima and maxima.
 */
#define N 200

static unsigned char a[N], b[N];
static short best[N + 1][N + 1];
static int down[N + 1];

static int max(int x, int y)
{
	return x > y ? x : y;
}

/* Smith and Waterman's, with Gotoh's gaps: 4 to open, 1 to lengthen. */
static int local(void)
{
	static int row[N + 1];
	int highest = 0;

	for (int j = 0; j <= N; j++)
		row[j] = down[j] = 0;
	for (int i = 1; i <= N; i++) {
		int right = 0, corner = 0;

		for (int j = 1; j <= N; j++) {
			int score = corner + (a[i - 1] == b[j - 1] ? 5 : -3);

			down[j] = max(down[j] - 1, row[j] - 4);
			right = max(right - 1, row[j - 1] - 4);
			score = max(max(score, 0), max(down[j], right));
			corner = row[j];
			row[j] = score;
			highest = max(highest, score);
		}
	}
	return highest;
}

static void subsequences(void)
{
	for (int i = 1; i <= N; i++)
		for (int j = 1; j <= N; j++)
			best[i][j] = (short)(a[i - 1] == b[j - 1]
				? best[i - 1][j - 1] + 1
				: max(best[i - 1][j], best[i][j - 1]));
}

static unsigned way_back(void)
{
	unsigned sum = 0;

	for (int i = N, j = N; i && j;) {
		if (a[i - 1] == b[j - 1]) {
			sum = sum * 31 + a[--i];
			j--;
		} else if (best[i - 1][j] >= best[i][j - 1]) {
			i--;
		} else {
			j--;
		}
	}
	return sum;
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0, seed = 7;

	for (unsigned round = 0; round < n; round++) {
		for (int i = 0; i < N; i++) {
			seed = seed * 1664525u + 1013904223u;
			a[i] = (unsigned char)(seed >> 30);
			b[i] = seed >> 20 & 7 ? a[i] : (unsigned char)(seed >> 28);
		}
		subsequences();
		sum = sum * 31 + (unsigned)local();
		sum = sum * 31 + (unsigned)best[N][N];
		sum ^= way_back();
	}
	return sum;
}
