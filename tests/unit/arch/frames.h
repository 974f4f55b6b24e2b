/* SPDX-License-Identifier: Apache-2.0 */
/* The frame layouts of the ISAs themselves, under test with the walk. */
#ifdef FRAMES_X86_64
#include "../../../arch/x86_64/include/arch/frames.h"
#else
#include "../../../arch/riscv64/include/arch/frames.h"
#endif
