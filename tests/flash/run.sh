#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Images in flash, and under OpenSBI: what runs from an ELF file runs from
# there, in the same places, with all CPUs; text is not copied; and a bit that is
# not as it was built is told before anything else is.
. "$(dirname "$0")/../lib.sh"

# run NAME FILE [ARGUMENTS]: into $out/NAME.out and .err; status in $got.
run() {
	name=$1 file=$2
	shift 2
	got=0
	"$catchpit" run "$file" --board "$board" --timeout "$hang" "$@" \
		</dev/null >"$dir/$name.out" 2>"$dir/$name.err" || got=$?
}

# same NAME OTHER: both runs ended the same way.
same() {
	if [ "$got" = 139 ] && compare "$dir/$2.out" "$dir/$1.out" &&
		compare "$dir/$2.err" "$dir/$1.err"; then
		ok "$board-$1"
	else
		fail "$board-$1" "status $got, or not as $2"
		show "$dir/$1.err"
	fi
}

# The machine as the README starts it, without catchpit.
by_hand() {
	case $board in
	virt) set -- qemu-system-riscv64 -M virt -bios none \
		-drive if=pflash,unit=0,format=raw,readonly=on,file="$1" ;;
	*) set -- qemu-system-x86_64 -M "$board" -cpu max \
		-device isa-debug-exit,iobase=0xf4,iosize=4 -bios "$1" ;;
	esac
	timeout "$hang" "$@" -m 256M -nodefaults -display none -no-reboot \
		${monitor:--monitor none} -serial "file:$dir/by-hand.out"
}

hand() {
	status=0
	by_hand "$dir/app.bin" 2>"$dir/by-hand.err" || status=$?
	wanted=139		# QEMU's status on PCs: twice that and 1
	[ "$board" = virt ] || wanted=$(((2 * 139 + 1) & 255))
	if [ "$status" = "$wanted" ] &&
		grep -q '^hello from flash 42' "$dir/by-hand.out" &&
		grep -q '^catchpit: trap=memory-out-of' "$dir/by-hand.out"; then
		ok "$board-by-hand"
	else
		fail "$board-by-hand" "status $status"
		show "$dir/by-hand.out"
	fi
}

# Where an ELF file's text would be in RAM there is nothing of it: at most what
# the first pages are used for.
in_place() {
	case $board in
	virt) flash=0x20000008 ram=0x80000008 ;;
	*) flash=0xffe00008 ram=0x200008 ;;
	esac
	"$catchpit" build "$out/app.wasm" --arg wait --board "$board" \
		-o "$dir/waits.elf" >"$dir/waits.log" 2>&1
	: >"$dir/by-hand.out"
	{
		tries=300
		until grep -q '^argument wait' "$dir/by-hand.out" ||
			[ $tries = 0 ]; do
			tries=$((tries - 1))
			sleep 0.1
		done
		printf 'xp /8bx %s\nxp /8bx %s\nquit\n' $flash $ram
	} | monitor='-monitor stdio' by_hand "$dir/waits.bin" \
		>"$dir/in-place.out" 2>&1 || :
	magic='0x63 0x61 0x74 0x63 0x68 0x70 0x69 0x74'
	if grep -q "$(printf '%016x' $((flash))): $magic" "$dir/in-place.out" &&
		grep "^$(printf '%016x' $((ram))): 0x" "$dir/in-place.out" |
		grep -qv "$magic"; then
		ok "$board-in-place"
	else
		fail "$board-in-place" "text is not where it should be, or in RAM too"
		show "$dir/in-place.out"
	fi
}

# The same instructions as from RAM, as many of them.
speed() {
	for form in elf bin; do
		run "speed-$form" "$dir/app.$form" --order 0 --stats \
			--qemu -icount --qemu shift=0
		sed -n 's/.* \(insns=[1-9][0-9]*\) .*/\1/p' "$dir/speed-$form.err" \
			>"$dir/speed-$form.insns"
	done
	if [ -s "$dir/speed-bin.insns" ] &&
		cmp -s "$dir/speed-elf.insns" "$dir/speed-bin.insns"; then
		ok "$board-speed"
	else
		fail "$board-speed" "not the instructions of a run from RAM"
		show "$dir/speed-bin.err"
	fi
}

# build NAME [OPTIONS]: the app and a module with a bug.
build() {
	name=$1
	shift
	"$catchpit" build "$out/app.wasm" "$out/crash.wasm" --dir "$out/d=/d" \
		--arg built --order 0,1 --board "$board" -o "$dir/$name.elf" "$@" \
		>"$dir/$name.log" 2>&1 || {
		fail "$board-$name" "does not build"
		show "$dir/$name.log"
	}
}

