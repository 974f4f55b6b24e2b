/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is paged on our boards; the tests have a cpit_embed_fault() that is. */
#include "board.h"

bool cpit_embed_fault(uintptr_t addr)
{
	(void)addr;
	return false;
}
