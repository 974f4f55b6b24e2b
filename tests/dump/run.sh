#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Core dumps: what run --coredump writes is read back by read.c and by
# wabt, on every board, in both memory modes, and from nested activations.
. "$(dirname "$0")/../lib.sh"

# dump NAME STATUS ELF [ARGS]: runs it; the dump is $dir/NAME.core, if any.
dump() {
	core=$dir/$1.core status=0
	wanted=$2 elf=$3
	shift 3
	rm -f "$core"
	"$catchpit" run "$elf" --board "$board" --timeout "$hang" \
		--coredump "$core" "$@" >"$core.out" 2>"$core.err" || status=$?
	[ "$status" = "$wanted" ] && return
	fail "$case" "status $status, not $wanted"
	show "$core.err"
	return 1
}

# reads WANT [PEEKS]: whether the dump is valid and says what WANT does.
reads() {
	want=$1
	shift
	if ! "$wabt/wasm-validate" --enable-multi-memory \
		--enable-custom-page-sizes "$core" >"$core.err" 2>&1; then
		fail "$case" "wasm-validate refuses it"
		show "$core.err"
	elif ! "$out/read" "$core" "$@" >"$core.text" 2>"$core.err" ||
		! compare "$want" "$core.text"; then
		fail "$case" "it does not say what it should"
		show "$core.text.diff"
		show "$core.err"
	else
		ok "$case"
	fi
}

absent() {
	if [ -e "$core" ]; then
		fail "$case" "there is a core dump"
	else
		ok "$case"
	fi
}

# A folder that is not there: one line, and nothing left behind.
nowhere() {
	status=0
	"$catchpit" run "$dir/dump.elf" --board "$board" --invoke trap \
		--coredump "$dir/no/core" -- 0 >"$dir/out" 2>"$dir/err" ||
		status=$?
	if [ "$status" = 125 ] && [ ! -s "$dir/out" ] &&
		[ "$(tail -n 1 "$dir/err")" = \
		"catchpit: $dir/no/core: No such file or directory" ]; then
		ok "$case"
	else
		fail "$case" "status $status"
		show "$dir/err"
	fi
}

# Two instances and three activations, in an image with a main of its own.
nested() {
	case=dump/nested-$board-$memory
	arch=$(arch_of "$board")
	for m in t u; do
		"$catchpit" compile "$out/$m.wasm" -o "$dir/$m.o" --arch "$arch" \
			--memory "$memory" >>"$dir/log" 2>&1 || :
	done
	make -s BOARD="$board" test-image NAME=dump \
		MODULE="$dir/t.o $dir/u.o" OUT="$dir/nested.elf" \
		>>"$dir/log" 2>&1 || :
	if dump nested 0 "$dir/nested.elf"; then
		reads tests/dump/nested.want 0:16:4 1:16:4 2:0:4
	fi
}

# kept NAME ADDRESS...: NAME stores at each, across the end of memory, and what
# is there stays.
kept() {
	name=$1
	shift
	for address; do
		case=dump/$name-$address-$board-$memory-$cc
		dump vector 139 "$dir/vector.elf" --invoke "$name" -- \
			"$address" || continue
		got=$("$out/read" "$core" 0:65520:16 | tail -n 1)
		if [ "$got" = "bytes 0:65520:16 $digits" ]; then
			ok "$case"
		else
			fail "$case" "$got"
		fi
	done
}

vectors() {
	digits=30313233343536373839616263646566
	for cc in gcc clang; do
		"$catchpit" build "$out/vector.wasm" -o "$dir/vector.elf" \
			--board "$board" --memory "$memory" --cc "$cc" \
			>"$dir/log" 2>&1 || :
		kept store 65521 65524 65528
		kept splat 65524
		kept lane 65529
	done
}

if [ $# = 1 ]; then
	board=${1%:*} memory=${1#*:}
	temp "$board-$memory"
	for m in dump start; do
		"$catchpit" build "$out/$m.wasm" -o "$dir/$m.elf" \
			--board "$board" --memory "$memory" >"$dir/log" 2>&1 || :
	done
	case=dump/trap-$board-$memory
	if dump trap 132 "$dir/dump.elf" --invoke trap -- 2; then
		reads tests/dump/trap.want 0:4088:20 0:131070:4 0:262140:4 \
			1:4094:5
	fi
	case=dump/start-$board-$memory
	if dump start 139 "$dir/start.elf"; then
		reads tests/dump/start.want 0:0:5
	fi
	nested
	[ "$memory" != guard ] || vectors
	[ -z "$QUICK" ] || exit "$failed"

	case=dump/deep-$board-$memory
	if dump deep 139 "$dir/dump.elf" --invoke deep -- 200; then
		got=$("$out/read" "$core" | grep -c '^frame 0 func 4 ') || :
		if [ "$got" = 64 ]; then
			ok "$case"
		else
			fail "$case" "$got frames"
		fi
	fi
	case=dump/exit-$board-$memory
	! dump exit 7 "$dir/dump.elf" --invoke exit || absent
	case=dump/fine-$board-$memory
	! dump fine 0 "$dir/dump.elf" --invoke fine || absent
	case=dump/nowhere-$board-$memory
	nowhere
	exit "$failed"
fi

suite_begin
cc -std=c11 -O1 -g -fsanitize=address,undefined -Wall -Wextra -Werror \
	-o "$out/read" tests/dump/read.c
for wat in tests/dump/*.wat; do
	assemble "$wat" "$out/$(basename "$wat" .wat).wasm"
done
for board in $BOARDS; do
	# Not by several jobs at the same time; they tell what does not build.
	make -s BOARD="$board" board test-objects NAME=dump >"$out/make.log" \
		2>&1 || :
	echo "$board:guard"
	[ -n "$QUICK" ] || echo "$board:checked"
done | in_parallel || failed=1
exit "$failed"
