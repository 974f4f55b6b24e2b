#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether a process may have memory at address zero: CAP_SYS_RAWIO, or a
# vm.mmap_min_addr of 0.
[ "$(cat /proc/sys/vm/mmap_min_addr)" != 0 ] || exit 0
able=$(sed -n 's/^CapEff:[	 ]*/0x/p' /proc/self/status)
[ $((able >> 17 & 1)) = 1 ]
