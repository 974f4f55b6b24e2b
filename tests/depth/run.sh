#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The worst-case stack that inspect states: met exactly where a guest goes as
# deep as it can, and a cycle named where there is no worst case.
. "$(dirname "$0")/../lib.sh"

# shared NAME: the line of s.wat by which a function of another's may come to
# the table that it calls through.
shared() {
	case $1 in
	table) echo '(import "env" "table" (table 1 funcref))' ;;
	export) echo '(table (export "t") 1 funcref)' ;;
	global) echo '(import "env" "g" (global funcref)) (table 1 funcref)
		(elem (i32.const 0) funcref (global.get 0))' ;;
	param) echo '(table 1 funcref) (func (export "p") (param funcref)
		(table.set (i32.const 0) (local.get 0)))' ;;
	result) echo '(import "env" "r" (func (result funcref)))
		(table 1 funcref)' ;;
	tag) echo '(import "env" "e" (tag (param funcref)))
		(table 1 funcref)' ;;
	none) echo '(table 1 funcref) (table (export "t") 1 externref)
		(func (param funcref) (table.set 0 (i32.const 0)
			(local.get 0)))' ;;
	esac
}

# is_shared NAME yes|no: whether the call through it reaches the host then.
is_shared() {
	case=depth/shared-$1-$name shared=no
	# shellcheck disable=SC2086	# options, split at spaces
	"$catchpit" inspect "$out/s-$1.wasm" --board "$board" $options \
		>"$dir/info" 2>&1 || :
	! grep -qx 'stack-path a b c d e f host' "$dir/info" || shared=yes
	if grep -q '^stack-path ' "$dir/info" && [ "$shared" = "$2" ]; then
		ok "$case"
	else
		fail "$case" "the host is reached: $shared"
		show "$dir/info"
	fi
}

ways='table export global param result tag'

# BOARD:MEMORY:LEVEL:COMPILER
if [ $# = 1 ]; then
	IFS=:
	# shellcheck disable=SC2086	# split at the colons
	set -- $1
	unset IFS
	board=$1 name=$1-$2$3-$4
	temp "$name"
	options="--memory $2 $3 --cc $4"
	# shellcheck disable=SC2086	# options, split at spaces
	{
		"$catchpit" inspect "$out/t.wasm" --board "$board" $options
		"$catchpit" inspect "$out/r.wasm" --board "$board" $options
		"$catchpit" compile "$out/t.wasm" -o "$dir/t.o" \
			--arch "$(arch_of "$board")" $options
		make -s BOARD="$board" test-image NAME=depth \
			MODULE="$dir/t.o" OUT="$dir/depth.elf"
	} >"$dir/info" 2>&1 || :
	stated=$(sed -n 's/^stack \([0-9]*\) exact$/\1/p' "$dir/info")
	if grep -qx 'stack-path deep a wide host host' "$dir/info" &&
		"$catchpit" run "$dir/depth.elf" --board "$board" \
			--timeout "$hang" --set "stated=${stated:-0}" \
			>"$dir/out" 2>&1; then
		ok "depth/exact-$name"
	else
		fail "depth/exact-$name" "stated: ${stated:-nothing}"
		show "$dir/info"
		show "$dir/out"
	fi
	if grep -qx 'stack unbounded' "$dir/info" &&
		grep -qx 'stack-cycle f g f' "$dir/info"; then
		ok "depth/cycle-$name"
	else
		fail "depth/cycle-$name" "not f g f"
		show "$dir/info"
	fi
	for way in $ways; do
		is_shared "$way" yes
	done
	is_shared none no
	exit "$failed"
fi

suite_begin
for m in t r; do
	assemble "tests/depth/$m.wat" "$out/$m.wasm"
done
for way in $ways none; do
	shared "$way" >"$out/line"
	sed -e "/^  WAY/r $out/line" -e '/^  WAY/d' tests/depth/s.wat \
		>"$out/s-$way.wat"
	assemble "$out/s-$way.wat" "$out/s-$way.wasm"
done
for board in $BOARDS; do
	# Not by several jobs at the same time; they tell what does not build.
	make -s BOARD="$board" board test-objects NAME=depth >"$out/make.log" \
		2>&1 || :
	echo "$board:guard:-O2:gcc"
	fully "$board" || continue
	for c in guard:-O2:clang guard:-O0:gcc checked:-O0:clang; do
		echo "$board:$c"
	done
done | in_parallel || failed=1
exit "$failed"
