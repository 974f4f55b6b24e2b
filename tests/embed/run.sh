#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A kernel that is not ours (kernel.h) embeds the library as it is installed:
# on riscv64 in S-mode with an MMU and in M-mode without, on x86_64 in ring 0.
# The library is found by pkg-config and by nothing else.
. "$(dirname "$0")/../lib.sh"

# target ARCH: sets what it takes to build for it.
target() {
	arch=$1
	root=$out/$arch/root
	lib=$root/usr/lib/catchpit/$arch
	PKG_CONFIG_LIBDIR=$root/usr/lib/pkgconfig
	PKG_CONFIG_SYSROOT_DIR=$root
	export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
	case $arch in
	riscv64)
		cross=riscv64-unknown-elf-
		machine='-march=rv64gc -mabi=lp64d -mcmodel=medany
			-msmall-data-limit=0' ;;
	x86_64)
		cross=
		machine='-mcmodel=kernel -mno-red-zone -mgeneral-regs-only
			-fcf-protection=none -fno-pie -no-pie' ;;
	esac
}

# The archives ask for what rt/README.md lists, and define cpit_* only.
symbols() {
	sed -n '/^## What it needs/,/^## /s/^| `\([a-z]*\)` |.*/\1/p' \
		rt/README.md | sort >"$out/$arch/documented"
	"${cross}nm" -u "$lib"/*.a | sed -n 's/^ *U //p' | grep -v '^cpit_' |
		sort -u >"$out/$arch/asks"
	"${cross}nm" -g --defined-only "$lib"/*.a |
		sed -n 's/^[0-9a-f]* [A-Z] //p' | grep -v '^cpit_' \
		>"$out/$arch/foreign" || :
	comm -23 "$out/$arch/asks" "$out/$arch/documented" \
		>>"$out/$arch/foreign"
	if [ -s "$out/$arch/documented" ] && [ ! -s "$out/$arch/foreign" ]; then
		ok "$arch-symbols"
	else
		fail "$arch-symbols" "not as rt/README.md says"
		show "$out/$arch/foreign"
	fi
}

# prepare: the installed library, and the module in both memory modes.
prepare() {
	mkdir -p "$out/$arch"
	make -s install ARCH="$arch" DESTDIR="$root" PREFIX=/usr
	assemble tests/embed/t.wat "$out/$arch/guard.wasm"
	cp "$out/$arch/guard.wasm" "$out/$arch/checked.wasm"
	for mode in guard checked; do
		"$catchpit" compile "$out/$arch/$mode.wasm" --arch "$arch" \
			--memory $mode -o "$out/$arch/$mode.o"
	done
}

# kernel NAME FLAGS...: builds it, as $elf.
kernel() {
	elf=$out/$arch/$1.elf
	shift
	# shellcheck disable=SC2046,SC2086	# lists of words
	"${cross}gcc" $machine -std=gnu11 -Os -g -ffreestanding -nostdlib -static \
		-Wall -Wextra -Werror -Wshadow -fno-stack-protector \
		-fno-asynchronous-unwind-tables -DROUNDS=$rounds "$@" \
		-Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-I"$out/$arch" $(pkg-config --cflags "catchpit-$arch") \
		-Ttests/embed/"$arch".lds -o "$elf" tests/embed/"$arch".S \
		tests/embed/"$arch".c tests/embed/kernel.c tests/embed/memory.c \
		tests/embed/string.c tests/embed/tests.c "$out/$arch/guard.o" \
		"$out/$arch/checked.o" $(pkg-config --libs "catchpit-$arch") \
		>"$elf.log" 2>&1
}

# boot LOG QEMU-ARGS...: boots $elf; $status is the kernel's.
boot() {
	log=$1
	shift
	case $arch in
	riscv64)
		set -- qemu-system-riscv64 -M virt -bios none -m 256M \
			-smp 2 "$@" ;;
	x86_64)
		set -- qemu-system-x86_64 -M q35 -cpu max \
			-device isa-debug-exit,iobase=0xf4,iosize=4 \
			-m 256M -smp 2 "$@" ;;
	esac
	status=0
	timeout "$hang" "$@" -display none -serial "file:$log" \
		-monitor none -no-reboot -kernel "$elf" >"$log.qemu" 2>&1 ||
		status=$?
	[ "$arch" != x86_64 ] || status=$((status >> 1))
}

# runs NAME FLAGS...: builds that variant and wants all of it to pass.
runs() {
	name=$arch-$1
	kernel "$@" || {
		fail "$name" "does not build"
		show "$elf.log"
		return
	}
	boot "$elf.out"
	sed -n "s/^ok /ok $name-/p; s/^FAIL /FAIL $name-/p; s/^  /    /p" \
		"$elf.out"
	! grep -q '^FAIL' "$elf.out" || failed=1
	if [ "$status" != 0 ]; then
		fail "$name" "status $status"
		show "$elf.out"
	fi
}

# K23-17: a CPU whose FPU is off is refused in words, before anything is ruined.
no_fpu() {
	kernel no-fpu -DNO_FPU
	boot "$elf.out"
	if [ "$status" = 1 ] && grep -q '^panic: .*FPU\|^panic: SSE' "$elf.out"
	then
		ok "$arch-no-fpu"
	else
		fail "$arch-no-fpu" "status $status, no word about the FPU"
		show "$elf.out"
	fi
}

# A kernel of another float ABI does not link.
soft_float() {
	echo 'void _start(void) { }' |
		"${cross}gcc" -march=rv64imac -mabi=lp64 -x c -c - -o "$out/soft.o"
	if "${cross}ld" -o "$out/soft" "$out/soft.o" --whole-archive \
		"$lib/libcatchpit.a" >"$out/soft.log" 2>&1 ||
		! grep -q 'soft-float' "$out/soft.log"; then
		fail "$arch-soft-float" "was linked"
	else
		ok "$arch-soft-float"
	fi
}

# The longest claim, in instructions: counted, so the same each time.  The
# bound is the one in rt/README.md.
claim() {
	bound=$(sed -n 's/.*at most \([0-9]*\) instructions.*/\1/p' rt/README.md)
	kernel claim -DN_CPUS=1
	boot "$elf.out" -smp 1 -icount shift=0
	took=$(sed -n 's/.*longest claim \([0-9]*\)$/\1/p' "$elf.out" |
		sort -n | sed -n '$p')
	if [ "$status" = 0 ] && [ "${took:-$bound}" -lt "$bound" ]; then
		ok "$arch-claim"
		echo "    $took instructions"
	else
		fail "$arch-claim" "status $status, $took instructions"
		show "$elf.out"
	fi
}

# control NAME FLAG: without what the manual asks for it must go wrong.
control() {
	kernel "$@"
	hang=20
	boot "$elf.out"
	if [ "$status" != 0 ]; then
		ok "$arch-control-$1"
	else
		fail "$arch-control-$1" "nothing went wrong"
		show "$elf.out"
	fi
}

one() {
	target "$1"
	prepare
	symbols
	runs kernel
	[ -z "$QUICK" ] || return 0
	no_fpu
	claim
	control no-swap -DNO_SWAP
	control no-fp -DNO_FP
	if [ "$arch" = riscv64 ]; then
		runs m-mode -DM_MODE
		soft_float
	fi
}

rounds=10
[ -z "$QUICK" ] || rounds=2

case "${1:-}" in
?*)
	one "$1"
	exit "$failed" ;;
esac

suite_begin
for board in $BOARDS; do
	arch_of "$board"
done | sort -u | in_parallel
