#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Budgets, signal words and kills: from the command line, and in images of
# their own (tests/board/harness.h) with the timer at 1 kHz and fast.
. "$(dirname "$0")/../lib.sh"

# How the modules of an image are compiled, if not as usual; and its name then.
how='' variant=''

# image BOARD BUILD-DIR NAME [MAKE-ARGS]: links tests/signal/NAME.c as $elf.
image() {
	elf=$out/$1-$3$variant.elf
	b=$1 dir=$2 image=$3 objects=
	shift 3
	arch=$(arch_of "$b")
	modules=t
	[ "$image" != budgets ] || modules='t d e'
	for m in $modules; do
		mkdir -p "$elf.d"
		objects="$objects $elf.d/$m.o"
		# shellcheck disable=SC2086	# options
		"$catchpit" compile "$out/$m.wasm" --arch "$arch" $how \
			-o "$elf.d/$m.o" >"$elf.log" 2>&1 || return 1
	done
	make_in "$b" "$dir" test-image TEST_DIR=signal NAME="$image" \
		MODULE="$objects" OUT="$elf" "$@" >>"$elf.log" 2>&1
}

# cases NAME ELF [RUN-ARGS]: the image's own ok and FAIL lines.
cases() {
	name=$1 elf=$2 status=0
	log=$out/$name.out
	shift 2
	"$catchpit" run "$elf" --timeout 600 "$@" >"$log" 2>"$log.err" ||
		status=$?
	sed -n "s|^ok |ok $name |p; s|^FAIL |FAIL $name |p; s|^  |    |p" "$log"
	if [ "$status" != 0 ] || ! grep -q '^ok ' "$log"; then
		fail "$name" "status $status"
		show "$log.err"
	fi
}

# As the WRK tests want them: in order, so with the runtime's events.
budgets() {
	image "$1" "build/$1-events" budgets CONTROL=-DCPIT_TRACE_EVENTS || {
		fail "$1-budgets" "does not build"
		show "$elf.log"
		return
	}
	if [ -n "$QUICK" ]; then
		cases "$1" "$elf" --board "$1" --tick 1000 --set rounds=2 \
			--set kills=200 --set cycles=5000
		return
	fi
	cases "$1" "$elf" --board "$1" --tick 1000 --set cycles=10000
	cases "$1-fast" "$elf" --board "$1" --tick 20000 --set rounds=5
	how='--memory zero' variant=-zero
	other_budgets "$1"
}

# The same with modules of another kind, on four CPUs.
checked() {
	how='--memory checked --cc clang' variant=-checked
	other_budgets "$1"
	other_smp "$1"
}

other_budgets() {
	image "$1" "build/$1-events" budgets CONTROL=-DCPIT_TRACE_EVENTS || {
		fail "$1$variant" "does not build"
		show "$elf.log"
		return
	}
	cases "$1$variant" "$elf" --board "$1" --tick 1000 --cpus 4 \
		--set rounds=2 --set kills=200 --set cycles=5000
}

other_smp() {
	image "$1" "build/$1" smp || {
		fail "$1$variant-smp" "does not build"
		show "$elf.log"
		return
	}
	cases "$1$variant-smp" "$elf" --board "$1" --tick 1000 --cpus 4 \
		--set rounds=50
}

# Kills by another CPU.
smp() {
	image "$1" "build/$1" smp || {
		fail "$1-smp" "does not build"
		show "$elf.log"
		return
	}
	cases "$1-2-cpus" "$elf" --board "$1" --tick 1000 --cpus 2 \
		--set "rounds=$([ -n "$QUICK" ] && echo 50 || echo 1000)"
	[ -z "$QUICK" ] || return 0
	how='--memory zero' variant=-zero
	other_smp "$1"
}

# A wake-up that comes while the CPU finds out that the one before was none.
kick_in_steps() {
	name=$1-control-kick-in-steps variant=-in-steps
	image "$1" "build/$1-kick-in-steps" smp \
		CONTROL=-DCPIT_TEST_KICK_IN_STEPS || {
		fail "$name" "does not build"
		show "$elf.log"
		return
	}
	"$catchpit" run "$elf" --board "$1" --cpus 2 --tick 1000 --timeout 60 \
		--set test=kick-after-flush >"$out/$name.out" 2>&1 || :
	if grep -q "^FAIL kick-after-flush" "$out/$name.out"; then
		ok "$name"
	else
		fail "$name" "no kick is lost all the same"
		show "$out/$name.out"
	fi
}

step() {
	image "$1" "build/$1" step || {
		fail "$1-step" "does not build"
		show "$elf.log"
		return
	}
	cases "$1-step" "$elf" --board "$1" --set "every=${QUICK:+2}1"
}

latency() {
	image "$1" "build/$1" latency || {
		fail "$1-latency" "does not build"
		show "$elf.log"
		return
	}
	cases "$1-icount" "$elf" --board "$1" --tick 1000 \
		--qemu -icount --qemu shift=0
}

# run_status WANTED NAME ARGS...: what catchpit run ends with, and its report.
run_status() {
	wanted=$1 name=$2 status=0
	shift 2
	timeout $hang "$catchpit" run "$@" >"$out/$name.out" \
		2>"$out/$name.err" || status=$?
	if [ "$status" = "$wanted" ] && [ "$wanted" = 152 ] &&
		! grep -q 'trap=cpu-limit signal=SIGXCPU status=152' \
			"$out/$name.err"; then
		fail "$name" "no report of a CPU limit"
		show "$out/$name.err"
	elif [ "$status" = "$wanted" ]; then
		ok "$name"
	else
		fail "$name" "status $status, not $wanted"
		show "$out/$name.err"
	fi
}

