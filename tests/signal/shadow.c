/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C keeps a second stack in the linear memory: with --stack-first it ends at
 * address 0, below which there is nothing (KAN-13).
 */
static int deep(int n)
{
	volatile int a[16];

	a[n & 15] = n;
	return deep(n + 1) + a[0];
}

int main(void)
{
	return deep(0);
}
