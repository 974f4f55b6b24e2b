#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tasks: in an image of their own (tests/board/harness.h), on one CPU where time
# is instructions, and on four; and the images of several modules that
# `catchpit build' makes.
. "$(dirname "$0")/../lib.sh"

# cases NAME RUN-ARGS: the image's own ok and FAIL lines.
cases() {
	name=$1 status=0
	log=$out/$name.out
	shift
	"$catchpit" run "$elf" --timeout 600 --tick 1000 "$@" >"$log" \
		2>"$log.err" || status=$?
	sed -n "s|^ok |ok $name |p; s|^FAIL |FAIL $name |p; s|^  |    |p" "$log"
	if [ "$status" != 0 ] || ! grep -q '^ok ' "$log"; then
		fail "$name" "status $status"
		show "$log.err"
	fi
}

# With the steps of each task, which the build with events tells.
image() {
	arch=$(arch_of "$1")
	elf=$out/$1-$2.elf
	mkdir -p "$out/$1-$2"
	base=
	[ "$arch $2" != 'x86_64 guard' ] || base='--base gs'
	# shellcheck disable=SC2086	# words
	"$catchpit" compile "$out/t.wasm" --arch "$arch" --memory "$2" $base \
		-o "$out/$1-$2/t.o" >"$elf.log" 2>&1 &&
		make_in "$1" "build/$1-${3:-events}" test-image \
			TEST_DIR=sched NAME=tasks MODULE="$out/$1-$2/t.o" \
			OUT="$elf" CONTROL="-DCPIT_TRACE_EVENTS ${4:-}" \
			>>"$elf.log" 2>&1
}

tasks() {
	image "$1" guard || {
		fail "$1-tasks" "does not build"
		show "$elf.log"
		return
	}
	cases "$1" --board "$1" --set exact=1 --set shares=1 \
		--qemu -icount --qemu shift=3
	cases "$1-4-cpus" --board "$1" --cpus 4
	# QEMU 7.2 runs a hart of virt for seconds on end while no timer is set.
	! fully "$1" || [ "$arch" != x86_64 ] || cases "$1-4-shares" --board "$1" --cpus 4 \
		--set shares=1 --set test=share --qemu -icount --qemu shift=3
	[ -n "$QUICK" ] || zero "$1"
}

# Control: a task goes on with the base of the one before it.
no_base() {
	name=$1-control-no-base
	image "$1" guard no-base -DCPIT_TEST_NO_BASE &&
		"$catchpit" run "$elf" --board "$1" --timeout 60 --tick 1000 \
			--set test=registers >"$out/$name.out" 2>&1 || :
	if grep -q '^FAIL registers' "$out/$name.out"; then
		ok "$name"
	else
		fail "$name" "no task computes something else"
		show "$elf.log"
		show "$out/$name.out"
	fi
}

# Tasks whose memories are all at the same address.
zero() {
	image "$1" zero || {
		fail "$1-zero" "does not build"
		show "$elf.log"
		return
	}
	cases "$1-zero-4-cpus" --board "$1" --cpus 4
	four "$1" zero
}

# wanted STATUS NAME ARGS...: how a run ends; its streams are NAME.out, NAME.err.
wanted() {
	want=$1 name=$2 status=0
	shift 2
	"$catchpit" run "$@" >"$out/$name.out" 2>"$out/$name.err" || status=$?
	[ "$status" = "$want" ] || {
		fail "$name" "status $status, not $want"
		show "$out/$name.err"
		return 1
	}
}

# The end of each module, as the log tells it.
ends() {
	sed -n 's/^catchpit: \(module=.*\) ran_us=.*/\1/p' "$out/$1.err"
}

# One spins, one overflows its stack, one traps, one is healthy.
modules() {
	four "$1" guard
	statuses "$1"
	input "$1"
	whole "$1"
	! fully "$1" || files "$1"
	[ -n "$QUICK" ] || clocks "$1"
	[ "$1" != "${BOARDS%% *}" ] || no_ticks "$1"
}

# four BOARD MODE: at the same time.
four() {
	case=$1-modules
	[ "$2" = guard ] || case=$1-$2-modules
	"$catchpit" build "$out/spin.wasm" "$out/deep.wasm" "$out/trap.wasm" \
		"$out/healthy.wasm" --board "$1" --memory "$2" --hard-ms 3000 \
		-o "$out/$1-four-$2.elf" || return
	for cpus in 1 4; do
		[ -z "$QUICK" ] || [ $cpus = 4 ] || continue
		n=$case-$cpus
		wanted 152 "$n" "$out/$1-four-$2.elf" --board "$1" --cpus $cpus \
			--timeout $hang || continue
		ends "$n" >"$out/$n.ends"
		if compare "$out/healthy.want" "$out/$n.out" &&
			compare "$out/ends.want" "$out/$n.ends"; then
			ok "$n"
		else
			fail "$n" "not every module ended as it should"
			show "$out/$n.out"
			show "$out/$n.ends"
		fi
	done
}

# The first module that did not end with 0 gives the status.
statuses() {
	wanted 132 "$1-status" "$out/fine.wasm" "$out/trap.wasm" \
		"$out/deep.wasm" --board "$1" --timeout $hang &&
		wanted 0 "$1-status-0" "$out/fine.wasm" "$out/other.wasm" \
			--board "$1" --stats --timeout $hang || return 0
	# What ran in turns is not of one call.
	if grep '^catchpit: stats ' "$out/$1-status-0.err" | grep -qv insns=; then
		ok "$1-status"
	else
		fail "$1-status" "instructions of all at a time are counted"
		show "$out/$1-status-0.err"
	fi
}