# reports NAME PATTERN: what its report has to say.
reports() {
	grep -q "^catchpit: $2" "$out/$1.err" || {
		fail "$1" "the report is another"
		show "$out/$1.err"
	}
}

# C that has a handler for the signal of its trap, or no stack left of its own.
deaths() {
	echo handler >"$out/handler.want"
	run_status 136 "$1-handler" "$out/handler.wasm" --board "$1"
	reports "$1-handler" 'trap=integer-divide-by-zero signal=SIGFPE'
	compare "$out/handler.want" "$out/$1-handler.out" ||
		fail "$1-handler" "the handler ran when it should not, or not"
	run_status 139 "$1-shadow" "$out/shadow.wasm" --board "$1"
	reports "$1-shadow" 'trap=memory-out-of-bounds .* addr=0xffff'
}

# The text of an image, as bytes.
text_of() {
	cross=
	[ "$(arch_of "$2")" != riscv64 ] || cross=riscv64-unknown-elf-
	"${cross}objcopy" -O binary -j .text "$1" "$1.text"
}

hard() {
	run_status 152 "$1-hard" "$out/spin.wasm" --board "$1" --hard-ms 500
	grep -q '^  #0 spin +0x' "$out/$1-hard.err" ||
		fail "$1-hard" "the report does not say where it was"
}

# A limit ends a wait: for time, and for input that does not come.
waits() {
	for what in sleep read; do
		run_status 152 "$1-$what" "$out/waits.wasm" --board "$1" \
			--hard-ms 50 --invoke $what <&3
	done
}

# Nor does it wait for the runtime, which a guest may call again and again.
grow() {
	run_status 152 "$1-grow" "$out/grow.wasm" --board "$1" --hard-ms 5
}

command_line() {
	hard "$1"
	waits "$1"
	grow "$1"
	# The fastest that is accepted: the guest and its limit get their turn.
	run_status 152 "$1-fast" "$out/spin.wasm" --board "$1" --hard-ms 50 \
		--tick 1000000
	run_status 152 "$1-start" "$out/start.wasm" --board "$1" --hard-ms 50
	# Baked in; and with settings as long that mean nothing: the same text,
	# byte for byte, so no module pays for a budget (WRK-16).
	"$catchpit" build "$out/spin.wasm" -o "$out/$1-limited.elf" \
		--board "$1" --soft-ms 20 --hard-ms 40
	"$catchpit" build "$out/spin.wasm" -o "$out/$1-plain.elf" --board "$1" \
		--set cpus=20 --set tick=40
	run_status 152 "$1-baked" "$out/$1-limited.elf" --board "$1"
	text_of "$out/$1-limited.elf" "$1"
	text_of "$out/$1-plain.elf" "$1"
	if compare "$out/$1-limited.elf.text" "$out/$1-plain.elf.text"; then
		ok "$1-same-text"
	else
		fail "$1-same-text" "a budget changes what runs"
	fi
	# Nor is there anything in a module that has no words.
	for m in t spin; do
		"$catchpit" compile "$out/$m.wasm" -o "$out/$1-$m.o" \
			--arch "$(arch_of "$1")"
	done
	if nm "$out/$1-t.o" | grep -q cpit_memory0 &&
		! nm "$out/$1-spin.o" | grep -q cpit_memory0; then
		ok "$1-opt-in"
	else
		fail "$1-opt-in" "cpit_memory0 is not where it has to be"
	fi
	for bad in '--hard-ms 0' '--soft-ms -1' '--hard-ms 86400001' \
		'--soft-ms x' '--hard-ms'; do
		# shellcheck disable=SC2086	# an option and its value
		run_status 2 "$1-usage-$(echo "$bad" | tr -d ' -')" \
			"$out/spin.wasm" $bad
	done
}

case "${1:-}" in
*:*)
	exec 3<>"$out/silent"		# an input that neither comes nor ends
	IFS=:
	# shellcheck disable=SC2086	# "budgets:virt"
	set -- $1
	unset IFS
	"$@"
	exit "$failed" ;;
esac

# bench BOARD: the histogram of latencies alone, for `make bench'.
if [ "${1:-}" = bench ]; then
	mkdir -p "$out"
	assemble tests/signal/t.wat "$out/t.wasm"
	echo "how late 200 hard limits were, in guest time, at 1 kHz"
	latency "$2"
	exit "$failed"
fi

suite_begin
mkfifo "$out/silent"
for m in t d e grow start spin waits; do
	assemble tests/signal/$m.wat "$out/$m.wasm"
done
checked=
wasi="$wasi_cc -Xclang -O1"	# what recurses shall go on to do so
$wasi -D_WASI_EMULATED_SIGNAL tests/signal/handler.c -o "$out/handler.wasm" \
	-lwasi-emulated-signal
$wasi -Wno-infinite-recursion -Wl,-z,stack-size=16 -Wl,--stack-first \
	tests/signal/shadow.c -o "$out/shadow.wasm"
for board in $BOARDS; do
	echo "deaths:$board"
	if [ "$board" = host ]; then	# no image of ours; its timer is a signal
		echo "hard:$board"
		echo "waits:$board"
		echo "grow:$board"
		continue
	fi
	echo "command_line:$board"
	[ -z "$QUICK" ] || [ "$board" != microvm ] || continue
	echo "budgets:$board"
	echo "smp:$board"
	if [ -z "$QUICK$checked" ]; then
		checked=$board
		echo "checked:$board"
	fi
	[ "$(arch_of "$board")" != x86_64 ] || echo "step:$board"
	[ "$(arch_of "$board")" != riscv64 ] || [ -n "$QUICK" ] ||
		echo "kick_in_steps:$board"
	[ -n "$QUICK" ] || echo "latency:$board"
done | in_parallel
exit "$failed"
