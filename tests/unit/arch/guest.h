/* SPDX-License-Identifier: Apache-2.0 */
/* No generated code runs in these tests: wasm-rt.h just has to compile. */
#ifndef CPIT_ARCH_GUEST_H
#define CPIT_ARCH_GUEST_H

#define CPIT_ISA 0xcafe
#define CPIT_BELOW ((uint64_t)1 << 31)
#endif
