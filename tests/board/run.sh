#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tests that run inside a board's image (harness.h), in every combination of
# memory mode, compiler and level, with the timer off and fast, on 1 and 4
# CPUs; what must stop the machine (fatal.c); and the negative controls, builds
# with a mechanism off, which must fail in the stated way.
. "$(dirname "$0")/../lib.sh"

# image BOARD BUILD-DIR NAME MODULE OUT [MAKE-ARGS]: links a test image.
image() {
	image_board=$1 image_b=$2 image_name=$3 image_module=$4 image_elf=$5
	shift 5
	make_in "$image_board" "$image_b" "$@" test-image \
		NAME="$image_name" MODULE="$image_module" OUT="$image_elf" \
		>"$image_elf.log" 2>&1
}

# module BOARD MODE CC LEVEL: compiles the guests, as $module: a list of objects.
module() {
	modules "$out/t-$1-$2-$3$4" "$(arch_of "$1")" --memory "$2" --cc "$3" "$4"
}

modules() {
	mkdir -p "$1"
	to=$1 arch=$2 module=
	shift 2
	for guest in $guests; do
		module="$module $to/$guest.o" base=
		case "$guest $arch $*" in
		*checked* | *' zero'*) ;;
		base\ x86_64* | segment\ x86_64*) base='--base gs' ;;
		esac
		# shellcheck disable=SC2086	# words
		"$catchpit" compile "$out/$guest.wasm" -o "$to/$guest.o" \
			--arch "$arch" "$@" $base >"$to.log" 2>&1 || return
	done
}
guests='t init share big_frame base'

# results PREFIX FILE: the image's own ok and FAIL lines, each with PREFIX.
results() {
	sed -n "s|^ok |ok $1 |p; s|^FAIL |FAIL $1 |p; s|^  |    |p" "$2"
	! grep -q '^FAIL' "$2" && grep -q '^ok ' "$2"
}

# traps NAME ELF [RUN-ARGS]: runs the table of traps.c.
traps() {
	name=$1 elf=$2
	shift 2
	log=$out/$name.out
	status=0
	"$catchpit" run "$elf" --timeout "${hang_traps:-900}" "$@" >"$log" 2>"$log.err" ||
		status=$?
	if ! results "$name" "$log" || [ "$status" != 0 ]; then
		fail "$name" "status $status"
		show "$log.err"
	fi
}

# One combination: "traps BOARD MODE CC LEVEL".
combination() {
	name=$1-$2-$3$4
	elf=$out/$name.elf
	module "$@" && image "$1" "build/$1" traps "$module" "$elf" || {
		fail "$name" "does not build"
		show "$out/t-$1-$2-$3$4.log"
		show "$elf.log"
		return
	}
	traps "$name" "$elf" --board "$1" ${QUICK:+--set rounds=2000}
}

# The runtime itself at another level or by the other compiler.
runtime() {
	name=$1-rt-$2$3
	elf=$out/$name.elf
	module "$1" guard gcc -O2
	image "$1" "build/$1-$2$3" traps "$module" "$elf" RTCC="$2" OPT="$3" || {
		fail "$name" "does not build"
		show "$elf.log"
		return
	}
	traps "$name" "$elf" --board "$1"
}

# The timer at 100 Hz and as fast as it makes sense, and all CPUs.
timer() {
	elf=$out/$1-timer.elf
	module "$1" guard gcc -O2 && image "$1" "build/$1" traps "$module" "$elf"
	traps "$1-100Hz" "$elf" --board "$1" --tick 100 --set rounds=2000
	traps "$1-fast" "$elf" --board "$1" --tick 10000 --set rounds=2000
	traps "$1-4-cpus" "$elf" --board "$1" --cpus 4
	traps "$1-4-cpus-fast" "$elf" --board "$1" --cpus 4 --tick 10000 \
		--set rounds=1000
}

# By the firmware that QEMU starts when nobody names one.
seabios() {
	elf=$out/$1-seabios.elf
	module "$1" guard gcc -O2 && image "$1" "build/$1" traps "$module" "$elf"
	traps "$1-seabios" "$elf" --board "$1" --cpus 4 --qemu -bios \
		--qemu bios-256k.bin
}

# stops BOARD CASE TEXT [RUN-ARGS]: it must stop with that, exactly once.
stops() {
	fatal_board=$1 fatal_case=$2 fatal_text=$3
	shift 3
	stops_at "$fatal_board-fatal-$fatal_case" "$fatal_text" \
		"$out/$fatal_board-fatal.elf" --board "$fatal_board" \
		--set test="$fatal_case" "$@"
}

