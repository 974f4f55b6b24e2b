#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Modules of chance, on the boards and by V8: README.md.
#
#	run.sh				as a suite: a few, always the same
#	run.sh fuzz SECONDS		others, until the time is up; from SEED on
#	run.sh BOARD:MEMORY:LEVEL:CC:SEED:COUNT
. "$(dirname "$0")/../lib.sh"

gen=build/diff-gen
vectors=build/diff-log.wasm

# A module is compiled once.
CATCHPIT_CACHE=off
export CATCHPIT_CACHE

features='--enable-mutable-globals --enable-bulk-memory --enable-sign-ext
	--enable-nontrapping-float-to-int'

# translated SEED: one of wasm-opt's; which features it may use goes round.
translated() {
	seed=$1 simd=0
	case $((seed / 3 % 8)) in
	0) more='' ;;
	1) more=--enable-multivalue ;;
	2 | 3) more=--enable-simd simd=1 ;;
	4) more='--enable-tail-call --enable-multivalue' ;;
	5) more=--enable-exception-handling ;;
	6) more=--enable-memory64 ;;
	7) more='--enable-exception-handling --enable-simd --enable-tail-call
		--enable-extended-const --enable-multivalue' simd=1 ;;
	esac
	# shellcheck disable=SC2086	# options, split at spaces
	set -- -q $features $more
	$gen -b "$seed" $((1000 + seed % 7 * 1000)) >"$dir/bytes"
	wasm-opt "$@" -ttf "$dir/bytes" -o "$dir/raw.wasm" &&
		wasm-opt "$@" "$dir/raw.wasm" -S -o "$dir/raw.wat" 2>"$dir/null" &&
		awk -v simd=$simd -f tests/diff/text.awk "$dir/raw.wat" \
			>"$dir/exact.wat" &&
		wasm-opt "$@" "$dir/exact.wat" -o "$dir/t$seed.wasm"
}

# generate SEED COUNT: two of ours, and one whose memory moves, for each of wasm-opt's.
generate() {
	for n in $(seq "$1" $(($1 + $2 - 1))); do
		if [ $((n % 3)) = 0 ]; then
			$gen -m "$n" >"$dir/m$n.wasm" || return
		fi
		if [ $((n % 3)) = 2 ]; then
			translated "$n" || return
		else
			$gen "$n" >"$dir/g$n.wasm" || return
		fi
	done
}

# compile ARCH OPTION...: $list is what could be; the rest may have been refused,
# and nothing else.
compile() {
	list='' refused=0 arch=$1
	shift
	for wasm in "$dir"/[gmt][0-9]*.wasm; do
		got=0 base=
		case "${wasm##*/}:$arch $*" in
		*checked* | *zero*) ;;
		g*:x86_64*)			# alone in its store
			grep -aqE 'env.(table|memory)' "$wasm" ||
				base='--base gs' ;;
		esac
		# shellcheck disable=SC2086	# words
		timeout 120 "$catchpit" compile "$wasm" -o "${wasm%.wasm}.o" \
			--arch "$arch" "$@" $base 2>"$dir/err" || got=$?
		case $got in
		0) list="$list $(basename "$wasm" .wasm)" ;;
		126) refused=$((refused + 1)) ;;
		*)
			fail "$label" "$(basename "$wasm"): status $got"
			show "$dir/err" ;;
		esac
	done
	for name in table memory; do
		wat2wasm tests/diff/$name.wat "$dir/$name.wasm"
		"$catchpit" compile "$dir/$name.wasm" -o "$dir/$name.o" \
			--arch "$arch" "$@"
	done
}

# The image's diff_modules, in assembly: any assembler takes it.
table() {
	printf '\t.globl diff_modules\n\t.data\n\t.balign 8\ndiff_modules:\n'
	for name in $list; do
		printf '\t.8byte name_%s, cpit_module_%s\n' "$name" "$name"
	done
	printf '\t.8byte 0, 0\n'
	for name in $list; do
		printf 'name_%s:\t.asciz "%s"\n' "$name" "$name"
	done
}

# image BOARD
image() {
	table >"$dir/table.s"
	for name in $list table memory; do
		echo "$dir/$name.o"
	done >"$dir/objects"
	echo "$dir/table.s" >>"$dir/objects"
	make_in "$1" "build/$1" test-image TEST_DIR=diff \
		MODULE="@$dir/objects" OUT="$dir/app.elf" >"$dir/make.log" 2>&1
}

