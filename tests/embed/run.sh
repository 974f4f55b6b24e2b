#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A kernel that is not ours (kernel.h) embeds the library as it is installed:
# on riscv64 in S-mode with an MMU and in M-mode without, on x86_64 in ring 0;
# built by gcc, and by clang.
# The library is found by pkg-config and by nothing else.
. "$(dirname "$0")/../lib.sh"

# target BOARD: sets what it takes to build for it.
target() {
	board=$1 arch=$(arch_of "$1")
	root=$out/$board/root
	lib=$root/usr/lib/catchpit/$arch
	PKG_CONFIG_LIBDIR=$root/usr/lib/pkgconfig
	PKG_CONFIG_SYSROOT_DIR=$root
	export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
	rwx=-Wl,--no-warn-rwx-segments
	unused=-Wno-unused-command-line-argument	# which linker, with -c
	case $arch in
	riscv64)
		cross=riscv64-unknown-elf-
		clang="clang --target=riscv64-unknown-elf --ld-path=${cross}ld
			$unused"
		machine='-march=rv64gc -mabi=lp64d -mcmodel=medany
			-msmall-data-limit=0'
		no_float= ;;
	x86_64)
		cross=
		clang="clang $unused"
		machine='-mcmodel=kernel -mno-red-zone -fcf-protection=none
			-fno-pie'
		no_float=-mgeneral-regs-only ;;
	esac
	cc=${cross}gcc
}

# The archives ask for what rt/README.md lists, and define cpit_* only.
symbols() {
	sed -n '/^## What it needs/,/^## /s/^| `\([a-z]*\)` |.*/\1/p' \
		rt/README.md | sort >"$out/$board/documented"
	"${cross}nm" -u "$lib"/*.a | sed -n 's/^ *U //p' | grep -v '^cpit_' |
		sort -u >"$out/$board/asks"
	"${cross}nm" -g --defined-only "$lib"/*.a |
		sed -n 's/^[0-9a-f]* [A-Z] //p' | grep -v '^cpit_' \
		>"$out/$board/foreign" || :
	comm -23 "$out/$board/asks" "$out/$board/documented" \
		>>"$out/$board/foreign"
	if [ -s "$out/$board/documented" ] && [ ! -s "$out/$board/foreign" ]; then
		ok "$board-symbols"
	else
		fail "$board-symbols" "not as rt/README.md says"
		show "$out/$board/foreign"
	fi
}

# prepare: the installed library, and the module in both memory modes.
prepare() {
	mkdir -p "$out/$board"
	make -s install ARCH="$arch" DESTDIR="$root" PREFIX=/usr
	assemble tests/embed/t.wat "$out/$board/guard.wasm"
	cp "$out/$board/guard.wasm" "$out/$board/checked.wasm"
	for mode in guard checked; do
		"$catchpit" compile "$out/$board/$mode.wasm" --arch "$arch" \
			--memory $mode -o "$out/$board/$mode.o"
	done
	if [ "$arch" = x86_64 ]; then
		mkdir "$out/$board/gs"
		"$catchpit" compile "$out/$board/guard.wasm" --arch "$arch" \
			--base gs -o "$out/$board/gs/guard.o"
	fi
	"$catchpit" compile "$out/$board/checked.wasm" --arch "$arch" \
		--memory checked --loadable -o "$out/$board/checked.cpm"
	assemble tests/embed/types.wat "$out/$board/types.wasm"
	"$catchpit" compile "$out/$board/types.wasm" --arch "$arch" \
		--memory checked -o "$out/$board/types.o"
}

# The example of rt/README.md, as it stands there.
example() {
	mkdir "$out/$board/example"
	echo '(module (import "env" "log" (func (param i32 i32) (result i32)))
		(func (export "add") (param i32 i32) (result i32)
			(call 0 (local.get 0) (local.get 1))))' \
		>"$out/$board/app.wat"
	assemble "$out/$board/app.wat" "$out/$board/app.wasm"
	"$catchpit" compile "$out/$board/app.wasm" --arch "$arch" \
		-o "$out/$board/example/app.o"
	sed -n '/^```c/,/^```/p' rt/README.md | grep -v '^```' \
		>"$out/$board/example.c"
	# shellcheck disable=SC2046,SC2086
	if [ -s "$out/$board/example.c" ] &&
		$cc $machine $no_float -ffreestanding -Wall -Wextra -Werror -c \
		-I"$out/$board/example" $(pkg-config --cflags "catchpit-$arch") \
		"$out/$board/example.c" -o "$out/$board/example.o" \
		>"$out/$board/example.log" 2>&1; then
		ok "$board-example"
	else
		fail "$board-example" "does not compile"
		show "$out/$board/example.log"
	fi
}

# documented PATH: bytes of stack that rt/README.md says it takes.
documented() {
	sed -n "s/^| \`$1()\`[^|]*| \([0-9]*\).*/\1/p" rt/README.md
}

