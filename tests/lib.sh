# SPDX-License-Identifier: Apache-2.0
#
# What the suites share; each begins with
#
#	. "$(dirname "$0")/../lib.sh"
#
# and is at the top of the tree then.  A suite prints one line a case, by ok(),
# fail() or skip(), and ends with status 1 if one failed.  Its files are in
# $out, which is its own and empty at the start (suite_begin).
#
# QUICK	not empty: the tests a developer wants every few minutes
# BOARDS	where guests run (default: virt)

set -eu
cd "$(dirname "$0")/../.."
top=$PWD

: "${BOARDS:=virt}" "${QUICK:=}"
case "${1:-}" in
--quick)
	QUICK=1
	shift ;;
esac
export BOARDS QUICK
# Messages of tools are compared here and there.
LC_ALL=C
export LC_ALL

# Not the system's: what a test leaves behind is in build/ then.
TMPDIR=$top/build/test/tmp
export TMPDIR
mkdir -p "$TMPDIR"
# Nor its cache: what a fresh clone finds there is nothing.
CATCHPIT_CACHE=$top/build/cache
export CATCHPIT_CACHE

catchpit=$top/build/catchpit
wabt=$top/node_modules/wabt/bin
suite=$(basename "$(dirname "$0")")
out=$top/build/test/$suite

# For WASI.  Without wasm-opt, which clang's own -O2 runs where it is installed; nor
# with what the libc has for debuggers.
wasi_cc='clang --target=wasm32-wasi -Xclang -O2 -Wl,--strip-debug'

# Each run of a guest: no test measures time, but none may hang either.
hang=300

failed=0
prefix=			# of each case's name, if a suite wants one

ok() {
	printf 'ok %s%s\n' "$prefix" "$1"
}

# fail NAME REASON; show() prints what helps below it.
fail() {
	failed=1
	printf 'FAIL %s%s: %s\n' "$prefix" "$1" "$2"
}

skip() {
	printf 'skip %s%s: %s\n' "$prefix" "$1" "$2"
}

# A few lines of detail for the failure above: the contents of FILE.
show() {
	test -s "$1" || return 0
	head -n 20 "$1" | cut -c 1-300 | tr -c '\n\t -~' '?' | sed 's/^/    /'
}

suite_begin() {
	rm -rf "$out"
	mkdir -p "$out"
}

# in_parallel: each word of stdin is one job, for which this script is run
# again, with the word as its only argument; one more at a time than there are
# CPUs, as a boot waits now and then.  A job ends with status 1 if a case of it
# failed; then so does this, which in a pipe cannot set $failed.
in_parallel() {
	jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
	xargs -r -n 1 -P "$((jobs + 1))" "tests/$suite/run.sh" || return 1
}

# make_in BOARD FOLDER ARGS...: make for a job, in a folder that others may use:
# one at a time, or one links what another writes.
make_in() {
	board_in=$1 folder_in=$2
	shift 2
	flock "$folder_in.lock" make -s BOARD="$board_in" B="$folder_in" "$@"
}

# temp NAME: the empty directory $out/NAME, as $dir.
temp() {
	dir=$out/$1
	rm -rf "$dir"
	mkdir -p "$dir"
}

# wat2wasm FILE.wat FILE.wasm [FLAG...]: what it made of that text before is kept in
# build/: a process of node's takes longer than most cases.
wat2wasm() {
	wat_in=$1 wat_out=$2
	shift 2
	wat_key=$({
		echo "$*"
		cat "$wabt/../package.json" "$wat_in"
	} | sha256sum)
	wat_kept=$top/build/wasm/${wat_key%% *}
	if [ ! -e "$wat_kept" ]; then
		mkdir -p "${wat_kept%/*}"
		"$wabt/wat2wasm" "$@" "$wat_in" -o "$wat_kept.$$" || return
		mv "$wat_kept.$$" "$wat_kept"
	fi
	cp "$wat_kept" "$wat_out"
}

# assemble FILE.wat FILE.wasm: with the flags that its line ";; wat2wasm:" says
# and names of functions, unless it brings its own.
assemble() {
	flags=$(sed -n 's/^;; wat2wasm: //p' "$1")
	grep -q '(@custom "name"' "$1" || flags="--debug-names $flags"
	# shellcheck disable=SC2086	# options, split at spaces
	wat2wasm "$1" "$2" $flags
}

# The ISA of a board, which its board.mk names.
arch_of() {
	sed -n 's/^ARCH[	 ]*:= *//p' "boards/$1/board.mk"
}

# fully BOARD: whether it gets every combination.  Not when quick, and not a
# second board of one ISA: most that can go wrong is the ISA's.
fully() {
	[ -z "$QUICK" ] || return 1
	for other in $BOARDS; do
		[ "$other" != "$1" ] || return 0
		[ "$(arch_of "$other")" != "$(arch_of "$1")" ] || return 1
	done
}

# The ISAs of all boards, as one word.
isas() {
	for board_of in $BOARDS; do
		arch_of "$board_of"
	done | sort -u | tr -d '\n'
}

# at_zero BOARD: whether it has memories at address zero.
at_zero() {
	[ "$1" != host ] || tests/zero_here.sh
}

# compare WANTED GOT: whether two files are equal; prints how they differ.
compare() {
	cmp -s "$1" "$2" && return
	diff -a "$1" "$2" >"$2.diff" || :
	return 1
}