# stops_at NAME TEXT ELF [RUN-ARGS]
stops_at() {
	log=$out/$1 case=$1 text=$2
	shift 2
	status=0
	"$catchpit" run "$@" --timeout 60 >"$log.out" 2>"$log.err" || status=$?
	if [ "$status" = 125 ] && [ ! -s "$log.out" ] &&
		[ "$(grep -c '^catchpit: fatal: ' "$log.err")" = 1 ] &&
		grep -q "^catchpit: fatal: $text" "$log.err"; then
		ok "$case"
	else
		fail "$case" "status $status, not the one report '$text'"
		show "$log.err"
	fi
}

fatal() {
	module "$1" guard gcc -O2
	image "$1" "build/$1" fatal "$module" "$out/$1-fatal.elf" || {
		fail "$1-fatal" "does not build"
		show "$out/$1-fatal.elf.log"
		return
	}
	wild='fault in module text that nothing explains'
	stops "$1" host-null 'fault in host code pc=0x[0-9a-f]* addr=0x8 import=env.host'
	stops "$1" host-jump 'fault in host code'
	stops "$1" host-jump-data 'fault in host code .* import=env.host$'
	stops "$1" host-twice 'second end of one call'
	stops "$1" host-overflow 'fault in host code .* import=env.host'
	stops "$1" handler-fault 'fault inside the trap handler .* during=0x'
	stops "$1" head-null 'fault in host code'
	stops "$1" head-zeros 'fault inside the trap handler .* during=0x'
	stops "$1" handler-overflow 'fault inside the trap handler .* during=0x'
	stops "$1" wild-access "$wild .* addr=0x40000000"
	stops "$1" no-site "$wild"
	stops "$1" no-activation 'fault in host code'
	case $1 in
	virt) ;;
	host) stops host unknown-vector 'fault in host code' ;;
	*)
		stops "$1" unknown-vector 'unknown interrupt'
		stops "$1" tick-nmi 'non-maskable interrupt .* during=0x' ;;
	esac
	# The guard is where kernel stacks are.
	guard=0xf*e0
	[ "$1" != host ] || guard=0x
	stops "$1" main-overflow "fault in host code .* addr=$guard"
	stops "$1" tick-fault 'fault inside the trap handler .* during=0x'
	stops "$1" register-fault 'fault in host code .* addr=0x8$'
	stops "$1" other-cpus 'fault in host code .* addr=0x8 import=env.host$' \
		--cpus 4
	[ "$1" = host ] ||		# a piece is one write(2) there
		stops "$1" both-cpus 'fault in host code .* addr=0x8$' \
			--cpus 2
}

. tests/board/requests.sh
. tests/board/zero.sh
. tests/board/machines.sh
. tests/board/lives.sh
. tests/board/sanitized.sh

# A module that the loader brings (-initrd); what may not be written to.
load() {
	name=$1-load
	module "$1" guard gcc -O2
	if ! image "$1" "build/$1" load "$module" "$out/$name.elf" ||
		! "$catchpit" compile "$out/t.wasm" --arch "$(arch_of "$1")" \
		--loadable -o "$out/$name.cpm" >>"$out/$name.elf.log" 2>&1; then
		fail "$name" "does not build"
		show "$out/$name.elf.log"
		return
	fi
	case $1 in
	host) set -- host --set "initrd=$out/$name.cpm" ;;
	*) set -- "$1" --qemu -initrd --qemu "$out/$name.cpm" ;;
	esac
	traps "$name" "$out/$name.elf" --board "$@" --cpus 2
	for what in text constants; do
		stops_at "$1-load-write-$what" 'fault in host code' \
			"$out/$name.elf" --board "$@" --set test=load-runs \
			--set write=$what
	done
}

