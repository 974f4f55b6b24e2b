#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each .wat here, and what each .gen writes, in every memory mode, level and
# compiler, one image each; each line ";; run" of it is one boot and one case.
# README.md describes the lines.  tests/regress is run by the same code.
. "$(dirname "$0")/../lib.sh"

made=$out/wasm
WASM2C=$top/tests/trap/wasm2c WASM2C_KEPT=$out/c
export WASM2C WASM2C_KEPT

# Contract 1.1, by hand: rt/outcome.c is what is tested here.
signal_of() {
	case $1 in
	memory-out-of-bounds | table-out-of-bounds | undefined-element | \
		stack-exhausted | unaligned-atomic)
		signal=SIGSEGV number=11 ;;
	unreachable | uninitialized-element | indirect-call-type-mismatch | \
		null-reference)
		signal=SIGILL number=4 ;;
	integer-divide-by-zero | integer-overflow | invalid-conversion)
		signal=SIGFPE number=8 ;;
	uncaught-exception)
		signal=SIGABRT number=6 ;;
	*)
		echo "no such kind: $1" >&2
		exit 2 ;;
	esac
}

# is_one_of WORD A|B|C
is_one_of() {
	case $1 in
	*'|'*) return 1 ;;
	esac
	case "|$2|" in
	*"|$1|"*) ;;
	*) return 1 ;;
	esac
}

is_hex() {
	case ${1#0x} in
	"$1" | '' | *[!0-9a-f]* | 0?*) return 1 ;;
	esac
}

# There are 13,000 runs: what checks one starts no program but cmp.

# check_frame LINE: one of the report but its last; adds to $n, $names, $more.
check_frame() {
	why="not one line per frame, counted from 0"
	case $more$1 in
	'  ... more frames')
		more=+
		return ;;
	"  #$n "*[!\ ]' +0x'*) ;;
	*) return 1 ;;
	esac
	is_hex "0x${1##* +0x}" || return 1
	frame=${1#"  #$n "} frame=${frame% +0x*}
	[ $n != 0 ] || top=$frame
	names=$names${names:+,}$frame n=$((n + 1))
}

# Whether $dir/err is the report that is wanted; else $why says why not.
check_report() {
	n=0 lines=0 top='' names='' more='' last=''
	while IFS= read -r line; do
		[ $lines = 0 ] || check_frame "$last" || return 1
		last=$line lines=$((lines + 1))
	done <"$dir/err"
	why="no end of its last line: $line"
	[ -z "$line" ] || return 1
	why="not ten words: $last"
	set -f
	# shellcheck disable=SC2086	# into words
	set -- $last
	set +f
	[ $# = 10 ] && [ "$1" = catchpit: ] || return 1
	why="in place of trap=$kind: $2"
	[ "$2" = "trap=$kind" ] || return 1
	why="in place of signal=$signal: $3"
	[ "$3" = "signal=$signal" ] || return 1
	why="in place of status=$((128 + number)): $4"
	[ "$4" = "status=$((128 + number))" ] || return 1
	why="in place of module=$module: $5"
	[ "$5" = "module=$module" ] || return 1
	why="in place of func=$func: $6"
	[ "${6#func=}" != "$6" ] && is_one_of "${6#func=}" "$func" || return 1
	why="frame 0 is '$top', but $6"
	[ "${6#func=}" = "${top:--}" ] || return 1
	why="not a pc: $7"
	[ "${7#pc=}" != "$7" ] && is_hex "${7#pc=}" &&
		[ "$7" != pc=0x0 ] || return 1
	why="in place of addr=$addr: $8"
	[ "${8#addr=}" != "$8" ] && check_place "${8#addr=}" "$addr" || return 1
	why="in place of size=$size: $9"
	[ "${9#size=}" != "$9" ] && check_place "${9#size=}" "$size" || return 1
	why="in place of depth=1: ${10}"
	[ "${10}" = depth=1 ] || return 1
	got=$n$more
	why="in place of $count frames: $got"
	[ "$got" = "${count:-$got}" ] || return 1
	why="in place of $trace: $names"
	[ "$names" = "${trace:-$names}" ]
}

# check_place GOT WANTED: an address or size, where "*" is any.  A check that
# was compiled in does not say where: "-" will do there.
check_place() {
	[ "$1" != "$2" ] || return 0
	case $memory:$2:$1 in
	checked:*:- | *:'*':-) ;;
	*:'*':*) is_hex "$1" ;;
	*) return 1 ;;
	esac
}

