/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* Random bytes fill all of the buffer and no more, and differ each time. */
#include "guest.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char a[32], b[32], big[5000];

static const char *filled(void)
{
	if (raw_random_get(addr(big + 4), sizeof(big) - 8) != 0)
		return "failed";
	if (memcmp(big, "\0\0\0\0", 4) != 0 ||
	    memcmp(big + sizeof(big) - 4, "\0\0\0\0", 4) != 0)
		return "too much";
	/* 32 zero bytes in a row have a chance of 2^-256. */
	for (unsigned i = 4, zeros = 0; i < sizeof(big) - 4; i++) {
		zeros = big[i] == 0 ? zeros + 1 : 0;
		if (zeros >= 32)
			return "has holes";
	}
	return "ok";
}

int main(void)
{
	printf("%u %u\n", raw_random_get(addr(a), sizeof(a)),
	       raw_random_get(addr(b), sizeof(b)));
	printf("%s\n", memcmp(a, b, sizeof(a)) != 0 ? "differ" : "the same");
	printf("%s\n", filled());
	printf("%u\n", raw_random_get(addr(a), 0));
	printf("%d\n", getentropy(big, 256));
	return 0;
}