# Four that work in one directory.
files() {
	wanted 0 "$1-files" "$out/files.wasm" "$out/b.wasm" "$out/c.wasm" \
		"$out/d.wasm" --board "$1" --cpus 4 --dir =/tmp --timeout $hang &&
		ok "$1-files"
}

# Where stdout and stderr are one, as on a wire without framing: while one prints,
# others trap, and each line of their reports is whole.
whole() {
	"$catchpit" build "$out/talk.wasm" "$out/trap.wasm" "$out/trap2.wasm" \
		"$out/trap3.wasm" --board "$1" -o "$out/$1-whole.elf" || return
	status=0
	"$catchpit" run "$out/$1-whole.elf" --board "$1" --cpus 4 \
		--timeout $hang >"$out/$1-whole.out" 2>&1 || status=$?
	sort "$out/$1-whole.out" | sed -e 's/\(+\|pc=\)0x[0-9a-f]*/\1/' \
		-e 's/ran_us=[0-9]*/ran_us=/' | uniq -c |
		sed 's/^ *//' >"$out/$1-whole.lines"
	if [ "$status" = 132 ] && compare "$out/whole.want" "$out/$1-whole.lines"
	then
		ok "$1-whole"
	else
		fail "$1-whole" "status $status, or lines in pieces"
		show "$out/$1-whole.lines.diff"
	fi
}

# One reads and one polls, on two CPUs: no byte of input is lost.  Every second
# one is DLE, which comes as two.
input() {
	wanted 0 "$1-input" "$out/input.wasm" "$out/poll.wasm" --board "$1" \
		--cpus 2 --timeout $hang <"$out/input.want" || return 0
	if cmp -s "$out/input.want" "$out/$1-input.out"; then
		ok "$1-input"
	else
		fail "$1-input" "the input is not whole"
	fi
}

# Four ask for the date first, at the same time; without a lock one boot in
# five has it going backwards.
clocks() {
	"$catchpit" build "$out/clock.wasm" "$out/clock2.wasm" \
		"$out/clock3.wasm" "$out/clock4.wasm" --board "$1" \
		-o "$out/$1-clock.elf" || return
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		wanted 0 "$1-clock" "$out/$1-clock.elf" --board "$1" --cpus 4 \
			--timeout $hang || return 0
	done
	ok "$1-clock"
}

# The control: without the timer the one that spins keeps the CPU.  Its turn may
# be over before it spins, if the computer is late: so turns are of 300 ms, and a
# machine's time is instructions.
no_ticks() {
	icount=
	[ "$1" = host ] || icount='--qemu -icount --qemu shift=3'
	# shellcheck disable=SC2086	# options
	wanted 125 "$1-no-ticks" "$out/$1-four-guard.elf" --board "$1" --set tick=0 \
		--set quantum=300000 --timeout 2 $icount || return 0
	if [ -s "$out/$1-no-ticks.out" ]; then
		fail "$1-no-ticks" "the healthy one ran"
	else
		ok "$1-no-ticks"
	fi
}

case "${1:-}" in
*:*)
	"${1%%:*}" "${1#*:}"
	exit "$failed" ;;
esac

suite_begin
for m in t fine spin deep trap talk; do
	assemble tests/sched/$m.wat "$out/$m.wasm"
done
for m in 2 3; do
	cp "$out/trap.wasm" "$out/trap$m.wasm"
done
$wasi_cc -o "$out/healthy.wasm" tests/sched/healthy.c
cp "$out/fine.wasm" "$out/other.wasm"
$wasi_cc -o "$out/files.wasm" tests/sched/files.c
for m in b c d; do
	cp "$out/files.wasm" "$out/$m.wasm"
done
$wasi_cc -o "$out/input.wasm" tests/sched/input.c
cp "$out/input.wasm" "$out/poll.wasm"
$wasi_cc -o "$out/clock.wasm" tests/sched/clock.c
for m in 2 3 4; do
	cp "$out/clock.wasm" "$out/clock$m.wasm"
done
seq 3000 | sed 's/./&\x10/g' >"$out/input.want"
gcc -O1 -ffp-contract=off -o "$out/healthy" tests/sched/healthy.c
"$out/healthy" >"$out/healthy.want"
cat >"$out/ends.want" <<-END
	module=spin end=poisoned status=152
	module=deep end=trapped status=139
	module=trap end=trapped status=132
	module=healthy end=returned status=0
END
{
	cat <<-END
		3   #0 _start +
		3000 a line of the guest
		1 catchpit: module=talk end=returned status=0 ran_us=
	END
	for m in trap trap2 trap3; do
		echo "1 catchpit: module=$m end=trapped status=132 ran_us="
	done
	for m in trap trap2 trap3; do
		echo "1 catchpit: trap=unreachable signal=SIGILL status=132" \
			"module=$m func=_start pc= addr=- size=- depth=1"
	done
} >"$out/whole.want"
for board in $BOARDS; do
	echo "modules:$board"
	[ "$board" != host ] || continue
	[ -z "$QUICK" ] || [ "$board" != microvm ] || continue
	echo "tasks:$board"
	[ -n "$QUICK$(fully "$board" || echo no)" ] ||
		[ "$(arch_of "$board")" != x86_64 ] || echo "no_base:$board"
done | in_parallel || failed=1
exit "$failed"
