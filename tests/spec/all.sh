#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make spec-all: the record of the combinations that make check does not run,
# each with one thing changed: the number of CPUs, the memory mode, the compiler,
# its level.  On one board of each ISA; CHANGES names some of them.
cd "$(dirname "$0")/../.." || exit
: "${CHANGES:=CPUS=4 MEMORY=checked CC_GUEST=clang LEVEL=-O2 LEVEL=-O0}"
status=0
for change in $CHANGES; do
	echo "$change:"
	env BOARDS="${BOARDS:-virt q35}" "$change" tests/spec/run.sh --record ||
		status=1
done
exit "$status"
