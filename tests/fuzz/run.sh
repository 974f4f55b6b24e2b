#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [SECONDS] [TARGET...]
#
# Runs the fuzzers, for SECONDS (default: 20) where it matters most, and less
# for what is small: one line a target, "ok fuzz-TARGET" if it found nothing.
# The seeds are the modules of the other suites.  What made it fail is kept
# as build/test/fuzz/TARGET-crash-*; SEED=N in the environment begins elsewhere.
. "$(dirname "$0")/../lib.sh"

flags="-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g
	-fno-omit-frame-pointer -fno-sanitize-recover=all -Icompiler -Irt/include
	-Iarch/include -Itests/unit -Irt"

sources() {
	case $1 in
	module)
		# shellcheck disable=SC2016	# make expands it
		MAKEFLAGS='' make -s --no-print-directory \
			--eval 'p: ; @echo $(READER)' p |
			sed 's,\([a-z]*\)\.o,compiler/\1.c,g' ;;
	framing) echo compiler/util.c compiler/files.c compiler/process.c ;;
	values) ;;
	registry) echo tests/unit/fake.c rt/code.c rt/ranges.c rt/cpu.c ;;
	load)
		echo tests/unit/fake.c rt/load.c rt/crc.c rt/code.c rt/ranges.c \
			rt/cpu.c ;;
	*)
		echo "there is no target $1" >&2
		exit 2 ;;
	esac
}

# A corpus to begin with, as $dir/seeds.
seeds() {
	mkdir "$dir/seeds"
	case $1 in
	module)
		for wat in tests/trap/*.wat tests/board/t.wat; do
			assemble "$wat" "$dir/seeds/$(basename "$wat" .wat)"
		done ;;
	framing)
		printf '\1\020cready\n\020ohello\020\020\n\020efail\n\020cstatus 3\n' \
			>"$dir/seeds/all"
		printf '\3\020cresult i 0000002a\nfatal\n\020rreport' \
			>"$dir/seeds/result" ;;
	load)
		for wat in tests/board/t.wat tests/embed/t.wat; do
			n=$((${n:-0} + 1))
			assemble "$wat" "$dir/t.wasm"
			for arch in riscv64 x86_64; do
				"$catchpit" compile "$dir/t.wasm" --arch $arch \
					--loadable -o "$dir/seeds/$arch-$n"
			done
		done ;;
	registry)
		# Twenty that touch, to be held, taken, let go, taken.
		for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
			# shellcheck disable=SC2059
			printf "$(printf '\\%o\\0\\0\\%o\\021' $n $((n * 4)))"
		done >"$dir/seeds/many"
		printf '\1\5\1\3\1\6\1\3\0\3' | cat "$dir/seeds/many" - \
			>"$dir/seeds/touch" ;;
	values)
		n=0
		for value in 0-1 0+0x7fffffff 1-9223372036854775808 20.1 \
			2nan:0x400000 3-inf 31e-320 30x1.8p-1022; do
			n=$((n + 1))
			printf '%s' "$value" >"$dir/seeds/$n"
		done ;;
	esac
}

# fuzz TARGET SECONDS
fuzz() {
	name=fuzz-$1
	temp "$1"
	files=$(sources "$1")
	# shellcheck disable=SC2086	# options and files, split at spaces
	if ! clang $flags -fsanitize=fuzzer,address,undefined \
		"tests/fuzz/$1_fuzz.c" $files -o "$dir/fuzz" -lm \
		>"$dir/build.log" 2>&1; then
		fail "$name" "does not build"
		show "$dir/build.log"
		return
	fi
	seeds "$1"
	len=4000
	[ "$1" != load ] || len=40000
	mkdir "$dir/corpus"
	status=0
	timeout $(($2 + hang)) "$dir/fuzz" -seed="${SEED:-1}" -timeout=10 \
		-max_total_time="$2" -max_len=$len -print_final_stats=1 \
		-artifact_prefix="$out/$1-" "$dir/corpus" "$dir/seeds" \
		</dev/null >"$dir/log" 2>&1 || status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log")
	if [ "$status" != 0 ]; then
		fail "$name" "status $status after ${runs:-some} runs"
		grep -E 'ERROR|error:|Test unit written|^SUMMARY|: .*!' \
			"$dir/log" >"$dir/why" || :
		show "$dir/why"
	else
		printf 'ok %s\n    %s runs in %s s, %s seeds\n' "$name" "$runs" \
			"$2" "$(find "$dir/seeds" -type f | wc -l)"
	fi
}

case ${1:-} in
*:*)
	fuzz "${1%:*}" "${1#*:}"
	exit $failed ;;
esac

seconds=20
case ${1:-} in
[0-9]*)
	seconds=$1
	shift ;;
esac
targets=${*:-module framing values load registry}

suite_begin
echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void)
{ return 0; }' >"$out/try.c"
if ! clang -fsanitize=fuzzer "$out/try.c" -o "$out/try" >"$out/try.log" 2>&1; then
	for target in $targets; do
		skip "fuzz-$target" \
			"clang has no fuzzer runtime (libclang-rt-14-dev)"
	done
	exit 0
fi
less=$(((seconds + 2) / 3))
for target in $targets; do
	case $target in
	module) echo "module:$seconds" ;;
	*) echo "$target:$less" ;;
	esac
done | in_parallel || failed=1
exit $failed