forms() {
	board=$1
	temp "$board"
	build app
	run elf "$dir/app.elf" --cpus 2
	run flash "$dir/app.bin" --cpus 4
	same flash elf
	grep -q '^note in the image' "$dir/flash.out" ||
		fail "$board-flash" "it does not say its note"
	hand
	in_place
	speed
	run settings "$dir/app.bin" --order 0 --arg 'a b' --dir "$out/e=/d"
	printf 'hello from flash 42\nargument a b\nnote of the run\n' >"$dir/want"
	if [ "$got" = 0 ] && compare "$dir/want" "$dir/settings.out"; then
		ok "$board-settings"
	else
		fail "$board-settings" "status $got"
		show "$dir/settings.err"
	fi
	build again
	if cmp -s "$dir/app.bin" "$dir/again.bin"; then
		ok "$board-reproducible"
	else
		fail "$board-reproducible" "two builds differ"
	fi
	[ "$board" != virt ] || sbi_forms
}

# Its text is elsewhere, so that the pc is not the same.
sbi_forms() {
	build sbi --boot sbi
	for form in elf bin; do
		run "sbi-$form" "$dir/sbi.$form" --cpus 4
		for name in elf "sbi-$form"; do
			sed -i 's/pc=0x[0-9a-f]*/pc=/' "$dir/$name.err"
		done
		same "sbi-$form" elf
	done
}

# ------------------------------------------------------------ integrity

# flip FILE OFFSET BIT
flip() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059	# an octal escape
	printf "$(printf '\\%03o' $((byte ^ 1 << $3)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# Of each part an offset in its middle; of the statement one, too.
middles() {
	sed -n 's/^part \(.*\) at \(0x[0-9a-f]*\) size \([0-9]*\) .*/\2 \3 \1/p' \
		"$dir/inspect" | while read -r at size part; do
		echo $((at + size / 2)) "$part"
	done
	sed -n 's/^part constants at \(0x[0-9a-f]*\) .*/\1/p' "$dir/inspect" |
		tail -n 1 | while read -r at; do
		echo $((at - 40)) statement
	done
}

damage() {
	board=$1
	temp "damage-$board"
	build app
	"$catchpit" inspect "$dir/app.bin" >"$dir/inspect" || :
	if grep -q '^module app code' "$dir/inspect" &&
		grep -q '^identity [0-9a-f]*$' "$dir/inspect" &&
		[ "$(grep -c '^part module .* ok$' "$dir/inspect")" = 2 ]; then
		ok "$board-inspect"
	else
		fail "$board-inspect" "it does not state itself"
		show "$dir/inspect"
	fi
	middles | grep -v ' boot$' >"$dir/middles"
	while read -r at part; do
		cp --sparse=always "$dir/app.bin" "$dir/bad.bin"
		flip "$dir/bad.bin" "$at" $((at % 8))
		run bad "$dir/bad.bin"
		if [ "$got" = 125 ] && [ ! -s "$dir/bad.out" ] &&
			grep -q "^catchpit: fatal: this image is damaged: $part" \
			"$dir/bad.err"; then
			ok "$board-damaged $part"
		else
			fail "$board-damaged $part" "status $got, at $at"
			show "$dir/bad.err"
		fi
	done <"$dir/middles"
	unchecked
	[ "$board" = microvm ] || everywhere
}

# The negative control: an image that does not say that it is stated, as an ELF
# file's header does not, runs with what the flipped bit has made of it.
unchecked() {
	at=$(grep -abo 'hello from flash' "$dir/app.bin" | sed -n '1s/:.*//p')
	cp --sparse=always "$dir/app.bin" "$dir/bad.bin"
	printf '\0\0\0\0' | dd of="$dir/bad.bin" bs=1 seek=20 conv=notrunc \
		2>/dev/null
	flip "$dir/bad.bin" "$at" 0
	run unchecked "$dir/bad.bin"
	if grep -q '^iello from flash' "$dir/unchecked.out"; then
		ok "$board-control-unchecked"
	else
		fail "$board-control-unchecked" "the damage does not show"
		show "$dir/unchecked.err"
	fi
}

# On the host, at many places: those of a fixed sequence.
everywhere() {
	sed -n "s/^part data at \(0x[0-9a-f]*\) size \([0-9]*\) .*/\1 \2/p" \
		"$dir/inspect" >"$dir/end"
	read -r at size <"$dir/end"
	end=$((at + size))
	head -c $((end + 4096)) "$dir/app.bin" >"$dir/all"
	n=0 seed=1
	while [ $n != 100 ]; do
		seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
		cp "$dir/all" "$dir/one"
		flip "$dir/one" $((16 + seed / 8 % (end - 16))) $((seed % 8))
		"$catchpit" inspect "$dir/one" >/dev/null 2>"$dir/one.err" &&
			break
		grep -q 'damaged' "$dir/one.err" || break
		n=$((n + 1))
	done
	if [ $n = 100 ]; then
		ok "$board-damaged-everywhere"
	else
		fail "$board-damaged-everywhere" "seed $seed is not told"
	fi
}