# kernel NAME FLAGS...: builds it, as $elf.
kernel() {
	elf=$out/$board/$1.elf
	shift
	{
		built "$@" -c tests/embed/types.c -o "$elf.types.o" &&
		built "$@" $no_float -nostdlib -static \
			-Wl,--build-id=none $rwx \
			-Ttests/embed/"$arch".lds -o "$elf" \
			tests/embed/"$arch".S tests/embed/"$arch".c \
			tests/embed/kernel.c tests/embed/memory.c \
			tests/embed/string.c tests/embed/tests.c \
			tests/embed/loads.c "$elf.types.o" "$out/$board/${gs}guard.o" \
			"$out/$board/checked.o" "$out/$board/types.o" \
			$(pkg-config --libs "catchpit-$arch")
	} >"$elf.log" 2>&1
}

built() {
	# shellcheck disable=SC2046,SC2086	# lists of words
	$cc $machine -std=gnu11 -Os -g -ffreestanding -Wall -Wextra -Werror \
		-Wshadow -fno-stack-protector -fno-asynchronous-unwind-tables \
		-DROUNDS=$rounds -DCALL_STACK="$(documented cpit_call)" \
		-DREST_STACK="$(documented cpit_instantiate)" -I"$out/$board" \
		$(pkg-config --cflags "catchpit-$arch") "$@"
}

# boot LOG QEMU-ARGS...: boots $elf; $status is the kernel's.
boot() {
	log=$1
	shift
	case $board in
	virt)
		set -- qemu-system-riscv64 -M virt -bios none -m 256M \
			-smp 2 "$@" ;;
	q35 | microvm)
		set -- qemu-system-x86_64 -M "$board" -cpu max \
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
	name=$board-$1
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

# Neither archives nor modules need a linker that can relax, as lld 14 cannot.
with_lld() {
	cc="clang $unused -fuse-ld=lld"
	[ "$arch" != riscv64 ] ||
		cc="$cc --target=riscv64-unknown-elf -mno-relax"
	rwx=
	runs lld
	if "${cross}readelf" -rW "$lib"/*.a "$out/$board"/*.o |
		grep R_RISCV_ALIGN >"$out/$board/aligns"; then
		fail "$board-no-relax" "is to be aligned by the linker"
		show "$out/$board/aligns"
	else
		ok "$board-no-relax"
	fi
}

# K23-17: a CPU whose FPU is off is refused in words, before anything is ruined.
no_fpu() {
	kernel no-fpu -DNO_FPU
	boot "$elf.out"
	if [ "$status" = 1 ] && grep -q '^panic: .*FPU\|^panic: SSE' "$elf.out"
	then
		ok "$board-no-fpu"
	else
		fail "$board-no-fpu" "status $status, no word about the FPU"
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
		fail "$board-soft-float" "was linked"
	else
		ok "$board-soft-float"
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
		ok "$board-claim"
		echo "    $took instructions"
	else
		fail "$board-claim" "status $status, $took instructions"
		show "$elf.out"
	fi
}

# control NAME FLAG: without what the manual asks for it must go wrong.
control() {
	kernel "$@"
	hang=20
	boot "$elf.out"
	if [ "$status" != 0 ]; then
		ok "$board-control-$1"
	else
		fail "$board-control-$1" "nothing went wrong"
		show "$elf.out"
	fi
}

one() {
	target "$1"
	prepare
	symbols
	example
	runs kernel
	fully "$board" || return 0
	cc=$clang
	runs clang
	with_lld
	cc=${cross}gcc rwx=-Wl,--no-warn-rwx-segments
	no_fpu
	claim
	control no-swap -DNO_SWAP
	control no-fp -DNO_FP
	if [ "$arch" = x86_64 ]; then
		gs=gs/
		runs gs -DBY_GS
		control no-base -DBY_GS -DNO_BASE
		gs=
	fi
	if [ "$arch" = riscv64 ]; then
		runs m-mode -DM_MODE
		soft_float
	fi
}

rounds=10 gs=		# the folder of the module by segment
[ -z "$QUICK" ] || rounds=2

case "${1:-}" in
?*)
	one "$1"
	exit "$failed" ;;
esac

suite_begin
for board in $BOARDS; do
	[ "$board" != host ] || continue
	make -s lib ARCH="$(arch_of "$board")" >"$out/log" 2>&1 ||
		fail "$board" "the library does not build"
	echo "$board"
done | in_parallel
