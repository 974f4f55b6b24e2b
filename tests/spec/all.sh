#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make spec-all: the record of the combinations that make check does not run: in
# guard and in checked mode the level, the compiler or the number of CPUs is another, one
# of them at a time.  On one board of each ISA.  CHANGES names some:
# "MEMORY=checked,LEVEL=-O0 CPUS=4".
cd "$(dirname "$0")/../.." || exit
others='LEVEL=-O0 LEVEL=-O2 CC_GUEST=clang CPUS=4'
if [ -z "${CHANGES:-}" ]; then
	CHANGES="$others MEMORY=checked"
	for other in $others; do
		CHANGES="$CHANGES MEMORY=checked,$other"
	done
fi
status=0
for change in $CHANGES; do
	echo "$change:"
	# shellcheck disable=SC2046	# settings, split
	env BOARDS="${BOARDS:-virt q35}" $(echo "$change" | tr , ' ') \
		tests/spec/run.sh --record || status=1
done
exit "$status"
