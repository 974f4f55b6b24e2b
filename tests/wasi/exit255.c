/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 255
/* The code is 0xffffffff, of which a status shows the low 8 bits. */
#include <stdio.h>

int main(void)
{
	printf("minus one\n");
	return -1;
}
