# SPDX-License-Identifier: Apache-2.0
#
# Machines that QEMU can make and nobody asks for: an image works there, or one
# line says why not.  A part of run.sh, which has the rest.

# qemu WORD...: as options of `catchpit run', in $words.
qemu() {
	words=
	for word; do
		words="$words --qemu $word"
	done
}

# refuses NAME TEXT WORD...
refuses() {
	name=$board-machine-$1 text=$2
	shift 2
	qemu "$@"
	# shellcheck disable=SC2086	# options
	stops_at "$name" "$text" "$elf" --board "$board" $words
	[ "$(grep -c '^catchpit: ' "$out/$name.err")" = 1 ] ||
		fail "$name" "it says more than that"
}

# ends NAME WANTED ARGUMENT...: a run with status 0, and a line that begins so.
ends() {
	name=$board-machine-$1 wanted=$2
	shift 2
	status=0
	"$catchpit" run "$@" --board "$board" --timeout "$hang" \
		>"$out/$name.out" 2>"$out/$name.err" || status=$?
	if [ "$status" = 0 ] &&
		{ [ -z "$wanted" ] || grep -q "^$wanted" "$out/$name.out"; }; then
		ok "$name"
	else
		fail "$name" "status $status, or no '$wanted'"
		show "$out/$name.err"
	fi
}

# works NAME WANTED WORD...: with the folder "many".
works() {
	case=$1 wanted=$2
	shift 2
	qemu "$@"
	# shellcheck disable=SC2086
	ends "$case" "$wanted" "$elf" --dir "$out/many=/d" $words
}

# said N TEXT: waits until the console has had that line as often.
said() {
	tries=300
	until [ "$(grep -c "^$2" "$console")" -ge "$1" ] || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
}

# The machine by hand, its monitor at stdin, its console in a file.
monitored() {
	case $board in
	virt) set -- qemu-system-riscv64 -M virt -bios none ;;
	*) set -- qemu-system-x86_64 -M "$board" -cpu max -bios qboot.rom \
		-device isa-debug-exit,iobase=0xf4,iosize=4 ;;
	esac
	timeout "$hang" "$@" -m 256M -smp 4 -nodefaults -display none \
		-monitor stdio -serial "file:$console" -kernel "$elf" \
		-append arg=wait >"$console.log" 2>&1
}

# A reset leaves registers as they were: it boots again, and once more.
resets() {
	console=$out/$board-resets
	: >"$console"
	{
		for n in 1 2 3; do
			said $n 'argument wait'
			[ $n = 3 ] || echo system_reset
		done
		echo quit
	} | monitored || :
	if [ "$(grep -c '^argument wait' "$console")" = 3 ] &&
		! grep -q fatal "$console"; then
		ok "$board-machine-resets"
	else
		fail "$board-machine-resets" "it does not boot each time"
		show "$console"
	fi
}

# An uncorrected error: else the CPU shuts down, and nobody knows why.
machine_check() {
	console=$out/$board-machine-check
	: >"$console"
	{
		said 1 'argument wait'
		echo 'mce 0 0 0xbe00000000000000 5 0 0'
		said 1 'catchpit: fatal'
		echo quit
	} | monitored || :
	if grep -q '^catchpit: fatal: machine check' "$console"; then
		ok "$board-machine-check"
	else
		fail "$board-machine-check" "no report of it"
		show "$console"
	fi
}

# A date before 1970 is no date in the far future.
old_clock() {
	ends old-clock '' "$out/epoch.wasm" --qemu -rtc --qemu base=1960-01-01
}

# The device tree in RAM's last pages, the first that are given away: what it
# says of the CPU is still known.
tree_at_end() {
	tree=$out/$board-tree
	qemu-system-riscv64 -M "virt,dumpdtb=$tree.all" -m 131104K -bios none \
		>"$tree.log" 2>&1
	size=$(od -An -tx1 -j 4 -N 4 "$tree.all" | tr -d ' ')
	head -c $((0x$size)) "$tree.all" >"$tree"
	qemu -m 131104K -dtb "$tree"
	# shellcheck disable=SC2086
	ends tree-at-end hello "$out/machines.wasm" $words \
		--cpu rv64gc_zba_zbb_zbs
}

# With QEMU's archive 128 MiB into the RAM of virt: pages come from below, and the
# heap has room above.
heap_above() {
	ends heap-above '' "$out/heap.wasm" --dir "$out/many=/d" \
		--qemu -m --qemu 512M
}