# claim_path BOARD ELF: what runs between a fault and its landing, as settings
# for inject.c.  The first instructions of riscv64's entry are left out: until
# sscratch has the mark of a handler at work, nobody could catch a fault.
claim_path() {
	at_arch=$(arch_of "$1")
	cross=$(sed -n 's/^CROSS[	 ]*:= *//p' "arch/$at_arch/arch.mk")
	names='cpit_(trap_claim|code_(find|site|func)|memory_find|trap_signal'
	names="$names|ranges_(find|get)|backtrace|record)|walk|cause_of|land"
	edges='cpit_trap_stubs|common|cpit_arch_trap'
	if [ "$at_arch" = riscv64 ]; then
		names="$names|cpit_arch_trap" edges='cpit_trap_entry'
		marked=$("${cross}objdump" -d --disassemble=cpit_trap_entry "$2" |
			sed -n '/csrw.*sscratch/{n;s/^ *\([0-9a-f]*\):.*/\1/p;q;}')
	fi
	"${cross}nm" -Sl "$2" | sed -nE "s/ . ($names)(	.*)?\$/ at/p;
		s/ . ($edges)(	.*)?\$/ edge/p;
		s/ . (visit|step)	.*rt\/backtrace\.c:.*/ at/p
		s/ . cpit_console_(hold|write|leave)(	.*)?\$/ log/p" |
	while read -r start size key; do
		if [ "$key" = edge ] && [ -n "${marked:-}" ]; then
			size=$(printf %x $((0x$start + 0x$size - 0x$marked)))
			start=$marked
		fi
		echo "--set $key=$start:$size"
	done
}

# K23-04, K23-07: a fault at each instruction of the claim path.
inject() {
	name=$1-inject
	elf=$out/$name.elf
	module "$1" guard gcc -O2
	image "$1" "build/$1-inject" inject "$module" "$elf" \
		CONTROL=-DCPIT_TEST_INJECT || {
		fail "$name" "does not build"
		show "$elf.log"
		return
	}
	# shellcheck disable=SC2046	# options
	traps "$name" "$elf" --board "$1" $(claim_path "$1" "$elf")
}

# soak BOARD [SECONDS]: soak.c on four CPUs.
soak() {
	elf=$out/$1-soak.elf
	module "$1" guard gcc -O2
	image "$1" "build/$1" soak "$module" "$elf" || {
		fail "$1-soak" "does not build"
		show "$elf.log"
		return
	}
	seconds=${2:-10}
	hang_traps=$((seconds + 900))
	traps "$1-soak" "$elf" --board "$1" --cpus 4 --set test=soak \
		--set seconds="$seconds"
}

# fastest BOARD N TEST: a second, on N CPUs, the best of three runs: the computer
# may have something else to do.
fastest() {
	for round in 1 2 3; do
		"$catchpit" run "$out/$1-rate.elf" --board "$1" --cpus "$2" \
			--timeout 60 --set test="$3" --set seconds=2
	done | sed -n "s/^ *$3 //p" | sort -n | tail -n 1
}

# rate BOARD: for make bench, on one CPU and on two.  QEMU takes a lock of its own
# for each exception, which the second line shows.
rate() {
	elf=$out/$1-rate.elf
	module "$1" guard gcc -O2
	image "$1" "build/$1" rate "$module" "$elf"
	what=traps
	[ "$1" = host ] || what='traps exceptions'
	for test in $what; do
		echo "$test $(fastest "$1" 1 $test) $(fastest "$1" 2 $test)"
	done | awk '{
		if ($1 == "exceptions")
			$1 = "empty exceptions"
		printf "%s a second: %d on 1 CPU, %d on 2: %.2f times\n",
			$1, $(NF - 1), $NF, $(NF - 1) ? $NF / $(NF - 1) : 0 }'
}

# between_marks BOARD SHARED: the cache lines that two CPUs share, in $elf.lines.
between_marks() {
	marks=$("${cross}nm" "$elf" | sed -n 's/^\([0-9a-f]*\) T lines_\([a-z]*\)$/\2=\1/p' |
		paste -s -d , -)
	status=0
	rm -f "$elf.lines"
	"$catchpit" run "$elf" --board "$1" --cpus 2 --timeout 100 \
		--set test=apart --set shared="$2" --qemu -plugin --qemu \
		"file=$out/$1-lines.so,$marks,out=$elf.lines" \
		>"$elf.out" 2>&1 || status=$?
	[ "$status" = 0 ] || show "$elf.out"
	tail -n 1 "$elf.lines" 2>/dev/null || echo "status $status"
}

# K23-18: traps on two CPUs have no line of memory in common that one writes; the
# control is a counter they do share, which has to be found.
apart() {
	name=$1-apart elf=$out/$1-apart.elf
	cross=$(sed -n 's/^CROSS[	 ]*:= *//p' "arch/$(arch_of "$1")/arch.mk")
	module "$1" guard gcc -O2
	if ! image "$1" "build/$1" rate "$module" "$elf" ||
		! gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -shared \
		-fPIC -o "$out/$1-lines.so" tests/board/lines.c \
		>"$elf.log" 2>&1; then
		fail "$name" "does not build"
		show "$elf.log"
		return
	fi
	said=$(between_marks "$1" 0)
	case $said in
	*'requires API version'* | *'invalid option'*)
		skip "$name" "this QEMU has other plugins: $said"
		return ;;
	own\ [1-9]???*\ [1-9]???*\ shared\ 0) ok "$name" ;;
	*)
		fail "$name" "$said"
		show "$elf.lines" ;;
	esac
	said=$(between_marks "$1" 1)
	at=$("${cross}nm" "$elf" | sed -n 's/ [BD] lines_shared$//p')
	if [ "${said##* }" = 1 ] && grep -q "^0x$at by" "$elf.lines"; then
		ok "$name-control"
	else
		fail "$name-control" "lines_shared is not what is found: $said"
		show "$elf.lines"
	fi
}