by_v8() {
	set --
	for name in $list; do
		set -- "$@" "$dir/$name.wasm"
	done
	node tests/diff/v8.js $vectors "$@" >"$dir/v8.out" 2>"$dir/err"
}

# batch BOARD MEMORY LEVEL CC SEED COUNT
batch() {
	label="$1 $2 $3 $4 seeds $5+$6"
	temp "$(echo "$*" | tr ' ' -)"
	if ! generate "$5" "$6"; then
		fail "$label" "the modules cannot be made"
		return
	fi
	compile "$(arch_of "$1")" --memory "$2" "$3" --cc "$4"
	if ! image "$1"; then
		fail "$label" "it does not link"
		show "$dir/make.log"
		return
	fi
	if ! by_v8; then
		fail "$label" "V8 fails"
		show "$dir/err"
		return
	fi
	status=0
	timeout 600 "$catchpit" run "$dir/app.elf" --board "$1" --timeout 300 \
		>"$dir/out" 2>"$dir/err" </dev/null || status=$?
	if ! awk -f tests/diff/compare.awk "$dir/v8.out" "$dir/out" >"$dir/diff"; then
		fail "$label" "it is not as V8 has it"
		show "$dir/diff"
		show "$dir/err"
	elif [ "$status" != 0 ]; then
		fail "$label" "status $status"
		show "$dir/err"
	elif [ "$failed" = 0 ]; then
		ok "$label"
		printf '    %s, %s refused\n' "$(tail -n 1 "$dir/diff")" "$refused"
		rm -rf "$dir"
	fi
}

# control BOARD MEMORY SEED COUNT FLAG: stores are left to the compiler to order, and
# drop, as in plain wasm2c, or are in pieces; that has to show in what a trap leaves.
control() {
	label="$1 $2 control: $5"
	log=$out/control-$1-$2-$3.log out=$out/control-$1-$2-$3
	CATCHPIT_CFLAGS=$5
	export CATCHPIT_CFLAGS
	(batch "$1" "$2" -O2 gcc "$3" "$4") >"$log"
	if grep -q "after 'call .*: V8 'state" "$log"; then
		ok "$label"
	else
		fail "$label" "it was not noticed"
		show "$log"
	fi
}

# What is done of `combinations': each once, on the boards asked for.
combinations='host:guard:-O2:gcc host:checked:-O0:clang virt:guard:-O2:clang
	virt:zero:-O2:gcc q35:checked:-O2:gcc q35:zero:-O0:clang
	host:checked:-O2:gcc virt:checked:-O2:clang host:guard:-O2:clang
	q35:guard:-O2:gcc host:guard:-O0:gcc virt:guard:-O0:gcc
	q35:zero:-O2:clang microvm:guard:-O2:clang'

# batches N SEED COUNT: jobs for the first N of them, with seeds of their own.
batches() {
	seed=$2
	for combination in $combinations; do
		[ "$1" -gt 0 ] || break
		case " $BOARDS " in
		*" ${combination%%:*} "*) echo "$combination:$seed:$3" ;;
		esac
		seed=$((seed + $3))
		set -- $(($1 - 1)) "$2" "$3"
	done
}

case ${1:-} in
*:*)
	IFS=:
	# shellcheck disable=SC2086	# split at the colons
	set -- $1
	unset IFS
	case $1 in
	control)
		shift
		control "$@" ;;
	*)
		batch "$@" ;;
	esac
	exit "$failed" ;;
esac

suite_begin
make -s $gen
wat2wasm tests/diff/log.wat $vectors
if [ "${1:-}" != fuzz ]; then
	order=-DCPIT_TEST_NO_ORDER
	{
		[ -z "$QUICK" ] || { batches 6 0 1; exit; }
		batches 6 0 9
		for board in $BOARDS; do
			fully "$board" || continue
			echo "control:$board:guard:0:8:$order"
			# A load that riscv64's gcc takes past a store.
			[ "$board" = virt ] || continue
			echo "control:virt:zero:31:1:$order"
		done
	} | in_parallel || failed=1
	exit "$failed"
fi
end=$(($(date +%s) + $2)) from=${SEED:-1000}
while [ "$(date +%s)" -lt $end ]; do
	batches 99 "$from" 24 | in_parallel || failed=1
	from=$((from + 1000))
done
exit "$failed"