riscv64_machines() {
	tree_at_end
	for lacks in c=false d=false f=false,d=false m=false a=false mmu=false \
		Zifencei=false h=false,s=false,u=false; do
		refuses "$lacks" 'fault while booting: no RV64GC' -cpu "rv64,$lacks"
	done
	refuses small 'fault while booting: .* too little RAM' -m 128K
	works no-pmp 'note of 501' -cpu rv64,pmp=false
	works no-sstc 'note of 501' -cpu rv64,sstc=false
	# Nobody wakes the other node's CPU: it is waited for, ten seconds.
	[ -n "$QUICK" ] || works two-nodes 'note of 501' -m 40M \
		-object memory-backend-ram,id=a,size=20M \
		-object memory-backend-ram,id=b,size=20M \
		-numa node,memdev=a -numa node,memdev=b -smp 2
}

# "border": the archive lies across 1 GiB, where RAM is in two regions.
large_initrd() {
	stops_at "$board-machine-large-initrd" 'initrd too large' \
		"$out/$board-machines.bin" --board "$board" \
		--dir "$out/many=/d" --qemu -m --qemu 5M
	name=$board-machine-larger-initrd
	mkdir -p "$out/$name"
	truncate -s 512M "$out/$name/zeros"
	status=0
	"$catchpit" run "$out/$board-machines.bin" --board "$board" \
		--dir "$out/$name=/d" --timeout 60 --qemu -m --qemu 4G \
		>"$out/$name.out" 2>&1 || status=$?
	rm -r "${out:?}/$name"
	if [ "$status" = 2 ] &&
		grep -q 'more than 511 MiB, for an image in' "$out/$name.out"; then
		ok "$name"
	else
		fail "$name" "status $status"
		show "$out/$name.out"
	fi
}

# From flash, which has text where there is no RAM.
small() {
	stops_at "$board-machine-small" 'too little RAM' \
		"$out/$board-machines.bin" --board "$board" --qemu -m --qemu 2M
}

# A CPU of before 2012: not with what images have unless told otherwise.
no_fsgsbase() {
	name=$board-machine-no-fsgsbase status=0
	qemu -cpu Nehalem
	# shellcheck disable=SC2086
	"$catchpit" run "$elf" --board "$board" --timeout 60 $words \
		>"$out/$name.out" 2>&1 || status=$?
	if [ "$status" = 126 ] && [ "$(wc -l <"$out/$name.out")" = 1 ] &&
		grep -q 'it needs --base register$' "$out/$name.out"; then
		ok "$name"
	else
		fail "$name" "status $status"
		show "$out/$name.out"
	fi
	# shellcheck disable=SC2086
	ends base-register hello "$out/machines.wasm" $words --base register
}

x86_64_machines() {
	for lacks in nx apic sse2 fxsr lm; do
		refuses "no-$lacks" 'this CPU lacks long mode, NX, SSE2' \
			-cpu "max,-$lacks"
	done
	refuses no-popcnt 'this CPU lacks SSE3' -cpu max,-popcnt
	no_fsgsbase
	refuses no-timer 'no 8254 timer' -M "$board,pit=off"
	works border 'note of 501' -m 1025M
	works 4g 'note of 501' -m 4G
	works no-pic 'note of 501' -M "$board,pic=off"
	[ -n "$QUICK" ] || large_initrd
	small
	machine_check
}

machines() {
	board=$1 elf=$out/$1-machines.elf
	if ! "$catchpit" build "$out/machines.wasm" --board "$1" -o "$elf" \
		>"$elf.log" 2>&1; then
		fail "$1-machines" "does not build"
		show "$elf.log"
		return
	fi
	"$(arch_of "$1")_machines"
	refuses long-settings 'settings too long' -append "$(cat "$out/long")"
	old_clock
	heap_above
	resets
}

# What they need: a folder whose archive is more than 2 MiB.
machines_files() {
	mkdir "$out/many"
	for n in $(seq 500); do
		head -c 5000 /dev/zero >"$out/many/file-$n"
	done
	echo 'of 501' >"$out/many/note"
	assemble tests/board/epoch.wat "$out/epoch.wasm"
	assemble tests/board/heap.wat "$out/heap.wasm"
	head -c 20000 /dev/zero | tr '\0' a >"$out/long"
	$wasi_cc tests/flash/app.c \
		-o "$out/machines.wasm" 2>"$out/machines.log" ||
		fail machines "does not compile"
}
