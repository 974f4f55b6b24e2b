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

# works NAME WANTED WORD...: with the folder "many".
works() {
	name=$board-machine-$1 wanted=$2
	shift 2
	qemu "$@"
	status=0
	# shellcheck disable=SC2086
	"$catchpit" run "$elf" --board "$board" --dir "$out/many=/d" \
		--timeout "$hang" $words >"$out/$name.out" \
		2>"$out/$name.err" || status=$?
	if [ "$status" = 0 ] && grep -q "^$wanted" "$out/$name.out"; then
		ok "$name"
	else
		fail "$name" "status $status, or no '$wanted'"
		show "$out/$name.err"
	fi
}

riscv64_machines() {
	works no-sstc 'note of 501' -cpu rv64,sstc=false
	works two-nodes 'note of 501' -m 40M \
		-object memory-backend-ram,id=a,size=20M \
		-object memory-backend-ram,id=b,size=20M \
		-numa node,memdev=a -numa node,memdev=b -smp 2
}

x86_64_machines() {
	works border 'note of 501' -m 1025M
	works 4g 'note of 501' -m 4G
	works no-pic 'note of 501' -M "$board,pic=off"
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
}

# What they need: a folder whose archive is more than 2 MiB.
machines_files() {
	mkdir "$out/many"
	for n in $(seq 500); do
		head -c 5000 /dev/zero >"$out/many/file-$n"
	done
	echo 'of 501' >"$out/many/note"
	clang --target=wasm32-wasi -O2 tests/flash/app.c \
		-o "$out/machines.wasm" 2>"$out/machines.log" ||
		fail machines "does not compile"
}
