#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The portable parts, on the host: each NAME_test.c here with the sources it
# tests (sources()), under ASan and UBSan, by gcc; not quick: by clang too, and
# the fuzzers (tests/fuzz) for 20 s.  What threads do also runs under TSan, and
# what walks frames with the layout of each ISA.
#
# run.sh NAME... runs only these.
. "$(dirname "$0")/../lib.sh"

tests='module module_code module_canon module_tails outcome ranges
	ranges_threads code code_threads claim backtrace ruined call
	call_nested link instance words budget budget_host kill misuse report
	config values framing framing_input fdt pages panic
	random_threads smp task sched'
threads='ranges_threads code_threads random_threads'
frames='claim backtrace ruined'

flags="-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -g
	-fno-omit-frame-pointer -fno-sanitize-recover=all -pthread
	-I$top/tests/unit -I$top/rt/include -I$top/arch/include -I$top/rt
	-I$top/compiler -I$top/boards"

# The Makefile's list READER or RT.
listed() {
	MAKEFLAGS='' make -s --no-print-directory --eval "p: ; @echo \$($1)" p
}

# in_common NAME VARIANT: what the test has in common with others, compiled once:
# the reader or a build of the runtime (defines), whose objects are in $out/CC.
in_common() {
	case $1:$2 in
	module*) echo reader ;;
	words:no_overlap | kill:no_unlink) echo "rt-$2" ;;
	words:*) echo rt-preempt ;;
	kill:*) echo rt-both ;;
	budget*) echo rt-events ;;
	call* | link:* | instance:* | misuse:* | sched:*) echo rt ;;
	esac
}

# Its list in the Makefile.
list_of() {
	case $1 in
	reader) listed READER ;;
	rt*) listed RT ;;
	esac
}

sources() {
	common=$(in_common "$1" "$3")
	for o in $(list_of "$common"); do
		echo "$out/$2/$common/$o"
	done
	case $1 in
	outcome) echo rt/outcome.c ;;
	ranges*) echo tests/unit/fake.c rt/cpu.c rt/ranges.c ;;
	code*) echo tests/unit/fake.c rt/cpu.c rt/ranges.c rt/code.c ;;
	claim | backtrace | ruined)
		echo tests/unit/fake.c rt/cpu.c rt/ranges.c rt/code.c \
			rt/claim.c rt/backtrace.c rt/memory.c rt/outcome.c ;;
	call* | link | instance | words | budget* | kill | misuse)
		echo tests/unit/fake.c ;;
	report) echo rt/report.c rt/outcome.c ;;
	config)
		# and what compiler/run.c needs
		echo boards/config.c compiler/framing.c compiler/util.c \
			compiler/files.c compiler/process.c compiler/pack.c \
			compiler/unpack.c rt/wasi/cpio.c ;;
	fdt) echo boards/virt/fdt.c ;;
	pages) echo boards/pages.c ;;
	smp) echo boards/smp.c ;;
	panic) echo boards/embed.c boards/text.c ;;
	random_threads) echo boards/wasi.c ;;
	framing*)
		echo boards/console.c boards/receive.c boards/text.c \
			compiler/util.c compiler/files.c compiler/process.c ;;
	task) echo rt/sched/state.c rt/sched/queue.c ;;
	sched)
		echo tests/unit/fake.c rt/sched/state.c rt/sched/queue.c \
			rt/sched/sched.c ;;
	values)
		echo compiler/values.c compiler/util.c compiler/files.c \
			compiler/process.c ;;
	esac
}

# Of a word "CC VARIANT NAME".
variant() {
	case $1 in
	tsan) sanitize=thread more='' ;;
	x86_64) sanitize=address,undefined more=-DFRAMES_X86_64 ;;
	*) sanitize=address,undefined more='' ;;
	esac
}

# objects CC COMMON: all at once.
objects() {
	folder=rt
	[ "$2" != reader ] || folder=compiler
	files=$(list_of "$2" | tr ' ' '\n' |
		sed "s|\(.*\)\.o|$top/$folder/\1.c|")
	mkdir -p "$out/$1/$2"
	cd "$out/$1/$2"
	# shellcheck disable=SC2046,SC2086	# options and files
	"$1" $flags -fsanitize=address,undefined $(defines "$2") \
		-c $files 2>log || :		# linking says so
}

