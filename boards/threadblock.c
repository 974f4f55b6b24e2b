/* SPDX-License-Identifier: Apache-2.0 */
/* What `_Thread_local' is, for a CPU that is not the first; linker/ has the rest. */
#include "board.h"
#include <malloc.h>
#include <string.h>

void *cpit_board_thread_block(void)
{
	extern char __tdata_start[], __tdata_end[], __tls_boot[],
		__tls_boot_end[];
	size_t size = (size_t)(__tls_boot_end - __tls_boot);
	uint8_t *tls = memalign(64, size);

	if (!tls)
		cpit_embed_panic("no memory for a CPU", 0, 0, 0);
	memset(tls, 0, size);
	memcpy(tls, __tdata_start, (size_t)(__tdata_end - __tdata_start));
	return tls;
}
