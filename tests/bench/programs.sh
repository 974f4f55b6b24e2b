#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real programs (tests/programs/) on board host against their native builds: CPU
# time in ms, user and system, of `catchpit run' and all it starts.  The modes
# take turns, and the least of RUNS counts.  Inputs are of SIZE bytes, ROWS rows.
#	tests/bench/programs.sh [PROGRAM...]
set -eu
cd "$(dirname "$0")/../.."
: "${RUNS:=5}" "${SIZE:=4000000}" "${ROWS:=100000}"
export SIZE ROWS
t=$PWD/build/host/bench-programs
catchpit=$PWD/build/catchpit
mkdir -p "$t"
modes='guard checked'
! tests/zero_here.sh || modes="$modes zero"

# What of tests/programs/cases takes long enough: a process starts in 4 ms.
cases='minigzip -9 < text
bzip2 -c -9 < text
bzip2 -dc < text.bz2
xz -c -2 < text
xz -dc < text.xz
zstd -q -c -9 < text
brotli -c -q 5 < text
xmlwf < xml
jq -f words.jq < json
mawk -f words.awk < text
lua words.lua < text
sqlite -vfs unix-none rows.db < sql
kernels 200 < empty'

die() {
	echo "bench: $*" >&2
	exit 1
}

prepare() {
	src=build/sources/$1
	if [ "$1" = kernels ]; then
		src=tests/programs
	else
		tests/programs/fetch.sh "$1" build/sources
	fi
	CC='gcc -march=x86-64-v2 -fno-pie -no-pie' \
		tests/programs/build.sh "$1" "$src" "$t" >"$t/$1.log" 2>&1 ||
		die "$1 cannot be built: $(tail -n 1 "$t/$1.log")"
	for mode in $modes; do
		"$catchpit" build "$t/$1.wasm" --board host --memory $mode \
			-o "$t/$1-$mode.elf" || exit 1
	done
}

# run MODE: $program $arguments, in a fresh folder of its files; one line of µs.
run() {
	rm -rf "$t/files"
	mkdir "$t/files"
	[ ! -d "$t/$program.files" ] || cp -r "$t/$program.files/." "$t/files"
	if [ "$1" = native ]; then
		set -- "$t/$program.native"
	elif [ -d "$t/$program.files" ]; then
		set -- "$catchpit" run "$t/$program-$1.elf" --board host \
			--writeback --dir "$t/files=." --
	else
		set -- "$catchpit" run "$t/$program-$1.elf" --board host --
	fi
	# The status is a case's own, and tests/programs looks at it.
	# shellcheck disable=SC2086	# split at spaces
	(cd "$t/files" && "$t/usage" "$@" $arguments <"$t/inputs/$input" \
		>"$t/out" 2>"$t/err" 3>"$t/us") || :
	cat "$t/us"
}

one() {
	line=$1
	words=${line%% < *} input=${line##* < }
	program=${words%% *} arguments=${words#"$program"}
	n=0
	while [ "$n" -lt "$RUNS" ]; do
		for mode in native $modes; do
			echo "$mode $(run $mode)"
			[ "$mode" != native ] || mv "$t/out" "$t/want"
			[ "$mode" = native ] || cmp "$t/want" "$t/out" ||
				die "$line: $mode: $(tail -n 1 "$t/err")"
		done
		n=$((n + 1))
	done >"$t/times"
	awk -v what="$words" -v modes="$modes" '
		{ us = $2 + $3 }
		!($1 in least) || us < least[$1] { least[$1] = us }
		END {
			printf "%s,%.1f", what, least["native"] / 1000
			n = split(modes, mode, " ")
			for (i = 1; i <= n; i++)
				printf ",%.1f,%.3f", least[mode[i]] / 1000,
					least[mode[i]] / least["native"]
			print ""
		}' "$t/times"
}

# shellcheck disable=SC2046	# names
[ $# != 0 ] || set -- $(echo "$cases" | sed 's/ .*//' | uniq)
gcc -O2 -Wall -Wextra -Werror -o "$t/usage" tests/bench/usage.c
for program; do
	prepare "$program"
done
tests/programs/inputs.sh "$t" "$t/inputs"

echo "ms of CPU time on board host, least of $RUNS; ratio to native (gcc -O2)"
for program; do
	echo "$cases" | grep "^$program " >"$t/cases" ||
		die "$program: nothing of it takes long enough"
	while IFS= read -r case; do
		one "$case" <&4
	done 4</dev/null <"$t/cases"
done >"$t/programs.csv"
awk -F, -v modes="$modes" '
	NR == 1 {
		n = split(modes, mode, " ")
		printf "%-36s %9s", "program", "native"
		for (i = 1; i <= n; i++)
			printf " %9s %6s", mode[i], "ratio"
		print ""
	}
	{
		printf "%-36s %9s", $1, $2
		for (i = 1; i <= n; i++) {
			printf " %9s %6s", $(2 * i + 1), $(2 * i + 2)
			sum[i] += log($(2 * i + 2))
		}
		print ""
	}
	END {
		printf "%-36s %9s", "geo. mean", ""
		for (i = 1; i <= n; i++)
			printf " %9s %6.3f", "", exp(sum[i] / NR)
		print ""
	}' "$t/programs.csv"