# Can this compiler's programs run under this sanitizer at all?
works() {
	echo 'int main(void) { return 0; }' >"$exe-try.c"
	"$1" "-fsanitize=$2" "$exe-try.c" -o "$exe-try" >"$exe-try.log" 2>&1 &&
		"$exe-try" >>"$exe-try.log" 2>&1
}

# test_program CC VARIANT NAME
test_program() {
	name=$3
	[ "$2" = plain ] || name=$name-$2
	[ "$1" = gcc ] || name=$name-$1
	exe=$out/$name
	log=$exe.log
	name=unit-$(echo "$name" | tr _ -)
	variant "$2"
	# shellcheck disable=SC2046,SC2086	# options and files
	if ! "$1" $flags -fsanitize=$sanitize $more "tests/unit/$3_test.c" \
		$(defines "$(in_common "$3" "$2")$3") \
		$(sources "$3" "$1" "$2") -lm -o "$exe" >"$log" 2>&1; then
		if works "$1" $sanitize; then
			fail "$name" "does not build: $(grep -m 1 error "$log")"
			cat "$out/$1"/*/log 2>/dev/null |
				cat "$log" - >"$exe.logs"
			show "$exe.logs"
		else
			skip "$name" "$1 has no -fsanitize=$sanitize"
		fi
		return
	fi
	status=0
	timeout $hang "$exe" >"$log" 2>&1 || status=$?
	count=$(sed -n 's/^\([0-9]*\) passed, .*/\1/p' "$log" | tail -n 1)
	if [ "$status" = 0 ] && [ "${count:-0}" != 0 ]; then
		printf 'ok %s\n    %s checks\n' "$name" "$count"
	elif works "$1" $sanitize; then
		fail "$name" "$(reason)"
		show "$log"
	else
		skip "$name" "$1 -fsanitize=$sanitize does not run here"
	fi
}

reason() {
	case $status in
	124) echo "no end within $hang s" ;;
	*)
		tail -n 1 "$log" | grep '^[0-9]* passed, [1-9]' ||
			grep -m 1 -E 'ERROR: |WARNING: |runtime error' "$log" ||
			echo "status $status" ;;
	esac
}

# Test builds of the runtime, and negative controls (rt/trace.h); of what a test has
# in common with others, or its name behind that.
defines() {
	case $1 in
	rt-no_overlap*) echo -DCPIT_TEST_PREEMPT -DCPIT_TEST_NO_OVERLAP_CHECK ;;
	rt-preempt*) echo -DCPIT_TEST_PREEMPT ;;
	rt-no_unlink*) echo -DCPIT_TRACE_EVENTS -DCPIT_TEST_PREEMPT \
		-DCPIT_TEST_NO_UNLINK ;;
	rt-both*) echo -DCPIT_TRACE_EVENTS -DCPIT_TEST_PREEMPT ;;
	rt-events* | task) echo -DCPIT_TRACE_EVENTS ;;
	esac
}

# What a job prints, in one piece.
job() {
	"$@" >"$out/$2-$3-$4.out"
	cat "$out/$2-$3-$4.out"
}

case ${1:-} in
objects:*)
	IFS=:
	# shellcheck disable=SC2086	# split at the colons
	set -- $1
	unset IFS
	objects "$2" "$3"
	exit 0 ;;
test:*)
	IFS=:
	# shellcheck disable=SC2086
	set -- $1
	unset IFS
	job test_program "$2" "$3" "$4"
	exit $failed ;;
esac

suite_begin
compilers='gcc clang'
[ -z "$QUICK" ] || compilers=gcc
names=${*:-$tests}

# is NAME LIST: of words on one line
is() {
	case " $2 " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# jobs: each word "test:CC:VARIANT:NAME" of what is asked for.
jobs() {
	for cc in $compilers; do
		for test in $names; do
			echo "test:$cc:plain:$test"
			! is "$test" "$frames" || echo "test:$cc:x86_64:$test"
			case $test in
			words) echo "test:$cc:no_overlap:$test" ;;
			kill) echo "test:$cc:no_unlink:$test" ;;
			esac
			! is "$test" "$threads" || echo "test:$cc:tsan:$test"
		done
	done
}

jobs | while IFS=: read -r _ cc variant test; do
	common=$(in_common "$test" "$variant")
	[ -z "$common" ] || echo "objects:$cc:$common"
done | sort -u | in_parallel || failed=1
jobs | in_parallel || failed=1

if [ -z "$QUICK" ] && [ $# = 0 ]; then
	tests/fuzz/run.sh 20 || failed=1
fi
exit $failed
