#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make spec-all: the record of the combinations that make check does not run,
# each with one thing changed: the memory mode, the compiler, its level, the
# number of CPUs.
cd "$(dirname "$0")/../.." || exit
status=0
for change in MEMORY=checked CC_GUEST=clang LEVEL=-O0 LEVEL=-O2 CPUS=4; do
	echo "$change:"
	env "$change" tests/spec/run.sh --record || status=1
done
exit "$status"
