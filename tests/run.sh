#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [--quick] [SUITE...]
#
# Runs the suites, all or those that are named, cheapest first.  A suite is an
# executable tests/SUITE/run.sh that prints one line a case: "ok NAME",
# "FAIL NAME: reason" or "skip NAME: reason"; indented lines belong to the one
# above, all others go to build/test/SUITE.log.  It learns by QUICK=1 in its
# environment that only quick cases are wanted, and by BOARDS where to run.
#
# The last line is "N passed, N failed, N skipped"; status 1 if something
# failed or nothing was run.
set -eu
cd "$(dirname "$0")/.."

all='lint readme unit compiler trap dump depth regress diff wasi board flash
	signal sched embed programs spec'

if [ "${1:-}" = --quick ]; then
	QUICK=1
	export QUICK
	shift
fi
suites=${*:-$all}

mkdir -p build/test
results=$(mktemp build/test/results.XXXXXX)
trap 'rm -f "$results"' EXIT
trap 'exit 1' HUP INT TERM

result() {
	printf '%s\n' "$1"
	printf '%s\n' "$1" >>"$results"
}

# Seconds of what times says of the children, its second line.
cpu_time() {
	awk -F '[ms ]+' 'NR == 2 { print int(60 * ($1 + $3) + $2 + $4) }'
}

# Where a suite runs: when it has to be quick, those whose guests take long and ask
# little of an ISA by turns on the first board and on the last.
boards_of() {
	boards=${BOARDS:-virt}
	case ${QUICK:+$1} in
	wasi) boards=${boards%% *} ;;
	programs) boards=${boards##* } ;;
	esac
	echo "$boards"
}

# Sorts what a suite prints; its last line is its status.
sort_lines() {
	cases=0 failures=0
	while IFS= read -r line; do
		case $line in
		'ok '* | 'skip '*)
			cases=$((cases + 1))
			result "$line" ;;
		'FAIL '*)
			cases=$((cases + 1)) failures=$((failures + 1))
			result "$line" ;;
		'  '* | '	'*)
			printf '%s\n' "$line" ;;
		'run.sh: status '*)
			status=${line#run.sh: status } ;;
		*)
			printf '%s\n' "$line" >>"$1" ;;
		esac
	done
	if [ "$cases" = 0 ]; then
		result "FAIL $suite: no case was run (status $status, see $1)"
	elif [ "$status" != 0 ] && [ "$failures" = 0 ]; then
		result "FAIL $suite: ended with status $status (see $1)"
	elif [ "$status" = 0 ] && [ "$failures" != 0 ]; then
		result "FAIL $suite: has failures, but ended with status 0"
	fi
	printf '  %s: %d cases in %d s, %d s of CPU time\n' "$suite" \
		"$cases" $(($(date +%s) - start)) "$(cpu_time <"$1.times")"
}

for suite in $suites; do
	start=$(date +%s)
	if [ ! -d "tests/$suite" ]; then
		# Not there yet; but who asks for it by name is told.
		[ "$suites" = "$all" ] ||
			result "FAIL $suite: there is no such suite"
		continue
	fi
	if [ ! -x "tests/$suite/run.sh" ]; then
		result "FAIL $suite: tests/$suite/run.sh is missing"
		continue
	fi
	: >"build/test/$suite.log"
	{
		status=0
		BOARDS=$(boards_of "$suite") "tests/$suite/run.sh" </dev/null \
			2>&1 || status=$?
		times >"build/test/$suite.log.times"
		printf '\nrun.sh: status %s\n' "$status"
	} | sort_lines "build/test/$suite.log"
done

count() {
	grep -c "^$1 " "$results" || :
}
passed=$(count ok) failed=$(count FAIL) skipped=$(count skip)
if [ "$failed" != 0 ]; then
	echo
	grep '^FAIL ' "$results"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
