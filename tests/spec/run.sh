#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The official test suite on the boards (README.md).
#
#	run.sh			as a suite: what is on record must come out again
#	run.sh --record		make spec: the same, and becomes the record
#
# TESTSUITE	where the suite is
# FILES		only these scripts of it
# MEMORY	guard (default), checked or zero
# CC_GUEST LEVEL CPUS	compiler of the modules, its level, CPUs of the machine
record=
if [ "${1:-}" = --record ]; then
	record=1
	shift
fi
. "$(dirname "$0")/../lib.sh"

: "${TESTSUITE:=../shared/testsuite}" "${FILES:=}" "${MEMORY:=guard}"
: "${CC_GUEST:=gcc}" "${LEVEL:=-O1}" "${CPUS:=1}"
revision=d76759e
how="TESTSUITE= must name a checkout of github.com/WebAssembly/testsuite, $revision"
if [ ! -f "$TESTSUITE/i32.wast" ]; then
	if [ -n "$record" ]; then
		echo "make spec: $how" >&2
		exit 1
	fi
	skip spec "$how"
	exit 0
fi

# On machines; as a Linux process the harness does not run.
machines=
for board in $BOARDS; do
	[ "$board" = host ] || machines="$machines $board"
done
BOARDS=${machines# }
if [ -z "$BOARDS" ]; then
	skip spec "no machine among the boards"
	exit 0
fi

# Proposals that wasm2c 1.0.39 translates; the others only for the record: most
# of them is refused.
supported='custom-page-sizes exception-handling extended-const multi-memory
	tail-call threads'
refused='annotations function-references gc relaxed-simd wasm-3.0 wide-arithmetic'

# scripts FOLDER...: their names in the suite.
scripts() (
	cd "$TESTSUITE"
	for folder; do
		find "$folder" -name '*.wast' | sed 's|^\./||' | sort
	done
)
folders() {
	for p in "$@"; do
		echo "proposals/$p"
	done
}
core() (
	cd "$TESTSUITE"
	ls -- *.wast
)

# 64-bit memories have no folder of their own.
memory64=$(cd "$TESTSUITE" && echo proposals/wasm-3.0/*64.wast)
own=$(cd tests/spec && echo own/*.wast)

# Objects stay in build/spec; there is no second use of one.
CATCHPIT_CACHE=off
export CATCHPIT_CACHE

usual=guard-gcc-O1
dir=build/spec/$MEMORY-$CC_GUEST$LEVEL
combination=$MEMORY-$CC_GUEST$LEVEL
[ "$CPUS" = 1 ] || combination=$combination-$CPUS-cpus

if [ -n "$FILES" ]; then
	list=$FILES
elif [ -n "$QUICK" ]; then
	list='traps.wast call_indirect.wast f32_cmp.wast memory_trap.wast
		simd_address.wast proposals/threads/exports.wast '$own
	BOARDS=${BOARDS%% *}
else
	# shellcheck disable=SC2046,SC2086
	list="$(core) $(scripts $(folders $supported)) $memory64 $own"
	# shellcheck disable=SC2046,SC2086
	[ -z "$record" ] || [ "$combination" != $usual ] ||
		list="$list $(scripts $(folders $refused) | grep -v '64\.wast$')"
fi
make -s tool build/spec-runner >&2
for board in $BOARDS; do
	make -s BOARD="$board" TEST_DIR=spec board test-objects >&2
done

# What was made by other tools is made anew.
tools() {
	cat build/catchpit node_modules/wabt/package.json rt/include/*.h \
		rt/include/catchpit/*.h arch/*/include/arch/*.h \
		build/*/libguest.a | cksum
}
if [ "$(cat "$dir/tools" 2>/dev/null)" != "$(tools)" ]; then
	rm -rf "$dir"
	mkdir -p "$dir"
	tools >"$dir/tools"
fi

# The commit, "-dirty" when more than the records is not in it.
commit() {
	git diff --quiet HEAD -- . ':!*.md' ':!tests/spec/*.results' 2>/dev/null ||
		dirty=-dirty
	echo "$(git describe --always 2>/dev/null || :)${dirty:-}"
}

results=tests/spec/$combination.results
set -- suite="$TESTSUITE" dir="$dir" boards="$BOARDS" memory="$MEMORY" \
	cc="$CC_GUEST" level="$LEVEL" cpus="$CPUS" gaps=tests/spec/gaps \
	jobs="$(($(getconf _NPROCESSORS_ONLN) + 1))"
if [ -n "$record" ]; then
	set -- "$@" record="$results" commit="$(commit)"
else
	set -- "$@" expect="$results"
fi
[ "$combination" = $usual ] || set -- "$@" refusals=no
[ -z "$FILES" ] || set -- "$@" some=yes
# shellcheck disable=SC2086
build/spec-runner "$@" $list || failed=1
[ -z "$record" ] || tests/spec/table.sh
exit "$failed"
