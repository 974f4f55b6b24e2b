# SPDX-License-Identifier: Apache-2.0
#
# Memories at address zero: zero.c and spaces.c, what stops the machine, and the controls.
# A part of run.sh, which has the rest.

# zero_image NAME BOARD BUILD-DIR [MAKE-ARGS]: zero.c, t in all modes, peer in two.
zero_image() {
	name=$1 board=$2 b=$3
	shift 3
	elf=$out/$name.elf to=$out/$name module=
	mkdir -p "$to"
	cp "$out/t.wasm" "$to/g.wasm"
	cp "$out/t.wasm" "$to/checked_t.wasm"
	cp "$out/peer.wasm" "$to/guard_peer.wasm"
	for guest in "$out/t" "$out/peer" "$out/alone" "$out/two" "$to/g" \
		"$to/checked_t" "$to/guard_peer"; do
		case ${guest##*/} in
		g | guard_*) mode=guard ;;
		checked_*) mode=checked ;;
		*) mode=zero ;;
		esac
		module="$module $to/${guest##*/}.o"
		"$catchpit" compile "$guest.wasm" --arch "$(arch_of "$board")" \
			--memory $mode -o "$to/${guest##*/}.o" >>"$to.log" 2>&1 ||
			return
	done
	image "$board" "$b" zero "$module" "$elf" "$@"
}

zero() {
	if ! zero_image "$1-zero" "$1" "build/$1"; then
		fail "$1-zero" "does not build"
		show "$out/$1-zero.elf.log"
		return
	fi
	traps "$1-zero" "$elf" --board "$1" --cpus 4 --tick 1000
	zero_fatal "$1-zero" "$1" "build/$1"
	stops_at "$1-zero-host-null" \
		'fault in host code pc=0x[0-9a-f]* addr=0x8 import=env.host' \
		"$elf" --board "$1" --set test=host-null
	zero_stops "$1"
}

# zero_stops BOARD: what a panic does to CPUs in other spaces than its own.  OpenSBI
# stops nobody for us.
zero_stops() {
	zero_stop "$1-zero" "$1"
	[ "$1" = virt ] || return 0
	zero_image virt-zero-sbi virt build/virt LDS=build/virt/image-sbi.lds \
		TESTS_BOOT=build/virt/boot-sbi.o || {
		fail virt-zero-sbi "does not build"
		show "$elf.log"
		return
	}
	zero_stop virt-zero-sbi virt
}

zero_stop() {
	for who in guest host; do
		traps "$1-stop-$who" "$out/$1.elf" --board "$2" --cpus 2 \
			--set test=zero-stopped --set stop=$who
	done
}

# A process has no door and one address space, so what is about several does not
# go; its modules are compiled for any address, and linked as the tool does.
zero_process() {
	CATCHPIT_CFLAGS="-mcmodel=small -fPIE -fvisibility=hidden"
	export CATCHPIT_CFLAGS
	if ! zero_image host-zero host build/host-zero CONTROL=-fpie \
		LINK_B='-static-pie -Wl,--gc-sections'; then
		fail host-zero "does not build"
		show "$out/host-zero.elf.log"
		return
	fi
	for test in one-memory other-mode again second top; do
		traps host-zero "$elf" --board host --set test=zero-$test
	done
	# The control: text where a machine's would be is in the memory's way.
	zero_image host-control-low host build/host ||
		fail host-control-low "does not build"
	"$catchpit" run "$elf" --board host --set test=zero-again \
		>"$elf.out" 2>&1 || :
	if grep -q '^FAIL zero-again$' "$elf.out"; then
		ok host-control-low
	else
		fail host-control-low "a memory is where the text is"
		show "$elf.out"
	fi
}

# zero_fatal NAME BOARD BUILD-DIR [MAKE-ARGS]: fatal.c with guests of mode zero.
zero_fatal() {
	name=$1 board=$2 b=$3
	shift 3
	elf=$out/$name-fatal.elf
	modules "$out/$name-fatal" "$(arch_of "$board")" --memory zero &&
		image "$board" "$b" fatal "$module" "$elf" "$@"
}

# zero_control BOARD: host code that may touch user pages, by a door that stays
# open in imports, in vectors, or pages that are not the user's; a guest that
# may not; an image where sign-extended addresses lead.
zero_control() {
	zero_off "$1" door-open -DCPIT_TEST_DOOR_OPEN '' zero-door \
		'!cpit_arch_door_is_open()'
	zero_off "$1" door-vectors '' -DCPIT_TEST_DOOR_OPEN zero-door \
		'ticks_open == 0'
	zero_off "$1" door-shut -DCPIT_TEST_DOOR_SHUT '' zero-door \
		'"count", N, 0)->end == CPIT_RETURNED'
	[ "$(arch_of "$1")" != riscv64 ] ||
		zero_off "$1" top '' -DCPIT_TEST_TOP zero-top '!addr'
	zero_fatal "$1-control-no-user" "$1" "build/$1-no-user" \
		CONTROL=-DCPIT_TEST_NO_USER || {
		fail "$1-control-no-user" "does not build"
		return
	}
	"$catchpit" run "$elf" --board "$1" --timeout 30 --set test=host-null \
		>"$elf.out" 2>&1 || :
	if grep -q '^[okFAIL]* host-null$' "$elf.out"; then
		ok "$1-control-no-user"
	else
		fail "$1-control-no-user" "host code does not come to address 8"
		show "$elf.out"
	fi
}

# zero_off BOARD NAME CFLAGS CONTROL TEST CHECK: the test fails, by that check.
zero_off() {
	test=$5 check=$6 case=$1-control-$2
	CATCHPIT_CFLAGS=$3
	export CATCHPIT_CFLAGS
	if ! zero_image "$case" "$1" "build/$1${4:+-$2}" CONTROL="$4"; then
		fail "$case" "does not build"
		show "$elf.log"
		return
	fi
	"$catchpit" run "$elf" --board "$1" --timeout 30 --tick 1000 \
		--set "test=$test" >"$elf.out" 2>&1 || :
	if grep -q "^FAIL $test" "$elf.out" && grep -qF "$check" "$elf.out"; then
		ok "$case"
	else
		fail "$case" "$test did not fail by $check"
		show "$elf.out"
	fi
}
