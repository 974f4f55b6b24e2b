#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The programs of `sources' on each board, against their native builds: every
# line of `cases', byte for byte (README.md).
. "$(dirname "$0")/../lib.sh"

# Quick, and on a second board of one ISA:
quick='minigzip -9 < runs : 0
minigzip -d < bad-data.gz : 1
bzip2 -c -1 < text : 0
bzip2 -dc < bad-tail.bz2 : 2
lz4 -dc < text.lz4 : 0
xmlwf -d . < xml : 0
pngtest pngtest.png < empty : 0
jpeg djpeg -gif testorig.jpg < empty : 0
zstd -q -dc < text.zst : 0
xz -dc < bad-data.xz : 1
brotli -dc < text.br : 0
sqlite -vfs unix-none rows.db < sql : 1
jq -f words.jq < json : 0
mawk -f words.awk < text : 0
lua words.lua < text : 1
zopflipng --iterations=1 pngtest.png out.png < empty : 0
tally 20 words < text : 0
kernels 1 < empty : 0'
# But not those that take long to compile, where it has to be quick.
[ -z "$QUICK" ] ||
	quick=$(printf '%s\n' "$quick" |
		grep -E '^(minigzip|cjson|kernels) ')
# Checked mode gets these as well.
checked='minigzip -9 < text : 0
minigzip -d < text.gz : 0
minigzip -d < short.gz : 1
bzip2 -c -1 < runs : 0
bzip2 -dc < text.bz2 : 0
bzip2 -dc < bad-data.bz2 : 2
lz4 -dc < text.lz4 : 0
cjson < empty : 0
pngtest -m pngtest.png < empty : 0
xz -c -0 < runs : 0
xz -dc < text.xz : 0
mawk -f words.awk < text : 0
lua words.lua < text : 1
tally 20 words < text : 0
kernels 20 < empty : 0'

# Rows for SQLite: not all of them under an emulator, in a suite that is run
# daily (make programs).
if [ -n "${FULL:-}" ]; then
	hang=600
else
	: "${ROWS:=10000}"
	export ROWS
fi

# in_checked BOARD PROGRAM: whether it is run in checked memory there, too.  Where
# both ISAs are asked for, by turns: its code takes minutes to compile.
in_checked() {
	fully "$1" || return
	at=$(printf '%s\n' "$checked" | cut -d' ' -f1 | uniq | grep -nx "$2") ||
		return
	case ${FULL:+full}$(isas) in
	riscv64x86_64) ;;
	*) return 0 ;;
	esac
	case $(arch_of "$1")$((${at%%:*} % 2)) in
	riscv641 | x86_640) ;;
	*) return 1 ;;
	esac
}

# files N NAME: the folders in which the native program runs and the guest.
files() {
	rm -rf "$dir/$1.files" "$dir/$1.guest"
	mkdir "$dir/$1.files"
	[ ! -d "$dir/$2.files" ] || cp "$dir/$2.files/"* "$dir/$1.files" \
		2>/dev/null || :
	cp -r "$dir/$1.files" "$dir/$1.guest"
}