# SLG-02: without a trap stack, traps that leave the guest stack whole are
# still caught, and a stack overflow is not: no end, or no status.
no_trap_stack() {
	name=$1-control-no-trap-stack
	elf=$out/$name.elf
	module "$1" guard gcc -O2
	image "$1" "build/$1-no-trap-stack" traps "$module" "$elf" \
		CONTROL=-DCPIT_TEST_NO_TRAP_STACK || {
		fail "$name" "does not build"
		show "$elf.log"
		return
	}
	whole=0 overflow=0
	"$catchpit" run "$elf" --board "$1" --timeout 60 \
		--set test=store-order >"$elf.whole" 2>&1 || whole=$?
	"$catchpit" run "$elf" --board "$1" --timeout 5 \
		--set test=exhaust-direct >"$elf.overflow" 2>&1 || overflow=$?
	if grep -q '^  .*store-order\|^ok store-order\|cpit_arch_trap_clean' \
		"$elf.whole" && [ "$overflow" = 125 ] &&
		grep -q 'no end within\|without a status' "$elf.overflow"; then
		ok "$name"
	else
		fail "$name" "whole $whole, overflow $overflow: not as stated"
		show "$elf.whole"
		show "$elf.overflow"
	fi
}

# control NAME BOARD TEST CFLAGS CONTROL WANT: builds with a mechanism off, the
# runtime in a folder for each CONTROL, or with riskier code; the test must come
# out as WANT: ok, FAIL, or a line.
control() {
	name=$2-control-$1
	elf=$out/$name.elf
	wanted=$6
	CATCHPIT_CFLAGS=$4
	export CATCHPIT_CFLAGS
	level=-O2
	case $4 in *red-zone*) level=-O0 ;; esac
	if ! modules "$out/$name" "$(arch_of "$2")" "$level" ||
		! image "$2" "build/$2${5:+-${5#-DCPIT_TEST_}}" traps \
			"$module" "$elf" CONTROL="$5"; then
		fail "$name" "does not build"
		show "$elf.log"
		return
	fi
	"$catchpit" run "$elf" --board "$2" --timeout 30 --cpus 2 --tick 5000 \
		--set test="$3" >"$elf.out" 2>&1 || :
	if grep -q "^$wanted" "$elf.out"; then
		ok "$name"
	else
		fail "$name" "$3 did not come out as $wanted"
		show "$elf.out"
	fi
}

# K23-10: stores a compiler may drop or move are not as before the trap.
no_order() {
	control no-order "$1" exact -DCPIT_TEST_NO_ORDER "" FAIL
}

# K23-10: nor does a load leave its loop, past the stores in it, where gcc may.
# What holds it is what no_order() is without.
moved_load() {
	control moved-load "$1" exact -ftree-loop-im "" ok
}

# A fault at a page that there is no memory for, taken for out of bounds.
no_shortage() {
	control no-shortage "$1" more-than-ram "" -DCPIT_TEST_NO_SHORTAGE \
		'  .*out_of_pages(o)'
}

# SLG-16 on several CPUs: what was unmapped must be forgotten by all of them.
no_shootdown() {
	control no-shootdown "$1" smp-recycled "" -DCPIT_TEST_NO_SHOOTDOWN \
		'  .*trapped.*MEM_OOB'
}

# Whose base is not put back: it reads and writes another store's memory.
no_base() {
	control no-base "$1" base-of-each-store "" -DCPIT_TEST_NO_BASE \
		'  .*result\[0\].i32 == mark_of'
}

# SLG-04 and the red zone, where there is one.
timer_no_ist() {
	off=-DCPIT_TEST_TIMER_NO_IST
	# A tick that finds room for its frame, but none for its handler, is fatal.
	control timer-no-ist "$1" timer-near-guard "" "$off" \
		'FAIL\|catchpit: fatal: '
	control red-zone "$1" locals-survive-ticks -mred-zone "" ok
	# Of what is written over, a sum comes out wrong, a pointer makes a fault
	# that nothing explains, and a count may never come to its end.
	end='FAIL\|catchpit: fatal: \|catchpit: .*: no end within'
	[ "$1" != host ] || end=ok	# Linux leaves a red zone alone
	control red-zone-no-ist "$1" locals-survive-ticks -mred-zone "$off" $end
}