# -------------------------------------------------- the tests of the board suite

# traps NAME ELF|BIN: tests/board/traps.c has to pass there.
traps() {
	run "$1" "$2" --cpus 4 --tick 1000 --set rounds=100 --timeout 300
	sed -n "s|^FAIL |FAIL $board-$1 |p" "$dir/$1.out"
	if [ "$got" = 0 ] && grep -q '^ok smp-mixed' "$dir/$1.out" &&
		! grep -q '^FAIL' "$dir/$1.out"; then
		ok "$board-$1"
	else
		fail "$board-$1" "status $got"
		show "$dir/$1.err"
	fi
}

# link NAME [MAKE-ARGUMENTS]
link() {
	name=$1
	shift
	make -s BOARD="$board" test-image NAME=traps MODULE="$modules" \
		OUT="$dir/$name.elf" "$@" >"$dir/$name.log" 2>&1 || {
		fail "$board-$name" "does not build"
		show "$dir/$name.log"
	}
}

board_tests() {
	board=$1 modules=
	temp "tests-$board"
	tests/trap/big-frame.gen >"$dir/big_frame.wat"
	for m in t init share big_frame base; do
		wat=tests/board/$m.wat base=
		case $m:$(arch_of "$board") in
		big_frame:*) wat=$dir/$m.wat ;;
		base:x86_64) base='--base gs' ;;
		esac
		assemble "$wat" "$dir/$m.wasm"
		# shellcheck disable=SC2086	# words
		"$catchpit" compile "$dir/$m.wasm" -o "$dir/$m.o" $base \
			--arch "$(arch_of "$board")" >"$dir/log" 2>&1 ||
			fail "$board-tests" "$m does not compile"
		modules="$modules $dir/$m.o"
	done
	link traps-flash
	"$catchpit" flash "$dir/traps-flash.elf" --board "$board"
	traps traps-flash "$dir/traps-flash.bin"
	[ "$board" = virt ] || return 0
	link traps-sbi LDS=build/virt/image-sbi.lds TESTS_BOOT=build/virt/boot-sbi.o
	traps traps-sbi "$dir/traps-sbi.elf"
	early_starts
}

# What OpenSBI 1.1 may do (payload.S): here every hart comes to the first
# byte.  Control: with all taken for the first, the second clears what the first
# has made, its stack too.
early() {
	link "$1" LDS=build/virt/image-sbi.lds TESTS_BOOT="$2/payload.o \
		build/virt/arch/riscv64/sbi.o -Wl,--wrap=cpit_sbi_enter \
		-Wl,--defsym=__wrap_cpit_sbi_enter=_start"
}

early_starts() {
	early traps-early build/virt/arch/riscv64
	traps traps-early "$dir/traps-early.elf"
	b=build/virt-one-start
	make -s BOARD=virt B=$b CONTROL=-DCPIT_TEST_ONE_START \
		$b/arch/riscv64/payload.o
	early control-one-start $b/arch/riscv64
	run control-one-start "$dir/control-one-start.elf" --cpus 4 --timeout 20
	if [ "$got" != 0 ] && ! grep -q '^ok ' "$dir/control-one-start.out"; then
		ok virt-control-one-start
	else
		fail virt-control-one-start "status $got: not as stated"
	fi
}

# One that does not fit gives no .bin, and an old one is not taken for it.
too_large() {
	board=$1
	temp "large-$board"
	mkdir "$dir/d"
	build app
	head -c 34000000 /dev/zero >"$dir/d/zeros"
	status=0
	"$catchpit" build "$out/app.wasm" --dir "$dir/d=/d" --board "$board" \
		-o "$dir/app.elf" 2>"$dir/err" || status=$?
	if [ "$status" = 0 ] && [ ! -e "$dir/app.bin" ] &&
		grep -q "app.bin: not made: it takes [0-9]* bytes" "$dir/err"; then
		ok "$board-too-large"
	else
		fail "$board-too-large" "status $status"
		show "$dir/err"
	fi
}

case "${1:-}" in
*:*)
	"${1%%:*}" "${1#*:}"
	exit "$failed" ;;
esac

suite_begin
mkdir "$out/d" "$out/e"
echo 'in the image' >"$out/d/note"
echo 'of the run' >"$out/e/note"
for m in flash/app demo/crash; do
	$wasi_cc "tests/$m.c" \
		-o "$out/${m#*/}.wasm" 2>"$out/log" ||
		fail "${m#*/}" "does not compile"
done
for b in $BOARDS; do
	[ "$b" != host ] || continue
	make -s BOARD="$b" board test-objects NAME=traps >"$out/$b.log" 2>&1 ||
		fail "$b" "does not build"
	echo "forms:$b"
	echo "damage:$b"
	! fully "$b" || echo "board_tests:$b"
	! fully "$b" || echo "too_large:$b"
done | in_parallel || failed=1
exit "$failed"
