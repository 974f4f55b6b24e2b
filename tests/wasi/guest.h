/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For guest programs: preview1's functions as plain imports, raw_fd_write() and
 * so on.  wasi-libc's own wrappers take pointers, which hides what an address
 * may be, and measure paths themselves.
 */
#ifndef CPIT_TESTS_WASI_GUEST_H
#define CPIT_TESTS_WASI_GUEST_H

#include "preview1.h"
#include <stdint.h>

typedef uint32_t u32;
typedef uint64_t u64;

#define RAW_IMPORT(ret, name, sig, ...) \
	__attribute__((import_module("wasi_snapshot_preview1"), \
		       import_name(#name))) \
	ret raw_##name(__VA_ARGS__);
PREVIEW1(RAW_IMPORT)

static inline u32 addr(const volatile void *p)
{
	return (u32)(uintptr_t)p;
}

struct iov {
	u32 buf, len;
};

#endif