# expect KIND-OF-END VALUE...: sets what is wanted.
expect() {
	end=$1
	shift
	kind='' func=$name addr=- size=- trace='' count='' status=0 says=''
	case $end in
	trap)
		kind=$1 says='before\n'
		signal_of "$kind"
		status=$((128 + number))
		shift ;;
	exit)
		status=$1
		shift ;;
	value)
		for word; do
			says=$says$word'\n'
		done
		return ;;
	says)
		says=$1
		return ;;
	*)
		echo "$file: what is '$end'?" >&2
		exit 2 ;;
	esac
	for word; do
		case $word in
		func=*) func=${word#*=} ;;
		addr=*) addr=${word#*=} ;;
		size=*) size=${word#*=} ;;
		trace=*) trace=${word#*=} ;;
		frames=*) count=${word#*=} ;;
		out=* | says=*) says=${word#*=} ;;
		*)
			echo "$file: what is '$word'?" >&2
			exit 2 ;;
		esac
	done
}

# Whether a run ended as expected; else $why says why not.
check_run() {
	why="status $got_status, not $status"
	[ "$got_status" = "$status" ] || return 1
	printf '%b' "$says" >"$dir/want"
	why="its stdout is not as expected"
	compare "$dir/want" "$dir/out" || return 1
	if [ "$end" = trap ]; then
		check_report
	else
		why="it has something to say on stderr"
		[ ! -s "$dir/err" ]
	fi
}

# tally ok|FAIL: for the matrix at the end (K23-20).
tally() {
	[ "$end" != trap ] ||
		echo "$kind $board $memory$level-$cc $1" >>"$out/tally"
}

