# SPDX-License-Identifier: Apache-2.0
# Sourced by the lint scripts.  A check is a function that prints its findings,
# one a line, and returns 1 if it has any, 77 with a reason to be skipped; lines
# that begin with "note: " are shown and decide nothing.
#
#	check NAME FUNCTION [ARG...]	prints ok, FAIL or skip, and the rest below;
#					nothing unless NAME is in $only, or $only empty
#	checks_done			exits, 1 if one failed

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

check() {
	name=$1
	shift
	case " ${only:-$name} " in
	*" $name "*) ;;
	*) return 0 ;;
	esac
	status=0
	"$@" >"$work/found" 2>&1 || status=$?
	case $status in
	0)
		echo "ok $name"
		sed -n 's/^note: /	/p' "$work/found" ;;
	77)
		echo "skip $name: $(head -n 1 "$work/found")" ;;
	*)
		failed=1
		n=$(grep -vc '^note: ' "$work/found") || :
		if [ "$n" = 1 ]; then n='1 finding'; else n="$n findings"; fi
		echo "FAIL $name: $n"
		sed 's/^/	/' "$work/found" ;;
	esac
}

# Passes its input on; fails if there is any.
none() {
	! grep .
}

# The sources: what is tracked, or new and not ignored, and still there.
sources() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -type f | sed 's,^\./,,' |
			grep -v '^build/\|^node_modules/\|^\.git/'
	fi | sort -u | while read -r file; do
		if [ -f "$file" ]; then echo "$file"; fi
	done
}

# The value of a variable in a makefile: mk_var FILE NAME.
mk_var() {
	sed -e ':more' -e '/\\$/{N;s/\\\n//;b more' -e '}' "$1" |
		sed -n "s/^$2[[:blank:]]*:=[[:blank:]]*//p"
}

# What the scripts of one board need, by its name.
board_vars() {
	BOARD=${BOARD:-virt}
	B=build/$BOARD
	ARCH=$(mk_var "boards/$BOARD/board.mk" ARCH)
	QEMU=$(mk_var "boards/$BOARD/board.mk" QEMU)
	CROSS=$(mk_var "arch/$ARCH/arch.mk" CROSS)
}

checks_done() {
	exit $failed
}
