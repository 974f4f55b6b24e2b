#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The root README's console blocks: each command is run, in order, and says
# what is shown below it, but for lines with [...] and the pc.  A status over
# 128 has to be that of a report.
. "$(dirname "$0")/../lib.sh"

# "$ command" and "> output" lines of all blocks, blanks at their ends gone.
blocks() {
	awk '/^```console/ { in_block = 1; next }
	/^```/ { in_block = 0 }
	in_block { sub(/[ \t]+$/, ""); print (/^\$ / ? "" : "> ") $0 }' README.md
}

plain() {
	sed 's/pc=0x[0-9a-f]*/pc=/; s/[[:space:]]*$//' "$@"
}

# reported STATUS COMMAND: it is in what was said, or in where that went.
reported() {
	to=$(printf '%s\n' "$2" | sed -n 's/.*2>\([^ ]*\).*/\1/p')
	grep -q "^catchpit: trap=.* status=$1 " "$out/said" ${to:+"$to"}
}

command=
finish() {
	[ -n "$command" ] || return 0
	status=0
	timeout 600 sh -c "$command" >"$out/said" 2>&1 </dev/null || status=$?
	plain "$out/said" >"$out/plain"
	if [ "$status" != 0 ] && ! reported "$status" "$command"; then
		fail "$suite: $command" "status $status"
		show "$out/said"
	elif grep -v '\[\.\.\.]' "$out/shown" | plain |
		grep -v -x -F -f "$out/plain" >"$out/missing"; then
		fail "$suite: $command" "it does not say what is shown:"
		show "$out/missing"
	else
		ok "$suite: $command"
	fi
}

suite_begin
unset MAKEFLAGS MAKELEVEL BOARDS QUICK
blocks >"$out/blocks"
while IFS= read -r line <&3; do
	case $line in
	'$ '*)
		finish
		command=${line#??}
		: >"$out/shown" ;;
	*)
		printf '%s\n' "${line#??}" >>"$out/shown" ;;
	esac
done 3<"$out/blocks"
finish
exit "$failed"
