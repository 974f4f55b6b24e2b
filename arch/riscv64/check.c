/* SPDX-License-Identifier: Apache-2.0 */
#include <arch/contract.h>
#include <stddef.h>

#include "csr.h"

/* sstatus can be read in M-mode too, and has mstatus's FS. */
const char *cpit_arch_lacks(void)
{
	if (!(csr_read(sstatus) & SSTATUS_FS))
		return "the FPU of this CPU is off: wasm needs mstatus.FS or "
		       "sstatus.FS set, and thread switches to save f0 to "
		       "f31 and fcsr";
	return NULL;
}

bool cpit_arch_has_base(void)
{
	return false;
}