# One line ";; run CALL => END".
run_line() {
	call=${1%%=> *} wanted=${1#*=> }
	# Quotes are for names with spaces: these lines are ours, not input.
	eval "set -- $call"
	name=${1-}
	call=${call% }
	case="$label: ${call:-(no call)}"
	if [ $# != 0 ]; then
		shift
		set -- --invoke "$name" -- "$@"
	else
		name=-
	fi
	got_status=0
	# shellcheck disable=SC2086	# options, split at spaces
	"$catchpit" run "$dir/app.elf" --board "$board" --timeout "$hang" \
		$options "$@" </dev/null >"$dir/out" 2>"$dir/err" ||
		got_status=$?
	set -f
	# shellcheck disable=SC2086	# into words
	expect $wanted
	set +f
	if check_run; then
		tally ok
		ok "$case"
		return
	fi
	tally FAIL
	fail "$case" "$why"
	show "$dir/out"
	show "$dir/err"
}

# of FILE[:VARIANT]: its names.
of() {
	file=${1%%:*} variant=
	case $1 in *:*) variant=${1#*:} ;; esac
	base=${file##*/} base=${base%.wat}
	label=$base${variant:+-$variant}
	wasm=$made/$label/$base.wasm
}

# assembled FILE[:VARIANT]: once for all the ways in which it is built.
assembled() {
	of "$1"
	mkdir -p "${wasm%/*}" "$WASM2C_KEPT"
	wat=${wasm%.wasm}.wat
	sed "$(sed -n "s/^;; also: ${variant:-none} //p" "$file")" "$file" >"$wat"
	if [ -n "$variant" ] && compare "$file" "$wat"; then
		fail "$suite/$label" "the variant is no different"
	elif ! assemble "$wat" "$wasm" 2>"$wasm.err"; then
		fail "$suite/$label" "wat2wasm refuses it"
		show "$wasm.err"
		rm -f "$wasm"
	fi
}

# BOARD:MEMORY:LEVEL:COMPILER:FILE[:VARIANT]
job() {
	of "${1#*:*:*:*:}"
	IFS=:
	# shellcheck disable=SC2086	# split at the colons
	set -- $1
	unset IFS
	board=$1 memory=$2 level=$3 cc=$4
	temp "$label-$board-$memory$level-$cc"
	label="$suite/$label $board $memory $level $cc"
	module=$(echo "$base" | tr -c 'A-Za-z0-9\n' _)
	options=$(sed -n 's/^;; options: //p' "$file")
	[ "$level" != -O2 ] || level=$(sed -n 's/^;; for -O2: //p' "$file")

	if ! "$catchpit" build "$wasm" -o "$dir/app.elf" \
		--board "$board" --memory "$memory" "${level:--O2}" --cc "$cc" \
		>"$dir/out" 2>"$dir/err" || [ -s "$dir/err" ]; then
		fail "$label" "catchpit build refuses it, or complains"
		show "$dir/err"
		return
	fi
	sed -n 's/^;; run //p' "$file" >"$dir/lines"
	[ -s "$dir/lines" ] || fail "$label" "it has no line ';; run'"
	# Not the guest's stdin, but this loop's.
	while IFS= read -r line <&3; do
		run_line "$line"
	done 3<"$dir/lines"
}

# BOARD:MEMORY:FILE: with the compiler and flags of its line ";; control:" some value
# must come out wrong, or some trap be missed.
control() {
	board=${1%%:*} file=${1##*:}
	memory=${1#*:} memory=${memory%%:*}
	label="$suite/$(basename "$file" .wat) $board $memory control"
	flags=$(sed -n 's/^;; control: //p' "$file")
	CATCHPIT_CFLAGS=${flags#* } log=$out/control-$board-$memory
	out=$out/control
	export CATCHPIT_CFLAGS
	(job "$board:$memory:-O2:${flags%% *}:$file") >"$log"
	if grep -q -e '^FAIL .*: its stdout is not as expected' \
		-e '^FAIL .*: status 0, not' "$log"; then
		ok "$label"
	else
		fail "$label" "every value and trap is right"
		show "$log"
	fi
}

# On one board of each ISA, as compilers fold alike.
controls_of() {
	grep -q "^;; control: " "$1" || return 0
	modes=$(sed -n "s|^;; controlled: ||p" "$1")
	for board in $BOARDS; do
		fully "$board" || continue
		for memory in ${modes:-guard zero}; do
			[ "$board:$memory" = host:zero ] ||
				echo "control:$board:$memory:$1"
		done
	done
}

# When it has to be quick, the boards take turns.
boards_now() {
	# shellcheck disable=SC2086	# words
	set -- $BOARDS
	if [ -n "$QUICK" ]; then
		shift $((turn % $#))
		echo "$1"
	else
		echo "$*"
	fi
}

# takes BOARD LEVEL COMPILER: at -O0 the compilers take turns between the ISAs, file
# by file: each file has both, and each ISA.  FULL=1: all.
takes() {
	case $2${FULL:+full}$isas in
	-O0riscv64x86_64) ;;
	*) return 0 ;;
	esac
	case $(arch_of "$1")$((turn % 2)) in
	riscv640 | x86_641) [ "$3" = gcc ] ;;
	*) [ "$3" = clang ] ;;
	esac
}

# All jobs of one .wat, or of its variant.
jobs_of() {
	for board in $(boards_now); do
		echo "job:$board:guard:-O2:gcc:$1"
		# Its modules are q35's, byte for byte: the opposite will do.
		if [ "$board" = microvm ] && [ -z "$QUICK" ]; then
			echo "job:$board:checked:-O0:clang:$1"
			echo "job:$board:zero:-O2:gcc:$1"
			continue
		fi
		if [ "$suite$board" = traphost ] && [ -z "$QUICK" ] &&
			at_zero host; then
			echo "job:host:zero:-O2:gcc:$1"
		fi
		fully "$board" || continue
		for combination in guard:-O2:clang guard:-O0:gcc guard:-O0:clang \
			checked:-O2:gcc checked:-O2:clang checked:-O0:gcc \
			checked:-O0:clang zero:-O2:gcc zero:-O0:clang; do
			level=${combination#*:}
			takes "$board" "${level%:*}" "${level#*:}" || continue
			[ "$board:${combination%%:*}" = host:zero ] ||
				echo "job:$board:$combination:$1"
		done
	done
}

case ${1-} in
'') ;;
control:* | assembled:* | job:*)
	"${1%%:*}" "${1#*:}"
	exit "$failed" ;;
*)
	assembled "${1#*:*:*:*:}"
	[ "$failed" != 0 ] || job "$1"
	exit "$failed" ;;
esac

suite_begin
for gen in "tests/$suite"/*.gen; do
	[ ! -e "$gen" ] || "$gen" >"$out/$(basename "$gen" .gen).wat"
done
for wat in "tests/$suite"/*.wat "build/test/$suite"/*.wat; do
	[ -e "$wat" ] || continue
	echo "$wat"
	[ -z "$QUICK" ] || continue
	sed -n "s|^;; also: \([^ ]*\) .*|$wat:\1|p" "$wat"
done >"$out/files"
sed 's/^/assembled:/' "$out/files" | in_parallel || failed=1
turn=0 isas=$(isas)
while IFS= read -r wat; do
	turn=$((turn + 1))
	jobs_of "$wat"
	[ "${wat%.wat}" = "$wat" ] || controls_of "$wat"
done <"$out/files" | in_parallel || failed=1
echo '  runs that trapped as they must, by kind, board and build:'
awk -f tests/trap/matrix.awk "$out/tally"
exit "$failed"
