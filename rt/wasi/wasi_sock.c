/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is nothing for: sockets and signals.  EBADF for a descriptor that
 * is not open, else ENOTSOCK; no pointer is looked at.
 */
#include "wasi_impl.h"

/* Parameters that are there for the function's type only. */
#define U32 __attribute__((unused)) uint32_t

static uint32_t no_socket(struct cpit_caller *c, uint32_t fd)
{
	struct cpit_wasi_fd *f;
	uint32_t err = cpit_wasi_fd_find(c, fd, 0, &f);

	return err != CPIT_WASI_OK ? err : CPIT_WASI_ENOTSOCK;
}

#define NO_SOCKET(name, ...) \
	WASI_FN(name, uint32_t fd, ##__VA_ARGS__) \
	{ \
		return no_socket(c, fd); \
	}

NO_SOCKET(sock_accept, U32 flags, U32 result)
NO_SOCKET(sock_recv, U32 iovs, U32 n, U32 flags, U32 result, U32 oflags)
NO_SOCKET(sock_send, U32 iovs, U32 n, U32 flags, U32 result)
NO_SOCKET(sock_shutdown, U32 how)

/* There are no signals to send; a module ends itself by proc_exit or a trap. */
WASI_FN(proc_raise, U32 sig)
{
	(void)c;
	return CPIT_WASI_ENOSYS;
}
