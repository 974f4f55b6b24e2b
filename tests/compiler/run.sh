#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The command line: what it refuses and how it says so, what it leaves behind
# (nothing), what inspect and compile give, and the shape of the code.  Each
# group is a function group_NAME in one of the parts; a case is a call of one
# of the checks.
. "$(dirname "$0")/../lib.sh"

# What takes long comes first.
groups='image cache tools features values compile inspect refuse symbolize
	truncated header code usage bulk tables frames base throws hostile'

compilers='gcc clang' memories='guard checked zero'
# When it has to be quick, most of it on the first board.
one_board=${QUICK:+values symbolize tools throws}
[ -z "$QUICK" ] ||
	compilers=gcc memories=guard groups='image cache tools values compile inspect
		refuse symbolize header code usage bulk throws'

# ------------------------------------------------------------------ checks

# Runs catchpit with these arguments, as nothing else must see or keep it:
# $dir/stdout, $dir/stderr and $got.  TMPDIR is empty before, and has to be
# empty afterwards.  Nothing comes out of a cache but in the groups that are not
# about how an object is made: those have one of their own.
tool_path=$PATH tool_stdin= tool_cache=off
tool() {
	rm -rf "$dir/tmp"
	mkdir "$dir/tmp"
	got=0
	PATH=$tool_path TMPDIR=$dir/tmp CATCHPIT_CACHE=$tool_cache \
		"$catchpit" "$@" <"${tool_stdin:-/dev/null}" \
		>"$dir/stdout" 2>"$dir/stderr" || got=$?
}

# failure NAME REASON: with what the tool said.
failure() {
	fail "$1" "$2"
	show "$dir/stdout"
	show "$dir/stderr"
}

# complaint NAME STATUS PATTERN: the last run ended with STATUS, one line on
# stderr that has PATTERN, nothing on stdout, and left no temporary file.
complaint() {
	lines=$(wc -l <"$dir/stderr")
	if [ "$got" != "$2" ]; then
		failure "$1" "status $got, not $2"
	elif [ "$lines" != 1 ] || ! grep -q '^catchpit: ' "$dir/stderr"; then
		failure "$1" "not one line of catchpit's on stderr"
	elif grep -q '[^ -~]' "$dir/stderr"; then
		failure "$1" "its message is not plain text"
	elif ! grep -q -e "$3" "$dir/stderr"; then
		failure "$1" "its message does not say '$3'"
	elif [ -s "$dir/stdout" ]; then
		failure "$1" "it has something to say on stdout"
	elif [ -n "$(ls -A "$dir/tmp")" ]; then
		failure "$1" "it leaves something in TMPDIR"
	else
		return 0
	fi
	return 1
}

# no_output NAME: neither the output nor the header of the last run is there,
# and the one that was there before is as it was.
no_output() {
	[ "$(cd "$dir/to" && echo *)" = 'old.elf old.h old.o' ] &&
		[ "$(cat "$dir/to/old.elf" "$dir/to/old.h" "$dir/to/old.o")" = \
			"$(printf 'old\nold\nold')" ] && return
	failure "$1" "it leaves an output file, or has changed one"
	return 1
}

# refused NAME STATUS FILE PATTERN: by every command, without any output.
refused() {
	rm -rf "$dir/to"
	mkdir "$dir/to"
	for old in elf h o; do
		echo old >"$dir/to/old.$old"
	done
	for to in "build -o to/new.elf" "build -o to/old.elf" \
		"compile --arch riscv64 -o to/new.o" \
		"compile --arch riscv64 -o to/old.o" "run --timeout $hang" \
		inspect; do
		# A path is told as it was given, so it is given as it is short.
		cd "$dir"
		# shellcheck disable=SC2086	# into words
		tool $to "$3"
		cd "$top"
		complaint "$1 (${to%% *})" "$2" "^catchpit: $3: .*$4" || return 0
		no_output "$1 (${to%% *})" || return 0
	done
	ok "$1"
}

# succeeded NAME: the last run did, silently.
succeeded() {
	[ "$got" = 0 ] && [ ! -s "$dir/stderr" ] && return
	failure "$1" "status $got"
	return 1
}

# says NAME STATUS TEXT [COMMAND...]: the run ends so, with TEXT on stdout and
# nothing on stderr.
says() {
	case=$1 status=$2
	printf '%b' "$3" >"$dir/want"
	shift 3
	tool "$@"
	if [ "$got" != "$status" ]; then
		failure "$case" "status $got, not $status"
	elif ! cmp -s "$dir/want" "$dir/stdout"; then
		failure "$case" "its stdout is not as expected"
	elif [ -s "$dir/stderr" ]; then
		failure "$case" "it has something to say on stderr"
	else
		ok "$case"
	fi
}

# ------------------------------------------------------- how modules are made

# bytes HEX...: those bytes.
bytes() {
	for byte; do
		# shellcheck disable=SC2059	# the escape is the format
		printf "\\$(printf %o "0x$byte")"
	done
}

header='00 61 73 6d 01 00 00 00'

# leb N: as two bytes of LEB128.
leb() {
	printf '%x %x' $(($1 % 128 + 128)) $(($1 / 128))
}

# body HEX...: a module with one function () -> () of these instructions.
body() {
	# shellcheck disable=SC2046,SC2086	# into bytes
	bytes $header 01 04 01 60 00 00 03 02 01 00 \
		0a $(leb $(($# + 5))) 01 $(leb $(($# + 2))) 00 "$@" 0b
}

# wat FLAGS TEXT: assembles TEXT as $dir/m.wasm, invalid or not.
wat() {
	echo "$2" >"$dir/m.wat"
	# shellcheck disable=SC2086	# options, split at spaces
	wat2wasm "$dir/m.wat" "$dir/m.wasm" --no-check $1
}

# ---------------------------------------------------------------------------

# shellcheck source=tests/compiler/refuse.sh
. tests/compiler/refuse.sh
# shellcheck source=tests/compiler/usage.sh
. tests/compiler/usage.sh
# shellcheck source=tests/compiler/tools.sh
. tests/compiler/tools.sh
# shellcheck source=tests/compiler/inspect.sh
. tests/compiler/inspect.sh
# shellcheck source=tests/compiler/shape.sh
. tests/compiler/shape.sh
# shellcheck source=tests/compiler/image.sh
. tests/compiler/image.sh
# shellcheck source=tests/compiler/symbolize.sh
. tests/compiler/symbolize.sh
# shellcheck source=tests/compiler/hostile.sh
. tests/compiler/hostile.sh
# shellcheck source=tests/compiler/cache.sh
. tests/compiler/cache.sh

if [ $# = 1 ]; then
	temp "$1"
	mkdir "$dir/tmp"
	case $1 in
	image | values | inspect | symbolize | header | throws)
		tool_cache=$dir/cache ;;
	esac
	case " $one_board " in
	*" $1 "*) BOARDS=${BOARDS%% *} ;;
	esac
	prefix="$suite/$1: "
	"group_$1"
	exit "$failed"
fi

suite_begin
# shellcheck disable=SC2086	# words
printf '%s\n' $groups | in_parallel || failed=1
exit "$failed"
