/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
/* poll_oneoff: clocks and the ready output; errors come as events. */
#include "guest.h"
#include <poll.h>
#include <stdio.h>
#include <wasi/api.h>

static __wasi_subscription_t in[4];
static __wasi_event_t out[4];

static void clock_in(int i, u64 timeout)
{
	in[i] = (__wasi_subscription_t){
		.userdata = (u64)i + 100,
		.u.tag = __WASI_EVENTTYPE_CLOCK,
		.u.u.clock = { .id = 1, .timeout = timeout },
	};
}

static void fd_in(int i, uint8_t type, int fd)
{
	in[i] = (__wasi_subscription_t){
		.userdata = (u64)i + 100,
		.u.tag = type,
		.u.u.fd_write.file_descriptor = fd,
	};
}

static void show(const char *what, u32 n)
{
	__wasi_size_t count = 0;
	u32 err = raw_poll_oneoff(addr(in), addr(out), n, addr(&count));

	printf("%s: %u, %u events\n", what, err, (unsigned)count);
	for (u32 i = 0; err == 0 && i < count; i++)
		printf("  %u error %u type %u\n", (unsigned)out[i].userdata,
		       out[i].error, out[i].type);
}

int main(void)
{
	struct pollfd p[2] = {
		{ .fd = 1, .events = POLLOUT }, { .fd = 2, .events = POLLOUT },
	};

	clock_in(0, 20000000);
	show("clock", 1);
	clock_in(0, 3600ull * 1000000000);
	clock_in(1, 1000000);
	show("two clocks", 2);
	fd_in(1, __WASI_EVENTTYPE_FD_WRITE, 1);
	fd_in(2, __WASI_EVENTTYPE_FD_WRITE, 2);
	show("clock and output", 3);
	fd_in(1, __WASI_EVENTTYPE_FD_WRITE, 77);
	show("bad descriptor", 2);
	show("none", 0);
	printf("poll %d", poll(p, 2, -1));
	printf(" %d %d\n", (p[0].revents & POLLOUT) != 0,
	       (p[1].revents & POLLOUT) != 0);
	return 0;
}