unmapped() {
	skip "$1-zero" "this process may not map address 0 (vm.mmap_min_addr)"
}

unbuilt() {
	fail "$1" "does not build"
	show "$out/$1-make.log"
}

case "${1:-}" in
*:*)
	IFS=:
	# shellcheck disable=SC2086	# "traps:virt:guard:gcc:-O2"
	set -- $1
	unset IFS
	"$@"
	exit "$failed" ;;
esac

guests() {
	suite_begin
	assemble tests/board/t.wat "$out/t.wasm"
	assemble tests/board/init.wat "$out/init.wasm"
	for guest in share peer alone two base root leaf; do
		assemble tests/board/$guest.wat "$out/$guest.wasm"
	done
	cp "$out/root.wasm" "$out/segment.wasm"
	tests/trap/big-frame.gen >"$out/big_frame.wat"
	assemble "$out/big_frame.wat" "$out/big_frame.wasm"
}

case "${1:-}" in
soak | rate)			# make soak, make bench
	guests
	"$@"
	exit "$failed" ;;
esac

# takes BOARD MODE COMPILER: at -O0, which takes long to run, each ISA has each
# compiler in one mode, the other ISA in the other.  FULL=1: all.
takes() {
	case ${FULL:+full}$isas:$(arch_of "$1"):$2:$3 in
	riscv64x86_64:riscv64:guard:clang | riscv64x86_64:riscv64:checked:gcc | \
		riscv64x86_64:x86_64:guard:gcc | \
		riscv64x86_64:x86_64:checked:clang) return 1 ;;
	esac
}

isas=$(isas)
guests
machines_files
# Most jobs' guests, which each would compile if they all began at once.
for board in $BOARDS; do
	echo "module:$board:guard:gcc:-O2"
done | in_parallel || :		# they say so
for board in $BOARDS; do
	# Not by several jobs at the same time.
	(
		names="traps fatal load zero lives"
		[ -n "$QUICK" ] || names="$names soak requests"
		for name in $names; do
			make -s BOARD="$board" board test-objects NAME=$name ||
				exit
		done
	) >"$out/$board-make.log" 2>&1 || {
		echo "unbuilt:$board"
		continue
	}
	echo "combination:$board:guard:gcc:-O2"
	echo "fatal:$board"
	# When it has to be quick, what has less to do with the ISA takes turns.
	[ -n "$QUICK" ] && [ "$board" != "${BOARDS##* }" ] ||
		echo "load:$board lives:$board"
	if [ "$board" != host ]; then
		echo "inject:$board apart:$board machines:$board"
		[ -n "$QUICK" ] && [ "$board" != "${BOARDS%% *}" ] ||
			echo "zero:$board"
	elif at_zero host; then
		echo "zero_process:host"
	else
		echo "unmapped:host"
	fi
	[ -z "$QUICK" ] || continue
	case $board in
	microvm | host)		# whose modules are q35's, byte for byte
		echo "combination:$board:checked:clang:-O0" ;;
	*)
		for mode in guard checked; do
			for cc in gcc clang; do
				takes "$board" $mode $cc &&
					echo "combination:$board:$mode:$cc:-O0"
				echo "combination:$board:$mode:$cc:-O2"
			done
		done | grep -v guard:gcc:-O2
		echo "combination:$board:guard:gcc:-Os"
		echo "combination:$board:guard:gcc:-O3" ;;
	esac
	echo "runtime:$board:gcc:-O0"
	echo "runtime:$board:gcc:-O2"
	echo "runtime:$board:clang:-O2"
	echo "timer:$board"
	[ "$board" != q35 ] || echo "seabios:$board"
	echo "soak:$board"
	echo "no_trap_stack:$board"
	echo "no_order:$board"
	echo "moved_load:$board"
	if [ "$board" = host ]; then	# where the kernel unmaps for all
		echo "sanitized:asan"
		echo "sanitized:tsan"
	else
		echo "no_shootdown:$board"
		echo "zero_control:$board"
		echo "requests:$board"
		echo "no_shortage:$board"
	fi
	[ "$(arch_of "$board")" != x86_64 ] ||
		echo "timer_no_ist:$board no_base:$board"
done | in_parallel
exit "$failed"
