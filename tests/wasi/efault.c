/* SPDX-License-Identifier: Apache-2.0 */
// expect-status: 0
// args: x
// stdin: abc
/*
 * No address makes the host fault, and none that is bad is accepted: one line
 * per function and pointer, with the errno for 0xffffffff, one byte too far,
 * the end of the memory, and 0x80000000.
 */
#include "guest.h"
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

static u32 end;			/* size of the memory */
static struct iov v[2];
static char data[64];
static u32 n;

static u32 bad(int i, u32 need)
{
	const u32 a[] = { 0xffffffff, end - need + 1, end, 0x80000000 };

	return a[i];
}

/* `call' uses p for the pointer, which has to cover `need' bytes. */
#define TRY(name, need, call) do { \
	printf("%s", name); \
	for (int i_ = 0; i_ < 4; i_++) { \
		u32 p = bad(i_, need); \
		printf(" %u", call); \
	} \
	printf("\n"); \
} while (0)

static u32 rw(int write, u32 iovs, u32 count, u32 result)
{
	return write ? raw_fd_write(1, iovs, count, result) :
		       raw_fd_read(0, iovs, count, result);
}

/* The second of two buffers. */
static u32 rw_buf(int write, u32 buf, u32 len)
{
	v[0] = (struct iov){ addr(data), 4 };
	v[1] = (struct iov){ buf, len };
	return rw(write, addr(v), 2, addr(&n));
}

static void read_write(int write, const char *name)
{
	char s[32];

	v[0] = (struct iov){ addr(data), 4 };
	snprintf(s, sizeof(s), "%s iovs", name);
	TRY(s, 8, rw(write, p, 1, addr(&n)));
	TRY(s, 16, rw(write, p, 2, addr(&n)));
	snprintf(s, sizeof(s), "%s buffer", name);
	TRY(s, 5, rw_buf(write, p, 5));
	snprintf(s, sizeof(s), "%s result", name);
	TRY(s, 4, rw(write, addr(v), 1, p));
	/* Sums and products that wrap in 32 bits. */
	printf("%s wraps %u %u %u %u %u\n", name,
	       rw(write, addr(v), 0x20000000, addr(&n)),
	       rw(write, addr(v), 0x20000001, addr(&n)),
	       rw(write, addr(v), 0xffffffff, addr(&n)),
	       rw_buf(write, addr(data), 0xffffffff),
	       rw_buf(write, 0xfffffff0, 0x20));
}

static void strings(void)
{
	static u32 ptrs[16], count, size;
	static char buf[256];

	TRY("args_sizes_get count", 4, raw_args_sizes_get(p, addr(&n)));
	TRY("args_sizes_get size", 4, raw_args_sizes_get(addr(&n), p));
	TRY("environ_sizes_get count", 4, raw_environ_sizes_get(p, addr(&n)));
	TRY("environ_sizes_get size", 4, raw_environ_sizes_get(addr(&n), p));
	if (raw_args_sizes_get(addr(&count), addr(&size)) != 0)
		printf("args_sizes_get failed\n");
	TRY("args_get argv", count * 4, raw_args_get(p, addr(buf)));
	TRY("args_get buffer", size, raw_args_get(addr(ptrs), p));
}

static void polling(void)
{
	static __wasi_subscription_t in[2] = {
		{ .u = { .tag = 0, .u.clock.id = 1 } },
		{ .u = { .tag = 0, .u.clock.id = 1 } },
	};
	static __wasi_event_t out[2];

	TRY("poll_oneoff in", 48, raw_poll_oneoff(p, addr(out), 1, addr(&n)));
	TRY("poll_oneoff in", 96, raw_poll_oneoff(p, addr(out), 2, addr(&n)));
	TRY("poll_oneoff out", 32, raw_poll_oneoff(addr(in), p, 1, addr(&n)));
	TRY("poll_oneoff out", 64, raw_poll_oneoff(addr(in), p, 2, addr(&n)));
	TRY("poll_oneoff result", 4,
	    raw_poll_oneoff(addr(in), addr(out), 1, p));
	printf("poll_oneoff wraps %u %u\n",
	       raw_poll_oneoff(addr(in), addr(out), 0x05555556, addr(&n)),
	       raw_poll_oneoff(addr(in), addr(out), 0x10000000, addr(&n)));
}

/* What is just inside has to work, up to the last byte there is. */
static void inside(void)
{
	struct iov *last = (struct iov *)(uintptr_t)(end - 8);

	memcpy((char *)(uintptr_t)(end - 16), "the end\n", 8);
	*last = (struct iov){ end - 16, 8 };
	printf("inside %u\n", raw_fd_write(1, end - 8, 1, addr(&n)));
	printf("inside %u\n", raw_clock_time_get(1, 0, end - 8));
	printf("inside %u\n", raw_random_get(end - 1, 1));
	printf("inside %u\n", raw_fd_fdstat_get(1, end - 24));
	*v = (struct iov){ end - 1, 1 };
	printf("inside %u", raw_fd_read(0, addr(v), 1, end - 5));
	printf(" %c\n", *(char *)(uintptr_t)(end - 1));
	printf("empty %u %u\n", raw_random_get(0xffffffff, 0),
	       raw_fd_write(1, 0xffffffff, 0, addr(&n)));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 128);
	if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1)
		return 1;
	end = (u32)__builtin_wasm_memory_size(0) * 65536;

	strings();
	TRY("clock_res_get", 8, raw_clock_res_get(1, p));
	TRY("clock_time_get", 8, raw_clock_time_get(1, 0, p));
	TRY("fd_fdstat_get", 24, raw_fd_fdstat_get(1, p));
	TRY("fd_filestat_get", 64, raw_fd_filestat_get(1, p));
	read_write(1, "fd_write");
	read_write(0, "fd_read");
	polling();
	TRY("random_get", 9, raw_random_get(p, 9));
	printf("random_get wraps %u\n", raw_random_get(8, 0xffffffff));
	inside();
	return 0;
}