# native N CASE: the native program; $dir/N.want is its output.
native() {
	words=${2%% < *} rest=${2##* < }
	input=${rest%% : *} wanted=${rest##* : }
	name=${words%% *} arguments=${words#"$name"}
	status=0
	# shellcheck disable=SC2086	# split at spaces, as README.md says
	(cd "$dir/$1.files" && "$dir/$name.native" $arguments) \
		<"$dir/inputs/$input" >"$dir/$1.want" 2>"$dir/$1.log" ||
		status=$?
	[ "$status" = "$wanted" ] && return
	fail "$label" "the native program ends with $status"
	show "$dir/$1.log"
	return 1
}

# N:BOARD:MEMORY, where N is a line of $dir/cases.
job() {
	n=${1%%:*} memory=${1##*:}
	board=${1#*:} board=${board%:*}
	dir=$out
	case=$(sed -n "${n}p" "$dir/cases")
	label="$suite/${case%% :*} $board $memory"
	id=$n-$board-$memory
	files "$id" "${case%% *}"
	native "$id" "$case" || return 0
	status=0
	set --
	[ ! -d "$dir/$name.files" ] ||
		set -- --writeback --dir "$dir/$id.guest=."
	# shellcheck disable=SC2086	# split at spaces
	"$catchpit" run "$dir/$name-$board-$memory.elf" --board "$board" \
		--timeout "$hang" "$@" -- $arguments <"$dir/inputs/$input" \
		>"$dir/$id.out" 2>"$dir/$id.err" || status=$?
	if [ "$status" != "$wanted" ]; then
		fail "$label" "status $status, not $wanted"
		show "$dir/$id.err"
	elif ! cmp "$dir/$id.want" "$dir/$id.out" >"$dir/$id.cmp" 2>&1; then
		fail "$label" "its stdout is not the native program's"
		show "$dir/$id.cmp"
	elif ! diff -r "$dir/$id.files" "$dir/$id.guest" >"$dir/$id.cmp" 2>&1
	then
		fail "$label" "its files are not the native program's"
		show "$dir/$id.cmp"
	else
		ok "$label"
	fi
	rm -rf "$dir/$id.want" "$dir/$id.out" "$dir/$id.files" "$dir/$id.guest"
}

sources() {
	case $1 in
	kernels | tally) echo tests/programs ;;
	*) echo "build/sources/$1" ;;
	esac
}

# One program: its source, both builds, an image for each combination.
prepare() {
	name=$1
	status=0
	case $name in
	kernels | tally) set -- ;;		# ours
	pngtest) set -- pngtest minigzip ;;	# with zlib's sources
	zopflipng) set -- zopflipng pngtest ;;	# with an image
	esac
	for source; do
		[ "$status" != 0 ] ||
			tests/programs/fetch.sh "$source" build/sources \
				2>"$out/$name.log" || status=$?
	done
	if [ "$status" = 1 ]; then
		skip "$suite/$name" "$(tail -n 1 "$out/$name.log")"
		return
	fi
	if [ "$status" != 0 ] || ! NATIVE=-O0 tests/programs/build.sh "$name" \
		"$(sources "$name")" "$out" >"$out/$name.log" 2>&1; then
		fail "$suite/$name" "cannot be fetched or built"
		show "$out/$name.log"
		return
	fi
	for board in $BOARDS; do
		for memory in guard checked; do
			[ $memory = guard ] || in_checked "$board" "$name" ||
				continue
			"$catchpit" build "$out/$name.wasm" --board "$board" \
				--memory "$memory" \
				-o "$out/$name-$board-$memory.elf" \
				2>"$out/$name.log" && continue
			fail "$suite/$name" "no image for $board, $memory"
			show "$out/$name.log"
		done
	done
}

case ${1-} in
prepare:*)
	prepare "${1#*:}"
	exit "$failed" ;;
*:*)
	job "$1"
	exit "$failed" ;;
esac

suite_begin
grep -v -e '^#' -e '^$' tests/programs/cases >"$out/cases"
# Alone, as two of them want it; what comes of it is told below.
for name in minigzip pngtest; do
	tests/programs/fetch.sh $name build/sources >"$out/log" 2>&1 || :
done
if [ -z "$QUICK" ]; then
	cat "$out/cases"
else
	printf '%s\n' "$quick"
fi | awk '{ print !/^(sqlite|brotli|zstd|jq|jpeg) / " " $1 }' | sort -u |
	sed 's/.* /prepare:/' | in_parallel || failed=1
tests/programs/inputs.sh "$out" "$out/inputs" >"$out/log" 2>&1 || {
	fail "$suite/inputs" "they cannot be made"
	show "$out/log"
}

# is_in LIST: whether $case is a line of it.
is_in() {
	printf '%s\n' "$1" | grep -qxF -e "$case"
}

# add MEMORY: a job, if there is an image: else that was told already.
add() {
	[ ! -e "$out/${case%% *}-$board-$1.elf" ] || echo "$n:$board:$1"
}

n=0
while IFS= read -r case; do
	n=$((n + 1))
	for board in $BOARDS; do
		if fully "$board" || is_in "$quick"; then
			add guard
		fi
		if in_checked "$board" "${case%% *}" && is_in "$checked"; then
			add checked
		fi
	done
done <"$out/cases" >"$out/jobs"
[ ! -s "$out/jobs" ] || tac "$out/jobs" | in_parallel || failed=1
exit "$failed"
